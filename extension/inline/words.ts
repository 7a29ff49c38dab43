/** Numbers as they stand in the source: short, with a unit. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** "99 %", never "100 %" for what is not all of it. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return "0 %";
  const percent = Math.round((part / whole) * 100);
  return `${part < whole ? Math.min(percent, 99) : percent} %`;
}

export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const COMPREHENSION = /(?:\.<locals>)?\.<(?:list|set|dict)comp>$/;

/** Before Python 3.12 a comprehension was a function of its own, which nobody reads in the source. */
export function isComprehension(qualifiedName: string): boolean {
  return COMPREHENSION.test(qualifiedName);
}

/** "main" of "main.<locals>.<listcomp>". */
export function functionName(qualifiedName: string): string {
  return isComprehension(qualifiedName) ? functionName(qualifiedName.replace(COMPREHENSION, "")) : qualifiedName;
}

/** "load" of "Page.<locals>.load". */
export function lastName(qualifiedName: string): string {
  return oneLine(qualifiedName.split(".").at(-1) ?? qualifiedName);
}

const LONGEST_NAME = 40;

/** A name of the program's, which may be any text, as a part of a line. */
export function oneLine(name: string): string {
  const line = name.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME)}…` : line;
}

/** Shaped as on the timeline: waiting is thin, ready is half, running is solid. */
const [THIN, HALF, SOLID] = ["▁", "▄", "█"];
const CELLS = 8;

/** "▁▁▁▁▁▁▄█": what the time was, in eighths. Nothing of no time. */
export function bar(waiting: number, ready: number, running: number): string {
  const whole = waiting + ready + running;
  if (whole <= 0) return "";
  // Where the parts end, rounded: the cells always add up.
  const afterWaiting = Math.round((waiting / whole) * CELLS);
  const afterReady = Math.round(((waiting + ready) / whole) * CELLS);
  return THIN.repeat(afterWaiting) + HALF.repeat(afterReady - afterWaiting) + SOLID.repeat(CELLS - afterReady);
}

const HEIGHTS = Array.from("▁▂▃▄▅▆▇█");

/** "▁▂█▃▁": how many there are of each; one that is not none stands out. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts.map((n) => HEIGHTS[n === 0 ? 0 : Math.max(1, Math.round((n / most) * (HEIGHTS.length - 1)))]).join("");
}

/** The label is Markdown already. */
export function commandLink(label: string, command: string, argument: unknown): string {
  return `[${label}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}

/** Text of a trace in Markdown, as the text it is: a name may hold anything. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]()#+\-.!|<>~&:@/$^=]/g, (c) => `&#${c.charCodeAt(0)};`);
}
