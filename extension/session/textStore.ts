/** Texts of traced files by their hash, kept in a folder: after an edit and a reload nobody else would know them. */
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeptTexts } from "../host";

/** Enough for the files of all the runs that are kept. */
const TEXTS_KEPT = 500;
const HASH = /^[0-9a-f]{64}$/;

export class TextStore implements KeptTexts {
  constructor(private readonly folder: string) {}

  /** The bytes that were kept under this hash; whether they have it is for the caller to see. */
  async read(hash: string): Promise<Uint8Array | undefined> {
    if (!HASH.test(hash)) return undefined;
    try {
      return await readFile(join(this.folder, hash));
    } catch {
      return undefined;
    }
  }

  /** A full disk only costs numbers after a reload, so nobody is told. */
  async keep(hash: string, bytes: Uint8Array): Promise<void> {
    if (!HASH.test(hash)) return;
    const path = join(this.folder, hash);
    try {
      const now = new Date();
      await utimes(path, now, now);
      return;
    } catch {
      // Not kept yet.
    }
    const part = `${path}.${process.pid}.part`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(part, bytes);
      await rename(part, path);
    } catch {
      await rm(part, { force: true }).catch(() => undefined);
    }
  }

  /** Deletes all but the newest. */
  async deleteOld(kept = TEXTS_KEPT): Promise<void> {
    let names: readonly string[];
    try {
      names = await readdir(this.folder);
    } catch {
      return;
    }
    if (names.length <= kept) return;
    const texts = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        const time = await stat(path)
          .then(({ mtimeMs }) => mtimeMs)
          .catch(() => 0);
        return { path, time };
      }),
    );
    texts.sort((a, b) => b.time - a.time);
    await Promise.all(texts.slice(kept).map(({ path }) => rm(path, { force: true }).catch(() => undefined)));
  }
}
