import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextStore } from "../../../extension/session/textStore";

const hash = (digit: string) => digit.repeat(64);
const bytes = (text: string) => new TextEncoder().encode(text);

describe("The texts of traced files", () => {
  let folder: string;
  let store: TextStore;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "awaitscope-texts-")), "texts");
    store = new TextStore(folder);
  });
  afterEach(() => {
    rmSync(join(folder, ".."), { recursive: true });
  });

  it("are kept for the next session", async () => {
    await store.keep(hash("a"), bytes("import asyncio"));
    const kept = await new TextStore(folder).read(hash("a"));
    assert.equal(new TextDecoder().decode(kept), "import asyncio");
    assert.equal(await store.read(hash("b")), undefined);
  });

  it("are told by nothing but a hash, whatever a trace gives as one", async () => {
    writeFileSync(join(folder, "..", "secret"), "secret");
    await store.keep("../escaped", bytes("x"));
    assert.equal(await store.read("../secret"), undefined);
    assert.deepEqual(readdirSync(join(folder, "..")), ["secret"]);
  });

  it("go, the oldest first, when there are too many; one that was traced again is new", async () => {
    for (const [age, digit] of ["a", "b", "c"].entries()) {
      await store.keep(hash(digit), bytes(digit));
      utimesSync(join(folder, hash(digit)), new Date(1000 + age), new Date(1000 + age));
    }
    await store.keep(hash("a"), bytes("a"));
    await store.deleteOld(2);
    assert.deepEqual(readdirSync(folder).sort(), [hash("a"), hash("c")]);
  });

  it("are not missed where they cannot be written", async () => {
    writeFileSync(folder, "a file in the folder's place");
    await store.keep(hash("a"), bytes("a"));
    await store.deleteOld(1);
    assert.equal(await store.read(hash("a")), undefined);
  });
});
