/** The numbers of a change, as people type them. */

/** "30", "30 %", "12.5%": above 0 and at most 100. */
export function parsePercent(text: string): number | undefined {
  const percent = Number(/^\s*(\d{1,3}(?:\.\d+)?)\s*%?\s*$/.exec(text)?.[1]);
  return percent > 0 && percent <= 100 ? percent : undefined;
}

/** A whole number of tasks or places. */
export function parseLimit(text: string): number | undefined {
  const limit = /^\s*([1-9]\d{0,6})\s*$/.exec(text)?.[1];
  return limit === undefined ? undefined : Number(limit);
}
