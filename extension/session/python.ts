/**
 * Which Python runs the program: the first place that names one decides, and it is then either good or an error.
 * Quietly taking another than the one selected would trace a program without its packages.
 *
 * Everything that differs between platforms is in this file, and the platform is handed in.
 */
import { CannotRun } from "../cannotRun";

export interface Interpreter {
  /** The real executable, never an activation command. */
  readonly executable: string;
  /** "3.12.1" */
  readonly version: string;
  /** Who named it, for the log and for messages. */
  readonly from: string;
}

/** What a Python says about itself. */
export interface PythonFacts {
  readonly executable: string;
  readonly version: readonly [number, number, number];
}

/** The machine as this file sees it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly exists: (path: string) => Promise<boolean>;
  /** Runs a Python to ask what it is; undefined when it does not answer. */
  readonly ask: (command: readonly string[]) => Promise<PythonFacts | undefined>;
}

/** Where an interpreter may be named, in the order in which they are asked. */
export interface Choices {
  /** The environments extension or the Python extension: what is selected for this resource. */
  readonly selected: { readonly executable: string; readonly from: string } | undefined;
  /** The setting; empty when not set. */
  readonly setting: string;
  /** Folders that may hold a `.venv`, nearest first. */
  readonly folders: readonly string[];
}

const OLDEST = [3, 10] as const;

export async function findPython(choices: Choices, machine: Machine): Promise<Interpreter> {
  if (choices.selected !== undefined) {
    const { executable, from } = choices.selected;
    return accept(await machine.ask([executable]), executable, from);
  }
  if (choices.setting !== "") {
    return accept(await machine.ask([choices.setting]), choices.setting, "the setting awaitscope.pythonPath");
  }
  for (const folder of choices.folders) {
    const executable = virtualEnvironmentPython(folder, machine.platform);
    if (await machine.exists(executable))
      return accept(await machine.ask([executable]), executable, `${folder}'s .venv`);
  }
  let old: Interpreter | undefined;
  for (const command of commandsOnPath(machine.platform)) {
    const facts = await machine.ask(command);
    if (facts === undefined) continue;
    const found = interpreter(facts, `${command.join(" ")} on PATH`);
    if (newEnough(facts)) return found;
    old ??= found;
  }
  if (old !== undefined) throw tooOld(old);
  throw new CannotRun(
    "no-interpreter",
    "No Python was found: no environment is selected, there is no .venv in the workspace, and " +
      `${commandsOnPath(machine.platform)
        .map((command) => command.join(" "))
        .join(", ")} did not answer. Install Python 3.10 or newer, or set the path of yours.`,
  );
}

export function virtualEnvironmentPython(folder: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? `${folder}\\.venv\\Scripts\\python.exe` : `${folder}/.venv/bin/python`;
}

/** Windows has no `python3`, its launcher knows what is installed, and its `python` may be the store's advertisement. */
export function commandsOnPath(platform: NodeJS.Platform): readonly (readonly string[])[] {
  return platform === "win32" ? [["py", "-3"], ["python"]] : [["python3"], ["python"]];
}

function accept(facts: PythonFacts | undefined, executable: string, from: string): Interpreter {
  if (facts === undefined) {
    throw new CannotRun(
      "no-interpreter",
      `${executable}, from ${from}, does not run as a Python. Select another one, or correct the path.`,
    );
  }
  const found = interpreter(facts, from);
  if (!newEnough(facts)) throw tooOld(found);
  return found;
}

function interpreter(facts: PythonFacts, from: string): Interpreter {
  return { executable: facts.executable, version: facts.version.join("."), from };
}

function newEnough({ version: [major, minor] }: PythonFacts): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function tooOld({ executable, version, from }: Interpreter): CannotRun {
  return new CannotRun(
    "old-interpreter",
    `Tracing needs Python ${OLDEST.join(".")} or newer; ${executable}, from ${from}, is ${version}. Select a newer one.`,
  );
}
