/**
 * Which function of asyncio means which kind of await.
 *
 * The names are those of CPython 3.10 to 3.14. The outermost one below the user's frame decides, because that is what
 * the user wrote: `wait_for(queue.get())` is a `wait_for`.
 */
import type { AwaitKind } from "./types";

type Rule = readonly [name: string | RegExp, kind: AwaitKind];

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  tasks: [
    [/^(__)?sleep0?$/, "sleep"],
    [/^wait$|^_wait$/, "wait"],
    ["wait_for", "wait_for"],
    [/^as_completed\b|^_AsCompletedIterator\./, "as_completed"],
  ],
  timeouts: [[/^Timeout\./, "timeout"]],
  taskgroups: [[/^TaskGroup\./, "taskgroup"]],
  threads: [["to_thread", "executor"]],
  locks: [
    [/^Lock\./, "lock"],
    [/^Event\./, "event"],
    [/^Condition\./, "condition"],
    [/^(Bounded)?Semaphore\./, "semaphore"],
    [/^Barrier\./, "barrier"],
    // `async with` goes through a mixin that all of them share; the frame below it tells them apart.
  ],
  queues: [
    [/Queue\.get$/, "queue.get"],
    [/Queue\.put$/, "queue.put"],
    [/Queue\.join$/, "queue.join"],
  ],
  streams: [
    [/^StreamReader\./, "stream.read"],
    [/^StreamWriter\.start_tls$/, "socket"],
    [/^StreamWriter\./, "stream.write"],
    [/^FlowControlMixin\./, "stream.write"],
    [/^(open_connection|start_server|open_unix_connection|start_unix_server)$/, "socket"],
  ],
  subprocess: [[/^Process\.|^create_subprocess_/, "subprocess"]],
  base_subprocess: [[/./, "subprocess"]],
  base_events: [
    [/^BaseEventLoop\..*subprocess_/, "subprocess"],
    [/^BaseEventLoop\.(shutdown_default_executor|run_in_executor|getaddrinfo|getnameinfo)$/, "executor"],
    [/^BaseEventLoop\.shutdown_asyncgens$/, "asyncgen"],
    [/^BaseEventLoop\.(create_|connect_|sock_|sendfile|start_tls|_)/, "socket"],
    [/^Server\./, "socket"],
  ],
  selector_events: [[/./, "socket"]],
  proactor_events: [[/./, "socket"]],
  unix_events: [
    [/subprocess/, "subprocess"],
    [/./, "socket"],
  ],
  windows_events: [
    [/subprocess/, "subprocess"],
    [/./, "socket"],
  ],
  staggered: [[/./, "socket"]],
  // A loop of its own, written in Cython: before Python 3.11 its names are qualified.
  uvloop: [
    [/^(Loop\.)?(shutdown_default_executor|getaddrinfo|getnameinfo)$/, "executor"],
    [/^(Loop\.)?shutdown_asyncgens$/, "asyncgen"],
    [/subprocess/, "subprocess"],
    [/./, "socket"],
  ],
};

const ASYNCIO = /[\\/]asyncio[\\/]([a-z_]+)\.py$/;
/** As the code of uvloop names itself, wherever it is. */
const UVLOOP = /^uvloop[\\/]\w+\.pyx$/;
/** Installed packages have folders called asyncio, too. */
const INSTALLED = /[\\/](site|dist)-packages[\\/]/;
const PACKAGE = /[\\/](?:site|dist)-packages[\\/]([^\\/]+)/;

/** The module's name if this library file is one of asyncio's own; `uvloop` for uvloop's. */
export function asyncioModule(path: string, user: boolean): string | undefined {
  if (!user && UVLOOP.test(path)) return "uvloop";
  return user || INSTALLED.test(path) ? undefined : ASYNCIO.exec(path)?.[1];
}

/** The installed package this file belongs to. */
export function packageOf(path: string): string | undefined {
  return PACKAGE.exec(path)?.[1]?.replace(/\.py$/, "");
}

/** What being suspended in this asyncio function means; undefined: look further in. */
export function kindOfFunction(module: string, qualifiedName: string): AwaitKind | undefined {
  const rules = Object.hasOwn(RULES, module) ? RULES[module] : undefined;
  for (const [name, kind] of rules ?? [])
    if (typeof name === "string" ? name === qualifiedName : name.test(qualifiedName)) return kind;
  return undefined;
}

export const LEAVES = ["task", "gather", "executor", "shield", "future", "yield"] as const;
/** What a frame awaits that is no frame itself. */
export type Leaf = (typeof LEAVES)[number];

/** What a leaf means when no function above it said more. `direct`: user code awaits it, with no library between. */
export function kindOfLeaf(leaf: Leaf, direct: boolean): AwaitKind {
  switch (leaf) {
    case "task":
    case "gather":
    case "executor":
    case "shield":
      return leaf;
    case "future":
      return direct ? "future" : "other";
    case "yield":
      return "other";
  }
}
