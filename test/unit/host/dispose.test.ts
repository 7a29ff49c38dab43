import assert from "node:assert/strict";
import { DisposableStore, Signal } from "../../../extension/dispose";

describe("ownership", () => {
  it("releases in reverse order, once", () => {
    const released: number[] = [];
    const store = new DisposableStore();
    for (const n of [1, 2, 3]) store.add({ dispose: () => released.push(n) });
    store.dispose();
    store.dispose();
    assert.deepEqual(released, [3, 2, 1]);
  });

  it("releases at once what comes too late", () => {
    const store = new DisposableStore();
    store.dispose();
    let released = false;
    store.add({ dispose: () => (released = true) });
    assert.equal(released, true);
  });
});

describe("a signal", () => {
  it("reaches each listener until it is disposed", () => {
    const signal = new Signal<number>();
    const heard: number[] = [];
    const first = signal.event((n) => heard.push(n));
    signal.event((n) => heard.push(n * 10));
    signal.fire(1);
    first.dispose();
    signal.fire(2);
    signal.dispose();
    signal.fire(3);
    assert.deepEqual(heard, [1, 10, 20]);
  });

  it("reaches a listener added while it fires only the next time", () => {
    const signal = new Signal();
    let heard = 0;
    signal.event(() => signal.event(() => heard++));
    signal.fire();
    assert.equal(heard, 0);
    signal.fire();
    assert.equal(heard, 1);
  });
});
