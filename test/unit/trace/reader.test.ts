import assert from "node:assert/strict";
import { isTraceStart, readTrace, taskTimes, TraceError, TraceReader } from "../../../extension/trace";
import { integers, rows, TraceWriter, WAKER } from "../../fixtures/writer";

function errorOf(bytes: Uint8Array): TraceError {
  try {
    readTrace(bytes);
  } catch (error) {
    assert.ok(error instanceof TraceError);
    return error;
  }
  assert.fail("nothing was thrown");
}

/** All as it should be but for their number. */
function tooManyRows(): Uint8Array {
  const count = 2 ** 20 + 4;
  const payload = new Uint8Array(44 + count);
  payload.set(integers([1, 1, 0, 0, count, 16, 1, 5, 0, 0, 0]));
  return payload;
}

/** A first row, a number of rows, which planes are written, another first row, and so many bytes of planes. */
function tableOf(columns: number, count: number, which: readonly number[], bytes: number): Uint8Array {
  const row = Array<number>(columns).fill(1);
  return integers([...row, count, ...which, ...row, ...Array<number>(bytes / 4).fill(0)]);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("Reading a trace", () => {
  describe("its header", () => {
    it("gives the run's facts", () => {
      const { header } = readTrace(
        new TraceWriter()
          .header({ argv: ["-m", "app", "x"], python: "3.14.0", parent: { pid: 7, path: "/project/p.awaitscope" } })
          .bytes(),
      );
      assert.deepEqual(header, {
        argv: ["-m", "app", "x"],
        cwd: "/project",
        python: "3.14.0",
        platform: "linux",
        startedAt: "2026-11-22T12:00:00+00:00",
        parent: { pid: 7, path: "/project/p.awaitscope" },
        whatIf: undefined,
      });
    });

    it("says so where no program ran like this", () => {
      const what = { headline: "1 s instead of 2 s, if …", assumptions: ["All else is equal.", 5], recorded: 2e9 };
      const header = (json: object) => readTrace(new TraceWriter().header({ what_if: json }).bytes()).header;
      assert.deepEqual(header(what)?.whatIf, { ...what, assumptions: ["All else is equal.", ""] });
      assert.deepEqual(header({ headline: 1, assumptions: 2, recorded: "3" })?.whatIf, {
        headline: "",
        assumptions: [],
        recorded: 0,
      });
    });

    it("reads fields of the wrong type as absent", () => {
      const { header } = readTrace(new TraceWriter().header({ argv: ["a", 1, null], cwd: 5, python: {} }).bytes());
      assert.deepEqual([header?.argv, header?.cwd, header?.python], [["a"], "", ""]);
    });

    it("is refused at the first wrong byte of another kind of file", () => {
      const error = errorOf(utf8("# Notes"));
      assert.equal(error.reason, "not-a-trace");
      assert.equal(error.offset, 0);
      assert.equal(isTraceStart(utf8("# Notes")), false);
    });

    it("is refused, and says so, when it was damaged by a copy in text mode", () => {
      const bytes = new TraceWriter().header().bytes();
      const unix = bytes.filter((byte, i) => !(byte === 0x0d && i < 8));
      assert.equal(errorOf(unix).reason, "not-a-trace");
    });

    it("of a newer version asks for an update", () => {
      const error = errorOf(new TraceWriter().header({}, 2).bytes());
      assert.equal(error.reason, "newer-version");
      assert.match(error.nextStep, /Update/);
    });

    it("must be an object", () => {
      const bytes = new TraceWriter().header().bytes().slice(0, 8);
      const list = new TraceWriter()
        .raw(bytes)
        .raw(integers([1, 4]))
        .raw(utf8("[1] "))
        .bytes();
      assert.equal(errorOf(list).reason, "damaged");
    });
  });

  describe("its blocks", () => {
    const start = (): TraceWriter =>
      new TraceWriter().header().define({ k: "loop", id: 1, thread: "Main", class: "L", t: 0 });

    it("skips those of later versions, and unknown definitions, fields and rows", () => {
      const trace = readTrace(
        start()
          .block(77, integers([1, 2, 3]))
          .define({ k: "colour", id: 1 }, { k: "loop", id: 2, thread: "T", class: "L", t: 0, shape: "round" })
          .tasks({ task: 1 })
          .steps(1, 1, 0, [[0xffffff00, 1, 2, 3, 4], rows.step(1, 10)])
          .bytes(),
      );
      assert.deepEqual(
        trace.loops.map((loop) => loop.id),
        [1, 2],
      );
      assert.equal(trace.steps.length, 1);
      assert.equal(trace.steps.end(0), 10);
    });

    it("reads a block only when it is whole", () => {
      const bytes = start().tasks({ task: 1 }).bytes();
      const reader = new TraceReader();
      reader.push(bytes.subarray(0, bytes.length - 1));
      assert.equal(reader.trace.tasks.length, 0);
      const before = reader.trace.revision;
      reader.push(bytes.subarray(bytes.length - 1));
      assert.equal(reader.trace.tasks.length, 1);
      assert.notEqual(reader.trace.revision, before);
      assert.equal(reader.offset, bytes.length);
    });

    it("takes a torn last block for a killed program", () => {
      const bytes = start().tasks({ task: 1 }).bytes();
      const trace = readTrace(bytes.subarray(0, bytes.length - 3));
      assert.equal(trace.truncated, true);
      assert.equal(trace.complete, false);
    });

    it("is complete, with the exit code, only after an end", () => {
      const trace = readTrace(start().end(5_000, 3).bytes());
      assert.deepEqual([trace.complete, trace.truncated, trace.exitCode, trace.end], [true, false, 3, 5_000]);
      assert.equal(readTrace(start().end(5_000, null).bytes()).exitCode, undefined);
    });

    const wrong: readonly (readonly [string, TraceWriter])[] = [
      [
        "a length that is no multiple of 4",
        start()
          .raw(integers([1, 6]))
          .raw(utf8("abcdef")),
      ],
      ["a length above 64 MiB", start().raw(integers([9, 0x7ffffffc]))],
      ["text that is not JSON", start().block(1, utf8("{k: 1}  "))],
      ["text that is not UTF-8", start().block(1, new Uint8Array([0x22, 0xff, 0xff, 0x22]))],
      ["tasks that are not whole rows", start().block(2, integers([1, 2, 3]))],
      ["steps that are not whole rows", start().block(3, integers([1, 1, 0, 0, 1, 2]))],
      ["steps without their head", start().block(3, integers([1]))],
      ["planes without their head", start().block(5, integers([1, 1, 0, 0, 1]))],
      ["planes that are shorter than they say", start().block(5, integers([1, 1, 0, 0, 5, 16, 1, 5, 0, 0, 0, 0]))],
      ["planes of more rows than bytes", start().block(5, integers([1, 1, 0, 0, 1 << 20, 0, 1, 5, 0, 0, 0]))],
      ["planes of more rows than a block may have", start().block(5, tooManyRows())],
      ["tasks by planes without a first row", start().block(6, integers([1, 1, 0]))],
      ["tasks by planes that are shorter than they say", start().block(6, tableOf(9, 5, [1 << 24, 0], 4))],
      ["tasks by planes of more rows than bytes", start().block(6, tableOf(9, 1 << 20, [0, 0], 0))],
      ["tasks by planes of no rows", start().block(6, tableOf(9, 0, [1 << 24, 0], 0))],
      ["groups by planes without which of them are written", start().block(8, integers(Array(14).fill(1)))],
      ["ends by planes that are longer than they say", start().block(7, tableOf(4, 4, [1 << 8], 8))],
      ["ends of groups that are no rows", start().block(9, new Uint8Array(0))],
      ["a group made beyond 104 days", start().groups({ id: 1, kind: "wait_for", t: 2 ** 60 })],
      ["a group that ended beyond 104 days", start().groupEnds([1, "returned", 2 ** 60])],
      ["a time beyond 104 days", start().steps(1, 1, 0, [rows.clock(2 ** 60)])],
      ["a step beyond 104 days", start().steps(1, 1, 0, [rows.longRun(2 ** 60), rows.step(1, 0)])],
      ["an idle beyond 104 days", start().steps(1, 1, 0, [rows.longRun(2 ** 60), rows.idle(0)])],
      ["a task created beyond 104 days", start().tasks({ task: 1, t: 2 ** 60 })],
    ];
    for (const [what, writer] of wrong)
      it(`refuses ${what}, and keeps what was before it`, () => {
        const reader = new TraceReader();
        const failing = (): void => reader.push(writer.bytes());
        assert.throws(failing, TraceError);
        assert.equal(reader.trace.loops.length, 1);
        let first: unknown;
        try {
          failing();
        } catch (error) {
          first = error;
        }
        assert.ok(first instanceof TraceError && first.reason === "damaged");
        assert.equal(first.offset, start().bytes().length, "the damage is where the block begins");
        assert.throws(
          () => reader.push(new Uint8Array(4)),
          (error) => error === first,
          "every later push throws the same error",
        );
      });

    it("does not allocate what a length promises", () => {
      const reader = new TraceReader();
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 0; i < 20; i++) {
        const promising = new TraceReader();
        promising.push(
          new TraceWriter()
            .header()
            .raw(integers([1, 64 * 1024 * 1024]))
            .bytes(),
        );
      }
      assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
      assert.equal(reader.offset, 0);
    });
  });

  describe("its definitions", () => {
    it("keeps the first of two with the same id", () => {
      const trace = readTrace(
        new TraceWriter()
          .header()
          .define(
            { k: "loop", id: 1, thread: "first", class: "", t: 0 },
            { k: "loop", id: 1, thread: "second", class: "", t: 0 },
          )
          .tasks({ task: 1, autoName: 1 }, { task: 1, autoName: 2 })
          .bytes(),
      );
      assert.deepEqual([trace.loops.length, trace.loops[0]?.thread], [1, "first"]);
      assert.deepEqual(
        trace.tasks.map((task) => task.name),
        ["Task-1"],
      );
    });

    it("reads ids, times and lines that cannot be as absent", () => {
      const odd = [-1, 1.5, 2 ** 40, "1", null, [1], {}];
      const trace = readTrace(
        new TraceWriter()
          .header()
          .define(
            ...odd.map((id) => ({ k: "loop", id, thread: "", class: "", t: 0 })),
            ...odd.map((t, i) => ({ k: "loop", id: i + 1, thread: 5, class: null, t })),
            ...odd.map((line, i) => ({ k: "code", id: i + 1, file: line, name: line, line })),
            ...odd.map((line, i) => ({ k: "node", id: i + 1, parent: line, code: i + 1, line, col: line })),
            ...odd.map((count) => ({ k: "lost", count, t: count })),
            ...odd.map((members, i) => ({
              k: "group",
              id: i + 1,
              kind: "gather",
              owner: members,
              members,
              t: members,
            })),
            { k: "end", t: 0, exit_code: "1" },
          )
          .bytes(),
      );
      assert.equal(trace.loops.length, odd.length);
      assert.equal(trace.lostEvents, 2 ** 40, "a count may be large");
      assert.equal(trace.exitCode, undefined);
    });

    it("uses ids up to 2³² without making room for them", () => {
      const id = 0xffffffff;
      const trace = readTrace(
        new TraceWriter()
          .header()
          .define({ k: "file", id, path: "/a.py", user: true }, { k: "code", id, file: id, name: "f", line: 1 })
          .define({ k: "node", id: 0x7fffffff, code: id, parent: 0, line: 3 })
          .tasks({ task: 0xfffffeff, code: id, autoName: 9 })
          .steps(1, 1, 0, [rows.step(0xfffffeff, 5, 0, WAKER.io, 0x7fffffff)])
          .bytes(),
      );
      assert.equal(trace.awaitSite(trace.steps.node(0))?.site.line, 3);
      assert.equal(trace.task(trace.steps.task(0))?.coro, "f");
    });

    it("has no cycles, whatever parents say", () => {
      const trace = readTrace(
        new TraceWriter()
          .header()
          .define(
            { k: "code", id: 1, file: 0, name: "f", line: 1 },
            { k: "node", id: 1, parent: 2, code: 1, line: 1 },
            { k: "node", id: 2, parent: 1, code: 1, line: 1 },
            { k: "node", id: 3, parent: 3, code: 1, line: 1 },
          )
          .tasks({ task: 1, parent: 2 }, { task: 2, parent: 1 }, { task: 3, parent: 3 })
          .steps(
            1,
            1,
            0,
            [1, 2, 3].map((node) => rows.step(1, 1, 0, 0, node)),
          )
          .bytes(),
      );
      assert.deepEqual(
        [0, 1, 2].map((step) => trace.chain(trace.steps.node(step)).length),
        [1, 2, 1],
      );
      assert.deepEqual(
        trace.tasks.map((task) => task.parent),
        [undefined, 1, undefined],
      );
    });

    it("names and explains tasks before and after their rows", () => {
      const trace = readTrace(
        new TraceWriter()
          .header()
          .define({ k: "name", task: 1, name: "early" }, { k: "exception", task: 1, type: "E", message: null })
          .tasks({ task: 1, autoName: 0 }, { task: 2, autoName: 0 }, { task: 3, autoName: 0 })
          .define({ k: "name", task: 2, name: "late" }, { k: "exception", task: 2, type: "F", message: "why" })
          .bytes(),
      );
      assert.deepEqual(
        trace.tasks.map((task) => task.name),
        ["early", "late", "Task #3"],
      );
      assert.deepEqual(
        trace.tasks.map((task) => task.exception),
        [{ type: "E", message: undefined, traceback: [] }, { type: "F", message: "why", traceback: [] }, undefined],
      );
    });

    it("lets a wait grow while the program only says that it is alive", () => {
      const trace = readTrace(
        new TraceWriter()
          .header()
          .define({ k: "loop", id: 1, thread: "M", class: "L", t: 0 })
          .tasks({ task: 1 })
          .steps(1, 1, 0, [rows.step(1, 5)])
          .define({ k: "alive", t: 1_000_000_005 })
          .bytes(),
      );
      assert.equal(trace.end, 1_000_000_005);
      assert.equal(taskTimes(trace, 1).wait, 1_000_000_000);
    });

    it("points at no place where the line is not known", () => {
      const trace = readTrace(
        new TraceWriter()
          .header()
          .define(
            { k: "file", id: 1, path: "/app.py", user: true },
            { k: "code", id: 1, file: 1, name: "f", line: 1 },
            { k: "node", id: 1, parent: 0, code: 1, line: 0 },
          )
          .tasks({ task: 1, site: 1 })
          .bytes(),
      );
      assert.equal(trace.task(1)?.createSite, undefined);
    });

    it("knows the time of the last step before a fault", () => {
      const reader = new TraceReader();
      const beyond = 2 ** 60;
      const bytes = new TraceWriter()
        .header()
        .steps(1, 1, 0, [rows.step(1, 7), rows.clock(beyond)])
        .bytes();
      assert.throws(() => reader.push(bytes), TraceError);
      assert.deepEqual([reader.trace.steps.length, reader.trace.end], [1, 7]);
    });

    it("counts what was lost and keeps the recorder's own failure", () => {
      const trace = readTrace(
        new TraceWriter()
          .header()
          .define({ k: "lost", count: 3, what: "steps", t: 1 }, { k: "lost", count: 4, what: "steps", t: 2 })
          .define({ k: "failed", message: "disk full", t: 7 })
          .bytes(),
      );
      assert.deepEqual([trace.lostEvents, trace.failure, trace.end], [7, "disk full", 7]);
    });
  });
});
