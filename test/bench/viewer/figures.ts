/** Many measurements as one figure, and how figures are written. */
export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const ms = (value: number): string =>
  value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(1)} ms`;

/** Median and p95. */
export const spread = (values: readonly number[]): string => `${ms(median(values))} / ${ms(percentile(values, 0.95))}`;

/** Median and the longest. */
export const most = (values: readonly (number | undefined)[]): string => {
  const known = values.map((value) => value ?? NaN);
  return `${ms(median(known))} / ${ms(Math.max(...known))}`;
};
