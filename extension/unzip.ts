/** Traces that were saved compressed: gzip, told by its first bytes and not by a name, and read as it would be unpacked. */
import type { TraceBytes, TraceSource } from "./source";
import { TraceError } from "./trace";

/** Bytes asked for at a time. */
const PIECE = 64 * 1024;
/** A small file may unpack to one without end. This is some hundred and fifty million events, more than a view can hold. */
const MOST_UNPACKED = 2 ** 30;

/** What gzip packed, as far as it goes where it was cut off; throws DoesNotUnpack where it is damaged. Node and browsers differ. */
export type Gunzip = (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export class DoesNotUnpack extends Error {
  override readonly name = "DoesNotUnpack";
}

function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** The same pieces, or what they unpack to. */
export async function* unzipped(
  pieces: AsyncIterable<Uint8Array>,
  gunzip: Gunzip,
  most = MOST_UNPACKED,
): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const all = (async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  if (!isGzip(first.value)) {
    yield* all;
    return;
  }
  let unpacked = 0;
  try {
    for await (const piece of gunzip(all)) {
      unpacked += piece.byteLength;
      if (unpacked > most) throw tooBig(most);
      yield piece;
    }
  } catch (error) {
    throw error instanceof DoesNotUnpack ? broken(error.message, unpacked) : error;
  }
}

function broken(reason: string, offset: number): TraceError {
  const message = `The trace does not unpack beyond byte ${offset}: ${reason}.`;
  return new TraceError("damaged", message, "What was read before that is kept. Copy or save the file again.", offset);
}

function tooBig(most: number): TraceError {
  const message = `The trace unpacks to more than ${Math.floor(most / 2 ** 20)} MB, which is more than can be shown.`;
  return new TraceError("damaged", message, "What was read before that is kept. Trace a shorter run.", most);
}

/** The bytes of a trace as they are unpacked; those of one that is not compressed, as they are. */
export class UnzippedBytes implements TraceBytes {
  readonly #bytes: TraceBytes;
  readonly #gunzip: Gunzip;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  /** What was unpacked so far, one after another: it cannot be unpacked from the middle. */
  readonly #unpacked: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  #available = 0;
  #isGzip: boolean | undefined;
  #unpacking: Promise<void> = Promise.resolve();

  constructor(bytes: TraceBytes, gunzip: Gunzip) {
    this.#bytes = bytes;
    this.#gunzip = gunzip;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.#isGzip === undefined) {
      const start = await this.#bytes.read(0, 2);
      // A file that is still to be written is none of those that were saved.
      if (start.length < 2) return this.#bytes.read(offset, length);
      this.#isGzip = isGzip(start);
    }
    if (!this.#isGzip) return this.#bytes.read(offset, length);
    const unpacking = this.#unpacking.then(() => this.#unpackTo(offset + 1));
    this.#unpacking = unpacking.catch(() => undefined);
    await unpacking;
    return this.#slice(offset, length);
  }

  dispose(): void {
    void this.#pieces?.return?.();
    this.#unpacked.length = 0;
    this.#bytes.dispose();
  }

  async #unpackTo(offset: number): Promise<void> {
    this.#pieces ??= unzipped(this.#all(), this.#gunzip);
    while (this.#available < offset) {
      const next = await this.#pieces.next();
      if (next.done === true) return;
      this.#unpacked.push({ offset: this.#available, bytes: next.value });
      this.#available += next.value.byteLength;
    }
  }

  async *#all(): AsyncGenerator<Uint8Array> {
    for (let offset = 0; ;) {
      const bytes = await this.#bytes.read(offset, PIECE);
      if (bytes.byteLength === 0) return;
      yield bytes;
      offset += bytes.byteLength;
    }
  }

  /** What is there of it, on a buffer of its own. */
  #slice(offset: number, length: number): Uint8Array {
    const wanted = new Uint8Array(Math.max(0, Math.min(length, this.#available - offset)));
    let [low, high] = [0, this.#unpacked.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const piece = this.#unpacked[middle];
      if (piece !== undefined && piece.offset + piece.bytes.byteLength <= offset) low = middle + 1;
      else high = middle;
    }
    for (let done = 0; done < wanted.length; low++) {
      const piece = this.#unpacked[low];
      if (piece === undefined) break;
      const from = offset + done - piece.offset;
      const part = piece.bytes.subarray(from, from + wanted.length - done);
      wanted.set(part, done);
      done += part.byteLength;
    }
    return wanted;
  }
}

/** All there is by now, to be kept elsewhere: of a run that goes on, a trace that ends there. */
export async function contentOf(source: TraceSource, compressed: boolean): Promise<Uint8Array> {
  const { readable, writable }: { readable: ReadableStream; writable: WritableStream } = compressed
    ? new CompressionStream("gzip")
    : new TransformStream();
  const writer = writable.getWriter();
  const write = async (): Promise<void> => {
    try {
      for await (const piece of piecesOf(source)) await writer.write(piece);
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => undefined);
      throw error;
    }
  };
  const [content] = await Promise.all([new Response(readable).arrayBuffer(), write()]);
  return new Uint8Array(content);
}

async function* piecesOf(source: TraceSource): AsyncGenerator<Uint8Array> {
  const { available } = source;
  for (let offset = 0; offset < available;) {
    const piece = await source.read(offset, Math.min(PIECE, available - offset));
    if (piece.length === 0) return;
    yield piece;
    offset += piece.length;
  }
}
