/** Reading a trace, and every question the views ask of it. */
export { SLOW_CALLBACK } from "./lane";
export { firstIndex } from "./columns";
export { TraceError, type TraceErrorReason } from "./errors";
export { chromeJson } from "./chromeJson";
export { formatChange, formatCount, formatDuration } from "./durations";
export { mapLines, splitLines, type LineMap } from "./lineMap";
export { awaitStats, awaitStatsIn, type AwaitStat } from "./questions/awaits";
export { busiestStep, placeOfStep, type StepPlace } from "./questions/busy";
export { compare, isExceeded, type Comparison, type Limit, type SiteChange } from "./questions/compare";
export { diffDocument, type Diff } from "./questions/diff";
export { pathKey } from "./questions/matchFiles";
export type { TextOf } from "./questions/matchSites";
export { siteTotal, siteTotals, type SiteTotals } from "./questions/siteTotals";
export { atOnce, membersOneAfterAnother, oneAfterAnother } from "./questions/concurrency";
export { createdStats, type CreatedStat } from "./questions/created";
export { distributionOf, type Distribution } from "./questions/distribution";
export { siteKey, takeIn, type WantedLines } from "./questions/fold";
export { functionStats, type FunctionStat } from "./questions/functions";
export { decisionOf, groupSites, type Decision, type GroupSite } from "./questions/groupSites";
export { blockedSince, blocking, innermostUser } from "./questions/ongoing";
export { outerStats, takeInOuter, type OuterStat } from "./questions/outer";
export type { Typical } from "./questions/sample";
export { criticalPath, type PathPart } from "./questions/path";
export { taskLanes, type TaskLane } from "./questions/lanes";
export { raisedAt, tracebackOf } from "./questions/raised";
export { forEachSlice, NO_STEP, stateAt, type SliceVisitor, type StateAt } from "./questions/slices";
export { blocksNow, lastToRun, standOf, standsAt, waitsSince, type Block, type Stand } from "./questions/standing";
export { isLost, lostTasks } from "./questions/lost";
export { whereItStands } from "./questions/stands";
export { timeoutAround, timeoutWords } from "./questions/timeouts";
export { summarize, type Summary, type SummarySite } from "./questions/summary";
export {
  coroutineStats,
  loopTimes,
  taskTimes,
  type CoroutineStat,
  type LoopTimes,
  type TaskTimes,
} from "./questions/times";
export { visitBeside, visitsOf, type Visit, type Visits } from "./questions/visits";
export { preemptedWithin } from "./questions/preempted";
export { awaitsWithin, taskTimesWithin, type Within } from "./questions/within";
export { originalWaker, originalWakerStep } from "./questions/wakers";
export { firstWoken } from "./questions/wakes";
export { cancelWords, causeOf, creatorOf, type Words } from "./questions/causes";
export { describeJob, describeJobPlace, jobsOf } from "./questions/jobs";
export { describeGroup, describeStep, describeWaker, KIND_WORDS, plainWords, standingWait } from "./questions/words";
export { TraceDecoder, TraceMirror } from "./mirror";
export { isTraceStart, readTrace, TraceReader } from "./reader";
export type * from "./trace";
export * from "./types";
