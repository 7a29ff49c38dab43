/** The projected run as a trace of its own, so that every view can show it: nothing of what was recorded is touched. */
import { firstIndex, type LoopId, type Nanoseconds, type TaskId, type TaskInfo } from "../trace";
import { AWAITS, high, idleRow, low, stepRow, TASK_ENDED, TraceBlocks, type Json } from "./blocks";
import { Places } from "./places";
import { NONE, type NewTask, type Outside, type Row } from "./schedule";
import { NEVER } from "./simulate";
import type { WhatIf } from "./whatIf";

/** Rows between two pauses. */
const ROWS_A_BLOCK = 2_000;
/** Tasks between two pauses. */
const TASKS_A_BLOCK = 500;
const CONTINUES = 0x80000000;
const OUTCOMES = { returned: 1, raised: 2, cancelled: 3, pending: 0 } as const;
const WAKERS: Readonly<Record<Outside, number>> = {
  "": 0,
  unknown: 0,
  io: 0x80000001,
  timer: 0x80000002,
  thread: 0x80000003,
};

/** Pauses where others may go on. */
export function* projectedTrace(result: WhatIf): Generator<undefined, Uint8Array<ArrayBuffer>> {
  const writing = new Writing(result);
  writing.loops();
  yield* writing.tasks();
  yield* writing.steps();
  return writing.end();
}

interface Laid {
  readonly id: TaskId;
  readonly created: Nanoseconds;
  readonly info: TaskInfo | undefined;
  readonly made: NewTask | undefined;
}

class Writing {
  readonly #result: WhatIf;
  readonly #blocks: TraceBlocks;
  readonly #places: Places;
  /** Of tasks that the change made. */
  readonly #made: ReadonlyMap<TaskId, NewTask>;
  /** What a task awaits after a row, which it did not in the run. */
  readonly #groups = new Map<Row, number>();
  #nextGroup: number;
  /** Tasks that are still to be written, and what is said of them. */
  #tasks: number[] = [];
  #said: Json[] = [];

  constructor(result: WhatIf) {
    this.#result = result;
    const { trace, newTasks } = result.schedule;
    const { argv = [], cwd, python, platform, startedAt } = trace.header ?? {};
    const what = { headline: result.headline, assumptions: result.assumptions, recorded: Math.round(result.recorded) };
    this.#blocks = new TraceBlocks({ argv, cwd, python, platform, wall_start: startedAt, what_if: what });
    this.#places = new Places(trace);
    this.#made = new Map(newTasks.map((task) => [task.id, task]));
    this.#nextGroup = trace.groups.reduce((most, { id }) => Math.max(most, id), 0) + 1;
  }

