/** What every task stood in at the time cursor, in tree order. */
import { describeStep, formatCount, stateAt, type Nanoseconds } from "../../../extension/trace";
import type { Model } from "../model";
import { taskTitle } from "../names";
import { sitePart } from "../sentence";
import { More } from "./More";
import { Section } from "./Section";
import { chooseTask, Words } from "./Words";

/** Tasks listed; the table has all. */
const MOST = 200;

export function AwaitTree({ model, time }: { readonly model: Model; readonly time: Nanoseconds }) {
  const { trace } = model;
  const alive = [];
  let count = 0;
  for (const { task: id, depth } of model.lanes.all) {
    const task = trace.task(id);
    if (task === undefined || task.created > time || (task.ended !== undefined && task.ended <= time)) continue;
    count += 1;
    if (alive.length < MOST) alive.push({ task, depth, at: stateAt(trace, id, time) });
  }
  return (
    <Section title={`At ${model.moment(time)}`}>
      <p class="quiet">
        {formatCount(count)} {count === 1 ? "task" : "tasks"} alive
      </p>
      <ul class="await-tree">
        {alive.map(({ task, depth, at }) => {
          const step = at?.state === "waiting" ? at.step : undefined;
          const site = step === undefined ? undefined : trace.awaitSite(trace.steps.node(step))?.site;
          return (
            <li key={task.id} class={`depth-${Math.min(depth, 6)}`} data-state={at?.state}>
              <button class="link" onClick={() => chooseTask(model, task.id)}>
                {taskTitle(task)}
              </button>{" "}
              {step === undefined ? at?.state : `waiting for ${describeStep(trace, step)}`}
              {site !== undefined && (
                <>
                  {" "}
                  at <Words model={model} sentence={[sitePart(site)]} />
                </>
              )}
            </li>
          );
        })}
      </ul>
      <More left={count - alive.length} what="task" />
    </Section>
  );
}
