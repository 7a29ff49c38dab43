/** The pane that tells what is chosen in plain sentences; without a choice, what the shapes mean and where time went. */
import {
  blocking,
  formatCount,
  formatDuration,
  jobsOf,
  taskTimes,
  taskTimesWithin,
  siteTotal,
  visitsOf,
  type ChainFrame,
  type GroupInfo,
  type Job,
  type Site,
  type TaskId,
  type TaskInfo,
} from "../../../extension/trace";
import type { Model } from "../model";
import { fileName, fullName, taskSubtitle, taskTitle } from "../names";
import { neighbour, sliceAt, type Slice } from "../slices";
import { callbackStory } from "../runStory";
import { sitePart, taskPart, type Sentence } from "../sentence";
import { createdStory, endStory, groupStory, jobStory, lossStory, namesStory, sliceStory } from "../story";
import { DISTINCT, momentsOf } from "../time";
import { AwaitTree } from "./AwaitTree";
import { Findings } from "./Findings";
import { More } from "./More";
import { Notes } from "./Notes";
import { Overview } from "./Overview";
import { Path } from "./Path";
import { Range } from "./Range";
import { Section } from "./Section";
import { chooseTask, Words } from "./Words";

export function Details({ model }: { readonly model: Model }) {
  return (
    <aside class="details" aria-label="Details">
      <Findings model={model} />
      <Notes model={model} />
      {model.range !== undefined && <Range model={model} />}
      {model.cursor !== undefined && model.selection === undefined && <AwaitTree model={model} time={model.cursor} />}
      <Chosen model={model} />
      <Path model={model} />
      {model.cursor !== undefined && model.selection !== undefined && <AwaitTree model={model} time={model.cursor} />}
    </aside>
  );
}

function Chosen({ model }: { readonly model: Model }) {
  const { selection, trace } = model;
  switch (selection?.kind) {
    case "slice": {
      const task = trace.task(selection.slice.task);
      return task === undefined ? null : <Task model={model} task={task} slice={selection.slice} />;
    }
    case "task": {
      const task = trace.task(selection.task);
      return task === undefined ? null : <Task model={model} task={task} slice={undefined} />;
    }
    case "group": {
      const group = trace.group(selection.group);
      return group === undefined ? null : <Group model={model} group={group} />;
    }
    case "job": {
      const job = trace.job(selection.job);
      return job === undefined ? null : <ChosenJob model={model} job={job} />;
    }
    case "callback":
      return (
        <Section title="Callback">
          <p>
            <Words model={model} sentence={callbackStory(trace, selection.loop, selection.step)} />
          </p>
        </Section>
      );
    case "site":
      return <Visits model={model} site={selection.site} />;
    case undefined:
      return trace.tasks.length === 0 ? null : <Overview model={model} />;
  }
}

/** That a task was in, or owned: one in a loop of timeouts has very many. */
const MAX_GROUPS = 5;

function Task({
  model,
  task,
  slice,
}: {
  readonly model: Model;
  readonly task: TaskInfo;
  readonly slice: Slice | undefined;
}) {
  const { trace } = model;
  const lane = model.laneOf(task.id);
  const life = (task.ended ?? trace.end) - task.created;
  const ending: Sentence =
    task.ended === undefined
      ? [
          `, ${formatDuration(life)} ago; it ${trace.complete || trace.truncated ? "had not ended" : "has not ended yet"}`,
        ]
      : [`; after ${formatDuration(life)} it `, ...endStory(trace, task)];
  const loss = lossStory(trace, task);
  const names = namesStory(task);
  const groups = trace.groups.filter(
    (group) => group.members.includes(task.id) || (group.owner === task.id && group.outcome === "timed_out"),
  );
  const subtitle = taskSubtitle(task);
  return (
    <>
      <Section title={taskTitle(task)}>
        {subtitle !== "" && <p class="quiet">{subtitle}</p>}
        {slice !== undefined && (
          <p class="now" data-state={slice.state}>
            <Words model={model} sentence={sliceStory(trace, lane, task, slice)} />
          </p>
        )}
        <p>
          <Words model={model} sentence={[...createdStory(trace, task), ...ending]} />
        </p>
        {names.length > 0 && (
          <p>
            <Words model={model} sentence={names} />
          </p>
        )}
        {loss.length > 0 && (
          <p class="warning">
            <Words model={model} sentence={loss} />
          </p>
        )}
        {groups.slice(0, MAX_GROUPS).map((group) => (
          <p>
            {group.owner === task.id ? "Its " : "In a "}
            <Words model={model} sentence={groupStory(trace, group)} />
          </p>
        ))}
        <More left={groups.length - MAX_GROUPS} what="group" />
      </Section>
      {slice !== undefined && <Chain model={model} slice={slice} />}
      <Jobs model={model} task={task.id} />
      <Times model={model} task={task.id} life={life} />
      <Story model={model} task={task} around={slice} />
    </>
  );
}

