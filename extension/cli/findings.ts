/** Findings, for people to read in a terminal. */
import type { Evidence, Finding } from "../insights";
import type { Trace } from "../trace";
import type { Style } from "./style";
import { place, printable, short } from "./text";

/** More would not be read; `--json` has all. */
const MOST_FINDINGS = 10;
const MOST_EVIDENCE = 5;

export function findings(trace: Trace, found: readonly Finding[], style: Style): string[] {
  // Hints are for those who look for them.
  const told = found.filter(({ severity }) => severity !== "hint");
  if (told.length === 0) return [];
  const lines = told.slice(0, MOST_FINDINGS).flatMap((finding) => {
    const where = finding.site === undefined ? "" : `${place(trace, finding.site)}: `;
    return [
      `  ${where}${style.warning(text(finding.message))} ${style.faint(`[${finding.rule}]`)}`,
      style.faint(`    ${text(finding.certainty)}.`),
      ...finding.evidence.slice(0, MOST_EVIDENCE).map((evidence) => style.faint(`    - ${line(trace, evidence)}`)),
      style.faint(`    What to do: ${finding.advice}`),
    ];
  });
  const more = told.length > MOST_FINDINGS ? [style.faint(`  … and ${told.length - MOST_FINDINGS} more`)] : [];
  return ["", ...lines, ...more];
}

function line(trace: Trace, { label, site }: Evidence): string {
  // Most labels say their place already, without the folder.
  const file = site?.file.split(/[\\/]/).at(-1);
  const said = site === undefined || text(label).includes(`${printable(file ?? "")}:${site.line}`);
  return said ? text(label) : `${text(label)}, at ${place(trace, site)}`;
}

function text(untrusted: string): string {
  return short(printable(untrusted));
}
