import assert from "node:assert/strict";
import { TraceMirror } from "../../../extension/trace";
import { source } from "../../../media/timeline/decode.worker?source";
import type { WorkerReport } from "../../../media/timeline/workerReport";
import { crawl } from "../../webview/traces";

interface Scope {
  onmessage?: (event: { readonly data: Uint8Array | number }) => void;
  readonly postMessage: (message: "ready" | WorkerReport) => void;
}

describe("The worker that reads for the timeline", () => {
  const reports: WorkerReport[] = [];
  let say: (data: Uint8Array | number) => void;

  beforeEach(() => {
    reports.length = 0;
    const scope: Scope = {
      postMessage: (message) => {
        if (message !== "ready") reports.push(message);
      },
    };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as a browser does with it
    (new Function("self", source) as (self: Scope) => void)(scope);
    say = (data) => scope.onmessage?.({ data });
  });

  it("is a few reports ahead of the page at most, and in the end has read all", () => {
    const trace = crawl();
    const half = Math.floor(trace.byteLength / 2);
    say(trace.slice(0, half));
    say(trace.slice(half));
    const ahead = reports.length;
    assert.ok(ahead < 40, `${ahead} reports`);
    const mirror = new TraceMirror();
    let taken = 0;
    for (let i = 0; i < reports.length; i++) {
      const report = reports[i];
      if (report === undefined) break;
      mirror.apply(report.delta);
      taken += report.taken;
      say(1);
      assert.ok(reports.length <= i + 1 + 40, "no more than before");
    }
    assert.ok(reports.length > 60);
    assert.equal(taken, trace.byteLength);
    assert.ok(mirror.trace.complete);
  });

  it("reads what is too little for a report at once", () => {
    const trace = crawl(20);
    say(trace.slice(0, 300));
    assert.deepEqual(
      reports.map((report) => report.taken),
      [300],
    );
  });
});
