import assert from "node:assert/strict";
import { readTrace, TraceReader, type Trace } from "../../../extension/trace";
import { ARROWS } from "../../../media/timeline/arrows";
import { loopTop } from "../../../media/timeline/layout";
import { timeToX } from "../../../media/timeline/viewport";
import { drawn, laneMarks, modelOf, overlap, textsOf, type Mark } from "../../fixtures/drawLog";
import { MS, traceFromText } from "../../fixtures/notation";
import { draw, taskNamed } from "../../fixtures/reading";
import { rows, TraceWriter } from "../../fixtures/writer";

/** As it is while the program runs. */
function drawLive(text: string): Trace {
  const reader = new TraceReader();
  reader.push(traceFromText(text));
  return reader.trace;
}

const tall = ({ y0, y1 }: Mark): number => y1 - y0;

describe("What is drawn", () => {
  it("of a step is as high as its lane, of a time ready half of that, and of a wait a line", () => {
    const model = modelOf(
      draw(`
        main: #####..........#####x
        A:     ++++######.........##x
        A < main
      `),
    );
    const marks = laneMarks(model, drawn(model), "A");
    const heights = (color: string, what: Mark["what"]): readonly number[] => [
      ...new Set(marks.filter((mark) => mark.color === color && mark.what === what).map(tall)),
    ];
    const [run = 0] = heights("running", "rect");
    const [ready = 0] = heights("hatch(ready)", "rect");
    assert.deepEqual(heights("waiting", "rect"), [2]);
    assert.ok(run > 20 && ready > 2 && ready <= run / 2, `${String(run)}, ${String(ready)}`);
  });

  it("of a step that blocks the loop now is a capped bar up to now, in its lane and in the loop's, with words", () => {
    const model = modelOf(
      drawLive(`
        main:  ##..........${">".repeat(300)}
        A:       ++#.......
        A < main
        A awaits event
        main blocks in crunch @7
        killed
      `),
    );
    const marks = drawn(model);
    const [from, to] = [timeToX(model.view, 12 * MS), timeToX(model.view, 312 * MS)];
    const top = loopTop(model.layout, 0);
    const inLoop = marks.filter(({ y0, y1 }) => y0 >= top && y1 <= top + model.layout.loopHeight);
    for (const [lane, words] of [
      [laneMarks(model, marks, "main"), "blocks the loop for 300 ms in crunch()"],
      [inLoop, "crunch, app.py:7"],
    ] as const) {
      for (const color of ["running", "blocked"])
        assert.ok(
          lane.some(({ color: of, x0, x1 }) => of === color && Math.abs(x0 - from) < 1 && Math.abs(x1 - to) < 1),
          `${color} of ${words}`,
        );
      assert.ok(textsOf(lane).includes(words), textsOf(lane).join());
    }
    const waits = laneMarks(model, marks, "A");
    assert.ok(textsOf(waits).some((text) => text.startsWith("event")));
    assert.ok(!waits.some(({ color }) => color === "blocked"));
    assert.ok(textsOf(marks).includes("97 % busy"));
  });

  it("of nested groups has no words over another's bracket, tick or words", () => {
    const model = modelOf(
      draw(`
        main:   ##...............................#..........................#x
        outer:   +#.............................#x
        one:      +#.......#x
        two:      ++#.......#x
        inner:    +++#.........................#x
        three:       +#......#x
        four:        ++#......................#x
        outer < main
        one < outer
        two < outer
        inner < outer
        three < inner
        four < inner
        gather outer: one two inner
        gather inner: three four
      `),
      1000,
      500,
    );
    const marks = drawn(model);
    const brackets = marks.filter(({ what, color }) => what === "line" && color === "group");
    const words = marks.filter(({ text }) => text.endsWith("at once"));
    assert.equal(words.length, 2);
    for (const word of words)
      for (const other of [...brackets, ...words]) assert.ok(other === word || !overlap(word, other), word.text);
  });

  it("of how many members did something at once stands at their owner's wait where it has no place beside them", () => {
    const trace = draw(`
      main: #${".".repeat(40)}#x
      A:     #${".".repeat(30)}#x
      B:      #${".".repeat(37)}#x
      gather main: A B
    `);
    for (const width of [700, 1200]) {
      const model = modelOf(trace, width);
      const [words, ...others] = drawn(model).filter(({ text }) => text.includes("at once"));
      assert.ok(words !== undefined && others.length === 0);
      assert.match(words.text, /^gather of 2 tasks 40\.0 ms, 1\.\d of 2 at once$/);
      assert.ok(laneMarks(model, [words], "main").length === 1);
    }
  });

  it("of arrows is a line and a head of its own for each kind", () => {
    const lines = Object.values(ARROWS).map(({ dash }) => dash.join());
    const heads = Object.values(ARROWS).map(({ head, isFilled }) => JSON.stringify([head, isFilled]));
    assert.equal(new Set(lines).size, lines.length);
    assert.equal(new Set(heads).size, heads.length);
    const trace = draw(`
      main:   ##.......#.......#x
      A:       +#...#.#x
      B:       ++#........#c
      A < main
      B < main
      gather main: A
      {"k": "cancel", "task": "B", "by": "main", "site": "@12", "t": 9}
    `);
    const model = modelOf(trace);
    model.select({ kind: "task", task: taskNamed(trace, "main").id });
    const dashes = new Map(
      drawn(model)
        .filter(({ what, color }) => what === "line" && Object.hasOwn(COLORS, color))
        .filter(({ y0, y1 }) => y1 - y0 > 12)
        .map(({ color, dash }) => [color, dash]),
    );
    for (const [color, kind] of Object.entries(COLORS)) assert.deepEqual(dashes.get(color), ARROWS[kind].dash, kind);
  });

  it("of how a task ended is a shape of its own: a stop, a notch with a word, a cross", () => {
    const model = modelOf(
      draw(`
        main:      ##..............##x
        returned:    #....#x
        raised:       #.......#!
        cancelled:     #..........#c
        returned < main
        raised < main
        cancelled < main
      `),
    );
    const marks = drawn(model);
    const ofLane = (name: string, color: string): readonly Mark["what"][] =>
      laneMarks(model, marks, name)
        .filter((mark) => mark.color === color)
        .map(({ what }) => what);
    // Besides the words of its wait.
    assert.deepEqual(ofLane("returned", "dim"), ["text", "rect"]);
    assert.deepEqual(ofLane("raised", "error"), ["rect", "shape", "text"]);
    assert.deepEqual(ofLane("cancelled", "cancelled"), ["line", "line"]);
  });

  it("of ready queue and loop lag is one panel, and each has its figure", () => {
    const names = Array.from({ length: 14 }, (_, i) => `t${String(i)}`);
    const lanes = names.map((name, i) => `${`${name}:`.padEnd(6)}    ${"+".repeat(i)}#x`);
    const model = modelOf(
      draw(`
        main: ####
        ${lanes.join("\n        ")}
        ${names.map((name) => `${name} < main`).join("\n")}
      `),
    );
    const marks = drawn(model);
    const { countersHeight, loopHeight, labels } = model.layout;
    const top = loopTop(model.layout, 0) + loopHeight - countersHeight;
    const inPanel = marks.filter(({ y0, y1 }) => y0 >= top - 1 && y1 <= top + countersHeight);
    // The last has waited until all others have run.
    const words = textsOf(inPanel).join();
    assert.match(words, /^ready queue up to 1\d,loop lag up to 13\.0 ms$/);
    const bars = inPanel.filter(({ x0 }) => x0 >= labels.width);
    for (const color of ["hatch(ready)", "blocked"])
      assert.ok(
        bars.some((bar) => bar.color === color),
        color,
      );
  });

  it("of the minimap is the whole run, with a frame round what is on screen", () => {
    const model = modelOf(draw("main: ##........##........##x"));
    model.look({ from: 8 * MS, to: 12 * MS });
    const { minimap } = model.layout;
    const marks = drawn(model).filter(({ y1 }) => y1 <= minimap.top + minimap.height);
    assert.equal(marks.filter(({ color, what }) => color === "running" && what === "rect").length, 3);
    const [frame] = marks.filter(({ color, what }) => color === "focus" && what === "line");
    const share = ((frame?.x1 ?? 0) - (frame?.x0 ?? 0)) / model.layout.plot.width;
    assert.ok(Math.abs(share - 4 / 22) < 0.02, String(share));
    const veils = marks.filter(({ color, y0 }) => color === "background" && y0 === minimap.top);
    const near = (a = NaN, b = NaN): boolean => Math.abs(a - b) < 1;
    assert.ok(near(veils.at(-2)?.x1, frame?.x0) && near(veils.at(-1)?.x0, frame?.x1), JSON.stringify(veils));
  });

  it("of the ruler and the flag of the time cursor counts from where the run begins", () => {
    // Modules were imported for a second.
    const writer = new TraceWriter().header();
    writer.define({ k: "loop", id: 1, thread: "MainThread", class: "asyncio.SelectorEventLoop", t: 1000 * MS });
    writer.tasks({ task: 1, t: 1000 * MS });
    writer.steps(1, 1, 1000 * MS, [rows.step(1, 500 * MS, 0, 0), rows.ended(1, "returned")]);
    const model = modelOf(readTrace(writer.end(1500 * MS).bytes()));
    model.setCursor(1250 * MS);
    const texts = textsOf(drawn(model));
    assert.equal(model.moment(1250 * MS), "250.0 ms");
    assert.ok(texts.includes("250.0 ms") && texts.includes("0") && texts.includes("400 ms"), texts.join());
    assert.ok(!texts.some((text) => /1\.\d+ s/.test(text)));
  });
});

/** Of the kinds of arrows. */
const COLORS = { awaits: "awaits", wakes: "wakes", spawns: "spawns", cancelled: "cancels" } as const;
