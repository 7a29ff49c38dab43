/** What the page remembers of itself across a hide or a reload: where one looked, never what was recorded. */
import type { TaskId } from "../../extension/trace";
import { parseView, type TraceView } from "../../extension/traceView";
import { isDensity, type Density } from "./layout";

const VERSION = 4;
/** More lanes than that nobody collapses or pins by hand. */
const MOST_TASKS = 10_000;

export interface ViewState extends TraceView {
  readonly generation: string;
  /** "all": everything in view as it grows; "end": the newest at the right edge; "off": where the user looked. */
  readonly follow: Follow;
  readonly scroll: number;
  readonly table: boolean;
  /** As chosen; undefined: as the number of tasks has it. */
  readonly density: Density | undefined;
  readonly collapsed: readonly TaskId[];
  readonly pinned: readonly TaskId[];
}

export type Follow = "all" | "end" | "off";

export function packState(state: ViewState): unknown {
  return { version: VERSION, ...state };
}

/** Anything that is not what this version writes is forgotten. */
export function unpackState(value: unknown): ViewState | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { version, generation, follow, scroll, table, density, collapsed, pinned } = value as Record<string, unknown>;
  const view = parseView(value);
  if (view === undefined || !isNumber(scroll)) return undefined;
  if (version !== VERSION || typeof generation !== "string" || typeof table !== "boolean") return undefined;
  if ((density !== undefined && !isDensity(density)) || !areTasks(collapsed) || !areTasks(pinned)) return undefined;
  if (follow !== "all" && follow !== "end" && follow !== "off") return undefined;
  return { ...view, generation, follow, scroll, table, density, collapsed, pinned };
}

function areTasks(value: unknown): value is readonly TaskId[] {
  return Array.isArray(value) && value.length <= MOST_TASKS && value.every(isNumber);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
