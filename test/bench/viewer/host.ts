/* eslint-disable no-console -- it answers whoever asked */
/** In a process of its own: what the editor keeps of a trace, and how long it takes to read it. Prints both, as JSON. */
import { TraceFile } from "../../../extension/session/traceFile";
import { TraceSource } from "../../../extension/source";

export interface HostFigures {
  /** In milliseconds. */
  readonly took: number;
  /** Resident memory over that of the process without a trace, in MB. */
  readonly memory: number;
}

const resident = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
};

async function main(file: string): Promise<void> {
  const source = new TraceSource(file, file, new TraceFile(file));
  const base = resident();
  const begun = performance.now();
  await source.end();
  const took = performance.now() - begun;
  const figures: HostFigures = { took, memory: resident() - base };
  // The trace is still asked for, so that it is still kept.
  if (source.trace.complete) console.log(JSON.stringify(figures));
}

void main(process.argv[2] ?? "");