/** The coroutines between the task and the thing awaited. */
function Chain({ model, slice }: { readonly model: Model; readonly slice: Slice }) {
  const { trace } = model;
  if (slice.state === "ready") return null;
  const stack = slice.step === undefined ? (blocking(trace, slice.task)?.stack() ?? []) : trace.blockedAt(slice.step);
  const isRun = slice.state === "running";
  const chain = slice.step === undefined ? [] : trace.chain(trace.steps.node(slice.step));
  return (
    <>
      {isRun && <Frames model={model} title="Seen while it blocked the loop" frames={[...stack].reverse()} />}
      <Frames model={model} title={isRun ? "Then stood in" : "Await chain"} frames={chain} />
    </>
  );
}

/** Deep recursion would fill the pane. */
const MAX_FRAMES = 40;

interface FramesProps {
  readonly model: Model;
  readonly title: string;
  /** Outermost first. */
  readonly frames: readonly ChainFrame[];
}

function Frames({ model, title, frames }: FramesProps) {
  if (frames.length === 0) return null;
  return (
    <Section title={title}>
      <ol class="chain">
        {frames.slice(0, MAX_FRAMES).map((frame) => (
          <li class={frame.code.file?.user === true ? "user" : "library"}>
            <span>{frame.code.name}</span>{" "}
            {frame.site !== undefined && <Words model={model} sentence={[sitePart(frame.site)]} />}
          </li>
        ))}
      </ol>
      <More left={frames.length - MAX_FRAMES} what="frame" />
    </Section>
  );
}

/** More of them are read in the summary. */
const MAX_JOBS = 20;

function Jobs({ model, task }: { readonly model: Model; readonly task: TaskId }) {
  const { trace } = model;
  const jobs = jobsOf(trace, task);
  if (jobs.length === 0) return null;
  const [first, last] = [jobs[0], jobs.at(Math.min(jobs.length, MAX_JOBS) - 1)];
  const span = { from: first?.created ?? 0, to: last?.ended ?? trace.end };
  const when = momentsOf(model.extent.from, span, DISTINCT);
  return (
    <Section title="Its executor jobs">
      <ol class="story">
        {jobs.slice(0, MAX_JOBS).map((job) => (
          <li>
            <button class="when" title="Choose this" onClick={() => model.select({ kind: "job", job: job.id })}>
              {when(job.created)}
            </button>
            <span>
              <Words model={model} sentence={jobStory(trace, job)} />
            </span>
          </li>
        ))}
      </ol>
      <More left={jobs.length - MAX_JOBS} what="job" />
    </Section>
  );
}

function ChosenJob({ model, job }: { readonly model: Model; readonly job: Job }) {
  const { trace } = model;
  return (
    <Section title="Executor job">
      <p>
        <Words model={model} sentence={jobStory(trace, job)} />
      </p>
      {job.task !== undefined && (
        <p>
          <Words model={model} sentence={["Handed over by ", taskPart(trace, job.task)]} />
        </p>
      )}
    </Section>
  );
}

/** Of its life, or of what of it lies in the chosen range. */
function Times({ model, task, life }: { readonly model: Model; readonly task: TaskId; readonly life: number }) {
  const { trace, range } = model;
  const totals = range === undefined ? taskTimes(trace, task) : taskTimesWithin(trace, task, range.from, range.to);
  const all = range === undefined ? life : totals.run + totals.ready + totals.wait;
  const row = (name: "running" | "ready" | "waiting", ns: number) => (
    <tr>
      <th scope="row">
        <i class={`swatch ${name}`} aria-hidden="true" />
        {name}
      </th>
      <td>{formatDuration(ns)}</td>
      <td>
        <meter
          aria-label={`Share of its time ${name}`}
          class={name}
          value={Math.min(Math.max(ns / Math.max(all, 1), 0), 1)}
        />
      </td>
    </tr>
  );
  return (
    <Section title={range === undefined ? "Its time" : "Its time in the range"}>
      <table class="times">
        <tbody>
          {row("running", totals.run)}
          {row("ready", totals.ready)}
          {row("waiting", totals.wait)}
        </tbody>
      </table>
      <p class="quiet">
        {formatCount(totals.steps)} {totals.steps === 1 ? "step" : "steps"}
      </p>
    </Section>
  );
}

