/** What it costs to keep the source told: `npm run bench -- inline [--save]`. The part in VS Code's window is not in it. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { annotate, placeFacts } from "../../../extension/inline/annotations";
import { TracedFiles } from "../../../extension/inline/fileFacts";
import { tracedLenses } from "../../../extension/inline/tracedLenses";
import { mapLines, takeInOuter, takeIn, TraceReader, type LineMap, type Trace } from "../../../extension/trace";
import { rows, TraceWriter, WAKER, type Json, type StepRow } from "../../fixtures/writer";
import { tableOf, type Row } from "../viewer/table";

const ROOT = process.cwd();
const TASKS = 200;
const UPDATES = 200;
const STEPS_AN_UPDATE = 3_000;
/** The same is done so many times in turn, and the least counts: the rest is other work of the machine. */
const EQUALS = 3;

interface Shape {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
  readonly sites: number;
  readonly target: string;
}

const SHAPES: readonly Shape[] = [
  { name: "2 000 lines, 700 sites", files: 1, lines: 2_000, sites: 700, target: "< 5 ms" },
  { name: "20 000 lines, 10 000 sites", files: 1, lines: 20_000, sites: 10_000, target: "" },
  { name: "1 000 files of 2 000 lines, 100 sites each", files: 1_000, lines: 2_000, sites: 100, target: "< 5 ms" },
];

/** The lines in a window's view, and the margin. */
const isNear = (line: number) => line <= 250;

function measure(shape: Shape): readonly Row[] {
  const lines = Array.from({ length: shape.lines }, (_, i) => `    await call(${i})`);
  const whole: LineMap = new Map(lines.map((_, i) => [i, i]));
  const times = { takeIn: [] as number[], update: [] as number[], lenses: [] as number[], edit: [] as number[] };
  // Once around, so that every site was met before anything is measured. Made before anything runs: no garbage of ours.
  const around = Math.ceil((shape.files * shape.sites) / STEPS_AN_UPDATE);
  const blocks = Array.from({ length: around + UPDATES }, (_, i) => blockOf(shape, i));
  const equals = Array.from({ length: EQUALS }, () => new Equal(shape));
  let garbage = 0;
  blocks.forEach((bytes, update) => {
    const isAsked = update >= around && update % 10 === 0;
    const all = equals.map((equal) => equal.take(bytes, whole, isAsked));
    if (update < around) return;
    const least = (of: (took: Took) => number): number => Math.min(...all.map(of));
    times.takeIn.push(least(({ takeIn }) => takeIn));
    times.update.push(least(({ update: took }) => took));
    garbage += least(({ garbage: made }) => made);
    if (!isAsked) return;
    times.lenses.push(least(({ lenses }) => lenses));
    const edited = [...lines];
    edited.splice((update * 7) % lines.length, 1, "# one", "# two");
    times.edit.push(Math.min(...equals.map(() => timeOf(() => mapLines(lines, edited)))));
  });
  const kilobytes = `${Math.round(garbage / UPDATES / 1024).toLocaleString("en-US")} kB`;
  return [
    [`${shape.name}: one update (median / p95)`, shape.target, both(times.update)],
    [`${shape.name}: memory that an update takes and drops`, "", kilobytes],
    [`${shape.name}: taking in the steps (median / p95)`, "", both(times.takeIn)],
    [`${shape.name}: lenses (median / p95)`, "", both(times.lenses)],
    [`${shape.name}: after an edit (median / p95)`, shape.target, both(times.edit)],
  ];
}

interface Took {
  readonly takeIn: number;
  readonly update: number;
  readonly lenses: number;
  readonly garbage: number;
}

/** One reader with what is kept for its files. */
class Equal {
  private readonly reader = new TraceReader();
  private readonly files: TracedFiles;

  constructor(shape: Shape) {
    this.reader.push(head(shape));
    this.files = new TracedFiles(this.reader.trace);
  }

