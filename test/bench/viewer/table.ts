/** The bench's tables, as Markdown. */
export type Row = readonly string[];

/** Of the first row: what is measured, what is wanted, and what it is. */
const HEAD: Row = ["what", "target", "measured"];

export class Table {
  readonly #parts = new Map<string, { readonly head: Row; readonly rows: Row[] }>();

  add(part: string, rows: readonly Row[], head = HEAD): void {
    const known = this.#parts.get(part);
    if (known === undefined) this.#parts.set(part, { head, rows: [...rows] });
    else known.rows.push(...rows);
  }

  markdown(machine: string): string {
    const parts = [...this.#parts].map(([name, { head, rows }]) => `## ${name}\n\n${tableOf(rows, head)}`);
    return [
      "# The timeline, measured\n",
      "`npm run bench -- viewer --save` writes this page. An event is one change of a task's state; a step is three.\n",
      `Machine: ${machine}.\n`,
      parts.join("\n\n"),
      "",
    ].join("\n");
  }
}

export function tableOf(rows: readonly Row[], head = HEAD): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (row: Row): string => `| ${widths.map((width, i) => (row[i] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join("\n");
}
