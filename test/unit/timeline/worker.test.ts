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

  const deltas = (): number => reports.reduce((sum, report) => sum + report.deltas.length, 0);

  it("is a few deltas ahead of the page at most, and in the end has read all", () => {
    const trace = crawl();
    const half = Math.floor(trace.byteLength / 2);
    say(trace.slice(0, half));
    say(trace.slice(half));
    assert.ok(deltas() < 40, `${deltas()} deltas`);
    const mirror = new TraceMirror();
    let taken = 0;
    let told = 0;
    for (let i = 0; i < reports.length; i++) {
      const report = reports[i];
      if (report === undefined) break;
      for (const delta of report.deltas) {
        mirror.apply(delta);
        told += 1;
        say(1);
        assert.ok(deltas() <= told + 40, "no more than before");
      }
      taken += report.taken;
    }
    assert.ok(deltas() > 60);
    assert.equal(taken, trace.byteLength);
    assert.ok(mirror.trace.complete);
  });

  it("tells of all that it read at once in one message", () => {
    say(crawl().slice(0, 4 * 32 * 1024));
    assert.equal(reports.length, 4);
    assert.ok(deltas() > 4);
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
