/** Runs fixture programs through the real runtime, and says what was found. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { DEFAULT_OPTIONS, findAll, type Finding } from "../../extension/insights";
import { readTrace, type Trace } from "../../extension/trace";
import { pythonParser } from "../fixtures/python";
import { inRoot } from "../../scripts/paths.mjs";

export interface Run {
  /** "blocked_loop fires_sleep". */
  readonly name: string;
  readonly trace: Trace;
  readonly findings: readonly Finding[];
  /** What Python said, if something went wrong. */
  readonly error: string | undefined;
}

const RUNTIME = inRoot("runtime", "awaitscope");
export const PROGRAMS = inRoot("test", "insights", "programs");

/** The cases of a program: its functions whose names begin like that. */
export function casesOf(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/^(?:async )?def ((?:fires|near|silenced)\w*)\(/gm)].map(([, name]) => name ?? "");
}

export async function runAll(
  programs: readonly { readonly path: string; readonly args: readonly string[] }[],
  python: string,
  // They sleep more than they compute.
  atOnce = 2 * availableParallelism(),
): Promise<readonly Run[]> {
  const folder = inRoot("out", "insights");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const runs: Run[] = [];
  const left = [...programs.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [i, { path, args }] = next;
      runs[i] = await run(python, path, args, join(folder, `${i}.awaitscope`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return runs;
}

async function run(python: string, path: string, args: readonly string[], out: string): Promise<Run> {
  const name = [basename(path, ".py"), ...args].join(" ");
  const error = await new Promise<string | undefined>((resolve) => {
    const options = { timeout: 30_000, cwd: PROGRAMS };
    execFile(python, [RUNTIME, "run", "--out", out, path, ...args], options, (failure, _out, stderr) =>
      resolve(failure === null ? undefined : `${failure.message}\n${stderr}`),
    );
  });
  if (!existsSync(out)) throw new Error(`${name} was not traced: ${error ?? ""}`);
  const trace = readTrace(readFileSync(out));
  return { name, trace, findings: await findAll(trace, DEFAULT_OPTIONS, sourcesOf(trace), pythonParser), error };
}

function sourcesOf(trace: Trace): (path: string) => string | undefined {
  const hashes = new Map([...trace.files()].map(({ path, sha256 }) => [path, sha256]));
  return (path) => {
    const wanted = hashes.get(path);
    if (wanted === undefined) return undefined;
    const bytes = readFileSync(path);
    return createHash("sha256").update(bytes).digest("hex") === wanted ? bytes.toString("utf8") : undefined;
  };
}

/** One line a finding, without what differs from run to run. */
export function golden({ severity, rule, site, message }: Finding): string {
  const line = site === undefined ? undefined : readFileSync(site.file, "utf8").split("\n")[site.line - 1]?.trim();
  const words = message.replace(/\d[\d.]*( (ns|µs|ms|s|min|h)\b)?/g, (_, unit: string | undefined) =>
    unit === undefined ? "N" : "TIME",
  );
  return `${severity} ${rule} at \`${line ?? "nowhere"}\`: ${words}`;
}
