import assert from "node:assert/strict";
import { formatCount, formatDuration } from "../../../extension/trace";

describe("A duration", () => {
  const cases: readonly (readonly [ns: number, long: string, short: string])[] = [
    [0, "0 s", "0 s"],
    [7, "7 ns", "7 ns"],
    [999, "999 ns", "999 ns"],
    [999.9, "1.00 µs", "1.0 µs"],
    [1_234, "1.23 µs", "1.2 µs"],
    [9_996, "10.0 µs", "10 µs"],
    [999_499, "999 µs", "999 µs"],
    [999_500, "1.00 ms", "1.0 ms"],
    [12_345_678, "12.3 ms", "12 ms"],
    [99_960_000, "100 ms", "100 ms"],
    [999_499_999, "999 ms", "999 ms"],
    [999_600_000, "1.00 s", "1.0 s"],
    [3_400_000_000, "3.40 s", "3.4 s"],
    [59_940_000_000, "59.9 s", "60 s"],
    [59_960_000_000, "1 min 00 s", "1 min 00 s"],
    [125_000_000_000, "2 min 05 s", "2 min 05 s"],
    [3_599_600_000_000, "1 h 00 min", "1 h 00 min"],
    [7_380_000_000_000, "2 h 03 min", "2 h 03 min"],
    [-5_000_000, "-5.00 ms", "-5.0 ms"],
  ];
  for (const [ns, long, short] of cases)
    it(`of ${ns} ns is ${long}, in short ${short}`, () => {
      assert.equal(formatDuration(ns), long);
      assert.equal(formatDuration(ns, 2), short);
    });
});

describe("A count", () => {
  it("has a comma at every thousand", () => {
    for (const count of [0, 7, 999, 1000, 65_536, 999_999, 1_000_000, 123_456_789])
      assert.equal(formatCount(count), count.toLocaleString("en-US"));
  });
});
