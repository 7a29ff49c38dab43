/** Blocks of steps: rows of five integers. */
import { MAX_TIME } from "./fields";
import type { LoopReading } from "./loops";
import type { TraceModel } from "./model";
import { unpack, wide, wordsOf } from "./planes";
import { AWAITS_GROUP, AWAITS_JOB, AWAITS_TASK, CONTINUES, NO_STEP_WAKER } from "./steps";
import { OUTCOMES } from "./tables";
import type { Nanoseconds } from "./types";

/** In integers. */
const STEPS_HEAD = 4;
const STEP_ROW = 5;
const RUN = 1;

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

/** Says what is wrong with the block; undefined if nothing is. */
type Fault = string | undefined;

export function readSteps(trace: TraceModel, payload: DataView): Fault {
  const words = wordsOf(payload);
  if (words.length < STEPS_HEAD || (words.length - STEPS_HEAD) % STEP_ROW !== 0)
    return "a block of steps is not a whole number of rows";
  return readStepWords(trace, words);
}

export function readPackedSteps(trace: TraceModel, payload: DataView): Fault {
  const words = unpack(payload, { head: STEPS_HEAD, columns: STEP_ROW, kept: RUN });
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

function readRows(trace: TraceModel, lane: LoopReading, words: Uint32Array): Fault {
  let longReady: Nanoseconds | undefined;
  let longRun: Nanoseconds | undefined;
  const { incoming } = trace;
  let { due } = trace;
  for (let at = STEPS_HEAD; at < words.length; at += STEP_ROW) {
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
