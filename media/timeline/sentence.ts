/** Sentences as lists of words and of what they name: places in the source and tasks. Nothing here knows how they are shown. */
import type { Code, Site, TaskId, Trace } from "../../extension/trace";
import { fileName, fullName } from "./names";

export type Part =
  string | { readonly site: Site; readonly text: string } | { readonly task: TaskId; readonly text: string };
export type Sentence = readonly Part[];

export function plain(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : part.text)).join("");
}

export function sitePart(site: Site): Part {
  return { site, text: `${fileName(site.file)}:${site.line}` };
}

export function taskPart(trace: Trace, id: TaskId): Part {
  const task = trace.task(id);
  return task === undefined ? "an unknown task" : { task: id, text: fullName(task) };
}

export function codeSite(code: Code): Site | undefined {
  if (code.file === undefined || !code.file.user) return undefined;
  return { file: code.file.path, line: code.line, column: undefined, endLine: undefined, endColumn: undefined };
}
