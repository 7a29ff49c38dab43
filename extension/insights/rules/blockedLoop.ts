import {
  firstIndex,
  preemptedWithin,
  siteKey,
  type ChainFrame,
  type LoopId,
  type Nanoseconds,
  type Site,
  type StepIndex,
  type TaskId,
  type Trace,
} from "../../trace";
import { blockedCall, inDebugger, inImport, startsOther } from "../blockedCall";
import type { Evidence, Facts, Found, Rule, Thresholds } from "../types";
import { duration, listed, place, plural, stoodBefore, taskName } from "../words";

/** A program loads its modules in the first moments; a module that is loaded later does block it. */
const START: Nanoseconds = 1e9;
/** After a long step, its loop catches up with so many steps at most. */
const CATCHING_UP = 500;
const MOST_SHOWN = 5;
/** As long as a block is a second or more, nobody gets an answer. */
const SEVERE: Nanoseconds = 1e9;

/** So much of it taken by the system is worth telling. */
const TOLD_SHARE = 0.1;

interface Block {
  /** Undefined: it goes on. */
  readonly step: StepIndex | undefined;
  readonly loop: LoopId;
  readonly task: TaskId;
  readonly from: Nanoseconds;
  readonly length: Nanoseconds;
  readonly preempted: Nanoseconds;
  readonly seen: Seen;
}

/** What there is to say of where it stood. */
interface Seen {
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
    for (const block of withWhatWasSeen(trace, [...blocksOf(trace, facts, thresholds)])) {
      const { site, what } = block.seen;
      const key = site === undefined ? what : siteKey({ ...site, column: undefined, endColumn: undefined });
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [block]);
      else group.push(block);
    }
    return [...groups.values()].map((blocks) => tell(trace, blocks, thresholds));
  },
};

function* blocksOf(trace: Trace, facts: Facts, { blockedLoop }: Thresholds): Generator<Block> {
  const { steps } = trace;
  for (const step of facts.steps.blocks) {
    const [loop, task, from, to] = [steps.loop(step), steps.task(step), steps.start(step), steps.end(step)];
    const preempted = preemptedWithin(trace, loop, from, to, "at most");
    if (to - from - preempted <= blockedLoop) continue;
    const stack = trace.blockedAt(step);
    if (isExcused(trace, loop, stack, from)) continue;
    // A step of a library's own task that nobody looked at, such as one that starts a thread, has no line to go to.
    if (stack.length === 0 && task !== 0 && trace.task(task)?.code?.file?.user !== true) continue;
    const seen = stack.length === 0 ? unseen(trace, task, step) : seenAt(stack, facts, calledBack(trace, task, step));
    yield { step, loop, task, from, length: to - from, preempted, seen };
  }
  for (const { id: loop } of trace.loops) {
    const now = trace.blockedNow(loop);
    const stack = now?.stack();
    if (now === undefined || stack === undefined || isExcused(trace, loop, stack, now.since)) continue;
    const preempted = preemptedWithin(trace, loop, now.since, trace.end, "at most");
    const length = trace.end - now.since;
    if (length - preempted <= blockedLoop) continue;
    const seen = seenAt(stack, facts, now.task === undefined ? "A callback" : undefined);
    yield { step: undefined, loop, task: now.task ?? 0, from: now.since, length, preempted, seen };
  }
}

/** A step that nobody looked at did what those did that were seen to go on from the same await. */
function withWhatWasSeen(trace: Trace, blocks: readonly Block[]): readonly Block[] {
  const ways = new Map<string, Block>();
  for (const block of blocks) if (block.seen.sampled && block.step !== undefined) ways.set(wayOf(trace, block), block);
  return blocks.map((block) => {
    const like = block.seen.sampled ? undefined : ways.get(wayOf(trace, block));
    return like === undefined ? block : { ...block, seen: like.seen };
  });
}

function wayOf(trace: Trace, { task, step = 0 }: Block): string {
  const list = trace.stepsOf(task);
  const at = firstIndex(list.length, (i) => list.at(i) >= step);
  if (task === 0) return `callback ${trace.steps.node(step)}`;
  return `${trace.task(task)?.coro ?? ""} ${at === 0 ? 0 : trace.steps.node(list.at(at - 1))}`;
}

function isExcused(trace: Trace, loop: LoopId, stack: readonly ChainFrame[], from: Nanoseconds): boolean {
  const started = trace.loops.find(({ id }) => id === loop)?.started ?? 0;
  return inDebugger(stack) || startsOther(stack) || (inImport(stack) && from - started < START);
}

/** What to call it where no line of the program can be named. */
function calledBack(trace: Trace, task: TaskId, step: StepIndex): string | undefined {
  if (task !== 0) return undefined;
  const code = trace.chain(trace.steps.node(step)).at(-1)?.code;
  return code === undefined ? "A callback" : `${code.name}()`;
}

