/** A word on what a command did, in the status bar: for what needs no answer, and nobody has to dismiss. */
import * as vscode from "vscode";

/** To read it, and to have it read. */
const MESSAGE_MS = 10_000;
const LONGEST = 300;

/** Gives the text back. */
export function say(text: string): string {
  vscode.window.setStatusBarMessage(`Awaitscope: ${text.replace(/[\s\p{C}]+/gu, " ").slice(0, LONGEST)}`, MESSAGE_MS);
  return text;
}
