import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command } from "../../../extension/keys";
import { packNotes, unpackNotes, type Note } from "../../../extension/notes";
import { NoteFile } from "../../../extension/saved/noteFile";
import { awaitscope, cleanWindow, trace, until } from "./window";

const first: Note = { at: 1_000_000, task: 1, text: "<b>why</b> so long?" };
const second: Note = { at: 2_000_000, text: "here it goes on" };

describe("The notes of a trace", () => {
  let folder: string;
  let uri: vscode.Uri;
  /** Beside the trace. */
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "awaitscope-"));
    uri = vscode.Uri.file(join(folder, "greet.awaitscope"));
    file = `${uri.fsPath}.notes.json`;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (): NoteFile => new NoteFile(uri.toString());
  const stored = (): readonly Note[] | undefined => unpackNotes(readFileSync(file, "utf8"));

  it("are written beside it, read when it is opened again, and their file goes with the last of them", async () => {
    assert.deepEqual(await open().read(), []);
    const notes = open();
    assert.deepEqual(await notes.write([first, second]), [first, second]);
    assert.deepEqual(stored(), [first, second]);
    assert.deepEqual(await open().read(), [first, second]);
    await notes.write([second]);
    assert.deepEqual(await open().read(), [second]);
    await notes.write([]);
    assert.equal(existsSync(file), false);
    // Nothing is there to be removed.
    assert.deepEqual(await notes.write([]), []);
  });

  it("of two timelines that show it are kept all", async () => {
    const [one, other] = [open(), open()];
    await Promise.all([one.read(), other.read()]);
    await one.write([first]);
    assert.deepEqual(await other.write([second]), [first, second]);
    assert.deepEqual(stored(), [first, second]);
  });

  for (const [what, content] of [
    ["damaged", packNotes([first, second]).slice(0, -20)],
    ["of a newer version", JSON.stringify({ version: 2, notes: [first] })],
    ["somebody else's", "my own list"],
  ] as const) {
    it(`in a file that is ${what} are refused, and that file stays as it is`, async () => {
      writeFileSync(file, content);
      const notes = open();
      const refusal = /^greet\.awaitscope\.notes\.json is not a file of notes .*left as it is/;
      for (const act of [() => notes.read(), () => notes.write([second]), () => notes.write([])])
        await assert.rejects(act(), ({ message }: Error) => refusal.test(message));
      assert.equal(readFileSync(file, "utf8"), content);
      // Once it is repaired, what was written meanwhile comes to what is in it.
      writeFileSync(file, packNotes([first]));
      assert.deepEqual(await notes.write([second]), [first, second]);
    });
  }

  it("that cannot be written are said not to be saved", async () => {
    uri = vscode.Uri.file(join(folder, "gone", "greet.awaitscope"));
    rmSync(join(folder, "gone"), { recursive: true, force: true });
    writeFileSync(join(folder, "gone"), "a file, and no folder");
    await assert.rejects(open().write([first]), /could not be|not saved/);
  });

  describe("in the window", () => {
    let api: AwaitscopeApi;
    let saved: Buffer;
    const { showSaveDialog } = vscode.window;

    before(async () => {
      api = await awaitscope();
      await cleanWindow(api);
      await trace(api, "greet.py");
      saved = readFileSync(vscode.Uri.parse(api.trace?.uri ?? "").fsPath);
    });
    afterEach(async () => {
      Object.assign(vscode.window, { showSaveDialog });
      await cleanWindow(api);
    });

    async function show(): Promise<void> {
      writeFileSync(uri.fsPath, saved);
      await vscode.commands.executeCommand("vscode.open", uri);
      await until(api, "the trace", () => api.trace?.uri === uri.toString() && api.trace.state.kind !== "running");
    }

    it("say when they are damaged, and the trace is shown all the same", async () => {
      writeFileSync(file, "{");
      await show();
      await until(api, "the message", () => /greet\.awaitscope\.notes\.json is not a file/.test(api.lastProblem ?? ""));
      assert.equal(api.summary()?.complete, true);
      assert.equal(readFileSync(file, "utf8"), "{");
    });

    it("go with the trace that is saved elsewhere, and join those that are there", async () => {
      writeFileSync(file, packNotes([first]));
      await show();
      const kept = vscode.Uri.file(join(folder, "kept.awaitscope.gz"));
      writeFileSync(`${kept.fsPath}.notes.json`, packNotes([second]));
      Object.assign(vscode.window, { showSaveDialog: () => Promise.resolve(kept) });
      await vscode.commands.executeCommand(Command.saveTrace);
      assert.deepEqual(await new NoteFile(kept.toString()).read(), [first, second]);
      assert.deepEqual(stored(), [first]);
    });
  });
});
