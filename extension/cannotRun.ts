/** Why what was asked for cannot be done, in words that say what to do next. */
export type ReasonNotToRun =
  | "no-machine"
  | "untrusted-workspace"
  | "virtual-workspace"
  | "no-file"
  | "no-interpreter"
  | "old-interpreter"
  | "storage";

export class CannotRun extends Error {
  constructor(
    readonly reason: ReasonNotToRun,
    message: string,
  ) {
    super(message);
    this.name = "CannotRun";
  }
}