/** Nobody looked: what is known is where the step began and where it came to. */
function unseen(trace: Trace, task: TaskId, step: StepIndex): Seen {
  const node = trace.steps.node(step);
  const code = task === 0 ? trace.chain(node).at(-1)?.code : trace.task(task)?.code;
  const from = task === 0 ? undefined : stoodBefore(trace, task, step);
  const at = trace.awaitSite(node)?.site;
  const where = code?.file?.user === true ? { file: code.file.path, line: code.line } : undefined;
  const whole = where && { ...where, column: undefined, endLine: undefined, endColumn: undefined };
  const what = task === 0 ? `${code?.name ?? "a callback"}()` : `code of ${code?.name ?? "a task"}`;
  const stretch: Evidence[] = [];
  if (from !== undefined) stretch.push({ label: `went on from ${place(from)}`, site: from });
  if (at !== undefined) stretch.push({ label: `came to stand at ${place(at)}`, site: at });
  return { site: from ?? whole, what, sampled: false, stack: stretch };
}

function seenAt(stack: readonly ChainFrame[], facts: Facts, callback: string | undefined): Seen {
  const { call, site, function: name } = blockedCall(stack, facts);
  const called = call === undefined ? `Python code in ${name ?? "a library"}` : `${call}()`;
  const what = (site === undefined ? callback : undefined) ?? called;
  const frames = stack
    .filter((frame) => frame.code.file?.user === true && frame.site !== undefined)
    .slice(0, MOST_SHOWN)
    .map(({ code, site: at }): Evidence => ({
      label: `stood in ${code.name}${at === undefined ? "" : ` at ${place(at)}`}`,
      ...(at === undefined ? {} : { site: at }),
    }));
  return { site, what, sampled: true, stack: frames };
}

function tell(trace: Trace, blocks: readonly Block[], thresholds: Thresholds): Found {
  const now = blocks.find(({ step }) => step === undefined);
  const worst = now ?? blocks.reduce((a, b) => (b.length > a.length ? b : a));
  const { seen, from: at, length, preempted } = worst;
  const cost = blocks.reduce((sum, block) => sum + block.length, 0);
  const held = worst.step === undefined ? [] : heldUp(trace, worst.step);
  const still = worst.step === undefined ? alive(trace, worst) : 0;
  return {
    rule: "blocked-loop",
    severity: length >= SEVERE && held.length + still > 0 ? "error" : "warning",
    certainty: seen.sampled
      ? `Measured; what it did was seen while it ${now === undefined || isOver(trace) ? "lasted" : "lasts"}`
      : `Measured; nobody looked while it lasted, so only where it began and ended is known (longer than ${duration(thresholds.blockedLoop)})`,
    message: now === undefined ? past(blocks, worst, cost, held) : present(trace, now, still),
    site: seen.site,
    tasks: listed(new Set(blocks.map(({ task }) => task).filter((task) => task !== 0))),
    at,
    cost,
    ...(now === undefined ? {} : { ongoing: `${seen.what} holds the loop${meanwhile(still)}` }),
    evidence: [
      { label: `held the loop for ${duration(length)}`, at, ...taskOf(worst.task) },
      ...seen.stack,
      ...(preempted < TOLD_SHARE * length
        ? []
        : [{ label: `the machine was busy: for ${duration(preempted)} of it no processor was free`, at }]),
      ...held.slice(0, MOST_SHOWN).map(({ task, length: ready, since }): Evidence => ({
        label: `${taskName(trace, task)} was ready for ${duration(ready)}`,
        task,
        at: since,
      })),
      ...(now === undefined || blocks.length === 1
        ? []
        : [{ label: `before, ${plural(blocks.length - 1, "step")} held it here for ${duration(cost - length)}` }]),
    ],
  };
}

function past(blocks: readonly Block[], worst: Block, cost: Nanoseconds, held: readonly Held[]): string {
  const often =
    blocks.length === 1
      ? duration(cost)
      : `${duration(cost)} in ${blocks.length} steps, the longest ${duration(worst.length)}`;
  const others =
    held.length === 0
      ? ""
      : `; ${plural(held.length, "task")} ready meanwhile, for up to ${duration(held[0]?.length ?? 0)}`;
  return `${worst.seen.what} held the loop for ${often}${others}`;
}

function present(trace: Trace, { seen, length }: Block, still: number): string {
  return isOver(trace)
    ? `${seen.what} held the loop for the last ${duration(length)} of the trace${meanwhile(still)}`
    : `${seen.what} has held the loop for ${duration(length)} now${meanwhile(still)}`;
}

function meanwhile(still: number): string {
  return still === 0 ? "" : `; ${plural(still, "other task")} cannot run`;
}

/** The program has ended; if it was in the middle of a step, that was killed with it. */
function isOver(trace: Trace): boolean {
  return trace.complete || trace.truncated;
}

/** The loop's other tasks that have not ended. */
function alive(trace: Trace, { loop, task }: Block): number {
  return trace.tasks.filter((one) => one.loop === loop && one.ended === undefined && one.id !== task).length;
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
