/** The bench's table, as Markdown. */
export type Row = readonly [what: string, target: string, measured: string];

export class Table {
  readonly #parts = new Map<string, Row[]>();

  add(part: string, rows: readonly Row[]): void {
    const known = this.#parts.get(part);
    if (known === undefined) this.#parts.set(part, [...rows]);
    else known.push(...rows);
  }

  markdown(machine: string): string {
    const parts = [...this.#parts].map(([name, rows]) => `## ${name}\n\n${tableOf(rows)}`);
    return [
      "# The timeline, measured\n",
      "`npm run bench -- viewer --save` writes this page. An event is one change of a task's state; a step is three.\n",
      `Machine: ${machine}.\n`,
      parts.join("\n\n"),
      "",
    ].join("\n");
  }
}

export function tableOf(rows: readonly Row[]): string {
  const all: readonly Row[] = [["what", "target", "measured"], ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head, ...body] = all;
  return [line(head ?? []), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body.map(line)].join(
    "\n",
  );
}
