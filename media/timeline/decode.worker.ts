/** Runs in a worker of the timeline's page: reads the trace's bytes, so that the page has only to draw. */
import { TraceDecoder, TraceError } from "../../extension/trace";
import type { WorkerReport } from "./workerReport";

/** Bytes read before looking at what was said meanwhile: of definitions, about as many as the page takes in at once. */
const PIECE = 32 * 1024;
/** Deltas that the page has not taken in yet: enough that it need not wait for more. One far ahead takes a processor from it while it draws. */
const AHEAD = 10;

const decoder = new TraceDecoder();
let error: WorkerReport["error"];
let ahead = 0;
const unread: Uint8Array[] = [];

self.onmessage = ({ data }: MessageEvent<Uint8Array | number>): void => {
  // How many deltas more were taken in, or more to read.
  if (typeof data === "number") ahead -= data;
  else unread.push(data);
  for (let [bytes] = unread; bytes !== undefined && ahead < AHEAD; [bytes] = unread) {
    if (bytes.byteLength > PIECE) unread[0] = bytes.subarray(PIECE);
    else unread.shift();
    read(bytes.subarray(0, PIECE));
  }
};

function read(bytes: Uint8Array): void {
  try {
    if (error === undefined) decoder.push(bytes);
  } catch (fault) {
    if (!(fault instanceof TraceError)) throw fault;
    const { reason, message, nextStep, offset } = fault;
    error = { reason, message, nextStep, offset };
  }
  const deltas = decoder.take();
  const report: WorkerReport = { deltas, taken: bytes.byteLength, error };
  self.postMessage(report, { transfer: [...deltas] });
  ahead += deltas.length;
}

// A page that hears nothing reads the trace itself.
self.postMessage("ready");
