import { firstIndex, siteKey, type Nanoseconds, type Site, type StepIndex, type TaskId, type Trace } from "../../trace";
import { blockedCall, inDebugger, inImport } from "../blockedCall";
import type { Evidence, Facts, Finding, Rule, Thresholds } from "../types";
import { duration, listed, place, plural, stoodBefore, taskName } from "../words";

/** A program loads its modules in the first moments; a module that is loaded later does block it. */
const START: Nanoseconds = 1e9;
/** After a long step, its loop catches up with so many steps at most. */
const CATCHING_UP = 500;
const MOST_SHOWN = 5;
/** As long as a block is a second or more, nobody gets an answer. */
const SEVERE: Nanoseconds = 1e9;

interface Block {
  readonly step: StepIndex;
  readonly site: Site | undefined;
  readonly what: string;
  readonly sampled: boolean;
  readonly stack: readonly Evidence[];
}

export const blockedLoop: Rule = {
  id: "blocked-loop",
  explanation: {
    what: "One step or callback ran for so long that the event loop could do nothing else meanwhile.",
    why: "All other tasks of the loop stand still: no request is answered, no timeout fires in time.",
    fix: "Await something instead of calling what blocks (asyncio.sleep, an async client), hand the call to asyncio.to_thread, or split long computations.",
  },
  find(trace, facts, thresholds) {
    const groups = new Map<string, Block[]>();
    for (const step of facts.steps.blocks) {
      const block = look(trace, facts, step);
      if (block === undefined) continue;
      const key =
        block.site === undefined ? block.what : siteKey({ ...block.site, column: undefined, endColumn: undefined });
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [block]);
      else group.push(block);
    }
    return [...groups.values()].map((blocks) => tell(trace, blocks, thresholds));
  },
};

function look(trace: Trace, facts: Facts, step: StepIndex): Block | undefined {
  const { steps } = trace;
  const stack = trace.blockedAt(step);
  const started = trace.loops.find((loop) => loop.id === steps.loop(step))?.started ?? 0;
  if (inDebugger(stack) || (inImport(stack) && steps.start(step) - started < START)) return undefined;
  const task = steps.task(step);
  if (stack.length === 0) {
    const code = task === 0 ? trace.chain(steps.node(step)).at(-1)?.code : trace.task(task)?.code;
    const from = task === 0 ? undefined : stoodBefore(trace, task, step);
    const at = trace.awaitSite(steps.node(step))?.site;
    const where = code?.file?.user === true ? { file: code.file.path, line: code.line } : undefined;
    const whole = where && { ...where, column: undefined, endLine: undefined, endColumn: undefined };
    const what = `code of ${code?.name ?? "a callback"}`;
    const stretch: Evidence[] = [];
    if (from !== undefined) stretch.push({ label: `went on from ${place(from)}`, site: from });
    if (at !== undefined) stretch.push({ label: `came to stand at ${place(at)}`, site: at });
    return { step, site: from ?? whole, what, sampled: false, stack: stretch };
  }
  const { call: seen, site, function: name } = blockedCall(stack, facts);
  const call =
    task === 0 && site === undefined ? (trace.chain(steps.node(step)).at(-1)?.code.name ?? "a callback") : seen;
  const what = call === undefined ? `Python code in ${name ?? "a callback"}` : `${call}()`;
  const frames = stack
    .filter((frame) => frame.code.file?.user === true && frame.site !== undefined)
    .slice(0, MOST_SHOWN)
    .map(({ code, site: at }): Evidence => ({
      label: `stood in ${code.name}${at === undefined ? "" : ` at ${place(at)}`}`,
      ...(at === undefined ? {} : { site: at }),
    }));
  return { step, site, what, sampled: true, stack: frames };
}

function tell(trace: Trace, blocks: readonly Block[], thresholds: Thresholds): Finding {
  const { steps } = trace;
  const length = ({ step }: Block): Nanoseconds => steps.end(step) - steps.start(step);
  const worst = blocks.reduce((a, b) => (length(b) > length(a) ? b : a));
  const cost = blocks.reduce((sum, block) => sum + length(block), 0);
  const at = steps.start(worst.step);
  const held = heldUp(trace, worst.step);
  const others =
    held.length === 0
      ? ""
      : `; ${plural(held.length, "task")} ready meanwhile, for up to ${duration(held[0]?.length ?? 0)}`;
  const often =
    blocks.length === 1
      ? duration(cost)
      : `${duration(cost)} in ${blocks.length} steps, the longest ${duration(length(worst))}`;
  const by = listed(new Set(blocks.map(({ step }) => steps.task(step)).filter((task) => task !== 0)));
  return {
    rule: "blocked-loop",
    severity: length(worst) >= SEVERE && held.length > 0 ? "error" : "warning",
    certainty: worst.sampled
      ? "Measured; what it did was seen while it lasted"
      : `Measured; nobody looked while it lasted, so only where it began and ended is known (longer than ${duration(thresholds.blockedLoop)})`,
    message: `${worst.what} held the loop for ${often}${others}`,
    site: worst.site,
    tasks: by,
    at,
    cost,
    evidence: [
      { label: `held the loop for ${duration(length(worst))}`, at, ...taskOf(steps.task(worst.step)) },
      ...worst.stack,
      ...held.slice(0, MOST_SHOWN).map(({ task, length: ready, since }): Evidence => ({
        label: `${taskName(trace, task)} was ready for ${duration(ready)}`,
        task,
        at: since,
      })),
    ],
  };
}

function taskOf(task: TaskId): { readonly task?: TaskId } {
  return task === 0 ? {} : { task };
}

interface Held {
  readonly task: TaskId;
  readonly since: Nanoseconds;
  readonly length: Nanoseconds;
}

/** Who was ready while the step went on, longest first. */
function heldUp(trace: Trace, step: StepIndex): readonly Held[] {
  const { steps } = trace;
  const lane = trace.stepsOfLoop(steps.loop(step));
  const low = firstIndex(lane.length, (i) => lane.at(i) > step);
  const held: Held[] = [];
  const seen = new Set<TaskId>();
  for (let i = low; i < Math.min(lane.length, low + CATCHING_UP); i++) {
    const next = lane.at(i);
    const task = steps.task(next);
    if (task === 0 || task === steps.task(step) || seen.has(task)) continue;
    seen.add(task);
    const since = Math.max(steps.readySince(next), steps.start(step));
    if (since < steps.end(step)) held.push({ task, since, length: steps.end(step) - since });
  }
  return held.sort((a, b) => b.length - a.length);
}
