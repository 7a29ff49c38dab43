/** What a webview says, believed only after a look: its page draws names from untrusted traces. */
import { parseNotes } from "../notes";
import type { ToHost, TraceView } from "../protocol";
import type { Site } from "../trace";

/** No finding is about more. */
const MOST_SITES = 20;

export function parseToHost(message: unknown): ToHost | undefined {
  if (!isRecord(message)) return undefined;
  const { type, generation, offset, site, focus, time, command, format, bytes, view, notes } = message;
  switch (type) {
    case "ready": {
      if (!isCount(offset)) return undefined;
      return typeof generation === "string" ? { type, generation, offset } : { type, offset };
    }
    case "ack":
      return typeof generation === "string" && isCount(offset) ? { type, generation, offset } : undefined;
    case "reveal": {
      const parsed = parseSite(site);
      return parsed && { type, site: parsed, ...(focus === true ? { focus } : {}) };
    }
    case "cursor":
      return time === undefined || typeof time === "number" ? { type, time } : undefined;
    case "command":
      return command === "stop" || command === "runAgain" ? { type, command } : undefined;
    case "picture":
      return (format === "png" || format === "svg") && bytes instanceof Uint8Array
        ? { type, format, bytes }
        : undefined;
    case "view": {
      const parsed = parseView(view);
      return parsed && { type, view: parsed };
    }
    case "notes": {
      const parsed = parseNotes(notes);
      return typeof generation === "string" && parsed !== undefined ? { type, generation, notes: parsed } : undefined;
    }
    default:
      return undefined;
  }
}

/** Also for what a link says. */
export function parseView(value: unknown): TraceView | undefined {
  if (!isRecord(value)) return undefined;
  const { from, to, task, cursor } = value;
  if (!isTime(from) || !isTime(to) || to <= from) return undefined;
  return { from, to, ...(isCount(task) && { task }), ...(isTime(cursor) && { cursor }) };
}

/** Also for the arguments of a command, which any link in any document could have made up. */
export function parseSite(value: unknown): Site | undefined {
  if (!isRecord(value)) return undefined;
  const { file, line, column, endLine, endColumn } = value;
  if (typeof file !== "string" || !isCount(line) || line < 1) return undefined;
  return {
    file,
    line,
    column: isCount(column) ? column : undefined,
    endLine: isCount(endLine) && endLine >= line ? endLine : undefined,
    endColumn: isCount(endColumn) ? endColumn : undefined,
  };
}

/** One, or several that belong together. */
export function parseSites(value: unknown): readonly Site[] | undefined {
  const sites = (Array.isArray(value) ? value.slice(0, MOST_SITES) : [value]).map(parseSite);
  return sites.every((site) => site !== undefined) ? sites : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A window may begin a little before the trace does. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
