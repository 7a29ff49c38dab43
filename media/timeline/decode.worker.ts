/** Runs in a worker of the timeline's page: reads the trace's bytes, so that the page has only to draw. */
import { TraceDecoder, TraceError } from "../../extension/trace";
import type { WorkerReport } from "./decoding";

/** Bytes a report is made of at most: the page takes one in within a frame, and each costs a little besides. */
const PIECE = 256 * 1024;
/** The first ones are shorter: a page that has only begun to run its code takes several times as long. */
let piece = 32 * 1024;

const decoder = new TraceDecoder();
let error: WorkerReport["error"];

self.onmessage = ({ data }: MessageEvent<Uint8Array>): void => {
  for (let at = 0; at < data.byteLength;) {
    const bytes = data.subarray(at, at + piece);
    take(bytes);
    at += bytes.byteLength;
    if (bytes.byteLength === piece) piece = Math.min(2 * piece, PIECE);
  }
};

function take(bytes: Uint8Array): void {
  try {
    if (error === undefined) decoder.push(bytes);
  } catch (fault) {
    if (!(fault instanceof TraceError)) throw fault;
    const { reason, message, nextStep, offset } = fault;
    error = { reason, message, nextStep, offset };
  }
  const delta = decoder.take();
  const report: WorkerReport = { delta, taken: bytes.byteLength, error };
  self.postMessage(report, { transfer: [delta] });
}

// A page that hears nothing reads the trace itself.
self.postMessage("ready");
