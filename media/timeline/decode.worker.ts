/** Runs in a worker of the timeline's page: reads the trace's bytes, so that the page has only to draw. */
import { TraceDecoder, TraceError } from "../../extension/trace";
import type { WorkerReport } from "./decoding";

/** Steps a report should have: the page takes them in within a frame, and each report costs a little besides. */
const STEPS = 16 * 1024;
/** Bytes a report is made of at least and at most, whatever the steps. */
const LEAST = 16 * 1024;
const MOST = 512 * 1024;
/** The first ones are shorter: a page that has only begun to run its code takes several times as long. */
let piece = LEAST;

const decoder = new TraceDecoder();
let error: WorkerReport["error"];

self.onmessage = ({ data }: MessageEvent<Uint8Array>): void => {
  for (let at = 0; at < data.byteLength;) {
    const bytes = data.subarray(at, at + piece);
    at += bytes.byteLength;
    const steps = take(bytes);
    if (bytes.byteLength < piece) return;
    const wanted = steps === 0 ? MOST : (piece * STEPS) / steps;
    piece = Math.round(Math.min(Math.max(wanted, LEAST), 2 * piece, MOST));
  }
};

/** Returns how many steps were in them. */
function take(bytes: Uint8Array): number {
  try {
    if (error === undefined) decoder.push(bytes);
  } catch (fault) {
    if (!(fault instanceof TraceError)) throw fault;
    const { reason, message, nextStep, offset } = fault;
    error = { reason, message, nextStep, offset };
  }
  const { steps } = decoder;
  const delta = decoder.take();
  const report: WorkerReport = { delta, taken: bytes.byteLength, error };
  self.postMessage(report, { transfer: [delta] });
  return steps;
}

// A page that hears nothing reads the trace itself.
self.postMessage("ready");
