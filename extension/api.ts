/** What `activate` returns: a small typed view for scripts, tests and other extensions. Nothing here changes anything. */
import type * as vscode from "vscode";
import type { PlacedSite } from "./inline/annotations";
import type { DrawnText } from "./inline/decorations";
import type { FoundSummary } from "./insights";
import type { RunState } from "./protocol";
import type { AwaitKind, Diff, Nanoseconds } from "./trace";

/** Described in docs/api.md. */
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
  summary(): FoundSummary | undefined;
  /** The await sites at a line (from 1) of a document as it is now; none on a line that was edited since the run. */
  sitesAt(uri: vscode.Uri, line: number): Promise<readonly SiteAtLine[]>;
  /** The document of `awaitscope diff --json`, while the trace in view is compared with another. */
  comparison(): Diff | undefined;
  /** What stands after the lines of a document. */
  inlineTexts(uri: vscode.Uri): readonly DrawnText[];
  /** What a document's lines say of the tasks that stand there, now or at the time cursor; lines from 1. */
  standing(uri: vscode.Uri): readonly {
    readonly line: number;
    readonly text: string;
    readonly state: "running" | "ready" | "waiting" | "blocked";
  }[];
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

export interface SiteAtLine {
  /** From 1, as the document is now. */
  readonly line: number;
  readonly endLine: number;
  /** From 0, in UTF-16 units; undefined on Python 3.10. */
  readonly column: number | undefined;
  readonly endColumn: number | undefined;
  /** Qualified name. */
  readonly function: string;
  readonly kinds: readonly AwaitKind[];
  readonly count: number;
  readonly tasks: number;
  readonly total_ms: number;
  readonly max_ms: number;
  /** Of the total. */
  readonly waiting_ms: number;
  readonly ready_ms: number;
}

export function siteAtLine(placed: PlacedSite): SiteAtLine {
  const { line, endLine, site, kinds, count, tasks } = placed;
  return {
    line: line + 1,
    endLine: endLine + 1,
    column: site.column,
    endColumn: site.endColumn,
    function: placed.function,
    kinds,
    count,
    tasks,
    total_ms: ms(placed.total),
    max_ms: ms(placed.max),
    waiting_ms: ms(placed.waiting),
    ready_ms: ms(placed.ready),
  };
}

/** With microsecond precision, as the summary. */
function ms(time: Nanoseconds): number {
  return Math.round(time / 1000) / 1000;
}
