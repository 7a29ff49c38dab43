/**
 * Every message between the extension host and the timeline webview; one union a direction.
 *
 * The webview speaks first (`ready`). The host answers with `open` and then streams the trace's own bytes from the
 * offset the webview names, never more than {@link CREDIT} bytes unacknowledged. After a reveal or a reload the same
 * handshake runs again: the trace is the only state, so nothing else has to be replayed.
 */
import type { Finding } from "./insights/types";
import type { Note } from "./notes";
import type { GroupId, Nanoseconds, Site, TaskId } from "./trace/types";
import type { TraceView } from "./traceView";

/** Bytes the host may send before it waits for an `ack` (there is no back-pressure in `postMessage`). */
export const CREDIT = 2 * 1024 * 1024;

/** What is known about the trace from outside its bytes. */
export type RunState =
  | { readonly kind: "running" }
  /** The program has ended, or the trace was opened from disk: no more bytes will come. */
  | { readonly kind: "ended" }
  /** Nothing can be shown, and why, with what to do next. */
  | { readonly kind: "failed"; readonly message: string };

// ---------------------------------------------------------------- host → webview

export interface OpenMessage {
  readonly type: "open";
  /** Changes with every trace; a webview that holds another generation's bytes drops them and starts at 0. */
  readonly generation: string;
  readonly name: string;
  readonly state: RunState;
}

/** Bytes of the trace from `offset`; always a fresh `Uint8Array` on its own buffer. */
export interface BytesMessage {
  readonly type: "bytes";
  readonly generation: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * The state changed. `ended` is sent after the last byte, also when `open` said it already: with it the webview holds
 * the whole trace, and what is incomplete in it was cut off.
 */
export interface StateMessage {
  readonly type: "state";
  readonly generation: string;
  readonly state: RunState;
}

/** Show and select: a task, a group, all visits of an await site, or what a link leads to. */
export interface ShowMessage {
  readonly type: "show";
  readonly generation: string;
  readonly target:
    { readonly task: TaskId } | { readonly group: GroupId } | { readonly site: Site } | { readonly view: TraceView };
}

/** The caret is on this await site, or on none: its visits are lit, and nothing moves. */
export interface HighlightMessage {
  readonly type: "highlight";
  readonly generation: string;
  readonly site?: Site;
}

/** The editor put the time cursor here, where this task stands. */
export interface MomentMessage {
  readonly type: "moment";
  readonly generation: string;
  readonly time: Nanoseconds;
  readonly task: TaskId;
}

/** Asks for the picture as a file, or for what is in view; answered by {@link PictureMessage} or {@link ViewMessage}. */
export interface AskMessage {
  readonly type: "ask";
  readonly what: "png" | "svg" | "view";
}

/** All notes of the trace; from the webview: what they are to be from now on. */
export interface NotesMessage {
  readonly type: "notes";
  readonly generation: string;
  readonly notes: readonly Note[];
}

/** All findings of the trace so far: those sent before are replaced. */
export interface FindingsMessage {
  readonly type: "findings";
  readonly generation: string;
  readonly findings: readonly Finding[];
}

export type ToWebview =
  | OpenMessage
  | BytesMessage
  | StateMessage
  | ShowMessage
  | HighlightMessage
  | MomentMessage
  | AskMessage
  | NotesMessage
  | FindingsMessage;

// ---------------------------------------------------------------- webview → host

export interface ReadyMessage {
  readonly type: "ready";
  /** The generation whose first `offset` bytes the webview already holds, if any. */
  readonly generation?: string;
  readonly offset: number;
}

export interface AckMessage {
  readonly type: "ack";
  readonly generation: string;
  /** All bytes before this offset have been taken in. */
  readonly offset: number;
}

/** Open this place in the editor. */
export interface RevealMessage {
  readonly type: "reveal";
  readonly site: Site;
  /** Go there, as the keyboard does. A click only looks: the focus stays in the timeline. */
  readonly focus?: true;
}

/** The time cursor moved (undefined: it was cleared). */
export interface CursorMessage {
  readonly type: "cursor";
  readonly time: Nanoseconds | undefined;
}

/** A button of the timeline: run again, stop. */
export interface CommandMessage {
  readonly type: "command";
  readonly command: "stop" | "runAgain";
}

export interface PictureMessage {
  readonly type: "picture";
  readonly format: "png" | "svg";
  readonly bytes: Uint8Array;
}

export interface ViewMessage {
  readonly type: "view";
  readonly view: TraceView;
}

export type ToHost =
  | ReadyMessage
  | AckMessage
  | RevealMessage
  | CursorMessage
  | CommandMessage
  | PictureMessage
  | ViewMessage
  | NotesMessage;
