/** `awaitscope export`: a trace for other viewers, or smaller. */
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { gunzip } from "../gunzip";
import { findAll } from "../insights";
import { NOTES_SUFFIX, unpackNotes, type Note } from "../notes";
import { chromeJson } from "../trace";
import { unzipped } from "../unzip";
import { PAGE_PARTS, webPage } from "../webPage";
import type { ExportCommand } from "./args";
import { CliError, systemReason } from "./errors";
import { readTraceFile } from "./readFile";
import { pythonParser, sourcesOf } from "./sources";

export async function exportChrome({ file, out }: ExportCommand): Promise<number> {
  const { trace, error } = await readTraceFile(file);
  if (trace.header === undefined) throw new CliError(error?.message ?? `${file} ends before anything was recorded.`);
  await write(out, "--chrome", () => pipeline(Readable.from(chromeJson(trace)), createWriteStream(out)));
  if (error !== undefined)
    process.stderr.write(`awaitscope: ${file}: ${error.message} What came before it is in ${out}.\n`);
  return error === undefined ? 0 : 1;
}

export async function exportHtml({ file, out, findings }: ExportCommand): Promise<number> {
  const { trace, error } = await readTraceFile(file);
  if (trace.header === undefined) throw new CliError(error?.message ?? `${file} ends before anything was recorded.`);
  // Beside this very script.
  const part = (name: string): Promise<string> => readFile(join(__dirname, name), "utf8");
  const found = await findAll(trace, findings, sourcesOf(trace), pythonParser);
  const compressed = await pipeline(unzipped(createReadStream(file), gunzip), createGzip(), buffer);
  const content = { name: basename(file), trace: compressed, findings: found, notes: await notesOf(file) };
  const page = await webPage(content, {
    standIn: await part(PAGE_PARTS.standIn),
    timeline: await part(PAGE_PARTS.timeline),
    style: await part(PAGE_PARTS.style),
    theme: await part(PAGE_PARTS.theme),
  });
  await write(out, "--html", () => writeFile(out, page));
  return 0;
}

/** Those that were pinned to it in the timeline. */
async function notesOf(file: string): Promise<readonly Note[]> {
  const path = file + NOTES_SUFFIX;
  if (!existsSync(path)) return [];
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (fault) {
    throw new CliError(`Cannot read the notes in ${path}: ${systemReason(fault)}.`);
  }
  const notes = unpackNotes(text);
  if (notes === undefined)
    throw new CliError(`${path} is not a file of notes that this version can read. Repair it, or move it away.`);
  return notes;
}

/** The bytes as they are, whatever a reader thinks of them, so long as they are a trace's. */
export async function exportGzip({ file, out }: ExportCommand): Promise<number> {
  if (resolve(file) === resolve(out)) throw new CliError(`${out} is the trace itself. Name another file after --gzip.`);
  const { trace, error } = await readTraceFile(file);
  if (trace.header === undefined) throw new CliError(error?.message ?? `${file} ends before anything was recorded.`);
  await write(out, "--gzip", () =>
    pipeline(Readable.from(unzipped(createReadStream(file), gunzip)), createGzip(), createWriteStream(out)),
  );
  return 0;
}

async function write(out: string, option: string, writing: () => Promise<void>): Promise<void> {
  try {
    await writing();
  } catch (fault) {
    throw new CliError(`${out} could not be written: ${systemReason(fault)}. Name another file after ${option}.`);
  }
}
