/** Files, functions and positions of a run, written anew as the definitions of another trace. */
import type { ChainFrame, Code, NodeId, Site, SourceFile, TaskId, Trace } from "../trace";
import type { Json } from "./blocks";
import type { NewPlace, NewTask } from "./schedule";

/** Where tasks stand that wait at a limit: as those do that wait for a semaphore. */
const SEMAPHORE = { path: "asyncio/locks.py", name: "Semaphore.acquire" } as const;

export class Places {
  readonly #ids = new Map<string, number>();
  readonly #objects = new Map<object, number>();
  #definitions: Json[] = [];

  constructor(private readonly trace: Trace) {}

  /** Those made since the last time. */
  take(): readonly Json[] {
    const taken = this.#definitions;
    this.#definitions = [];
    return taken;
  }

  /** A position of the run; `without`: frames at the outer end that are another task's. */
  recorded(node: NodeId, without: number): number {
    const chain = this.trace.chain(node);
    const kind = this.trace.awaitSite(node)?.kind;
    const parent = this.#frames(chain.slice(without), kind === "asyncgen");
    const isDirect = chain.at(-1)?.code.file?.user === true;
    if (kind === "task" || kind === "gather" || kind === "executor" || kind === "shield")
      return this.#leaf(parent, kind);
    if (kind === "future") return this.#leaf(parent, "future");
    return kind === "other" && isDirect ? this.#leaf(parent, "yield") : parent;
  }

  /** `task` says where it stands if the run does not. */
  made({ node, depth, at, on }: NewPlace, without: number, task: TaskId): number {
    const chain = at === undefined ? this.trace.chain(node).slice(without, Math.max(depth, without + 1)) : [at];
    const code = this.trace.task(task)?.code;
    const whole = chain.length > 0 || code === undefined ? chain : [{ code, site: siteOf(code) }];
    const parent = this.#frames(whole, false);
    if (on !== "semaphore") return this.#leaf(parent, on);
    const file = this.#define("file", SEMAPHORE.path, { path: `/${SEMAPHORE.path}`, user: false });
    const fields = { file, name: SEMAPHORE.name, line: 1, is: "coroutine" };
    const acquire = this.#define("code", SEMAPHORE.name, fields);
    return this.#define("node", `${parent} ${SEMAPHORE.name}`, { parent, code: acquire, line: 1 });
  }

  /** A node that is only this place: where a task or group was made. */
  site(site: Site, code: Code | undefined): number {
    const isIn = code?.file?.path === site.file;
    const file = [...this.trace.files()].find(({ path }) => path === site.file);
    return this.#frames([{ code: isIn ? code : { file, name: "", line: site.line }, site }], false);
  }

  coroutine({ node, without }: NewTask): number {
    const frame = this.trace.chain(node)[without];
    return frame === undefined ? 0 : this.code(frame.code, false);
  }

  code(code: Code, isGenerator: boolean): number {
    const known = this.#objects.get(code);
    if (known !== undefined) return known;
    const file = code.file === undefined ? 0 : this.#file(code.file);
    const is = isGenerator ? "async_generator" : "coroutine";
    const id = this.#define("code", `${file}:${code.line}:${code.name}`, {
      file,
      name: code.name,
      line: code.line,
      is,
    });
    this.#objects.set(code, id);
    return id;
  }

  #file(file: SourceFile): number {
    const known = this.#objects.get(file);
    if (known !== undefined) return known;
    const hash = file.sha256 === undefined ? {} : { sha256: file.sha256 };
    const id = this.#define("file", file.path, { path: file.path, user: file.user, ...hash });
    this.#objects.set(file, id);
    return id;
  }

  #frames(chain: readonly ChainFrame[], inGenerator: boolean): number {
    let parent = 0;
    for (const { code, site } of chain) {
      const id = this.code(code, inGenerator && code.file?.user !== true);
      const columns =
        site?.column === undefined
          ? {}
          : { end_line: site.endLine ?? site.line, col: site.column, end_col: site.endColumn ?? site.column };
      const line = site?.line ?? 0;
      const key = `${parent} ${id} ${line} ${site?.column ?? ""} ${site?.endLine ?? ""} ${site?.endColumn ?? ""}`;
      parent = this.#define("node", key, { parent, code: id, line, ...columns });
    }
    return parent;
  }

  #leaf(parent: number, on: string): number {
    return this.#define("node", `${parent} on ${on}`, { parent, on });
  }

  /** The number of what `key` names; defined when first asked for. */
  #define(k: "file" | "code" | "node", key: string, fields: Json): number {
    const known = this.#ids.get(`${k} ${key}`);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(`${k} ${key}`, id);
    this.#definitions.push({ k, id, ...fields });
    return id;
  }
}

function siteOf({ file, line }: Code): Site | undefined {
  return file && { file: file.path, line, column: undefined, endLine: undefined, endColumn: undefined };
}
