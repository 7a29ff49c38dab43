/** Bytes in as they come, in any slicing; a block is read once it is whole. */
import { define, parseHeader } from "./definitions";
import { damaged, TraceError } from "./errors";
import { isFields } from "./fields";
import { TraceModel } from "./model";
import { unpackTable, wordsOf } from "./planes";
import { readPackedSteps, readSteps } from "./rows";
import { ENDS, GROUP_ENDS, GROUPS, readEnds, readGroupEnds, readGroups, readTasks, TASKS } from "./tables";
import type { Trace } from "./trace";

const MAGIC = [0x89, 0x41, 0x57, 0x53, 0x0d, 0x0a, 0x1a, 0x0a] as const;
const VERSION = 1;
/** Magic, version, length. */
const FILE_HEAD = 16;
/** Type, length. */
const BLOCK_HEAD = 8;
const MAX_BLOCK = 64 * 1024 * 1024;

const BLOCK_DEFINITIONS = 1;
const BLOCK_TASKS = 2;
const BLOCK_STEPS = 3;
const BLOCK_ENDS = 4;
const BLOCK_PACKED_STEPS = 5;
/** Rows by planes: what is in them, and who reads it. */
const TABLES = new Map([
  [6, { table: TASKS, read: readTasks }],
  [7, { table: ENDS, read: readEnds }],
  [8, { table: GROUPS, read: readGroups }],
  [9, { table: GROUP_ENDS, read: readGroupEnds }],
]);

export class TraceReader {
  private readonly utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** Bytes of the block that is not whole yet; grows with what arrives, never with what a length promises. */
  private partial = new Uint8Array(0);
  private partialLength = 0;
  /** Where in the file the next block begins. */
  private blockOffset = 0;
  private received = 0;
  private error: TraceError | undefined;

  /** `onBlock` gets the header and every block that is not of steps before it is read, and must copy what it keeps. */
  constructor(
    private readonly model = new TraceModel(),
    private readonly onBlock?: (block: Uint8Array) => void,
  ) {}

  get trace(): Trace {
    return this.model;
  }

  /** Bytes taken in so far. */
  get offset(): number {
    return this.received;
  }

  push(bytes: Uint8Array): void {
    if (this.error !== undefined) throw this.error;
    this.model.finished = false;
    this.received += bytes.byteLength;
    try {
      this.take(bytes);
    } catch (error) {
      this.error = error instanceof TraceError ? error : damaged(String(error), this.blockOffset);
      this.partial = new Uint8Array(0);
      this.partialLength = 0;
      this.model.revision += 1;
      throw this.error;
    }
  }

  /** No more bytes will come: whatever is incomplete was cut off when the program was killed. */
  finish(): void {
    if (this.model.finished) return;
    this.model.finished = true;
    this.model.revision += 1;
  }

  private take(bytes: Uint8Array): void {
    let at = 0;
    while (this.partialLength > 0 && at < bytes.byteLength) {
      // Take only what the block at hand still needs, so that the rest is read in place.
      const missing = this.sizeOf(this.partial.subarray(0, this.partialLength)) - this.partialLength;
      const part = bytes.subarray(at, at + missing);
      this.keep(part);
      at += part.byteLength;
      const kept = this.partial.subarray(0, this.partialLength);
      const size = this.sizeOf(kept);
      if (kept.byteLength < size) continue;
      this.partialLength = 0;
      this.readBlock(kept.subarray(0, size));
    }
    while (at < bytes.byteLength) {
      const rest = bytes.subarray(at);
      const size = this.sizeOf(rest);
      if (rest.byteLength < size) {
        this.keep(rest);
        return;
      }
      this.readBlock(rest.subarray(0, size));
      at += size;
    }
  }

  /** How long the block at the start of `bytes` is; as long as its head is not whole, how long the head is. */
  private sizeOf(bytes: Uint8Array): number {
    const isHeader = this.model.header === undefined;
    if (isHeader) checkMagic(bytes);
    const head = isHeader ? FILE_HEAD : BLOCK_HEAD;
    if (bytes.byteLength < head) return head;
    const view = viewOf(bytes);
    if (isHeader) checkVersion(view.getUint32(8, true));
    const length = view.getUint32(head - 4, true);
    if (length % 4 !== 0) throw damaged(`a block's length, ${length}, is not a multiple of 4`, this.blockOffset);
    if (length > MAX_BLOCK) throw damaged(`a block claims to be ${length} bytes long`, this.blockOffset);
    return head + length;
  }

