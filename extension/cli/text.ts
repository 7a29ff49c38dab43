/** Texts of a trace in a terminal: short, and safe to print. */
import type { Site, TaskInfo, Trace, Words } from "../trace";

/** A trace is untrusted: what it says must not reach the terminal as a command to it, nor move what it stands among. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\ufffd");
}

const LONGEST_TEXT = 200;

export function short(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** "Task-2 (fetch)", or only the one where both are the same. */
export function taskName(task: TaskInfo): string {
  const [name, coro] = [short(printable(task.name)), short(printable(task.coro))];
  return name === coro ? name : `${name} (${coro})`;
}

/** `file:line`, short below the folder the program ran in. */
export function place(trace: Trace, site: Site): string {
  const cwd = trace.header?.cwd ?? "";
  const inside = cwd !== "" && site.file.startsWith(cwd) && /^[\\/]/.test(site.file.slice(cwd.length));
  const file = inside ? site.file.slice(cwd.length + 1) : site.file;
  return `${printable(file)}:${site.line}`;
}

export function sentence(trace: Trace, words: Words): string {
  return words
    .map((part) => {
      if (typeof part === "string") return short(printable(part));
      if ("site" in part) return place(trace, part.site);
      const task = trace.task(part.task);
      return task === undefined ? "an unknown task" : taskName(task);
    })
    .join("");
}
