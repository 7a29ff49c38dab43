/** All the trace knows about one source file of user code. The library's source is not decorated. */
import {
  awaitStatsIn,
  createdStats,
  functionStats,
  groupSites,
  outerStats,
  pathKey,
  siteKey,
  type AwaitKind,
  type AwaitStat,
  type CreatedStat,
  type FunctionStat,
  type GroupSite,
  type OuterStat,
  type SourceFile,
  type Trace,
  type WantedLines,
} from "../trace";

/** One await site, whatever kinds of things were awaited there. */
export interface SiteFacts extends Omit<AwaitStat, "function" | "kind"> {
  readonly function: string;
  readonly kinds: readonly AwaitKind[];
}

/** What is said after lines. */
export interface LineFacts {
  readonly sites: readonly SiteFacts[];
  /** Awaits of other user code, where the time is spent. */
  readonly outers: readonly OuterStat[];
  readonly groups: readonly GroupSite[];
}

/** What is said over lines. */
export interface LensFacts {
  readonly functions: readonly FunctionStat[];
  readonly created: readonly CreatedStat[];
  readonly groups: readonly GroupSite[];
}

/** The files of user code that the trace was in, by `pathKey`; taken further as the trace grows. */
export class TracedFiles {
  readonly #byKey = new Map<string, SourceFile>();
  readonly #seen = new Set<SourceFile>();
  #revision = -1;

  constructor(readonly trace: Trace) {}

  get all(): ReadonlyMap<string, SourceFile> {
    if (this.#revision === this.trace.revision) return this.#byKey;
    this.#revision = this.trace.revision;
    for (const file of this.trace.files()) {
      if (!file.user || this.#seen.has(file)) continue;
      this.#seen.add(file);
      const key = pathKey(file.path);
      // Of two spellings of one path the first is as good as the other.
      if (!this.#byKey.has(key)) this.#byKey.set(key, file);
    }
    return this.#byKey;
  }

  /** Of the wanted lines as they were traced, from 1. */
  inView({ path }: SourceFile, isWanted?: WantedLines): LineFacts {
    const { trace } = this;
    return {
      sites: sitesOf(awaitStatsIn(trace, path, isWanted)),
      outers: outerStats(trace, path, isWanted),
      groups: groupSites(trace, path, isWanted),
    };
  }

  lensFacts({ path }: SourceFile): LensFacts {
    const { trace } = this;
    return {
      functions: functionStats(trace, path),
      created: createdStats(trace, path),
      groups: groupSites(trace, path),
    };
  }
}

export function sitesOf(awaits: readonly AwaitStat[]): readonly SiteFacts[] {
  const sites = new Map<string, SiteFacts>();
  for (const stat of awaits) {
    const key = siteKey(stat.site);
    const known = sites.get(key);
    sites.set(key, known === undefined ? factsOf(stat) : add(known, stat));
  }
  return [...sites.values()];
}

function factsOf(stat: AwaitStat): SiteFacts {
  const { site, kind, count, total, max, waiting, ready, tasks } = stat;
  return { site, function: stat.function.name, kinds: [kind], count, total, max, waiting, ready, tasks };
}

function add(facts: SiteFacts, stat: AwaitStat): SiteFacts {
  return {
    ...facts,
    kinds: facts.kinds.includes(stat.kind) ? facts.kinds : [...facts.kinds, stat.kind],
    count: facts.count + stat.count,
    total: facts.total + stat.total,
    max: Math.max(facts.max, stat.max),
    waiting: facts.waiting + stat.waiting,
    ready: facts.ready + stat.ready,
    // The same task may have awaited different kinds here; the greater number is what is certain.
    tasks: Math.max(facts.tasks, stat.tasks),
  };
}
