import { createReadStream } from "node:fs";
import { gunzip } from "../gunzip";
import { TraceError, TraceReader, type Trace } from "../trace";
import { unzipped } from "../unzip";
import { CliError, systemReason } from "./errors";

export interface ReadResult {
  readonly trace: Trace;
  /** Why reading stopped early; `trace` is what came before. */
  readonly error: TraceError | undefined;
}

/** Big enough that reading is not the slow part. */
const CHUNK = 1024 * 1024;

export async function readTraceFile(path: string): Promise<ReadResult> {
  const reader = new TraceReader();
  try {
    for await (const piece of unzipped(createReadStream(path, { highWaterMark: CHUNK }), gunzip)) reader.push(piece);
  } catch (error) {
    if (!(error instanceof TraceError)) throw new CliError(`Cannot read ${path}: ${systemReason(error)}.`);
    return { trace: reader.trace, error };
  }
  reader.finish();
  return { trace: reader.trace, error: undefined };
}
