/** What `activate` returns: a small typed view for tests and other extensions. Nothing here changes anything. */
import type * as vscode from "vscode";
import type { DrawnText } from "./inline/decorations";
import type { RunState } from "./protocol";
import type { Summary } from "./trace";

export interface AwaitscopeApi {
  readonly version: 1;
  /** A traced program is running. */
  readonly running: boolean;
  /** The trace in view: the last run, or the saved trace that was opened after it. */
  readonly trace:
    | {
        readonly name: string;
        readonly uri: string;
        readonly state: RunState;
        /** Why it could not be read to its end. */
        readonly damage: string | undefined;
      }
    | undefined;
  /** The document of `awaitscope show --json`, of the trace in view. */
  summary(): Summary | undefined;
  /** What stands after the lines of a document. */
  inlineTexts(uri: vscode.Uri): readonly DrawnText[];
  /** What a document's lines say of the tasks that stand there, now or at the time cursor; lines from 1. */
  standing(
    uri: vscode.Uri,
  ): readonly { readonly line: number; readonly text: string; readonly state: "running" | "ready" | "waiting" }[];
  /** In nanoseconds since the trace's start. */
  readonly timeCursor: number | undefined;
  /** The line of the await at the caret, whose visits the timeline lights. */
  readonly litLine: number | undefined;
  /** The rows of the view "Awaits". */
  awaits(): readonly string[];
  /** The timelines that are open, and how much of their trace their pages have. */
  timelines(): readonly { readonly name: string | undefined; readonly received: number; readonly of: number }[];
  /** The last error message. */
  readonly lastProblem: string | undefined;
  /** Fires when anything above may have changed. */
  readonly onDidChange: (listener: () => void) => { dispose(): void };
}
