/** The commands that run programs. */
import type * as vscode from "vscode";
import type { Run } from "../host";
import { Command } from "../keys";
import { fileProgram, fileProgramWithArguments, moduleProgram } from "./askProgram";
import type { Runner } from "./runner";

export function runCommands(runner: Runner, memory: vscode.Memento): Readonly<Record<string, Run>> {
  return {
    [Command.traceFile]: (target) => runner.start(fileProgram(target)),
    [Command.traceWithArguments]: async (target) => {
      const program = await fileProgramWithArguments(target, memory);
      if (program !== undefined) await runner.start(program);
    },
    [Command.traceModule]: async () => {
      const program = await moduleProgram(memory);
      if (program !== undefined) await runner.start(program);
    },
    [Command.stop]: () => runner.stop(),
    [Command.runAgain]: () => runner.again(),
  };
}