  take(bytes: Uint8Array, whole: LineMap, isAsked: boolean): Took {
    const { reader, files } = this;
    const takeIn = timeOf(() => {
      reader.push(bytes);
      // So that nobody has to do it who wants an answer.
      taken(reader.trace);
    });
    const [file] = files.all.values();
    if (file === undefined) throw new Error("The trace has no file.");
    const before = memoryUsage();
    let texts = 0;
    const update = timeOf(() => {
      texts = annotate(reader.trace, placeFacts(files.inView(file, isNear), whole)).length;
    });
    if (texts === 0) throw new Error("No site has a text.");
    const garbage = Math.max(0, memoryUsage() - before);
    const lenses = isAsked ? timeOf(() => tracedLenses(files.lensFacts(file), whole, true)) : 0;
    return { takeIn, update, lenses, garbage };
  }
}

function taken(trace: Trace): void {
  takeIn(trace);
  takeInOuter(trace);
}

const memoryUsage = (): number => process.memoryUsage().heapUsed;

function timeOf(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function blockOf({ files, sites }: Shape, update: number): Uint8Array {
  const first = update * STEPS_AN_UPDATE + 1;
  const steps: StepRow[] = Array.from({ length: STEPS_AN_UPDATE }, (_, i) => {
    const node = 1 + ((first + i) % (files * sites)) * 2;
    return rows.step(1 + ((first + i) % TASKS), 1_000, 500, WAKER.timer, node + 1);
  });
  return new TraceWriter().steps(1, first, 1e6 + update * STEPS_AN_UPDATE * 1_000, steps).bytes();
}

/** A function a file, which is the coroutine of the tasks; the sites are its lines, each a sleep. */
function head({ files, sites, lines }: Shape): Uint8Array {
  const definitions: Json[] = [
    { k: "loop", id: 1, thread: "MainThread", class: "asyncio.SelectorEventLoop", t: 0 },
    { k: "file", id: 1, path: "/usr/lib/python3.12/asyncio/tasks.py", user: false },
    { k: "code", id: 1, file: 1, name: "sleep", line: 653, is: "coroutine" },
  ];
  for (let file = 0; file < files; file++) {
    definitions.push(
      { k: "file", id: 2 + file, path: `/project/file_${file}.py`, user: true, sha256: "0".repeat(64) },
      { k: "code", id: 2 + file, file: 2 + file, name: "work", line: 1, is: "coroutine" },
    );
    for (let site = 0; site < sites; site++) {
      const id = 1 + (file * sites + site) * 2;
      const line = 1 + Math.floor((site * lines) / sites);
      definitions.push(
        { k: "node", id, parent: 0, code: 2 + file, line, end_line: line, col: 4, end_col: 20 },
        { k: "node", id: id + 1, parent: id, code: 1, line: 660, end_line: 660, col: 0, end_col: 9 },
      );
    }
  }
  const writer = new TraceWriter().header();
  // A block holds up to 64 MiB.
  for (let i = 0; i < definitions.length; i += 20_000) writer.define(...definitions.slice(i, i + 20_000));
  return writer.tasks(...Array.from({ length: TASKS }, (_, i) => ({ task: i + 1, code: 2 }))).bytes();
}

function both(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2)} ms`;
  return `${at(0.5)} / ${at(0.95)}`;
}

const results = SHAPES.flatMap(measure);
const machine = `${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? "unknown"}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.platform()}, Node ${process.versions.node}; load average ${os.loadavg()[0]?.toFixed(1) ?? ""}`;
const text = `# The source, measured

\`npm run bench -- inline --save\` writes this page. An update is what the extension does at most ten times a second while a
program runs: take in ${STEPS_AN_UPDATE.toLocaleString("en-US").replace(",", " ")} new steps of ${TASKS} tasks, sum them up for the file in view, place the numbers and write
their texts. Lenses are asked for once a second. An edit finds the lines of the file again. Drawing itself happens in VS
Code's window, of the lines in view and a hundred above and below, and only when a text changed. Each is done ${EQUALS} times
in turn on equal traces, and the least counts.

Machine: ${machine}.

${tableOf(results)}
`;
process.stdout.write(text);
if (process.argv.includes("--save")) fs.writeFileSync(path.join(ROOT, "docs/bench-inline.md"), text);
