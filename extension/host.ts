/** What differs between the places the extension runs in: a machine with a disk and processes, or a browser's worker. */
import type * as vscode from "vscode";
import type { Disposable } from "./dispose";
import type { TraceBytes, TraceSource } from "./source";
import type { Gunzip } from "./unzip";

export interface Host {
  /** The bytes of a trace, which may still grow where there is a disk. */
  readonly bytesOf: (uri: vscode.Uri) => TraceBytes;
  readonly gunzip: Gunzip;
  /** Where a path leads, links followed. */
  readonly realPath: (path: string) => Promise<string>;
  /** Texts that ran, from one session to the next. */
  readonly texts: KeptTexts;
  readonly writeText: (uri: vscode.Uri, pieces: Iterable<string>) => Promise<void>;
  /** The last runs, newest first. */
  readonly recentRuns: () => Promise<readonly { readonly uri: vscode.Uri; readonly time: Date }[]>;
  /** Undefined where nothing can run. */
  readonly runner: RunsPrograms | undefined;
  /** Those that need a process. Where there are none they say so: a keybinding may still ask for them. */
  readonly runCommands: Readonly<Record<string, Run>>;
}

/** What a command does; it throws what `Problems` shows. */
export type Run = (argument: unknown) => unknown;

/** Texts by their hash. */
export interface KeptTexts {
  /** Whether what was kept has that hash is for the caller to see. */
  read(hash: string): Promise<Uint8Array | undefined>;
  keep(hash: string, bytes: Uint8Array): Promise<void>;
}

/** What the views need to know of whoever runs programs. */
export interface RunsPrograms {
  readonly running: boolean;
  /** The trace of the last run. */
  readonly source: TraceSource | undefined;
  readonly onDidStart: (listener: (source: TraceSource) => void) => Disposable;
  readonly onDidEnd: (listener: (source: TraceSource) => void) => Disposable;
}
