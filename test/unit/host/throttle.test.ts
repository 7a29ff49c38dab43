import assert from "node:assert/strict";
import { Throttle } from "../../../extension/throttle";

/** Work that lasts until the test says so. */
class Work {
  begun = 0;
  #end: (() => void)[] = [];
  #listeners: (() => void)[] = [];

  readonly do = (): Promise<void> => {
    this.begun += 1;
    for (const listener of this.#listeners.splice(0)) listener();
    return new Promise((resolve) => this.#end.push(resolve));
  };

  finish(): void {
    for (const end of this.#end.splice(0)) end();
  }

  begins(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve));
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Throttled work", () => {
  it("is done once for all requests made before it begins", async () => {
    const work = new Work();
    const throttle = new Throttle(0, work.do);
    const begins = work.begins();
    throttle.request();
    throttle.request();
    await begins;
    work.finish();
    await turn();
    assert.equal(work.begun, 1);
    throttle.dispose();
  });

  it("requested while it is being done is done again, but not at the same time", async () => {
    const work = new Work();
    const throttle = new Throttle(0, work.do);
    const first = work.begins();
    throttle.request();
    await first;
    throttle.request();
    throttle.request();
    await turn();
    assert.equal(work.begun, 1);
    const second = work.begins();
    work.finish();
    await second;
    assert.equal(work.begun, 2);
    work.finish();
    throttle.dispose();
  });

  it("is begun no sooner than the interval after the last time, however often it is asked for", async () => {
    const [INTERVAL, TIMERS_ARE_EARLY] = [20, 2];
    const begun: number[] = [];
    await new Promise<void>((resolve) => {
      const throttle = new Throttle(INTERVAL, () => {
        begun.push(performance.now());
        if (begun.length === 4) resolve();
        else for (let i = 0; i < 10; i++) setTimeout(() => throttle.request(), i);
      });
      throttle.request();
    });
    const between = begun.slice(1).map((at, i) => at - begun[i]!);
    assert.ok(
      between.every((time) => time > INTERVAL - TIMERS_ARE_EARLY),
      between.join(", "),
    );
  });

  it("that took long rests longer than it took, as many times as was said", async () => {
    const [TOOK, REST, TIMERS_ARE_EARLY] = [10, 4, 2];
    const begun: number[] = [];
    await new Promise<void>((resolve) => {
      const throttle = new Throttle(
        0,
        () => {
          const now = performance.now();
          begun.push(now);
          while (performance.now() < now + TOOK);
          if (begun.length === 1) throttle.request();
          else resolve();
        },
        REST,
      );
      throttle.request();
    });
    const between = begun[1]! - begun[0]!;
    assert.ok(between > TOOK * (1 + REST) - TIMERS_ARE_EARLY, `${between} ms`);
  });

  it("is not begun after the end", async () => {
    const work = new Work();
    const throttle = new Throttle(0, work.do);
    const begins = work.begins();
    throttle.request();
    await begins;
    throttle.request();
    throttle.dispose();
    work.finish();
    await turn();
    // Timers of one length fire in the order they were set.
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.equal(work.begun, 1);
  });
});
