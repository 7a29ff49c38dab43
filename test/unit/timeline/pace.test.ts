import assert from "node:assert/strict";
import { Pace } from "../../../media/timeline/pace";

/** A page as far as a pace knows it, whose frames come when the test says so. */
const page = { visibilityState: "visible" };
let frames: (() => void)[] = [];

const stand = (name: string, value: unknown): void => {
  Object.defineProperty(globalThis, name, { value, configurable: true });
};
const frame = (): void => {
  for (const callback of frames.splice(0)) callback();
};
/** So long that no other piece fits into the same frame. */
const long = (): void => {
  for (const until = performance.now() + 1; performance.now() < until;);
};

describe("The pace at which a page takes a trace in", () => {
  let pieces: number;
  let slices: number;
  let paused: () => void;
  let backlog: number;
  let pace: Pace;
  /** Until the next slice is over. */
  const slice = (): Promise<void> => new Promise((done) => (paused = done));

  beforeEach(() => {
    stand("document", page);
    stand("requestAnimationFrame", (callback: () => void) => frames.push(callback));
    page.visibilityState = "visible";
    frames = [];
    [pieces, slices, backlog] = [3, 0, 0];
    paused = () => undefined;
    const take = (): boolean => {
      long();
      return --pieces > 0;
    };
    pace = new Pace(
      () => backlog,
      take,
      () => {
        slices += 1;
        paused();
      },
    );
  });
  afterEach(() => {
    pace.stop();
    Reflect.deleteProperty(globalThis, "document");
    Reflect.deleteProperty(globalThis, "requestAnimationFrame");
  });

  it("is a little at once, and then in each frame, however much there is", async () => {
    pace.wake();
    assert.equal(pieces, 2);
    for (const left of [1, 0]) {
      assert.equal(frames.length, 1);
      const done = slice();
      frame();
      await done;
      assert.equal(pieces, left);
    }
    assert.equal(frames.length, 0, "nothing is left");
  });

  it("waits for no frame when there is far too much", async () => {
    backlog = 1;
    pace.wake();
    while (pieces > 0) await slice();
    assert.equal(frames.length, 0);
  });

  it("waits for none in a page that is hidden, where there are none", async () => {
    page.visibilityState = "hidden";
    pace.wake();
    while (pieces > 0) await slice();
    assert.equal(frames.length, 0);
  });

  it("asks for one frame, however often it is woken", async () => {
    for (let i = 0; i < 5; i++) pace.wake();
    assert.deepEqual([slices, frames.length], [1, 1]);
    const done = slice();
    frame();
    await done;
    assert.equal(slices, 2);
  });

  it("ends when it is stopped", () => {
    pace.wake();
    pace.stop();
    frame();
    pace.wake();
    assert.deepEqual([pieces, frames.length], [2, 0]);
  });
});
