/** The packed blocks: rows of 32-bit integers. */
import { MAX_TIME } from "./fields";
import type { LoopReading } from "./loops";
import type { TraceModel } from "./model";
import { unpackSteps } from "./planes";
import { AWAITS_GROUP, AWAITS_JOB, AWAITS_TASK, CONTINUES, NO_STEP_WAKER } from "./steps";
import type { Nanoseconds, Outcome } from "./types";

const TASK_ROW = 9 * 4;
const END_ROW = 4 * 4;
const STEPS_HEAD = 4 * 4;
const STEP_ROW = 5 * 4;

const FIRST_TAG = 0xffffff00;
const IDLE = 0xffffffff;
const TASK_ENDED = 0xfffffffe;
const AWAITS = 0xfffffffd;
const CLOCK = 0xfffffffc;
const LONG_READY = 0xfffffffb;
const LONG_RUN = 0xfffffffa;

const SINCE_WAKER = 0xffffffff;
const CONTINUING = 0x80000000;
/** What a step can await, by the numbers of the file. */
const AWAITED = [0, AWAITS_TASK, AWAITS_GROUP, AWAITS_JOB] as const;
const OUTCOMES: readonly (Outcome | undefined)[] = [undefined, "returned", "raised", "cancelled"];

/** Says what is wrong with the block; undefined if nothing is. */
type Fault = string | undefined;

export function readTasks(trace: TraceModel, payload: DataView): Fault {
  if (payload.byteLength % TASK_ROW !== 0) return "a block of tasks is not a whole number of rows";
  for (let at = 0; at < payload.byteLength; at += TASK_ROW) {
    const u32 = (i: number): number => payload.getUint32(at + 4 * i, true);
    const created = wide(u32(6), u32(7));
    if (created > MAX_TIME) return "a task was created after the end of time";
    if (u32(0) === 0) continue;
    trace.addTask({
      id: u32(0),
      loop: u32(1),
      parent: u32(2),
      group: u32(3),
      site: trace.nodes.userSite(trace.nodes.index(u32(4))),
      code: trace.nodes.code(u32(5)),
      created,
      autoName: u32(8),
    });
  }
  return undefined;
}

/** The ends of tasks whose steps may have been given up. */
export function readEnds(trace: TraceModel, payload: DataView): Fault {
  if (payload.byteLength % END_ROW !== 0) return "a block of ends is not a whole number of rows";
  for (let at = 0; at < payload.byteLength; at += END_ROW) {
    const u32 = (i: number): number => payload.getUint32(at + 4 * i, true);
    const ended = wide(u32(2), u32(3));
    if (ended > MAX_TIME) return "a task ended after the end of time";
    const outcome = OUTCOMES[u32(1)];
    if (outcome === undefined) continue;
    trace.endTask(u32(0), outcome, ended);
    trace.reached(ended);
  }
  return undefined;
}

export function readSteps(trace: TraceModel, payload: DataView): Fault {
  const length = payload.byteLength;
  if (length < STEPS_HEAD || (length - STEPS_HEAD) % STEP_ROW !== 0)
    return "a block of steps is not a whole number of rows";
  return readStepWords(trace, wordsOf(payload));
}

export function readPackedSteps(trace: TraceModel, payload: DataView): Fault {
  const words = unpackSteps(payload);
  return words === undefined
    ? "the planes of a block of steps are not as long as it says"
    : readStepWords(trace, words);
}

/** `loop first t_lo t_hi`, then rows. */
function readStepWords(trace: TraceModel, words: Uint32Array): Fault {
  const lane = trace.readOn(words[0]!);
  const follows = lane.startAt(words[1]!);
  const clock = wide(words[2]!, words[3]!);
  if (clock > MAX_TIME) return "a clock is beyond the end of time";
  lane.advanceTo(clock);
  if (!follows) lane.whole = lane.clock;
  const fault = readRows(trace, lane, words);
  // Also what was read before a fault.
  trace.reached(lane.clock);
  return fault;
}

