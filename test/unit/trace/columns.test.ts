import assert from "node:assert/strict";
import { Durations, firstIndex, integers, times } from "../../../extension/trace/columns";

describe("A column", () => {
  it("keeps what was pushed, over many chunks", () => {
    const column = times(4);
    const rows = 3 * 65536 + 5;
    for (let i = 0; i < rows; i++) column.push(i * 1.5);
    assert.equal(column.length, rows);
    for (const i of [0, 3, 4, 5, 65535, 65536, 131072, rows - 1]) assert.equal(column.at(i), i * 1.5);
  });

  it("reads 0 outside of it, and is not written there", () => {
    const column = integers(4);
    column.push(7);
    for (const i of [-1, 1, 3, 4, 65536, 2 ** 33]) {
      column.set(i, 9);
      assert.equal(column.at(i), 0, `row ${i}`);
    }
    assert.equal(column.at(0), 7);
    column.set(0, 8);
    assert.equal(column.at(0), 8);
  });

  it("halved keeps every second row, over many chunks and few rows, and goes on", () => {
    for (const rows of [0, 1, 2, 3, 1023, 1024, 1025, 2049, 5 * 1024 + 7]) {
      const column = times(4);
      for (let i = 0; i < rows; i++) column.push(i);
      column.halve();
      column.push(-1);
      const half = Math.ceil(rows / 2);
      assert.deepEqual(
        Array.from({ length: column.length }, (_, i) => column.at(i)),
        [...Array.from({ length: half }, (_, i) => 2 * i), -1],
        `${rows} rows`,
      );
    }
  });

  it("halved in pairs keeps every second pair", () => {
    for (const pairs of [0, 1, 2, 3, 511, 512, 513, 1025, 5 * 512 + 3]) {
      const column = times(4);
      for (let i = 0; i < pairs; i++) {
        column.push(i);
        column.push(-i);
      }
      column.halve(2);
      column.push(7);
      const kept = Array.from({ length: Math.ceil(pairs / 2) }, (_, i) => [2 * i, -2 * i]).flat();
      const found = Array.from({ length: column.length }, (_, i) => column.at(i));
      assert.deepEqual(found, [...kept, 7], `${pairs} pairs`);
    }
  });

  it("shares its memory with others, and nothing in it", () => {
    const columns = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? times(1) : integers(3)));
    for (let row = 0; row < 3000; row++) columns.forEach((column, i) => column.push(row * 100 + i));
    columns.forEach((column, i) => {
      for (let row = 0; row < 3000; row += 7) assert.equal(column.at(row), row * 100 + i);
    });
  });

  it("of durations keeps long ones, too", () => {
    const column = new Durations(4);
    const durations = [0, 5, 0xfffffffe, 0xffffffff, 0x1_0000_0000, Number.MAX_SAFE_INTEGER, 1];
    for (const duration of durations) column.push(duration);
    assert.deepEqual(
      durations.map((_, i) => column.at(i)),
      durations,
    );
  });
});

describe("The first index", () => {
  it("is where the predicate begins to hold", () => {
    for (const length of [0, 1, 2, 7, 8])
      for (let first = 0; first <= length; first++)
        assert.equal(
          firstIndex(length, (i) => i >= first),
          first,
        );
  });
});
