/** What is awaited at a line, or holds the loop there, takes less time. */
import type { TaskId } from "../trace";
import { blockedRows } from "./blocked";
import { NONE, type Row, type Schedule } from "./schedule";
import { linesText, Stands, type Lines } from "./sites";
import { NoEffect, type Effect } from "./types";
import { visitsOf } from "./visits";

export function* faster(schedule: Schedule, lines: Lines, percent: number): Generator<undefined, Effect> {
  const shorter = new Shorter(schedule, 1 - percent / 100);
  const stands = new Stands(schedule.trace, [lines]);
  let visited = 0;
  for (const rows of schedule.rowsOf.values()) {
    for (const { enter, leave } of yield* visitsOf(schedule, rows, stands)) {
      visited++;
      const last = leave ?? rows.length;
      for (let i = enter + 1; i <= last && i < rows.length; i++) {
        shorter.wait(rows[i]!);
        // The row that leaves also runs what comes after the await.
        if (i < last) shorter.run(rows[i]!);
      }
    }
  }
  for (const row of yield* blockedRows(schedule, lines)) shorter.run(row);
  const at = linesText(lines);
  if (shorter.count === 0)
    throw new NoEffect(
      visited === 0
        ? `No task waited at ${at}, and nothing was seen to hold the loop there.`
        : `What is awaited at ${at} ends with what the program's own tasks do: ask what if their awaits were faster.`,
    );
  const assumptions =
    shorter.others === 0
      ? []
      : [`What tasks wait for at ${at} that other tasks do for them (locks, queues, events) takes as long as it did.`];
  return { condition: `what takes its time at ${at} took ${percent} % less`, assumptions };
}

class Shorter {
  /** Waits and rows that became shorter. */
  count = 0;
  /** Waits for other tasks, which are as long as these make them. */
  others = 0;
  readonly #waits = new Set<Row>();
  readonly #runs = new Set<Row>();
  readonly #tasks = new Set<TaskId>();

  constructor(
    private readonly schedule: Schedule,
    private readonly factor: number,
  ) {}

  /** The wait that ended with this row. */
  wait(row: Row): void {
    const { schedule } = this;
    const root = schedule.wakeRoot(row);
    if (schedule.outside[root] !== "") {
      if (this.#waits.has(root)) return;
      this.#waits.add(root);
      schedule.delay[root]! *= this.factor;
      this.count++;
      return;
    }
    const awaited = this.#awaited(row);
    if (awaited.length === 0) this.others++;
    for (const task of awaited) this.#task(task);
  }

  run(row: Row): void {
    if (this.#runs.has(row)) return;
    this.#runs.add(row);
    this.schedule.run[row]! *= this.factor;
    this.count++;
  }

  /** All that the task does. */
  #task(task: TaskId): void {
    if (this.#tasks.has(task)) return;
    this.#tasks.add(task);
    for (const row of this.schedule.rowsOf.get(task) ?? []) {
      if (this.schedule.before[row] !== NONE) this.wait(row);
      this.run(row);
    }
  }

  /** The tasks whose end is waited for. */
  #awaited(row: Row): readonly TaskId[] {
    const { trace } = this.schedule;
    const before = this.schedule.before[row]!;
    const awaited = before === NONE ? undefined : trace.steps.awaits(before);
    if (awaited !== undefined && "task" in awaited) return [awaited.task];
    const group = awaited !== undefined && "group" in awaited ? trace.group(awaited.group) : undefined;
    // An `as_completed` goes on with any of its members.
    if (group !== undefined && group.kind !== "as_completed") return group.members;
    return (this.schedule.joins.get(row) ?? []).map((other) => this.schedule.task[other]!);
  }
}
