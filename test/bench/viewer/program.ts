/**
 * From a program to its picture: a real program under the real runtime, its growing file read as the editor reads it, and
 * the bytes on their way to a page as the protocol has it. When a step ended the program says, when a picture shows it
 * the page; both by the machine's one monotonic clock.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import type { Page } from "playwright-core";
import { Signal } from "../../../extension/dispose";
import type { ToHost, ToWebview } from "../../../extension/protocol";
import { Run } from "../../../extension/session/run";
import { TraceFile } from "../../../extension/session/traceFile";
import { TraceSource } from "../../../extension/source";
import { TimelineStream } from "../../../extension/timeline/stream";
import { TraceReader, type Nanoseconds } from "../../../extension/trace";
import type { Crossing, Picture } from "./program.page";

const SECONDS = 6;
/** Until engine and program run as they go on running, in nanoseconds. */
const WARM: Nanoseconds = 1.5e9;
/** The fastest of so many looks at a page's clock tells it to a fraction of a millisecond. */
const LOOKS = 40;

export interface Followed {
  readonly eventsASecond: number;
  /** From each step's end until the host had read it, in milliseconds. */
  readonly toHost: readonly number[];
  /** From each step's end until a picture shows it. */
  readonly toPicture: readonly number[];
}

interface Parts {
  readonly python: string;
  /** The folder of the runtime. */
  readonly runtime: string;
  readonly program: string;
  /** Where the trace goes. */
  readonly trace: string;
  readonly stepsASecond: number;
  readonly eventsAStep: number;
  /** A page that is not loaded yet: it speaks first. */
  readonly page: Page;
  readonly load: () => Promise<unknown>;
}

export async function follow(parts: Parts): Promise<Followed> {
  const { page, trace } = parts;
  fs.rmSync(trace, { force: true });
  const source = new TraceSource("steady.py", trace, new TraceFile(trace));
  const fail = (error: unknown): never => {
    throw error;
  };
  const post = async (message: ToWebview): Promise<boolean> => {
    const crossing: Crossing =
      message.type === "bytes" ? { ...message, bytes: Buffer.from(message.bytes).toString("base64") } : message;
    await page.evaluate((said) => window.program.hear(said), crossing);
    return true;
  };
  const stream = new TimelineStream(post, fail, () => undefined);
  await page.exposeFunction("tellHost", (message: ToHost) => {
    if (message.type === "ready") stream.ready(message);
    else if (message.type === "ack") stream.ack(message);
  });
  stream.serve(source);
  await parts.load();

  const reads: Picture[] = [];
  source.onDidChange(() => reads.push({ offset: source.available, at: now() }));
  await run(parts, source);
  await page.waitForFunction((size) => (window.program.pictures.at(-1)?.offset ?? 0) >= size, source.available);
  const pictures = await page.evaluate(() => window.program.pictures);
  const ahead = await aheadOf(page);
  stream.dispose();
  source.dispose();

  const bytes = fs.readFileSync(trace);
  const begun = Number(/"monotonic_start": ?(\d+)/.exec(bytes.toString("latin1", 0, 65536))?.[1] ?? NaN) / 1e6;
  const { eventsASecond, delays: toPicture } = measure(
    bytes,
    pictures.map(({ offset, at }) => ({ offset, at: at + ahead - begun })),
    parts.eventsAStep,
  );
  const { delays: toHost } = measure(
    bytes,
    reads.map(({ offset, at }) => ({ offset, at: at - begun })),
    parts.eventsAStep,
  );
  return { eventsASecond, toHost, toPicture };
}

/** Resolves when the program has ended and all of its trace was read. */
async function run({ python, runtime, program, trace, stepsASecond }: Parts, source: TraceSource): Promise<void> {
  const ended = new Signal<number | undefined>();
  const args = [runtime, "run", "--out", trace, program, String(stepsASecond), String(SECONDS)];
  const child = spawn(python, args, { stdio: ["ignore", "ignore", "inherit"] });
  child.on("exit", (code) => ended.fire(code ?? undefined));
  const terminal = {
    state: { kind: "running", pid: child.pid ?? 0 } as const,
    onDidEnd: ended.event,
    look: () => Promise.resolve(),
    interrupt: () => void child.kill("SIGINT"),
    kill: () => void child.kill("SIGKILL"),
    dispose: () => undefined,
  };
  const onFault = (error: unknown): void => {
    throw error;
  };
  const following = new Run({
    name: "steady.py",
    source,
    terminal,
    tracePath: trace,
    runFile: `${trace}.run`,
    onFault,
  });
  await new Promise<void>((done) => following.onDidEnd(done));
  following.dispose();
}

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** What is to be added to the page's clock to have ours, in milliseconds. */
async function aheadOf(page: Page): Promise<number> {
  const looks: { readonly took: number; readonly ahead: number }[] = [];
  for (let i = 0; i < LOOKS; i++) {
    const before = now();
    const theirs = await page.evaluate(() => performance.now());
    const after = now();
    looks.push({ took: after - before, ahead: (before + after) / 2 - theirs });
  }
  return looks.reduce((best, look) => (look.took < best.took ? look : best)).ahead;
}

/** How long after each step's end there was something that knows of it; `known` ascends, in the trace's own time. */
function measure(
  bytes: Uint8Array,
  known: readonly Picture[],
  eventsAStep: number,
): { readonly eventsASecond: number; readonly delays: readonly number[] } {
  const reader = new TraceReader();
  const { steps } = reader.trace;
  const delays: number[] = [];
  let [taken, read, first] = [0, 0, Infinity];
  for (const { offset, at } of known) {
    reader.push(bytes.subarray(read, offset));
    read = offset;
    for (; taken < steps.length; taken++) {
      // Callbacks are no events of a task's.
      if (steps.task(taken) === 0) continue;
      const end = steps.end(taken);
      first = Math.min(first, end);
      if (end > first + WARM) delays.push(at - end / 1e6);
    }
  }
  const seconds = (steps.end(steps.length - 1) - first - WARM) / 1e9;
  return { eventsASecond: (delays.length * eventsAStep) / seconds, delays };
}
