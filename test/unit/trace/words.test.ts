import assert from "node:assert/strict";
import { describeStep, describeWaker, type Trace } from "../../../extension/trace";
import { draw, taskNamed } from "../../fixtures/reading";

function step(trace: Trace, name: string, i: number): number {
  return trace.stepsOf(taskNamed(trace, name).id).at(i);
}

describe("In words", () => {
  const trace = draw(
    `
    main: #...............+#..........#x
    A:     #..#....#.....#x
    B:      #.........++#!
    C:       #................+#
    *:         #
    A < main
    B < main
    gather main: A B @4:4-20
    main awaits gather @4:4-20, task C @5:4-11
    A awaits queue.get @12:4-20, lock @13:4-20, wait_for @14:4-20
    A woken timer, io, thread
    C woken unknown
    B raises ValueError: no
  `,
  );

  it("a step is what is awaited after it", () => {
    assert.deepEqual(
      [0, 1, 2].map((i) => describeStep(trace, step(trace, "A", i))),
      ["Queue.get", "lock", "wait_for"],
    );
    assert.equal(describeStep(trace, step(trace, "main", 0)), "gather of 2 tasks");
    assert.equal(describeStep(trace, step(trace, "main", 1)), "task C");
    assert.equal(describeStep(trace, step(trace, "C", 0)), "sleep");
  });

  it("a last step is how the task ended", () => {
    assert.equal(describeStep(trace, step(trace, "A", 3)), "returned");
    assert.equal(describeStep(trace, step(trace, "B", 1)), "raised ValueError");
  });

  it("a callback is its function", () => {
    const callbacks = Array.from({ length: trace.steps.length }, (_, i) => i).filter((i) => trace.steps.task(i) === 0);
    assert.equal(describeStep(trace, callbacks[0] ?? -1), "callback callback");
  });

  it("a wake is by whom or what", () => {
    assert.deepEqual(
      [1, 2, 3].map((i) => describeWaker(trace, step(trace, "A", i))),
      ["woken by a timer", "woken by I/O", "woken by another thread"],
    );
    assert.equal(describeWaker(trace, step(trace, "main", 1)), "woken by A (app.py:14)");
    assert.equal(describeWaker(trace, step(trace, "C", 1)), "woken by something unknown");
  });

  it("a first step is by its creator", () => {
    assert.equal(describeWaker(trace, step(trace, "A", 0)), "created by main");
    assert.equal(describeWaker(trace, step(trace, "main", 0)), "just created");
  });

  it("a wake through a callback is by who woke the callback", () => {
    const through = draw(`
      A:  #...++#x
      *:      +#
    `);
    assert.equal(through.steps.waker(2).kind, "step");
    assert.equal(describeWaker(through, step(through, "A", 1)), "woken by a timer");
  });

  it("of steps there are not, are harmless", () => {
    assert.equal(typeof describeStep(trace, 999), "string");
    assert.equal(typeof describeWaker(trace, 999), "string");
  });
});
