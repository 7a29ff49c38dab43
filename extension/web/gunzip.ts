/** Unpacks gzip in a browser. */
import { messageOf } from "../faults";
import { DoesNotUnpack } from "../unzip";

/** Bytes given in at a time. They unpack to at most a thousand times as many, all at once. */
const PIECE = 16 * 1024;

export async function* gunzip(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  const unpacked: Uint8Array[] = [];
  // All the time, since a stream that fails forgets what was not read.
  const reading = readInto(unpacked, readable.getReader());
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += PIECE) {
        const fault = await faultOf(writer.write(piece.slice(at, at + PIECE)));
        // All that it unpacks to is there, and read when everything else had its turn.
        await new Promise((resolve) => setTimeout(resolve, 0));
        yield* unpacked.splice(0);
        if (fault !== undefined) throw new DoesNotUnpack(fault);
      }
    }
    // Refused where something is missing: a file that was cut off is a trace that was cut off.
    await faultOf(writer.close());
    await reading;
    yield* unpacked.splice(0);
  } finally {
    await faultOf(writer.abort());
  }
}

async function readInto(unpacked: Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) unpacked.push(next.value);
  } catch {
    // Whoever writes is told.
  }
}

async function faultOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
