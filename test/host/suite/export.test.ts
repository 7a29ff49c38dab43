import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { AwaitscopeApi } from "../../../extension/api";
import { Command, ViewType } from "../../../extension/keys";
import { LINK_PATH, linkQuery } from "../../../extension/links";
import { packNotes } from "../../../extension/notes";
import type { TraceView } from "../../../extension/traceView";
import { awaitscope, cleanWindow, screenshot, trace, until } from "./window";

interface ChromeEvent {
  readonly name: string;
  readonly ph: string;
  readonly cat?: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly id?: number;
  readonly args?: { readonly name?: string };
}

const EXTENSION = "awaitscope.awaitscope";

describe("taking a trace elsewhere", () => {
  let api: AwaitscopeApi;
  let folder: string;
  let saved: Buffer;
  /** When its first task was created, in nanoseconds. */
  let begun: number;
  const asked = { showQuickPick: vscode.window.showQuickPick, showSaveDialog: vscode.window.showSaveDialog };

  before(async () => {
    api = await awaitscope();
    await cleanWindow(api);
    await trace(api, "greet.py");
    saved = readFileSync(vscode.Uri.parse(api.trace?.uri ?? "").fsPath);
    begun = Math.round((api.summary()?.tasks[0]?.created_ms ?? 0) * 1e6);
  });
  beforeEach(async () => {
    await cleanWindow(api);
    folder = mkdtempSync(join(tmpdir(), "awaitscope-"));
  });
  afterEach(() => {
    Object.assign(vscode.window, asked);
    rmSync(folder, { recursive: true });
  });
  after(() => cleanWindow(api));

  async function isShown(name: string): Promise<void> {
    await until(api, `${name} in the timeline`, () =>
      api.timelines().some((one) => one.name === name && one.of > 0 && one.received === one.of),
    );
  }

  /** Opens a copy of the trace as a click in the explorer would. */
  async function open(name: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.file(join(folder, name));
    writeFileSync(uri.fsPath, saved);
    await vscode.commands.executeCommand("vscode.openWith", uri, ViewType.trace);
    await isShown(name);
    return uri;
  }

  /** Exports as a person would who picks the entry with this label. */
  async function exportAs(label: string, out?: string): Promise<void> {
    Object.assign(vscode.window, {
      showQuickPick: (items: readonly vscode.QuickPickItem[]) => {
        const item = items.find((one) => one.label === label);
        assert.ok(item !== undefined, `no ${label} among ${items.map((one) => one.label).join(", ")}`);
        return Promise.resolve(item);
      },
      showSaveDialog: () => Promise.resolve(out === undefined ? undefined : vscode.Uri.file(out)),
    });
    await vscode.commands.executeCommand(Command.exportTrace);
  }

  async function linkToView(): Promise<vscode.Uri> {
    await vscode.env.clipboard.writeText("");
    await exportAs("Link to this view");
    return vscode.Uri.parse(await vscode.env.clipboard.readText());
  }

  function link(to: vscode.Uri, view: TraceView): vscode.Uri {
    const query = linkQuery(to.toString(), view);
    return vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: EXTENSION, path: LINK_PATH, query });
  }

  /** As a click on it in a document does: the window gives it to whoever registered for it. */
  async function follow(uri: vscode.Uri): Promise<void> {
    await vscode.commands.executeCommand("vscode.open", uri);
  }

  it("a link opens the trace, at its window of time, with its time cursor, its range and the group chosen in it", async () => {
    const uri = vscode.Uri.file(join(folder, "linked trace.awaitscope"));
    writeFileSync(uri.fsPath, saved);
    const view: TraceView = {
      from: begun + 1_000_000,
      to: begun + 20_000_000,
      cursor: begun + 12_000_000,
      range: { from: begun + 2_000_000, to: begun + 5_000_000 },
      chosen: { kind: "group", group: 1 },
    };
    await follow(link(uri, view));
    await until(api, "the trace", () => api.trace?.name === "linked trace.awaitscope");
    await isShown("linked trace.awaitscope");
    await until(api, "the time cursor", () => api.timeCursor === view.cursor);
    await screenshot("link");
    assert.equal((await linkToView()).toString(), link(uri, view).toString());
  });

  it("a link leads to its trace also while another one is in front", async () => {
    const first = await open("first.awaitscope");
    await open("second.awaitscope");
    const chosen = { kind: "task", task: 3 } as const;
    const view = { from: begun + 2_000_000, to: begun + 12_000_000, chosen, cursor: begun + 6_000_000 };
    await follow(link(first, view));
    await until(api, "the first trace", () => api.trace?.name === "first.awaitscope" && api.timeCursor === view.cursor);
    assert.equal((await linkToView()).toString(), link(first, view).toString());
  });

  it("a link to a trace that is not here says so, and one that is none too", async () => {
    const gone = vscode.Uri.file(join(folder, "gone.awaitscope"));
    await follow(link(gone, { from: 0, to: 1 }));
    await until(api, "the message", () => /The trace of this link is not here: .*gone/.test(api.lastProblem ?? ""));
    await follow(vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: EXTENSION, path: "/elsewhere" }));
    await until(api, "the message", () => /does not lead to a trace/.test(api.lastProblem ?? ""));
  });

  it("Chrome JSON has a track a task with all it did, and an arrow for every wake between tasks", async () => {
    await open("exported.awaitscope");
    const out = join(folder, "exported.json");
    await exportAs("Chrome JSON", out);
    const { traceEvents } = JSON.parse(readFileSync(out, "utf8")) as { readonly traceEvents: readonly ChromeEvent[] };
    const summary = api.summary();
    const tracks = traceEvents.filter(({ ph, name, pid, tid }) => ph === "M" && name === "thread_name" && tid !== pid);
    assert.equal(tracks.length, summary?.tasks.length);
    assert.equal(new Set(tracks.map(({ pid, tid }) => `${pid} ${tid}`)).size, tracks.length);
    for (const task of summary?.tasks ?? []) {
      const steps = traceEvents.filter(({ cat, tid }) => cat === "running" && tid === task.id);
      assert.equal(steps.length, task.steps, task.name);
      for (const { ph, ts, dur } of steps) assert.ok(ph === "X" && ts >= 0 && (dur ?? -1) >= 0);
    }
    const starts = new Map(traceEvents.filter(({ ph }) => ph === "s").map((event) => [event.id, event]));
    const ends = traceEvents.filter(({ ph }) => ph === "f");
    assert.ok(ends.length > 0 && ends.length === starts.size);
    for (const end of ends) assert.ok((starts.get(end.id)?.ts ?? Infinity) <= end.ts);
  });

  it("a web page, with its notes, a PNG and an SVG are what their names say", async () => {
    const { fsPath } = await open("pictured.awaitscope");
    writeFileSync(`${fsPath}.notes.json`, packNotes([{ at: begun, text: "why so long?" }]));
    for (const [label, suffix, head] of [
      ["Web page", "html", /^<!doctype html>/i],
      ["Picture (PNG)", "png", /^.PNG/s],
      ["Picture (SVG)", "svg", /^<svg /],
    ] as const) {
      const out = join(folder, `picture.${suffix}`);
      await exportAs(label, out);
      assert.match(readFileSync(out, "latin1").slice(0, 100), head);
    }
    assert.match(readFileSync(join(folder, "picture.html"), "utf8"), /why so long\?/);
  });
});
