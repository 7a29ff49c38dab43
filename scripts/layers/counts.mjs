// What a layer of tests reports.

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * @typedef {object} Context
 * @property {number} seed of the random order of test files
 * @property {number} jobs that a layer without timing may do at the same time
 */

/** @param {readonly Counts[]} all @returns {Counts} */
export function sum(all) {
  return {
    passed: all.reduce((total, one) => total + one.passed, 0),
    failed: all.reduce((total, one) => total + one.failed, 0),
  };
}
