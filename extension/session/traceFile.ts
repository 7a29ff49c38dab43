/** The bytes of a trace file on disk, which may not exist yet and may grow. */
import { open, type FileHandle } from "node:fs/promises";
import type { TraceBytes } from "../source";

export class TraceFile implements TraceBytes {
  #handle: Promise<FileHandle> | undefined;
  #disposed = false;

  constructor(readonly path: string) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.#disposed || length <= 0) return new Uint8Array();
    this.#handle ??= open(this.path, "r");
    let handle: FileHandle;
    try {
      handle = await this.#handle;
    } catch (error) {
      this.#handle = undefined;
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Uint8Array();
      throw error;
    }
    const buffer = new Uint8Array(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return bytesRead === length ? buffer : buffer.slice(0, bytesRead);
  }

  dispose(): void {
    this.#disposed = true;
    void this.#handle?.then(
      (handle) => handle.close(),
      () => undefined,
    );
    this.#handle = undefined;
  }
}
