/** Tells people what went wrong, with the button that helps. */
import * as vscode from "vscode";
import { messageOf } from "./faults";
import { PYTHON_ENVIRONMENTS_EXTENSION, PYTHON_EXTENSION, Setting } from "./keys";
import { CannotRun, type ReasonNotToRun } from "./cannotRun";

interface Help {
  readonly label: string;
  readonly command: string;
  readonly argument?: unknown;
}

export class Problems {
  readonly #log: vscode.LogOutputChannel;
  readonly #onShow: () => void;
  #last: string | undefined;

  constructor(log: vscode.LogOutputChannel, onShow: () => void) {
    this.#log = log;
    this.#onShow = onShow;
  }

  /** The last message shown. */
  get last(): string | undefined {
    return this.#last;
  }

  /** Makes a command of what may fail. Does not wait for the message to be answered. */
  guard<A extends unknown[], R>(work: (...args: A) => R | Promise<R>): (...args: A) => Promise<R | undefined> {
    return async (...args) => {
      try {
        return await work(...args);
      } catch (error) {
        void this.#show(error);
        return undefined;
      }
    };
  }

  /** Of what nobody asked for by a command. */
  tell(error: unknown): void {
    void this.#show(error);
  }

  async #show(error: unknown): Promise<void> {
    const known = error instanceof CannotRun;
    this.#log.error(known ? `${error.reason}: ${error.message}` : error instanceof Error ? error : String(error));
    const message = known ? error.message : `Awaitscope failed: ${messageOf(error)}`;
    this.#last = message;
    this.#onShow();
    const helps = known ? helpFor(error.reason) : [];
    const showLog = "Show Log";
    const buttons = [...helps.map(({ label }) => label), ...(known ? [] : [showLog])];
    const answer = await vscode.window.showErrorMessage(message, ...buttons);
    if (answer === showLog) this.#log.show();
    const help = helps.find(({ label }) => label === answer);
    if (help !== undefined) await vscode.commands.executeCommand(help.command, help.argument);
  }
}

function helpFor(reason: ReasonNotToRun): readonly Help[] {
  switch (reason) {
    case "untrusted-workspace":
      return [{ label: "Manage Workspace Trust", command: "workbench.trust.manage" }];
    case "no-interpreter":
    case "old-interpreter":
      return pythonExtensionIsThere()
        ? [{ label: "Select Interpreter", command: selectCommand() }, setPath]
        : [setPath];
    case "no-machine":
    case "virtual-workspace":
    case "no-file":
    case "storage":
      return [];
  }
}

const setPath: Help = {
  label: "Set Interpreter Path",
  command: "workbench.action.openSettings",
  argument: Setting.pythonPath,
};

function selectCommand(): string {
  const environments = vscode.extensions.getExtension(PYTHON_ENVIRONMENTS_EXTENSION);
  return environments === undefined ? "python.setInterpreter" : "python-envs.set";
}

function pythonExtensionIsThere(): boolean {
  return [PYTHON_ENVIRONMENTS_EXTENSION, PYTHON_EXTENSION].some(
    (id) => vscode.extensions.getExtension(id) !== undefined,
  );
}