  private keep(bytes: Uint8Array): void {
    const needed = this.partialLength + bytes.byteLength;
    if (needed > this.partial.byteLength) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.partial.byteLength, 4096));
      grown.set(this.partial.subarray(0, this.partialLength));
      this.partial = grown;
    }
    this.partial.set(bytes, this.partialLength);
    this.partialLength = needed;
  }

  private readBlock(block: Uint8Array): void {
    const isHeader = this.model.header === undefined;
    if (isHeader || !isOfSteps(viewOf(block).getUint32(0, true))) this.onBlock?.(block);
    if (isHeader) {
      const json = this.parse(this.decode(block.subarray(FILE_HEAD)));
      if (!isFields(json)) throw damaged("the header is not a JSON object", this.blockOffset);
      this.model.header = parseHeader(json);
    } else {
      const payload = block.subarray(BLOCK_HEAD);
      const fault = this.readPayload(viewOf(block).getUint32(0, true), payload);
      if (fault !== undefined) throw damaged(fault, this.blockOffset);
    }
    this.model.revision += 1;
    this.blockOffset += block.byteLength;
  }

  private readPayload(type: number, payload: Uint8Array): string | undefined {
    switch (type) {
      case BLOCK_DEFINITIONS:
        for (const line of this.decode(payload).split("\n")) {
          if (line.trim() === "") continue;
          const definition = this.parse(line);
          if (isFields(definition)) define(this.model, definition);
        }
        return undefined;
      case BLOCK_TASKS:
        return readTasks(this.model, wordsOf(viewOf(payload)));
      case BLOCK_STEPS:
      case BLOCK_PACKED_STEPS: {
        const read = type === BLOCK_STEPS ? readSteps : readPackedSteps;
        const fault = read(this.model, viewOf(payload));
        // Also what was read before a fault.
        this.model.index();
        return fault;
      }
      case BLOCK_ENDS:
        return readEnds(this.model, wordsOf(viewOf(payload)));
      default: {
        const found = TABLES.get(type);
        if (found === undefined) return undefined; // a block of a later version
        const words = unpackTable(viewOf(payload), found.table);
        return words === undefined ? "rows by planes are not as long as they say" : found.read(this.model, words);
      }
    }
  }

  private decode(bytes: Uint8Array): string {
    try {
      return this.utf8.decode(bytes);
    } catch {
      throw damaged("text is not UTF-8", this.blockOffset);
    }
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw damaged("text is not JSON", this.blockOffset);
    }
  }
}

/** The whole of a trace that will not grow. */
export function readTrace(bytes: Uint8Array): Trace {
  const reader = new TraceReader();
  reader.push(bytes);
  reader.finish();
  return reader.trace;
}

/** Whether these, the first bytes of a file, may begin a trace. */
export function isTraceStart(bytes: Uint8Array): boolean {
  return wrongMagicAt(bytes) < 0;
}

function isOfSteps(type: number): boolean {
  return type === BLOCK_STEPS || type === BLOCK_PACKED_STEPS;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wrongMagicAt(bytes: Uint8Array): number {
  return MAGIC.findIndex((byte, i) => i < bytes.byteLength && bytes[i] !== byte);
}

function checkMagic(bytes: Uint8Array): void {
  const wrong = wrongMagicAt(bytes);
  if (wrong >= 0)
    throw new TraceError("not-a-trace", "This is not an Awaitscope trace.", "Open a file made by Awaitscope.", wrong);
}

function checkVersion(version: number): void {
  if (version > VERSION)
    throw new TraceError(
      "newer-version",
      `This trace was made by a newer Awaitscope (trace format ${version}, this one reads ${VERSION}).`,
      "Update Awaitscope, then open it again.",
      8,
    );
  if (version !== VERSION) throw damaged(`its format version is ${version}`, 8);
}