/** The same bytes as integers; copied only where they do not lie as integers must. */
function wordsOf({ buffer, byteOffset, byteLength }: DataView): Uint32Array {
  const isAligned = byteOffset % 4 === 0;
  const words = isAligned
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  if (IS_LITTLE_ENDIAN) return words;
  const view = new DataView(words.buffer, words.byteOffset, byteLength);
  return Uint32Array.from(words, (_, i) => view.getUint32(4 * i, true));
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function readRows(trace: TraceModel, lane: LoopReading, words: Uint32Array): Fault {
  let longReady: Nanoseconds | undefined;
  let longRun: Nanoseconds | undefined;
  const { incoming } = trace;
  let { due } = trace;
  for (let at = STEPS_HEAD / 4; at < words.length; at += STEP_ROW / 4) {
    const a = words[at]!;
    const b = words[at + 1]!;
    const c = words[at + 2]!;
    if (a < FIRST_TAG) {
      if (incoming.length >= due) due = trace.tell(lane);
      const start = lane.clock;
      const end = start + (longRun ?? b);
      if (end > MAX_TIME) return "a step lasts beyond the end of time";
      lane.clock = end;
      const ready = longReady ?? (c === SINCE_WAKER ? undefined : c);
      addStep(trace, lane, a, start, end, ready, words[at + 3]!, words[at + 4]!);
      longReady = longRun = undefined;
      continue;
    }
    switch (a) {
      case IDLE: {
        const end = lane.clock + (longRun ?? b);
        if (end > MAX_TIME) return "a loop is idle beyond the end of time";
        if (end > lane.clock) trace.addIdle(lane.id, lane.clock, end);
        lane.clock = end;
        longRun = undefined;
        break;
      }
      case TASK_ENDED: {
        const outcome = OUTCOMES[c];
        if (outcome !== undefined) trace.endTask(b, outcome, lane.clock);
        break;
      }
      case AWAITS:
        if (lane.lastStep !== undefined && c > 0 && b > 0 && b < AWAITED.length)
          trace.incoming.setAwaits(lane.lastStep, c, AWAITED[b]!);
        break;
      case CLOCK: {
        const time = wide(b, c);
        if (time > MAX_TIME) return "a clock is beyond the end of time";
        lane.advanceTo(time);
        break;
      }
      case LONG_READY:
        longReady = wide(b, c);
        break;
      case LONG_RUN:
        longRun = wide(b, c);
        break;
      default: // a row of a later version
    }
  }
  return undefined;
}

/** `ready`: nanoseconds before the start; undefined: since the end of the step that is the waker. */
function addStep(
  trace: TraceModel,
  lane: LoopReading,
  task: number,
  start: Nanoseconds,
  end: Nanoseconds,
  ready: Nanoseconds | undefined,
  waker: number,
  node: number,
): void {
  const { incoming } = trace;
  let wakerCode = 0;
  let readySince = ready === undefined ? start : start - ready;
  if (waker >= NO_STEP_WAKER) wakerCode = waker;
  else if (waker > 0) {
    const step = lane.stepsAgo(waker);
    if (step !== undefined) {
      wakerCode = step + 1;
      // A callback only passes the wake on: while the loop was blocked, it was the task behind it that could not run.
      if (incoming.isCallback(step)) readySince = Math.min(incoming.wakeTime(step), readySince);
      else if (ready === undefined) readySince = incoming.wakeTime(step);
    }
  }
  let owner = task;
  if (task !== 0) {
    const lastEnd = trace.lastEnds[task];
    if (lastEnd === undefined) {
      // A new task is ready from the start, whoever else may have woken it; unless its first steps are missing.
      const created = trace.task(task)?.created;
      if (created !== undefined && created >= lane.whole) readySince = created;
    } else if (start < lastEnd) {
      // Two loops claim the same task: only one can be right. The loop's time was spent, so the step stays, unowned.
      owner = 0;
    } else if (readySince < lastEnd) {
      readySince = lastEnd;
    }
    if (owner !== 0) trace.lastEnds[task] = end;
  }
  if (readySince > start) readySince = start;
  if (readySince < 0) readySince = 0;
  const continues = node >= CONTINUING;
  const row = trace.nodes.index(continues ? node - CONTINUING : node);
  const flags = continues ? CONTINUES : 0;
  const index = incoming.add(owner, lane.id, start, end - start, start - readySince, wakerCode, row, flags);
  const stack = lane.add(index);
  if (stack !== undefined) trace.addStack(lane.id, index, stack);
}

function wide(low: number, high: number): number {
  return high * 0x1_0000_0000 + low;
}
