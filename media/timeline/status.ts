/** The two lines above the picture: what is going on, and what concurrency bought. */
import { formatCount, formatDuration, type TraceError, type Trace } from "../../extension/trace";
import type { RunState } from "../../extension/protocol";
import { isWorthSaying } from "./story";

export interface Status {
  readonly tone: "live" | "quiet" | "warning" | "error";
  readonly text: string;
}

/** Every sentence that is true now, the most important first. */
export function statusOf(trace: Trace, state: RunState | undefined, error: TraceError | undefined): readonly Status[] {
  const result: Status[] = [];
  if (state?.kind === "failed") result.push({ tone: "error", text: state.message });
  if (error !== undefined) {
    const kept = trace.tasks.length > 0 ? ` Everything up to ${formatDuration(trace.end)} was kept.` : "";
    result.push({ tone: "error", text: `${error.message}${kept} ${error.nextStep}` });
  }
  if (trace.failure !== undefined) {
    const text = `The recorder stopped at ${formatDuration(trace.end)}: ${trace.failure}. The program went on without it.`;
    result.push({ tone: "error", text });
  }
  if (trace.lostEvents > 0) {
    const n = formatCount(trace.lostEvents);
    result.push({ tone: "warning", text: `${n} ${trace.lostEvents === 1 ? "event was" : "events were"} lost` });
  }
  // Nobody ran it: there is nothing to say of its end.
  const run = trace.header?.whatIf === undefined ? runStatus(trace, state) : undefined;
  if (run !== undefined && error === undefined) result.push(run);
  return result;
}

function runStatus(trace: Trace, state: RunState | undefined): Status | undefined {
  if (state === undefined) return { tone: "quiet", text: "Waiting for the trace…" };
  if (state.kind === "failed") return undefined;
  if (trace.complete) {
    const code = trace.exitCode;
    if (code === undefined) return { tone: "quiet", text: "Ended" };
    return { tone: code === 0 ? "quiet" : "warning", text: `Ended, exit code ${code}` };
  }
  if (trace.truncated) {
    const text = `The program was killed here; everything up to ${formatDuration(trace.end)} was kept`;
    return { tone: "warning", text };
  }
  return state.kind === "running" ? { tone: "live", text: "Running" } : { tone: "quiet", text: "Loading…" };
}

/** "2 tasks, 1.00 s; one after another it would have taken 2.00 s". */
export function headline(tasks: number, wall: number, oneAfterAnother: number): string {
  const text = `${formatCount(tasks)} ${tasks === 1 ? "task" : "tasks"}, ${formatDuration(wall)}`;
  if (!isWorthSaying(oneAfterAnother, wall)) return text;
  return `${text}; one after another it would have taken ${formatDuration(oneAfterAnother)}`;
}

export interface Emptiness {
  readonly title: string;
  readonly advice: string;
}

/** Said in place of the picture while there is nothing to draw. */
export function emptiness(
  trace: Trace,
  state: RunState | undefined,
  error: TraceError | undefined,
): Emptiness | undefined {
  if (trace.tasks.length > 0 || trace.steps.length > 0) return undefined;
  if (state?.kind === "failed") return { title: "Nothing was recorded", advice: state.message };
  if (error !== undefined) return { title: error.message, advice: error.nextStep };
  if (trace.complete && trace.loops.length === 0) {
    return {
      title: "No asyncio loop was started",
      advice: "The program ended without asyncio.run(…) or another event loop. Trace the file that starts the loop.",
    };
  }
  if (trace.truncated) {
    return {
      title: "The program was killed before its first task ran",
      advice: "Nothing could be kept. The terminal shows what the program itself printed.",
    };
  }
  if (trace.complete) {
    return { title: "The loop ran no task", advice: "It was started and closed again; there is nothing to draw." };
  }
  if (state?.kind === "running") {
    return {
      title: "The program has started",
      advice: "Its tasks appear here as soon as its event loop runs the first one.",
    };
  }
  return { title: "Reading the trace…", advice: "Tasks appear here as soon as they are read." };
}
