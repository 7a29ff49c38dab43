/** `awaitscope export`: a trace for other viewers. */
import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { chromeJson } from "../trace";
import { PAGE_PARTS, webPage } from "../webPage";
import { CliError, systemReason } from "./errors";
import { readTraceFile } from "./readFile";

export async function exportChrome(file: string, out: string): Promise<number> {
  const { trace, error } = await readTraceFile(file);
  if (trace.header === undefined) throw new CliError(error?.message ?? `${file} ends before anything was recorded.`);
  try {
    await pipeline(Readable.from(chromeJson(trace)), createWriteStream(out));
  } catch (fault) {
    throw new CliError(`${out} could not be written: ${systemReason(fault)}. Name another file after --chrome.`);
  }
  if (error !== undefined)
    process.stderr.write(`awaitscope: ${file}: ${error.message} What came before it is in ${out}.\n`);
  return error === undefined ? 0 : 1;
}

export async function exportHtml(file: string, out: string): Promise<number> {
  const { trace, error } = await readTraceFile(file);
  if (trace.header === undefined) throw new CliError(error?.message ?? `${file} ends before anything was recorded.`);
  // Beside this very script.
  const part = (name: string): Promise<string> => readFile(join(__dirname, name), "utf8");
  const page = webPage(basename(file), await readFile(file), {
    standIn: await part(PAGE_PARTS.standIn),
    timeline: await part(PAGE_PARTS.timeline),
    style: await part(PAGE_PARTS.style),
    theme: await part(PAGE_PARTS.theme),
  });
  try {
    await writeFile(out, page);
  } catch (fault) {
    throw new CliError(`${out} could not be written: ${systemReason(fault)}. Name another file after --html.`);
  }
  return 0;
}
