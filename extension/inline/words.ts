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

/** Text of a trace in Markdown, as the text it is: a name may hold anything. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]()#+\-.!|<>~&:@/$^=]/g, (c) => `&#${c.charCodeAt(0)};`);
}
