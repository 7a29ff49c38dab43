/** Which call held the loop, from where its thread stood meanwhile. */
import type { ChainFrame, Site } from "../trace";
import type { Facts } from "./types";

export interface BlockedCall {
  /** The innermost line of user code. */
  readonly site: Site | undefined;
  readonly function: string | undefined;
  /** "time.sleep"; undefined: no call could be named, the code itself ran. */
  readonly call: string | undefined;
  /** Library code ran below it. */
  readonly inLibrary: boolean;
}

/** A call as the program wrote it: names with dots between them, and what is in brackets after them. */
const CALL = /^(?:await\s+)?([\p{L}_][\p{L}\p{N}_]*(?:\s*\.\s*[\p{L}_][\p{L}\p{N}_]*)*)\s*\(/u;
const INSTALLED = /[\\/](?:site|dist)-packages[\\/](.+)$/;
const STANDARD = /[\\/]python\d[^\\/]*[\\/](.+)$|[\\/]Lib[\\/](.+)$/;
/** Longer ones are no names. */
const LONGEST_CALL = 60;

/** `stack`: innermost first. */
export function blockedCall(stack: readonly ChainFrame[], facts: Facts): BlockedCall {
  const user = stack.findIndex((frame) => frame.code.file?.user === true);
  const frame = stack[user];
  if (frame === undefined)
    return { site: undefined, function: undefined, call: nameOf(stack.at(-1)), inLibrary: stack.length > 0 };
  const called = stack[user - 1];
  const call = writtenCall(frame.site, facts) ?? nameOf(called);
  return { site: frame.site, function: frame.code.name, call, inLibrary: called !== undefined };
}

/** The text of the call at a range of the program. */
function writtenCall(site: Site | undefined, facts: Facts): string | undefined {
  if (site?.column === undefined) return undefined;
  const line = facts.source(site.file)?.split("\n", site.line)[site.line - 1];
  const end = site.endLine === site.line ? site.endColumn : undefined;
  const name = CALL.exec(line?.slice(site.column, end) ?? "")?.[1]?.replace(/\s/g, "");
  return name === undefined || name.length > LONGEST_CALL ? undefined : name;
}

/** "requests.get" of a function `get` in requests/api.py; the module alone says it for a package's inner ones. */
function nameOf(frame: ChainFrame | undefined): string | undefined {
  const path = frame?.code.file?.path;
  if (frame === undefined || path === undefined) return frame?.code.name;
  const installed = INSTALLED.exec(path)?.[1]?.split(/[\\/]/)[0];
  const standard = STANDARD.exec(path);
  const file = installed ?? standard?.[1] ?? standard?.[2] ?? path.split(/[\\/]/).at(-1) ?? "";
  const module = file
    .replace(/\.py$/, "")
    .replace(/[\\/]__init__$/, "")
    .replace(/[\\/]/g, ".");
  return module === "" ? frame.code.name : `${module}.${frame.code.name}`;
}

const DEBUGGER = /[\\/](?:debugpy|pydevd[^\\/]*|_pydevd_bundle|_pydev_bundle)[\\/]|[\\/](?:bdb|pdb)\.py$/;

/** Somebody looks at the program at a breakpoint: that is no fault of the program. */
export function inDebugger(stack: readonly ChainFrame[]): boolean {
  return stack.some(({ code }) => code.file !== undefined && DEBUGGER.test(code.file.path));
}

const BEGUN_BY_SYSTEM: ReadonlySet<string> = new Set(["Thread.start", "Popen._execute_child"]);

/** A thread or process is started; that returns when the system has begun with it, and asyncio does it no other way. */
export function startsOther(stack: readonly ChainFrame[]): boolean {
  return stack.some(({ code }) => BEGUN_BY_SYSTEM.has(code.name) && code.file?.user === false);
}

/** Modules are loaded. */
export function inImport(stack: readonly ChainFrame[]): boolean {
  return stack.some(({ code }) => code.name === "<module>" || code.file?.path.startsWith("<frozen importlib") === true);
}
