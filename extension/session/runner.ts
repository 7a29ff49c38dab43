/** Runs programs, one at a time, and remembers the last one for Run Again. */
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import { ContextKey } from "../keys";
import { readSetting, setContext } from "../settings";
import { TraceSource } from "../source";
import { CannotRun } from "../cannotRun";
import { thisMachine } from "./machine";
import { ProgramTerminal } from "./programTerminal";
import { programName, runnerArguments, type Program } from "./program";
import { findPython, type Interpreter } from "./python";
import { Run } from "./run";
import { selectedPython } from "./selectedPython";
import { TraceFile } from "./traceFile";
import { deleteOldRuns, newTracePath, runFilePath } from "./traceStore";

/** Under this name the workspace remembers what Run Again repeats. */
const LAST_PROGRAM = "lastProgram";

export class Runner implements Disposable {
  readonly #store = new DisposableStore();
  readonly #started = this.#store.add(new Signal<TraceSource>());
  readonly #ended = this.#store.add(new Signal<TraceSource>());
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  #run: Run | undefined;
  #last: Program | undefined;
  /** Changes with every start, so that a start overtaken by another gives up after its next await. */
  #epoch = 0;

  readonly onDidStart = this.#started.event;
  readonly onDidEnd = this.#ended.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
    // Also after the window was reloaded the timeline is there, and so is its button.
    this.#last = context.workspaceState.get<Program>(LAST_PROGRAM);
    setContext(ContextKey.canRunAgain, this.#last !== undefined);
  }

  get running(): boolean {
    return this.#run?.running === true;
  }

  /** The trace of the last run. */
  get source(): TraceSource | undefined {
    return this.#run?.source;
  }

  /** Where runs are kept; a window without a folder has no storage of its own. */
  get folder(): string {
    return join((this.#context.storageUri ?? this.#context.globalStorageUri).fsPath, "runs");
  }

  /** Resolves when the program was started, with its growing trace; undefined when it was not, on purpose. */
  async start(program: Program): Promise<TraceSource | undefined> {
    const epoch = ++this.#epoch;
    requireAbleToRun();
    if (!(await this.#makeRoom(program)) || epoch !== this.#epoch) return undefined;
    if (!(await saved(program)) || epoch !== this.#epoch) return undefined;
    const python = await this.#python(program);
    if (epoch !== this.#epoch) return undefined;
    const trace = await newTracePath(this.folder, programName(program), new Date());
    if (epoch !== this.#epoch) return undefined;
    return this.#launch(program, python, trace, epoch);
  }

  async again(): Promise<TraceSource | undefined> {
    if (this.#last === undefined) throw new CannotRun("no-file", "Nothing was traced yet. Trace a file first.");
    return this.start(this.#last);
  }

  stop(): void {
    this.#run?.stop();
  }

  dispose(): void {
    this.#epoch++;
    this.#run?.dispose();
    this.#store.dispose();
    setContext(ContextKey.running, false);
    setContext(ContextKey.canRunAgain, false);
  }

  /** One program at a time: two would share one timeline and one set of numbers in the source. */
  async #makeRoom(program: Program): Promise<boolean> {
    const run = this.#run;
    if (run?.running !== true) return true;
    const stop = `Stop It and Trace ${programName(program)}`;
    const answer = await vscode.window.showWarningMessage(`${run.name} is still running.`, { modal: true }, stop);
    if (answer !== stop) return false;
    await run.stopped();
    return true;
  }

  async #python(program: Program): Promise<Interpreter> {
    const resource = vscode.Uri.file(program.kind === "file" ? program.path : program.cwd);
    const folder = vscode.workspace.getWorkspaceFolder(resource)?.uri.fsPath;
    const python = await findPython(
      {
        selected: await selectedPython(resource, this.#log),
        setting: readSetting("awaitscope.pythonPath", resource).trim(),
        folders: [...new Set([folder, program.cwd].filter((path) => path !== undefined))],
      },
      thisMachine,
    );
    this.#log.info(`Python ${python.version}, ${python.executable}, from ${python.from}`);
    return python;
  }

  async #launch(
    program: Program,
    python: Interpreter,
    tracePath: string,
    epoch: number,
  ): Promise<TraceSource | undefined> {
    const name = programName(program);
    const runFile = runFilePath(tracePath);
    const root = this.#context.extensionPath;
    const args = runnerArguments(join(root, "runtime", "awaitscope"), program, tracePath);
    this.#log.info(`Running ${[python.executable, ...args].join(" ")} in ${program.cwd}`);

    const terminal = await ProgramTerminal.open({
      name: `Awaitscope: ${name}`,
      cwd: program.cwd,
      python: python.executable,
      keeper: join(root, "runtime", "terminal"),
      args,
      runFile,
    });
    if (epoch !== this.#epoch) {
      terminal.dispose();
      return undefined;
    }
    const previous = this.#run;
    previous?.dispose();
    const source = new TraceSource(name, vscode.Uri.file(tracePath).toString(), new TraceFile(tracePath));
    const run = new Run({
      name,
      source,
      terminal,
      tracePath,
      runFile,
      onFault: (error) => {
        this.#log.error("Following the trace failed:", error);
      },
    });
    this.#run = run;
    this.#last = program;
    void this.#context.workspaceState.update(LAST_PROGRAM, program);
    setContext(ContextKey.running, true);
    setContext(ContextKey.canRunAgain, true);
    run.onDidEnd(() => {
      this.#over(run, tracePath);
    });
    terminal.show();
    this.#started.fire(source);
    // Only now, when every view has turned to the new trace.
    previous?.source.dispose();
    return source;
  }

  #over(run: Run, tracePath: string): void {
    const { trace, state, problem } = run.source;
    this.#log.info(
      `${run.name} ${state.kind}: ${String(trace.tasks.length)} tasks, ${String(trace.steps.length)} steps`,
    );
    if (state.kind === "failed") this.#log.warn(state.message);
    else if (problem !== undefined) this.#log.warn(`${problem.message} ${problem.nextStep}`);
    if (run === this.#run) setContext(ContextKey.running, false);
    this.#ended.fire(run.source);
    deleteOldRuns(dirname(tracePath), new Set([tracePath])).catch((error: unknown) => {
      this.#log.warn("Old runs could not be deleted:", error);
    });
  }
}

function requireAbleToRun(): void {
  if (!vscode.workspace.isTrusted) {
    throw new CannotRun(
      "untrusted-workspace",
      "This workspace is not trusted, so nothing in it is run. Saved traces can be opened.",
    );
  }
  if (vscode.workspace.workspaceFolders?.every((folder) => folder.uri.scheme !== "file") === true) {
    throw new CannotRun(
      "virtual-workspace",
      "This workspace has no files on disk that Python could run. Saved traces can be opened.",
    );
  }
}

/** What runs is what is on disk, so unsaved Python files are offered to be saved first. */
async function saved(program: Program): Promise<boolean> {
  const dirty = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && document.languageId === "python" && document.uri.scheme === "file",
  );
  if (dirty.length === 0) return true;
  const save = "Save and Trace";
  const asIs = "Trace as on Disk";
  const names = dirty.map((document) => vscode.workspace.asRelativePath(document.uri)).join(", ");
  const answer = await vscode.window.showWarningMessage(
    `${names} ${dirty.length === 1 ? "has" : "have"} unsaved changes, which ${programName(program)} would not see.`,
    { modal: true },
    save,
    asIs,
  );
  if (answer === asIs) return true;
  if (answer !== save) return false;
  const results = await Promise.all(dirty.map((document) => document.save()));
  return results.every(Boolean);
}