  loops(): void {
    const { loops } = this.#result.schedule.trace;
    this.#blocks.define(
      loops.map(({ id, thread, className, started, policy, debug }) => {
        return { k: "loop", id, thread, class: className, t: started, policy, debug };
      }),
    );
  }

  *tasks(): Generator<undefined, void> {
    const { trace, rowsOf, newTasks, newGroups } = this.#result.schedule;
    const all: Laid[] = [];
    const lay = (task: Laid): void => {
      const first = rowsOf.get(task.id)?.[0];
      if (first === undefined || this.#ran(first)) all.push(task);
    };
    for (const [i, info] of trace.tasks.entries()) {
      if (i % ROWS_A_BLOCK === 0) yield;
      lay({ id: info.id, created: this.#createdAt(info), info, made: undefined });
    }
    for (const [i, made] of newTasks.entries()) {
      if (i % ROWS_A_BLOCK === 0) yield;
      lay({ id: made.id, created: this.#endOf(made.createdBy), info: undefined, made });
    }
    yield;
    all.sort((a, b) => a.created - b.created || a.id - b.id);
    yield;
    const laid = new Set<TaskId>();
    const written = new Set<number>();
    for (const task of all) {
      const group = task.info?.group;
      // A TaskGroup is there before its members, and after its owner.
      if (group !== undefined && !written.has(group)) {
        written.add(group);
        this.#flushTasks();
        this.#define(this.#groupJson(group, []));
      }
      laid.add(task.id);
      this.#task(task);
      if (laid.size % TASKS_A_BLOCK !== 0) continue;
      this.#flushTasks();
      yield;
    }
    this.#flushTasks();
    for (const { id, members } of trace.groups)
      if (!written.has(id))
        this.#define(
          this.#groupJson(
            id,
            members.filter((member) => laid.has(member)),
          ),
        );
    for (const { kind, owner, members, node, depth, createdBy } of newGroups) {
      const frame = trace.chain(node)[depth - 1];
      const site = frame?.site === undefined ? 0 : this.#places.site(frame.site, frame.code);
      const id = this.#nextGroup++;
      this.#groups.set(createdBy, id);
      this.#define([{ k: "group", id, kind, owner, site, t: this.#endOf(createdBy), members }]);
    }
  }

  *steps(): Generator<undefined, void> {
    const { schedule, simulation } = this.#result;
    const byLoop = new Map<LoopId, Row[]>();
    for (const [i, row] of simulation.order.entries()) {
      if (i % ROWS_A_BLOCK === 0) yield;
      // Callbacks that nobody waits for would make the run longer than it is.
      if (schedule.task[row] === 0 && simulation.start[row]! > simulation.end) continue;
      const loop = schedule.loop[row]!;
      const rows = byLoop.get(loop);
      if (rows === undefined) byLoop.set(loop, [row]);
      else rows.push(row);
    }
    const sequence = new Int32Array(schedule.length);
    for (const [loop, rows] of byLoop) {
      for (let from = 0; from < rows.length; from += ROWS_A_BLOCK) {
        const slice = rows.slice(from, from + ROWS_A_BLOCK);
        slice.forEach((row, i) => (sequence[row] = from + i + 1));
        this.#block(loop, from + 1, from === 0 ? undefined : rows[from - 1], slice, sequence);
        yield;
      }
    }
  }

  end(): Uint8Array<ArrayBuffer> {
    const { schedule, projected } = this.#result;
    const { trace } = schedule;
    const t = Math.round(projected);
    const closed = trace.loops
      .filter((loop) => loop.closed !== undefined)
      .map(({ id }) => ({ k: "loop_closed", id, t }));
    this.#blocks.define(closed);
    if (trace.complete) this.#blocks.define([{ k: "end", t, exit_code: trace.exitCode ?? null }]);
    return this.#blocks.bytes();
  }

  #block(loop: LoopId, first: number, last: Row | undefined, slice: readonly Row[], sequence: Int32Array): void {
    const { schedule, simulation } = this.#result;
    const rows: number[] = [];
    const begin = last === undefined ? Math.round(simulation.start[slice[0]!]!) : this.#endOf(last);
    let clock = begin;
    for (const row of slice) {
      const [start, end] = [Math.max(clock, Math.round(simulation.start[row]!)), this.#endOf(row)];
      if (start > clock) rows.push(...idleRow(start - clock));
      const ready = Math.max(0, start - Math.round(simulation.readyAt[row]!));
      const node = this.#nodeAfter(row) + (schedule.continues[row] === true ? CONTINUES : 0);
      clock = Math.max(start, end);
      rows.push(...stepRow(schedule.task[row]!, clock - start, ready, this.#waker(row, sequence), node));
      rows.push(...this.#awaits(row));
      const outcome = schedule.ends.get(row);
      if (outcome !== undefined && outcome !== "pending")
        rows.push(TASK_ENDED, schedule.task[row]!, OUTCOMES[outcome], 0, 0);
    }
    this.#blocks.define(this.#places.take());
    this.#blocks.steps(loop, first, begin, rows);
  }

  #waker(row: Row, sequence: Int32Array): number {
    const { schedule, simulation } = this.#result;
    const by = simulation.wokenBy[row]!;
    const outside = schedule.outside[row]!;
    if (outside !== "" && (by === NONE || by === schedule.cause[row])) return WAKERS[outside];
    if (by === NONE || schedule.loop[by] !== schedule.loop[row]) return 0;
    return sequence[by] === 0 ? 0 : Math.max(0, sequence[row]! - sequence[by]!);
  }

  #awaits(row: Row): readonly number[] {
    const { trace } = this.#result.schedule;
    const made = this.#groups.get(row);
    if (made !== undefined) return [AWAITS, 2, made, 0, 0];
    const awaited = row < trace.steps.length ? trace.steps.awaits(row) : undefined;
    if (awaited !== undefined && "task" in awaited) return [AWAITS, 1, awaited.task, 0, 0];
    return awaited !== undefined && "group" in awaited ? [AWAITS, 2, awaited.group, 0, 0] : [];
  }

  #nodeAfter(row: Row): number {
    const { schedule } = this.#result;
    const task = schedule.task[row]!;
    const place = schedule.place[row]!;
    const without = this.#made.get(task)?.without ?? 0;
    if (place === 0) return 0;
    if (place > 0) return this.#places.recorded(place, without);
    const made = schedule.newPlaces[-1 - place];
    return made === undefined ? 0 : this.#places.made(made, without, task);
  }

  #task({ id, created, info, made }: Laid): void {
    const { schedule } = this.#result;
    const loop = info?.loop ?? schedule.loop[schedule.rowsOf.get(id)?.[0] ?? 0] ?? 0;
    const parent = info?.parent ?? made?.owner ?? 0;
    const site = info?.createSite === undefined ? 0 : this.#siteOf(info.createSite, parent);
    const coroutine = made === undefined ? undefined : this.#places.coroutine(made);
    const code = coroutine ?? (info?.code === undefined ? 0 : this.#places.code(info.code, false));
    const said: Json[] = [{ k: "name", task: id, name: info?.name ?? made?.name ?? "" }];
    if (info?.exception !== undefined)
      said.push({ k: "exception", task: id, type: info.exception.type, message: info.exception.message ?? null });
    this.#said.push(...said);
    this.#tasks.push(id, loop, parent, info?.group ?? 0, site, code, low(created), high(created), 0);
  }

  #flushTasks(): void {
    this.#define(this.#said);
    this.#blocks.tasks(this.#tasks);
    this.#said = [];
    this.#tasks = [];
  }

  #groupJson(id: number, members: readonly TaskId[]): readonly Json[] {
    const group = this.#result.schedule.trace.group(id);
    if (group === undefined) return [];
    const { kind, owner, started, ended, outcome, returnWhen, futures, more, timeout } = group;
    const site = group.site === undefined ? 0 : this.#siteOf(group.site, owner);
    const t = this.#momentOf(owner, started);
    const wasAllowed = kind === "gather" && outcome === "returned" && group.firstFailed !== undefined;
    const json: Json = {
      ...{ k: "group", id, kind, owner: owner ?? 0, site, t, members, futures, more },
      ...(wasAllowed ? { return_exceptions: true } : {}),
      ...(returnWhen === undefined ? {} : { return_when: returnWhen }),
      ...(timeout === undefined ? {} : { timeout: timeout / 1e9 }),
    };
    const isSaid = kind !== "gather" && kind !== "taskgroup" && kind !== "as_completed";
    if (!isSaid || ended === undefined || outcome === "pending") return [json];
    return [json, { k: "group_ended", group: id, t: Math.max(t, this.#momentOf(owner, ended)), outcome }];
  }

  #siteOf(site: NonNullable<TaskInfo["createSite"]>, task: TaskId | undefined): number {
    return this.#places.site(site, this.#result.schedule.trace.task(task ?? 0)?.code);
  }

  /** With what it refers to. */
  #define(definitions: readonly Json[]): void {
    this.#blocks.define([...this.#places.take(), ...definitions]);
  }

  #createdAt(info: TaskInfo): Nanoseconds {
    const { schedule, simulation } = this.#result;
    const first = schedule.rowsOf.get(info.id)?.[0];
    return Math.round(first === undefined ? Math.min(info.created, simulation.end) : simulation.readyAt[first]!);
  }

  /** A moment of a task of the run, in the projected one. */
  #momentOf(task: TaskId | undefined, t: Nanoseconds): Nanoseconds {
    const { schedule, simulation } = this.#result;
    const { trace } = schedule;
    const lane = trace.stepsOf(task ?? 0);
    const i = firstIndex(lane.length, (n) => trace.steps.start(lane.at(n)) > t) - 1;
    const row = i < 0 ? undefined : lane.at(i);
    const next = i + 1 < lane.length ? lane.at(i + 1) : undefined;
    if (row !== undefined && this.#ran(row) && (t <= trace.steps.end(row) || next === undefined))
      return Math.round(simulation.start[row]! + Math.min(t - trace.steps.start(row), schedule.run[row]!));
    return Math.round(next !== undefined && this.#ran(next) ? simulation.readyAt[next]! : Math.min(t, simulation.end));
  }

  #ran(row: Row): boolean {
    return this.#result.simulation.start[row] !== NEVER;
  }

  #endOf(row: Row): Nanoseconds {
    return Math.round(this.#result.simulation.start[row]! + this.#result.schedule.run[row]!);
  }
}