/** Sentences before and after the chosen slice. */
const BEFORE = 4;
const AFTER = 12;

function Story({
  model,
  task,
  around,
}: {
  readonly model: Model;
  readonly task: TaskInfo;
  readonly around: Slice | undefined;
}) {
  const { trace } = model;
  const lane = model.laneOf(task.id);
  const first = around ?? sliceAt(trace, lane, task, task.created);
  if (first === undefined) return null;
  const slices: Slice[] = [first];
  for (let slice = neighbour(trace, lane, task, first, -1); slice !== undefined && slices.length <= BEFORE;) {
    slices.unshift(slice);
    slice = neighbour(trace, lane, task, slice, -1);
  }
  const earlier = neighbour(trace, lane, task, slices[0] ?? first, -1) !== undefined;
  let last: Slice | undefined = first;
  for (let n = 0; n < AFTER && last !== undefined; n++) {
    last = neighbour(trace, lane, task, last, 1);
    if (last !== undefined) slices.push(last);
  }
  const [begin = first, end = first] = [slices[0], slices.at(-1)];
  const when = momentsOf(model.extent.from, { from: begin.from, to: end.to }, DISTINCT);
  const later = last !== undefined && neighbour(trace, lane, task, last, 1) !== undefined;
  return (
    <Section title="Its story">
      {earlier && <p class="quiet">…</p>}
      <ol class="story">
        {slices.map((slice) => (
          <li data-state={slice.state} aria-current={slice === around ? "true" : undefined}>
            <button
              class="when"
              title="Choose this"
              onClick={() => {
                model.select({ kind: "slice", slice });
                model.showSelection();
              }}
            >
              {when(slice.from)}
            </button>
            <span>
              <Words model={model} sentence={sliceStory(trace, lane, task, slice)} />
            </span>
          </li>
        ))}
      </ol>
      {later && <p class="quiet">…</p>}
    </Section>
  );
}

/** Links to this many members; a fan-out of thousands is read in the table. */
const MAX_MEMBERS = 50;

function Group({ model, group }: { readonly model: Model; readonly group: GroupInfo }) {
  const { trace } = model;
  return (
    <Section title={group.kind === "taskgroup" ? "TaskGroup" : group.kind}>
      <p>
        <Words model={model} sentence={groupStory(trace, group)} />
      </p>
      <ol class="members">
        {group.members.slice(0, MAX_MEMBERS).map((id) => {
          const task = trace.task(id);
          if (task === undefined) return null;
          return (
            <li>
              <button class="link" onClick={() => chooseTask(model, id)}>
                {fullName(task)}
              </button>{" "}
              {formatDuration((task.ended ?? trace.end) - task.created)}
              {id === group.criticalMember && " ✓ ended last"}
            </li>
          );
        })}
      </ol>
      <More left={Math.max(group.members.length - MAX_MEMBERS, 0) + group.more} what="task" />
    </Section>
  );
}

function Visits({ model, site }: { readonly model: Model; readonly site: Site }) {
  const { count: n = 0, total = 0 } = siteTotal(model.trace, site) ?? {};
  return (
    <Section title={`${fileName(site.file)}:${site.line}`}>
      <p>
        <Words model={model} sentence={["Awaited ", `${n} ${n === 1 ? "time" : "times"} at `, sitePart(site)]} />, in
        all {formatDuration(total)}
      </p>
      <ol class="members">
        {visitsOf(model.trace, site)
          .list(0, MAX_MEMBERS)
          .map((visit) => {
            const task = model.trace.task(visit.task);
            if (task === undefined) return null;
            return (
              <li>
                <button class="link" onClick={() => chooseTask(model, task.id)}>
                  {fullName(task)}
                </button>{" "}
                {formatDuration(visit.to - visit.from)}
              </li>
            );
          })}
      </ol>
      <More left={n - MAX_MEMBERS} what="visit" />
    </Section>
  );
}
