/** Where tasks were created, and how they ended. */
import type { Trace } from "../trace";
import type { Code, Outcome, Site, TaskId, TaskInfo } from "../types";
import { append, siteKey } from "./fold";
import { isBeginning, isPrivate } from "./groupSites";

/** A call such as `create_task(…)`. */
export interface CreatedStat {
  readonly site: Site;
  readonly tasks: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly coroutine: Code | undefined;
  readonly first: TaskId;
}

interface Place {
  readonly site: Site;
  readonly first: TaskInfo;
  readonly ended: Record<Outcome, number>;
  open: TaskInfo[];
}

class CreatedFold {
  readonly byFile = new Map<string, Place[]>();
  private readonly places = new Map<string, Place>();
  /** Sites are shared by the tasks made there. */
  private readonly bySite = new Map<Site, Place>();
  private known = 0;

  constructor(private readonly trace: Trace) {}

  advance(): void {
    const { tasks } = this.trace;
    for (; this.known < tasks.length; this.known++) {
      const task = tasks[this.known];
      if (task?.createSite === undefined) continue;
      // Nobody wrote create_task where the loop begins, nor where a generator was dropped.
      if (!isBeginning(task) && !task.closesDropped && !isPrivate(task)) this.add(task, task.createSite);
    }
  }

  private add(task: TaskInfo, site: Site): void {
    let place = this.bySite.get(site);
    if (place === undefined) {
      const key = siteKey(site);
      place = this.places.get(key);
      if (place === undefined) {
        place = { site, first: task, ended: { returned: 0, raised: 0, cancelled: 0, pending: 0 }, open: [] };
        this.places.set(key, place);
        append(this.byFile, site.file, place);
      }
      this.bySite.set(site, place);
    }
    place.open.push(task);
  }
}

const folds = new WeakMap<Trace, CreatedFold>();

/** The places in one file where tasks were created, in the order first met. */
export function createdStats(trace: Trace, path: string): readonly CreatedStat[] {
  let fold = folds.get(trace);
  if (fold === undefined) folds.set(trace, (fold = new CreatedFold(trace)));
  fold.advance();
  return (fold.byFile.get(path) ?? []).map(statOf);
}

function statOf(place: Place): CreatedStat {
  const open: TaskInfo[] = [];
  for (const task of place.open) {
    if (task.ended === undefined) open.push(task);
    else place.ended[task.outcome] += 1;
  }
  place.open = open;
  const { returned, raised, cancelled, pending } = place.ended;
  return {
    site: place.site,
    tasks: returned + raised + cancelled + pending + open.length,
    outcomes: { returned, raised, cancelled, pending: pending + open.length },
    coroutine: place.first.code,
    first: place.first.id,
  };
}
