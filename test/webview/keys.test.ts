import assert from "node:assert/strict";
import { taskTop } from "../../media/timeline/layout";
import { traceFromText } from "../fixtures/notation";
import { openTimeline, startBrowser, stopBrowser, type TimelinePage } from "./page";
import { crawl, HELLO, TASKS } from "./traces";

/** A's second step wakes B, B's wakes C, and C's wakes D. */
const CHAIN = traceFromText(`
A: #...#x
B:  #...#x
C:   #...#x
D:    #...#x
A woken timer
B woken A
C woken B
D woken C
`);

describe("More keys", () => {
  let page: TimelinePage;

  before(startBrowser);
  after(stopBrowser);
  beforeEach(async () => {
    page = await openTimeline();
    await page.show(HELLO);
  });
  afterEach(async () => {
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  const heading = (): Promise<string> => page.text(".details h2 >> nth=0");
  const chosen = (): Promise<string> => page.text(".now");
  const said = (): Promise<string> => page.page.locator("[role=status]").innerText();
  const shown = async (): Promise<unknown> => {
    const { from, to } = await page.viewState();
    return { from, to };
  };

  it("/ finds tasks and places, Enter and Shift+Enter go from one to the next, Esc closes", async () => {
    await page.press("/");
    await page.page.keyboard.type("greet");
    await page.settled();
    assert.equal(await page.text(".search span"), "3 found");
    assert.equal(await said(), "3 found");
    await page.page.keyboard.press("Enter");
    await page.settled();
    assert.equal(await heading(), "Alice");
    await page.page.keyboard.press("Enter");
    await page.settled();
    assert.equal(await heading(), "Bob");
    await page.page.keyboard.press("Shift+Enter");
    await page.settled();
    assert.equal(await heading(), "Alice");
    assert.equal(await page.text(".search span"), "1 of 3");
    assert.match(await said(), /^1 of 3: Alice/);
    await page.page.keyboard.press("Escape");
    await page.settled();
    assert.equal(await page.page.locator(".search").count(), 0);
    assert.ok(await page.page.locator("canvas").evaluate((canvas) => canvas === document.activeElement));
  });

  it("G goes to a time", async () => {
    await page.press("g");
    await page.page.keyboard.type("20 ms");
    await page.page.keyboard.press("Enter");
    await page.settled();
    assert.equal(await said(), "At 20.00 ms");
    assert.equal((await page.viewState())["cursor"], 20e6);
    assert.match(await page.text(".await-tree"), /main\s+waiting for gather of 2 tasks at hello\.py:11/);
  });

  it("comma and full stop go from step to step of a task", async () => {
    await page.press("ArrowDown", ".");
    assert.match(await chosen(), /^Ran 2\.00 ms/);
    await page.press(",");
    assert.match(await chosen(), /^Ran 3\.00 ms/);
    await page.press(",");
    assert.equal(await said(), "No step before this one");
    await page.press(".", ".");
    assert.equal(await said(), "No step after this one");
  });

  it("brackets follow who woke whom", async () => {
    await page.press("ArrowDown", ".", "[");
    assert.equal(await heading(), "Bob");
    await page.press("]");
    assert.equal(await heading(), "main");
  });

  it("brackets go along a chain of tasks that woke one another, and back along the same", async () => {
    await page.close();
    page = await openTimeline();
    await page.show(CHAIN);
    await page.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", ".");
    const visited = async (key: string): Promise<readonly string[]> => {
      const names: string[] = [];
      for (let hop = 0; hop < 3; hop++) {
        await page.press(key);
        names.push(`${await heading()} at ${await page.text(".story [aria-current] .when")}`);
      }
      return names;
    };
    assert.equal(await heading(), "D");
    assert.deepEqual(await visited("["), ["C at 6.00 ms", "B at 5.00 ms", "A at 4.00 ms"]);
    assert.deepEqual(await visited("]"), ["B at 5.00 ms", "C at 6.00 ms", "D at 7.00 ms"]);
    await page.press("]");
    assert.equal(await said(), "It woke no task");
  });

  it("brackets say what woke a task that no other task woke", async () => {
    await page.press("ArrowDown", "[");
    assert.equal(await said(), "Just created");
  });

  it("keys that move the picture say what it shows now", async () => {
    await page.press("0");
    assert.equal(await said(), "Shown: 0.00 ms to 43.00 ms");
    await page.press("w");
    assert.match(await said(), /^Shown: /);
    await page.press("c");
    assert.equal(await said(), "Small lanes");
  });

  it("Z and Shift+Z go through the views", async () => {
    await page.press("0");
    const whole = await shown();
    await page.press("w");
    const near = await shown();
    assert.notDeepEqual(near, whole);
    await page.press("z");
    assert.deepEqual(await shown(), whole);
    await page.press("Shift+Z");
    assert.deepEqual(await shown(), near);
  });

  it("X hides the tasks a task created, P pins one to the top", async () => {
    await page.press("ArrowDown", "x");
    assert.equal(await said(), "main: its tasks are hidden");
    await page.press("ArrowDown");
    assert.equal(await heading(), "main");
    await page.press("x", "ArrowDown", "ArrowDown");
    assert.equal(await heading(), "Bob");
    await page.press("p");
    assert.match(await said(), /Bob is pinned to the top/);
    await page.press("x");
    assert.equal(await said(), "Bob created no tasks");
    await page.press("ArrowDown");
    assert.equal(await heading(), "main");
  });

  it("a pinned task stays at the top while the others scroll", async () => {
    await page.close();
    page = await openTimeline();
    await page.show(crawl());
    const layout = await page.layout(TASKS);
    const y = taskTop(layout, 0) + layout.laneHeight / 2;
    await page.click(40, y + 3 * layout.laneHeight);
    const subtitle = (): Promise<string> => page.text(".details p >> nth=0");
    assert.equal(await subtitle(), "Task-4");
    await page.press("p");
    await page.page.mouse.wheel(0, 100_000);
    await page.settled();
    await page.screenshot("pinned");
    await page.press("Escape");
    await page.click(40, y);
    assert.equal(await subtitle(), "Task-4");
    await page.click(40, y + layout.laneHeight);
    assert.match(await subtitle(), /^Task-2\d\d$/);
    assert.ok(Number((await page.viewState())["scroll"]) > 1000);
  });

  it("C makes room for many lanes, then for words, then is where it began", async () => {
    await page.close();
    page = await openTimeline();
    await page.show(crawl());
    const subtitle = (): Promise<string> => page.text(".details p >> nth=0");
    const lane = await page.layout(TASKS, 1, "compact");
    const fortieth = taskTop(lane, 39) + lane.laneHeight / 2;
    await page.screenshot("expert-300");
    await page.press("c");
    await page.screenshot("compact-300");
    await page.click(40, fortieth);
    assert.equal(await subtitle(), "Task-40");
    await page.press("c");
    await page.screenshot("simple-300");
    const simple = await page.layout(TASKS, 1, "simple");
    await page.click(40, taskTop(simple, 7) + simple.laneHeight / 2);
    assert.equal(await subtitle(), "Task-8");
    await page.press("c");
    await page.click(40, fortieth);
    assert.equal(await subtitle(), "Task-16");
  });

  it("Space replays the run and stops it", async () => {
    await page.press(" ");
    await page.page.waitForFunction(() => ((window.fake.state as { cursor?: number }).cursor ?? 0) > 0);
    await page.press(" ");
    const at = (await page.viewState())["cursor"];
    await page.settled();
    assert.equal((await page.viewState())["cursor"], at);
    assert.ok((await page.posted("cursor")).length > 0);
  });

  it("a chosen task says what decided when it ended", async () => {
    await page.press("/");
    await page.page.keyboard.type("main");
    await page.page.keyboard.press("Enter");
    await page.settled();
    assert.match(await page.text(".path"), /Bob \(greet\): Waited 35\.0 ms in sleep/);
    await page.screenshot("critical-path");
  });

  it("so does a chosen group, by its critical member", async () => {
    await page.deliver({ type: "show", generation: "test", target: { group: 1 } });
    assert.match(await page.text(".details"), /Bob \(greet\).* ✓ ended last/);
    assert.match(await page.text(".path"), /Bob \(greet\): Waited 35\.0 ms in sleep/);
  });

  it("all stand in the help", async () => {
    await page.press("?");
    const told = await page.page.locator(".help kbd").allInnerTexts();
    const keys = [
      "W",
      "S",
      "A",
      "D",
      "←",
      "→",
      "↑",
      "↓",
      ",",
      ".",
      "[",
      "]",
      "N, Shift+N",
      "/",
      "G",
      "M",
      "Z, Shift+Z",
    ];
    const more = ["X", "P", "C", "Space", "Enter", "F", "0", "L", "T", "?", "Esc"];
    const gestures = ["Drag", "Shift+drag", "Wheel", "Ctrl+wheel"];
    for (const key of [...keys, ...more, ...gestures]) assert.ok(told.includes(key), key);
  });
});
