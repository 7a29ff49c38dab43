/** Something the user can put right. `exitCode`: 2 for a wrong command line, else 1. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

/** What the system says of a file, without its code and path: "no such file or directory". */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = /^E\w+: (.*?)(?:, \w+(?: '.*')?)?$/s.exec(error.message)?.[1];
  return text ?? error.message;
}
