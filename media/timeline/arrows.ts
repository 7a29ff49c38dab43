/** The kinds of arrows, told apart by their line and their head first, and then by colour. */

type Point = readonly [x: number, y: number];

export interface ArrowKind {
  /** What its tail did to its head. */
  readonly does: string;
  /** Pixels drawn and left out, by turns; none: a whole line. */
  readonly dash: readonly number[];
  /** Lines from point to point, of a head that points down with its tip at 0, 0. */
  readonly head: readonly (readonly Point[])[];
  readonly isFilled: boolean;
}

const POINTED: readonly Point[] = [
  [-5, -7],
  [0, 0],
  [5, -7],
];
const DIAMOND: readonly Point[] = [
  [0, -9],
  [4.5, -4.5],
  [0, 0],
  [-4.5, -4.5],
];
const CROSS: readonly (readonly Point[])[] = [
  [
    [-4, -8],
    [4, 0],
  ],
  [
    [4, -8],
    [-4, 0],
  ],
];

export const ARROWS = {
  awaits: { does: "waits for", dash: [6, 4], head: [POINTED], isFilled: false },
  wakes: { does: "woke", dash: [], head: [POINTED], isFilled: true },
  spawns: { does: "created", dash: [1.5, 3], head: [DIAMOND], isFilled: true },
  cancels: { does: "cancelled", dash: [9, 3, 2, 3], head: CROSS, isFilled: false },
} as const satisfies Readonly<Record<string, ArrowKind>>;

export type Arrow = keyof typeof ARROWS;

/** Where the line ends and the head begins, from its tip. */
export const HEAD_LENGTH = 7;
