/** The accessible twin of the picture: every task as a row, sorted and filtered; only the rows in view are in the page. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { formatDuration, taskTimes, type TaskInfo } from "../../../extension/trace";
import type { Model } from "../model";
import { sitePart } from "../sentence";
import { Words } from "./Words";

/** Up to this many rows all are in the page, where "find" reaches them. */
const ALL_ROWS = 200;
const ROW_HEIGHT = 26;
/** Rows kept above and below the visible ones, so that scrolling shows no holes. */
const SPARE = 20;

interface Column {
  readonly name: string;
  readonly numeric: boolean;
  readonly value: (model: Model, task: TaskInfo) => number | string;
  readonly text?: (value: number) => string;
}

const state = (model: Model, task: TaskInfo): string => {
  if (task.ended !== undefined)
    return task.exception !== undefined ? `${task.outcome}: ${task.exception.type}` : task.outcome;
  return model.trace.complete || model.trace.truncated ? "pending" : "alive";
};

const COLUMNS: readonly Column[] = [
  { name: "Task", numeric: false, value: (_, task) => task.name },
  { name: "Coroutine", numeric: false, value: (_, task) => task.coro },
  { name: "State", numeric: false, value: state },
  { name: "Created", numeric: true, value: (model, task) => task.created - model.extent.from, text: formatDuration },
  {
    name: "Duration",
    numeric: true,
    value: (model, task) => (task.ended ?? model.trace.end) - task.created,
    text: formatDuration,
  },
  { name: "Running", numeric: true, value: (model, task) => taskTimes(model.trace, task.id).run, text: formatDuration },
  { name: "Ready", numeric: true, value: (model, task) => taskTimes(model.trace, task.id).ready, text: formatDuration },
  {
    name: "Waiting",
    numeric: true,
    value: (model, task) => taskTimes(model.trace, task.id).wait,
    text: formatDuration,
  },
  { name: "Steps", numeric: true, value: (model, task) => taskTimes(model.trace, task.id).steps, text: String },
];

interface Order {
  readonly column: number;
  readonly descending: boolean;
}

export function TaskTable({ model }: { readonly model: Model }) {
  const [order, setOrder] = useState<Order | undefined>(undefined);
  const [filter, setFilter] = useState("");
  const [scroll, setScroll] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    // The key that brought the table here was pressed in the picture, which is hidden now.
    if (!(document.activeElement instanceof HTMLButtonElement)) box.current?.focus();
  }, []);
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !["t", "/", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "/") return field.current?.focus();
    model.toggle("table");
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector("canvas")?.focus()));
  };
  const typed = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && filter !== "") setFilter("");
    else if (event.key === "Enter" || event.key === "Escape") box.current?.focus();
    else return;
    event.preventDefault();
  };
  const all = sorted(model, order);
  const tasks = filtered(model, all, filter);
  const told = filter.trim() === "" ? "" : `${tasks.length} of ${all.length} tasks`;
  useLayoutEffect(() => model.say(told), [filter]);
  const isAll = tasks.length <= ALL_ROWS;
  const visible = Math.ceil((box.current?.clientHeight ?? 600) / ROW_HEIGHT);
  const from = isAll ? 0 : Math.max(Math.floor(scroll / ROW_HEIGHT) - SPARE, 0);
  const to = isAll ? tasks.length : Math.min(from + visible + 2 * SPARE, tasks.length);
  return (
    <main class="table" aria-label="Timeline">
      <div class="filter">
        <input
          ref={field}
          type="search"
          aria-label="Filter tasks by name, coroutine or state (/)"
          placeholder="Filter by name, coroutine or state (/)"
          value={filter}
          onKeyDown={typed}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <span>{told}</span>
      </div>
      <div
        class="rows"
        ref={box}
        tabIndex={0}
        role="region"
        aria-label="Tasks"
        onKeyDown={pressed}
        onScroll={() => setScroll(box.current?.scrollTop ?? 0)}
      >
        <table class="tasks" aria-rowcount={tasks.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {COLUMNS.map((column, i) => (
                <th scope="col" class={column.numeric ? "number" : undefined} aria-sort={ariaSort(order, i)}>
                  <button onClick={() => setOrder(next(order, i, column.numeric))}>{column.name}</button>
                </th>
              ))}
              <th scope="col">Created at</th>
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Spacer rows={from} />}
            {tasks.slice(from, to).map((task, i) => (
              <Row key={task.id} model={model} task={task} index={from + i + 2} />
            ))}
            {to < tasks.length && <Spacer rows={tasks.length - to} />}
          </tbody>
        </table>
      </div>
    </main>
  );
}

/** Those with every word of the filter in their name, coroutine or state; case does not matter. */
function filtered(model: Model, tasks: readonly TaskInfo[], filter: string): readonly TaskInfo[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return tasks;
  return tasks.filter((task) => {
    const text = `${task.name} ${task.coro} ${state(model, task)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function Row({ model, task, index }: { readonly model: Model; readonly task: TaskInfo; readonly index: number }) {
  const isChosen = model.taskOf(model.selection) === task.id;
  return (
    <tr aria-rowindex={index} class={isChosen ? "chosen" : undefined}>
      {COLUMNS.map((column, i) => {
        const value = column.value(model, task);
        const text = typeof value === "number" ? (column.text?.(value) ?? String(value)) : value;
        if (i > 0) return <td class={column.numeric ? "number" : undefined}>{text}</td>;
        return (
          <th scope="row">
            <button class="link" aria-pressed={isChosen} onClick={() => model.select({ kind: "task", task: task.id })}>
              {text}
            </button>
          </th>
        );
      })}
      <td>{task.createSite !== undefined && <Words model={model} sentence={[sitePart(task.createSite)]} />}</td>
    </tr>
  );
}

function Spacer({ rows }: { readonly rows: number }) {
  const set = (element: HTMLElement | null): void => {
    if (element !== null) element.style.height = `${rows * ROW_HEIGHT}px`;
  };
  return (
    <tr aria-hidden="true">
      <td ref={set} colSpan={COLUMNS.length + 1} />
    </tr>
  );
}

function sorted(model: Model, order: Order | undefined): readonly TaskInfo[] {
  const column = order && COLUMNS[order.column];
  if (column === undefined) {
    return model.lanes.all.flatMap((lane) => model.trace.task(lane.task) ?? []);
  }
  const keyed = model.trace.tasks.map((task) => ({ task, value: column.value(model, task) }));
  const sign = order?.descending === true ? -1 : 1;
  keyed.sort((a, b) => sign * compare(a.value, b.value));
  return keyed.map(({ task }) => task);
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

/** Once one way, once the other, then as in the picture. Numbers begin with the largest. */
function next(order: Order | undefined, column: number, numeric: boolean): Order | undefined {
  if (order?.column !== column) return { column, descending: numeric };
  return order.descending === numeric ? { column, descending: !numeric } : undefined;
}

function ariaSort(order: Order | undefined, column: number): "ascending" | "descending" | "none" {
  if (order?.column !== column) return "none";
  return order.descending ? "descending" : "ascending";
}
