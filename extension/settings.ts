/** Reading settings and setting context keys by their typed names. */
import * as vscode from "vscode";
import type { ContextKey, SettingTypes } from "./keys";

export function readSetting<K extends keyof SettingTypes>(key: K, scope?: vscode.Uri): SettingTypes[K] {
  const value = vscode.workspace.getConfiguration(undefined, scope).get<SettingTypes[K]>(key);
  // The manifest gives every setting a default, which a unit test checks.
  if (value === undefined) throw new Error(`${key} has no default`);
  return value;
}

export function setContext(key: (typeof ContextKey)[keyof typeof ContextKey], value: boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
