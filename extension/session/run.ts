/** One traced run: a program in its terminal, and its trace as it grows. */
import { watch, type FSWatcher } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import { messageOf } from "../faults";
import type { TraceSource } from "../source";
import type { ProgramTerminal } from "./programTerminal";

/** Not every file system reports changes, so we also look. Two looks are what a person sees as "live". */
const LOOK_EVERY_MS = 100;
/** What a program gets to clean up in after an interrupt, before it is killed. */
export const GRACE_MS = 5_000;

export interface RunParts {
  readonly name: string;
  readonly source: TraceSource;
  readonly terminal: Pick<ProgramTerminal, "state" | "onDidEnd" | "look" | "interrupt" | "kill" | "dispose">;
  readonly tracePath: string;
  readonly runFile: string;
  readonly onFault: (error: unknown) => void;
}

export class Run implements Disposable {
  readonly #store = new DisposableStore();
  readonly #ended = this.#store.add(new Signal());
  readonly #parts: RunParts;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;
  #looking = false;
  #lookAgain = false;
  #over = false;

  /** Fires once, when the program has ended and its whole trace was taken in. */
  readonly onDidEnd = this.#ended.event;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#store.add(parts.terminal);
    this.#store.add(parts.terminal.onDidEnd(() => void this.#finish()));
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#watch();
  }

  get name(): string {
    return this.#parts.name;
  }

  get source(): TraceSource {
    return this.#parts.source;
  }

  get running(): boolean {
    return !this.#over;
  }

  /** Interrupts the program; kills it when it was interrupted before or does not end in time. */
  stop(): void {
    if (this.#over) return;
    if (this.#grace !== undefined) {
      this.#parts.terminal.kill();
      return;
    }
    this.#parts.terminal.interrupt();
    this.#grace = setTimeout(() => {
      if (!this.#over) this.#parts.terminal.kill();
    }, GRACE_MS);
  }

  /** Stops the program and waits for its end, which may have come by itself. */
  async stopped(): Promise<void> {
    if (this.#over) return;
    const ended = new Promise<void>((resolve) => this.onDidEnd(resolve));
    this.stop();
    await ended;
  }

  dispose(): void {
    this.#over = true;
    this.#stopLooking();
    this.#store.dispose();
  }

  /** The folder, not the file: the file does not exist yet. */
  #watch(): void {
    try {
      this.#watcher = watch(dirname(this.#parts.tracePath), { persistent: false }, () => void this.#look());
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      // Out of watches, or a file system without: the timer is enough.
    }
  }

  async #look(): Promise<void> {
    if (this.#over) return;
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    try {
      await this.#parts.terminal.look();
      await this.#parts.source.pull();
    } catch (error) {
      this.#parts.onFault(error);
      this.#parts.source.fail(`The trace could not be read: ${messageOf(error)}. Run again.`);
      void this.#finish();
    } finally {
      this.#looking = false;
    }
    if (this.#lookAgain) {
      this.#lookAgain = false;
      await this.#look();
    }
  }

  async #finish(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#stopLooking();
    const { source, terminal, runFile } = this.#parts;
    try {
      await source.pull();
      if (source.available === 0) source.fail(neverStarted(terminal));
      await source.end();
      await rm(runFile, { force: true });
    } catch (error) {
      this.#parts.onFault(error);
      source.fail(`The trace could not be read: ${messageOf(error)}. Run again.`);
    }
    this.#ended.fire();
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#grace);
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

function neverStarted({ state }: RunParts["terminal"]): string {
  const code = state.kind === "ended" ? state.code : undefined;
  return code === undefined
    ? "The terminal was closed before the program started. Run again."
    : `The program ended with exit code ${String(code)} before anything was recorded. The terminal shows why.`;
}
