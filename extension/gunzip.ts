/** Unpacks gzip where there is node. */
import { Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import { DoesNotUnpack } from "./unzip";

/** Bytes given out at a time. */
const PIECE = 64 * 1024;

export async function* gunzip(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = Readable.from(pieces);
  // A file that was cut off is a trace that was cut off. (Node's DecompressionStream would lose what came before the cut.)
  const unpacking = createGunzip({ chunkSize: PIECE, finishFlush: constants.Z_SYNC_FLUSH });
  input.on("error", (error) => unpacking.destroy(error));
  try {
    yield* input.pipe(unpacking) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw isZlibError(error) ? new DoesNotUnpack(error.message) : error;
  }
}

function isZlibError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
