/** The host where there is no machine, only a browser: saved traces open, and nothing runs. */
import * as vscode from "vscode";
import { CannotRun } from "../cannotRun";
import type { Host } from "../host";
import { Command } from "../keys";
import { wholeFile } from "../saved/wholeFile";
import { gunzip } from "./gunzip";

const RUN_COMMANDS = [
  Command.traceFile,
  Command.traceWithArguments,
  Command.traceModule,
  Command.stop,
  Command.runAgain,
] as const;

export const hostOnWeb: Host = {
  bytesOf: wholeFile,
  gunzip,
  realPath: (path) => Promise.resolve(path),
  // Only this session knows what was edited since.
  texts: { read: () => Promise.resolve(undefined), keep: () => Promise.resolve() },
  writeText: async (uri, pieces) => vscode.workspace.fs.writeFile(uri, new TextEncoder().encode([...pieces].join(""))),
  recentRuns: () => Promise.resolve([]),
  runner: undefined,
  runCommands: Object.fromEntries(RUN_COMMANDS.map((command) => [command, refuse])),
};

function refuse(): never {
  throw new CannotRun(
    "no-machine",
    "Nothing can run in the browser. Saved traces open here; to trace a program, open its folder in VS Code on a computer.",
  );
}
