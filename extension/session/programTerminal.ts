/**
 * A program in a terminal of its own: a real tty, no shell between, readable after the end.
 *
 * The terminal's process is the keeper (runtime/terminal), which starts the program and afterwards waits for a key,
 * because a terminal closes as soon as its process ends. Through the run file it learns the command and tells what a
 * program that was killed cannot tell itself.
 */
import { readFile, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import { noRoom } from "./traceStore";

export interface TerminalCommand {
  readonly name: string;
  readonly cwd: string;
  readonly python: string;
  /** The folder of the keeper. */
  readonly keeper: string;
  /** Arguments of the program's own Python. */
  readonly args: readonly string[];
  readonly runFile: string;
}

export type ProgramState =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly pid: number }
  /** `code` is negative for a signal, and undefined when the terminal went away with the program. */
  | { readonly kind: "ended"; readonly code: number | undefined };

export class ProgramTerminal implements Disposable {
  readonly #store = new DisposableStore();
  readonly #terminal: vscode.Terminal;
  readonly #ended = this.#store.add(new Signal<number | undefined>());
  readonly #runFile: string;
  #state: ProgramState = { kind: "starting" };

  readonly onDidEnd = this.#ended.event;

  static async open(command: TerminalCommand): Promise<ProgramTerminal> {
    try {
      await writeFile(command.runFile, `${JSON.stringify([command.python, ...command.args])}\n`);
    } catch (error) {
      throw noRoom(error);
    }
    return new ProgramTerminal(command);
  }

  private constructor({ name, cwd, python, keeper, runFile }: TerminalCommand) {
    this.#runFile = runFile;
    this.#terminal = vscode.window.createTerminal({
      name,
      cwd,
      shellPath: python,
      // The keeper is isolated so that nothing of the program's folder or environment can be imported by it.
      shellArgs: ["-I", "-S", keeper, runFile],
      iconPath: new vscode.ThemeIcon("pulse"),
      // A run cannot be picked up again by the next window, so its terminal is not restored there either.
      isTransient: true,
    });
    this.#store.add(this.#terminal);
    this.#store.add(
      vscode.window.onDidCloseTerminal((terminal) => {
        if (terminal === this.#terminal) this.#end(undefined);
      }),
    );
  }

  get state(): ProgramState {
    return this.#state;
  }

  show(): void {
    this.#terminal.show(true);
  }

  /** Learns from the keeper what became of the program. */
  async look(): Promise<void> {
    let lines: readonly string[];
    try {
      lines = (await readFile(this.#runFile, "utf8")).split("\n").slice(1, -1);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    if (this.#state.kind === "ended") return;
    for (const line of lines) {
      const [word, value] = line.split(" ");
      if (word === "started") this.#state = { kind: "running", pid: Number(value) };
      else if (word === "ended") this.#end(Number(value));
    }
  }

  /** As if Ctrl+C were typed. */
  interrupt(): void {
    this.#terminal.sendText("\x03", false);
  }

  /** Ends a program that does not heed an interrupt. */
  kill(): void {
    if (this.#state.kind !== "running") {
      this.#terminal.dispose();
      return;
    }
    try {
      process.kill(this.#state.pid, "SIGKILL");
    } catch (error) {
      // It ended by itself a moment ago.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  dispose(): void {
    this.#store.dispose();
  }

  #end(code: number | undefined): void {
    if (this.#state.kind === "ended") return;
    this.#state = { kind: "ended", code };
    this.#ended.fire(code);
  }
}
