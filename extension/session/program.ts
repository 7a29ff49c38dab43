/** What is traced, and the command line that traces it. */
import { basename } from "node:path";

export type Program =
  | { readonly kind: "file"; readonly path: string; readonly args: readonly string[]; readonly cwd: string }
  | { readonly kind: "module"; readonly module: string; readonly args: readonly string[]; readonly cwd: string };

export function programName(program: Program): string {
  switch (program.kind) {
    case "file":
      return basename(program.path);
    case "module":
      return `-m ${program.module}`;
  }
}

/** Arguments for Python: our runner, then the program as Python itself would be given it. */
export function runnerArguments(runner: string, program: Program, trace: string): readonly string[] {
  const head = [runner, "run", "--out", trace];
  switch (program.kind) {
    case "file":
      return [...head, program.path, ...program.args];
    case "module":
      return [...head, "-m", program.module, ...program.args];
  }
}

/**
 * Splits what was typed into arguments as a POSIX shell would, without running anything in it: quotes group, a
 * backslash takes the next character literally (but on Windows, where it is part of every path, only before a quote).
 * Returns undefined when a quote is left open.
 */
export function splitArguments(text: string, platform: NodeJS.Platform): readonly string[] | undefined {
  const result: string[] = [];
  let current: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    const next = text.charAt(i + 1);
    const escapes = c === "\\" && quote !== "'" && next !== "" && (platform !== "win32" || next === '"');
    if (escapes) {
      current = (current ?? "") + next;
      i++;
    } else if (quote !== undefined) {
      if (c === quote) quote = undefined;
      else current = (current ?? "") + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      current ??= "";
    } else if (c === " " || c === "\t") {
      if (current !== undefined) result.push(current);
      current = undefined;
    } else {
      current = (current ?? "") + c;
    }
  }
  if (quote !== undefined) return undefined;
  if (current !== undefined) result.push(current);
  return result;
}

/** The dotted name under which Python would import `path` from `root`: a good first guess for Trace Module. */
export function moduleName(root: string, path: string): string {
  const relative = path.startsWith(root) ? path.slice(root.length) : basename(path);
  return relative
    .replace(/\.py$/, "")
    .split(/[\\/]/)
    .filter((part) => part !== "" && part !== "__init__" && part !== "__main__")
    .join(".");
}
