/** What each command does, with the trace in view and the parts that `wiring.ts` put together. */
import * as vscode from "vscode";
import { askWhatIf } from "./askWhatIf";
import { CannotRun } from "./cannotRun";
import type { Comparing } from "./compare/comparing";
import { pickChange } from "./compare/showChanges";
import type { Findings } from "./findings/findings";
import type { Host, Run } from "./host";
import type { AwaitsTree } from "./inline/awaitsTree";
import type { LineDescriber } from "./inline/describeLine";
import type { InlineTrace } from "./inline/inlineTrace";
import { Command, InternalCommand, Setting, ViewType } from "./keys";
import type { Problems } from "./problems";
import type { ShowMessage } from "./protocol";
import { say } from "./say";
import { openTrace } from "./saved/openTrace";
import { pickTrace } from "./saved/pickTrace";
import { saveTrace } from "./saved/saveTrace";
import { readSetting } from "./settings";
import type { TraceSource } from "./source";
import type { TimeCursor } from "./timeCursor";
import { exportTrace } from "./timeline/exportTrace";
import { parseSites } from "./timeline/messages";
import { parseSite, parseView } from "./traceView";
import type { TimelineView } from "./timeline/view";
import type { WhatIfPanel } from "./timeline/whatIfPanel";
import type { Site } from "./trace";
import { linesOf } from "./whatif";

export interface CommandParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly host: Host;
  readonly inline: InlineTrace;
  readonly cursor: TimeCursor;
  readonly describer: LineDescriber;
  readonly awaits: AwaitsTree;
  readonly comparing: Comparing;
  readonly findings: Findings;
  readonly problems: Problems;
  readonly whatIf: WhatIfPanel;
  /** The trace in view. */
  readonly current: () => TraceSource | undefined;
  /** The same, or that of the last run if its file is there still. */
  readonly latest: () => Promise<TraceSource | undefined>;
  /** Its timeline, opened if it is not. */
  readonly viewOf: (source: TraceSource) => TimelineView;
  readonly goTo: (site: Site, source: TraceSource | undefined) => Promise<void>;
  readonly clearInline: () => void;
}

/** By the command's name. */
export function commandsOf(parts: CommandParts): Readonly<Record<string, Run>> {
  const { context, log, host, inline, cursor, describer, awaits, comparing, findings, problems, whatIf } = parts;
  const { current, latest, viewOf, goTo, clearInline } = parts;

  const inView = async (otherwise: string): Promise<TraceSource> => {
    const source = await latest();
    if (source === undefined) throw new CannotRun("no-file", otherwise);
    return source;
  };
  const showInTimeline = (target: ShowMessage["target"]): void => {
    const source = current();
    if (source !== undefined) viewOf(source).show(target);
  };

  return {
    ...host.runCommands,
    [Command.openTrace]: async (target) => {
      const uri = target instanceof vscode.Uri ? target : await pickTrace(host);
      if (uri !== undefined) await vscode.commands.executeCommand("vscode.openWith", uri, ViewType.trace);
    },
    [Command.saveTrace]: async () => {
      await saveTrace(await inView("There is no trace to save: the last run is gone. Trace a file first."));
    },
    [Command.showTimeline]: async () => {
      const source = await inView("The last run is gone. Trace a file, or open a saved trace.");
      // With the focus: for the keyboard it is the way in.
      viewOf(source).focus();
    },
    [Command.clearInline]: clearInline,
    [Command.nextVisit]: () => cursor.step(1),
    [Command.previousVisit]: () => cursor.step(-1),
    [Command.describeLine]: () => describer.describe(),
    [Command.toggleFollow]: toggleFollow,
    [Command.sortAwaits]: (order) => awaits.sort(order),
    [Command.exportTrace]: async () => {
      const source = await inView("There is no trace to export. Trace a file, or open a saved trace.");
      await exportTrace(viewOf(source), source, source === findings.source ? findings.found : [], context, host);
    },
    [Command.compare]: async (target) => {
      const source = await inView("There is no trace to compare. Trace a file, or open a saved trace.");
      const uri = target instanceof vscode.Uri ? target : await pickTrace(host, source);
      if (uri === undefined) return;
      const before = openTrace(uri, undefined, host, log);
      comparing.with(before);
      const refuse = problems.guard((message: string) => {
        throw new CannotRun("no-file", message);
      });
      before.onDidChangeState((state) => {
        if (state.kind !== "failed" || comparing.before !== before) return;
        void refuse(state.message).then(() => comparing.with(undefined));
      });
    },
    [Command.showChanges]: async () => {
      const { comparison, before, after } = comparing;
      if (before === undefined)
        throw new CannotRun("no-file", "Nothing is compared. Choose Compare with Trace… first.");
      if (comparison === undefined)
        throw new CannotRun("no-file", `${before.name} is still being read. Ask again in a moment.`);
      const site = await pickChange(comparison, before.name);
      if (site !== undefined) await goTo(site, after);
    },
    [Command.stopComparing]: () => comparing.with(undefined),
    [Command.whatIf]: async (argument) => {
      const source = await inView("There is no run to change. Trace a file, or open a saved trace.");
      if (source.state.kind === "running")
        throw new CannotRun("no-file", "The program still runs. Stop it, or wait for its end, and ask again.");
      const places = parseSites(argument) ?? (await sitesAtCaret(inline));
      if (places.length === 0)
        throw new CannotRun("no-file", "Nothing was awaited in this line. Put the caret on a traced await.");
      const result = await askWhatIf(source.trace, places.map(linesOf));
      if (result !== undefined) await whatIf.open(result, viewOf(source).column);
    },
    [InternalCommand.showSite]: (argument) => {
      const site = parseSite(argument);
      if (site !== undefined) showInTimeline({ site });
    },
    [InternalCommand.openSite]: async (argument) => {
      const site = parseSite(argument);
      if (site !== undefined) await goTo(site, current());
    },
    [InternalCommand.showTask]: (task) => {
      if (typeof task === "number") showInTimeline({ task });
    },
    [InternalCommand.showGroup]: (group) => {
      if (typeof group === "number") showInTimeline({ group });
    },
    [InternalCommand.showVisit]: (argument) => {
      const view = parseView(argument);
      if (view !== undefined) showInTimeline({ view });
    },
  };
}

async function toggleFollow(): Promise<unknown> {
  const follows = !readSetting(Setting.followInEditor);
  await vscode.workspace.getConfiguration().update(Setting.followInEditor, follows, vscode.ConfigurationTarget.Global);
  return say(
    follows
      ? "The editor follows the time cursor: it opens the file of the task that runs there."
      : "The editor follows the time cursor no more: it opens no file by itself.",
  );
}

/** What was awaited, or awaited together, in the line of the caret, as it was traced. */
async function sitesAtCaret(inline: InlineTrace): Promise<readonly Site[]> {
  const editor = vscode.window.activeTextEditor;
  const traced = editor && (await inline.of(editor.document));
  if (editor === undefined || traced === undefined) return [];
  const { sites, outers, groups } = traced.facts;
  const line = editor.selection.active.line;
  const here = [...sites, ...outers, ...groups].filter((place) => place.line <= line && line <= place.endLine);
  return here.slice(0, 1).map(({ site }) => site);
}
