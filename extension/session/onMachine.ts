/** The host where there is a machine: a disk, node, and programs that run. */
import { createWriteStream } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as vscode from "vscode";
import { gunzip } from "../gunzip";
import type { Host } from "../host";
import { wholeFile } from "../saved/wholeFile";
import { runCommands } from "./runCommands";
import type { Runner } from "./runner";
import { TextStore } from "./textStore";
import { TraceFile } from "./traceFile";
import { tracesIn } from "./traceStore";

export function hostOnMachine(runner: Runner, memory: vscode.Memento): Host {
  const texts = new TextStore(join(runner.folder, "texts"));
  void texts.deleteOld();
  return {
    bytesOf: (uri) => (uri.scheme === "file" ? new TraceFile(uri.fsPath) : wholeFile(uri)),
    gunzip,
    realPath: realpath,
    texts,
    writeText: async (uri, pieces) => {
      if (uri.scheme === "file") await pipeline(Readable.from(pieces), createWriteStream(uri.fsPath));
      else await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode([...pieces].join("")));
    },
    recentRuns: async () =>
      (await tracesIn(runner.folder)).map(({ path, time }) => ({ uri: vscode.Uri.file(path), time })),
    runner,
    runCommands: runCommands(runner, memory),
  };
}
