/** What a webview says, believed only after a look: its page draws names from untrusted traces. */
import { parseNotes } from "../notes";
import type { ToHost } from "../protocol";
import type { Site } from "../trace";
import { isCount, isRecord, parseSite, parseView } from "../traceView";

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

/** One, or several that belong together. */
export function parseSites(value: unknown): readonly Site[] | undefined {
  const sites = (Array.isArray(value) ? value.slice(0, MOST_SITES) : [value]).map(parseSite);
  return sites.every((site) => site !== undefined) ? sites : undefined;
}
