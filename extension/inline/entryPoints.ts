/** Lines that start an event loop: where one would want to press Trace. */
const STARTS_A_LOOP = /^[^#'"]*\b(?:asyncio\.run|(?:asyncio\.)?Runner|\.?run_until_complete)\s*\(/;
/** A definition of that name is no call of it. */
const DEFINES = /^\s*(?:async\s+def|def|class)\b/;

export function entryPoints(lines: readonly string[]): readonly number[] {
  const result: number[] = [];
  lines.forEach((line, index) => {
    if (STARTS_A_LOOP.test(line) && !DEFINES.test(line)) result.push(index);
  });
  return result;
}
