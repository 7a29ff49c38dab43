// Where things are. Used by every script, before and after anything is installed: node's own modules only.
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** @param {string[]} parts */
export const inRoot = (...parts) => path.join(root, ...parts);

/**
 * Files below a folder of the project whose path (relative to the root, with `/`) matches; sorted; none if the folder is missing.
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {string[]}
 */
export function filesBelow(folder, pattern) {
  let names;
  try {
    names = readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return names
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/")))
    .filter((name) => pattern.test(name))
    .sort();
}
