/** Changes to a run that can be imagined. */
import type { Lines } from "./sites";

export type Change =
  /** What is awaited there, or holds the loop there, takes so many percent less time. */
  | { readonly kind: "faster"; readonly lines: Lines; readonly percent: number }
  /** Awaits that followed one another in a task begin together: the rounds of one, or several. */
  | { readonly kind: "concurrent"; readonly lines: readonly Lines[] }
  /** What holds the loop there runs in a thread. */
  | { readonly kind: "unblock"; readonly lines: Lines }
  /** So many tasks of a group, or places of a semaphore, at once. */
  | { readonly kind: "limit"; readonly lines: Lines; readonly limit: number };

/** The change would change nothing; says why, and what could be asked instead. */
export class NoEffect extends Error {
  override readonly name = "NoEffect";
}

/** What a change came to. */
export interface Effect {
  /** "the 3 awaits at feeds.py:12 began together"; follows "if". */
  readonly condition: string;
  /** What else must be true for it; whole sentences. */
  readonly assumptions: readonly string[];
}
