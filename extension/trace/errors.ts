export type TraceErrorReason = "not-a-trace" | "newer-version" | "damaged";

/** The one error of reading: says what is wrong, where, and what to do next. */
export class TraceError extends Error {
  override readonly name = "TraceError";

  constructor(
    readonly reason: TraceErrorReason,
    message: string,
    readonly nextStep: string,
    /** Where in the file; what was read before it stands. */
    readonly offset: number,
  ) {
    super(message);
  }
}

export function damaged(what: string, offset: number): TraceError {
  return new TraceError(
    "damaged",
    `The trace is damaged at byte ${offset}: ${what}.`,
    "What was read before that is kept. Trace the program again for a whole trace.",
    offset,
  );
}
