/** What if: a recorded run, run again in the mind with a change. */
export { choicesAt, type Asked, type Choice } from "./choices";
export { parseLimit, parsePercent } from "./numbers";
export { projectedTrace } from "./projectedTrace";
export { filesCalled, linesOf, linesText, type Lines } from "./sites";
export { NoEffect, type Change } from "./types";
export { atOnce, whatIf, whatIfNow, type WhatIf } from "./whatIf";
