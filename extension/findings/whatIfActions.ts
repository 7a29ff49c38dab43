/** "What if…" at a finding in the editor and in the Problems panel. */
import * as vscode from "vscode";
import type { Finding, RuleId } from "../insights";
import { Command } from "../keys";
import type { Site } from "../trace";
import type { Findings } from "./findings";
import { SOURCE } from "./problemsPanel";

/** Those whose cost a change of the schedule could take away. */
const RULES: ReadonlySet<RuleId> = new Set<RuleId>([
  "blocked-loop",
  "serial-awaits",
  "await-in-loop",
  "serial-gather",
  "lock-convoy",
  "queue-backpressure",
  "pool-saturated",
  "starved",
  "unbounded-fanout",
  "slow-cleanup",
]);
/** Those that are about several awaits: their evidence has the others. */
const OF_SEVERAL: ReadonlySet<RuleId> = new Set<RuleId>(["serial-awaits"]);

export function registerWhatIfActions(findings: Findings): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    "python",
    {
      provideCodeActions: (_document, _range, { diagnostics }) =>
        diagnostics.flatMap((diagnostic) => {
          const finding = findingOf(diagnostic, findings.found);
          const sites = finding === undefined ? [] : placesOf(finding);
          if (sites.length === 0) return [];
          const action = new vscode.CodeAction("What if…", vscode.CodeActionKind.QuickFix);
          action.command = { title: "What if…", command: Command.whatIf, arguments: [sites] };
          action.diagnostics = [diagnostic];
          return [action];
        }),
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

/** A diagnostic comes back from VS Code as another object; its message begins with the finding's. */
function findingOf(diagnostic: vscode.Diagnostic, found: readonly Finding[]): Finding | undefined {
  if (diagnostic.source !== SOURCE) return undefined;
  return found.find(({ rule, message }) => rule === diagnostic.code && diagnostic.message.startsWith(`${message}.`));
}

function placesOf({ rule, site, evidence }: Finding): readonly Site[] {
  if (site === undefined || !RULES.has(rule)) return [];
  if (!OF_SEVERAL.has(rule)) return [site];
  const others = evidence.flatMap((one) => (one.site === undefined ? [] : [one.site]));
  const lines = new Map([site, ...others].map((one) => [`${one.file}:${one.line}:${one.column ?? ""}`, one]));
  return [...lines.values()];
}
