/** The environment people selected in VS Code, asked from whichever Python extension is there. Neither is required. */
import * as vscode from "vscode";
import { PYTHON_ENVIRONMENTS_EXTENSION, PYTHON_EXTENSION } from "../keys";
import type { Choices } from "./python";

/** The part of the environments extension's API that is used here. */
interface EnvironmentsApi {
  getEnvironment(
    scope: vscode.Uri | undefined,
  ): Promise<{ readonly execInfo?: { readonly run?: { readonly executable?: string } } } | undefined>;
}

/** The part of the Python extension's API that is used here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

export async function selectedPython(
  resource: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
): Promise<Choices["selected"]> {
  return (await ask(environmentsExtension, resource, log)) ?? (await ask(pythonExtension, resource, log));
}

/** Another extension's fault must not keep a program from being traced: it is logged and the next place is asked. */
async function ask(
  provider: (resource: vscode.Uri | undefined) => Promise<Choices["selected"]>,
  resource: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
): Promise<Choices["selected"]> {
  try {
    return await provider(resource);
  } catch (error) {
    log.warn("A Python extension could not say which environment is selected:", error);
    return undefined;
  }
}

async function environmentsExtension(resource: vscode.Uri | undefined): Promise<Choices["selected"]> {
  const extension = vscode.extensions.getExtension<EnvironmentsApi | undefined>(PYTHON_ENVIRONMENTS_EXTENSION);
  const wanted = vscode.workspace.getConfiguration("python", resource).get<boolean>("useEnvironmentsExtension", true);
  if (extension === undefined || !wanted) return undefined;
  const api = await extension.activate();
  const environment = await api?.getEnvironment(resource);
  // Not `activatedRun`: that may be "pixi run python", which is no executable.
  const executable = environment?.execInfo?.run?.executable;
  return executable === undefined ? undefined : { executable, from: "the selected environment" };
}

async function pythonExtension(resource: vscode.Uri | undefined): Promise<Choices["selected"]> {
  const extension = vscode.extensions.getExtension<PythonApi | undefined>(PYTHON_EXTENSION);
  const environments = (await extension?.activate())?.environments;
  if (environments === undefined) return undefined;
  const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource));
  const executable = environment?.executable.uri?.fsPath;
  return executable === undefined ? undefined : { executable, from: "the selected interpreter" };
}
