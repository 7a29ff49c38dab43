/** Runs in a worker of the timeline's page: reads the trace's bytes, so that the page has only to draw. */
import { TraceDecoder, TraceError } from "../../extension/trace";
import { TAKEN, type WorkerReport } from "./workerReport";

/** Steps a report should have: the page takes them in within a frame, and each report costs a little besides. */
const STEPS = 8 * 1024;
/** Bytes a report is made of at least and at most, whatever the steps. */
const LEAST = 16 * 1024;
const MOST = 512 * 1024;
/** Reports grow by this much at most: a page that has only begun to run its code takes several times as long. */
const GROWTH = 1.25;
let piece = LEAST;

const decoder = new TraceDecoder();
let error: WorkerReport["error"];

/** Reports that the page has not taken in yet: with more of them its timers would wait until all are. */
const AHEAD = 2;
let ahead = 0;
const unread: Uint8Array[] = [];

self.onmessage = ({ data }: MessageEvent<Uint8Array | typeof TAKEN>): void => {
  if (data === TAKEN) ahead -= 1;
  else unread.push(data);
  for (let [bytes] = unread; bytes !== undefined && ahead < AHEAD; [bytes] = unread) {
    if (bytes.byteLength > piece) unread[0] = bytes.subarray(piece);
    else unread.shift();
    readOn(bytes.subarray(0, piece));
  }
};

function readOn(bytes: Uint8Array): void {
  const steps = take(bytes);
  if (bytes.byteLength < piece) return;
  const wanted = steps === 0 ? MOST : (piece * STEPS) / steps;
  piece = Math.round(Math.min(Math.max(wanted, LEAST), GROWTH * piece, MOST));
}

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
  ahead += 1;
  self.postMessage(report, { transfer: [delta] });
  return steps;
}

// A page that hears nothing reads the trace itself.
self.postMessage("ready");
