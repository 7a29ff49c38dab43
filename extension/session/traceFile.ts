/** The bytes of a trace file on disk, which may not exist yet and may grow. */
import { open, stat, type FileHandle } from "node:fs/promises";
import type { TraceBytes } from "../source";

export class TraceFile implements TraceBytes {
  #handle: Promise<FileHandle> | undefined;
  #disposed = false;

  constructor(readonly path: string) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.#disposed || length <= 0) return new Uint8Array();
    const opened = (this.#handle ??= open(this.path, "r"));
    let handle: FileHandle;
    try {
      handle = await opened;
    } catch (error) {
      this.#handle = undefined;
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Uint8Array();
      throw error;
    }
    if (opened !== this.#handle) return new Uint8Array(); // started over meanwhile
    const buffer = new Uint8Array(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return bytesRead === length ? buffer : buffer.slice(0, bytesRead);
  }

  async isReplaced(available: number): Promise<boolean> {
    const handle = await this.#handle?.catch(() => undefined);
    if (this.#disposed || handle === undefined) return false;
    try {
      const [there, ours] = await Promise.all([stat(this.path, { bigint: true }), handle.stat({ bigint: true })]);
      return there.ino !== ours.ino || there.dev !== ours.dev || there.size < available;
    } catch {
      return false; // removed, which ends nothing: what was read stands
    }
  }

  startOver(): void {
    this.#close();
  }

  dispose(): void {
    this.#disposed = true;
    this.#close();
  }

  #close(): void {
    void this.#handle?.then(
      (handle) => handle.close(),
      () => undefined,
    );
    this.#handle = undefined;
  }
}
