/** The wiring: who exists, and who hears of what. */
import { join } from "node:path";
import * as vscode from "vscode";
import { askWhatIf } from "./askWhatIf";
import { siteAtLine, type AwaitscopeApi } from "./api";
import { registerTools } from "./assistant/tools";
import { Comparing } from "./compare/comparing";
import { pickChange } from "./compare/showChanges";
import { DisposableStore, Signal } from "./dispose";
import { AwaitsTree } from "./inline/awaitsTree";
import { LineDescriber } from "./inline/describeLine";
import { Findings } from "./findings/findings";
import { loadPythonParser, ParsedTexts } from "./findings/parsedTexts";
import { ProblemsPanel } from "./findings/problemsPanel";
import { QuickFixes } from "./findings/quickFixes";
import { registerWhatIfActions } from "./findings/whatIfActions";
import { InlineTrace } from "./inline/inlineTrace";
import { placeNow } from "./inline/placeNow";
import { Command, ContextKey, InternalCommand, Setting, ViewType } from "./keys";
import { createLog } from "./log";
import { openLink } from "./openLink";
import { Problems } from "./problems";
import type { ShowMessage, TraceView } from "./protocol";
import { parseOptions, summarizeFound } from "./insights";
import { CannotRun } from "./session/errors";
import { fileProgram, fileProgramWithArguments, moduleProgram } from "./session/askProgram";
import { openTrace } from "./session/openTrace";
import { pickTrace } from "./session/pickTrace";
import { saveTrace } from "./session/saveTrace";
import { Runner } from "./session/runner";
import { showWhatRuns } from "./session/statusItem";
import { say } from "./say";
import { readSetting, setContext } from "./settings";
import type { TraceSource } from "./source";
import { TimeCursor } from "./timeCursor";
import { exportTrace } from "./timeline/exportTrace";
import { parseSite, parseSites, parseView } from "./timeline/messages";
import { TimelinePanel } from "./timeline/panel";
import { WhatIfPanel } from "./timeline/whatIfPanel";
import { revealSite, type PlaceOf } from "./timeline/reveal";
import type { TimelineView } from "./timeline/view";
import { TraceEditors } from "./timeline/traceEditor";
import { diffDocument, type Site } from "./trace";
import { linesOf } from "./whatif";

/** Where the last run is, for a window that was reloaded. */
const LAST_RUN = "lastRun";
/** Which `npm start` has traced its file. */
const TRACED_AT_START = "tracedAtStart";

export function activate(context: vscode.ExtensionContext): AwaitscopeApi {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const log = store.add(createLog(context));
  const changed = store.add(new Signal());
  const problems = new Problems(log, () => changed.fire());
  const runner = store.add(new Runner(context, log));
  const inline = store.add(new InlineTrace(log, join(runner.folder, "texts")));
  const openView = (source: TraceSource): TimelineView | undefined =>
    [...editors.views, panel.view].find((view) => view?.source === source);
  const cursor = store.add(new TimeCursor(inline, openView, log));
  const describer = store.add(new LineDescriber(inline, cursor.standing));
  const awaits = store.add(new AwaitsTree(context.workspaceState));
  const comparing = store.add(new Comparing((file) => inline.texts.text(file)));
  store.add(
    comparing.onDidChange(() => {
      setContext(ContextKey.comparing, comparing.before !== undefined);
      inline.compareWith(comparing.siteBefore);
      changed.fire();
    }),
  );
  const parsed = new ParsedTexts(() => loadPythonParser(context.extensionUri));
  const findings = store.add(
    new Findings(inline.texts, parsed, () => parseOptions(readSetting(Setting.findings)), log),
  );
  const problemsPanel = store.add(new ProblemsPanel(findings, inline.texts));
  store.add(
    vscode.languages.registerCodeActionsProvider("python", new QuickFixes(findings, inline.texts, parsed), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
  store.add(registerWhatIfActions(findings));
  store.add(showWhatRuns(runner));

  const lastRun = (): vscode.Uri | undefined => {
    const uri = context.workspaceState.get<string>(LAST_RUN);
    return uri === undefined ? undefined : vscode.Uri.parse(uri);
  };
  setContext(ContextKey.hasTrace, lastRun() !== undefined);
  /** The trace in view. */
  let current: TraceSource | undefined;
  const showInline = (source: TraceSource | undefined): void => {
    inline.show(source);
    inline.tell(findings.source, findings.found);
    cursor.show(source);
  };
  const lookAt = (source: TraceSource | undefined): void => {
    current = source;
    showInline(source);
    awaits.show(source);
    comparing.look(source);
    findings.show(source);
    setContext(ContextKey.hasTrace, source !== undefined || lastRun() !== undefined);
    changed.fire();
  };
  /** The last run of a window that was reloaded, from its file. */
  const reopen = async (): Promise<TraceSource | undefined> => {
    const uri = lastRun();
    if (uri === undefined || !(await exists(uri))) return undefined;
    const source = store.add(openTrace(uri, undefined, log));
    source.onDidChange(() => changed.fire());
    lookAt(source);
    return source;
  };

  const placeOf: PlaceOf = (trace, document, site) => placeNow(inline.texts, trace, document, site);
  const goTo = (site: Site, source: TraceSource | undefined): Promise<void> =>
    revealSite({ site, focus: true }, { trace: source?.trace, placeOf, column: source && openView(source)?.column });
  const parts = {
    extensionUri: context.extensionUri,
    log,
    onProgress: () => changed.fire(),
    onCursor: (view: TimelineView) => cursor.heard(view),
    placeOf,
  };
  const panel = store.add(new TimelinePanel(parts, reopen));
  const whatIf = store.add(new WhatIfPanel(parts));
  const editors = store.add(
    new TraceEditors(
      parts,
      (uri) => {
        const source = openTrace(uri, runner.source, log);
        source.onDidChange(() => changed.fire());
        return source;
      },
      lookAt,
      (source) => {
        if (source === current) lookAt(runner.source);
      },
    ),
  );

  store.add(
    runner.onDidStart((source) => {
      source.onDidChange(() => changed.fire());
      lookAt(source);
      panel.open(source);
      void context.workspaceState.update(LAST_RUN, source.uri);
    }),
  );
  store.add(runner.onDidEnd(() => changed.fire()));
  for (const event of [inline.onDidDraw, cursor.standing.onDidDraw, cursor.onDidMove, awaits.onDidRefresh])
    store.add(event(() => changed.fire()));
  store.add(problemsPanel.onDidPlace(() => changed.fire()));
  store.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(Setting.findings)) findings.refresh();
    }),
  );

  store.add(
    findings.onDidChange(() => {
      inline.tell(findings.source, findings.found);
      cursor.standing.refresh();
      for (const view of [panel.view, ...editors.views])
        if (view !== undefined && view.source === findings.source) view.findings = findings.found;
    }),
  );

  const viewOf = (source: TraceSource): TimelineView => {
    const view = editors.views.find((one) => one.source === source) ?? panel.open(source);
    if (source === findings.source) view.findings = findings.found;
    return view;
  };
  const showInTimeline = (target: ShowMessage["target"]): void => {
    if (current !== undefined) viewOf(current).show(target);
  };
  const commands: Readonly<Record<string, (argument: unknown) => unknown>> = {
    [Command.traceFile]: (target) => runner.start(fileProgram(target)),
    [Command.traceWithArguments]: async (target) => {
      const program = await fileProgramWithArguments(target, context.workspaceState);
      if (program !== undefined) await runner.start(program);
    },
    [Command.traceModule]: async () => {
      const program = await moduleProgram(context.workspaceState);
      if (program !== undefined) await runner.start(program);
    },
    [Command.stop]: () => runner.stop(),
    [Command.runAgain]: () => runner.again(),
    [Command.openTrace]: async (target) => {
      const uri = target instanceof vscode.Uri ? target : await pickTrace(runner.folder);
      if (uri !== undefined) await vscode.commands.executeCommand("vscode.openWith", uri, ViewType.trace);
    },
    [Command.saveTrace]: async () => {
      const source = current ?? (await reopen());
      if (source === undefined)
        throw new CannotRun("no-file", "There is no trace to save: the last run is gone. Trace a file first.");
      await saveTrace(source);
    },
    [Command.showTimeline]: async () => {
      const source = current ?? (await reopen());
      if (source === undefined)
        throw new CannotRun("no-file", "The last run is gone. Trace a file, or open a saved trace.");
      // With the focus: for the keyboard it is the way in.
      viewOf(source).focus();
    },
    [Command.clearInline]: () => showInline(undefined),
    [Command.nextVisit]: () => cursor.step(1),
    [Command.previousVisit]: () => cursor.step(-1),
    [Command.describeLine]: () => describer.describe(),
    [Command.toggleFollow]: async () => {
      const follows = !readSetting(Setting.followInEditor);
      await vscode.workspace
        .getConfiguration()
        .update(Setting.followInEditor, follows, vscode.ConfigurationTarget.Global);
      return say(
        follows
          ? "The editor follows the time cursor: it opens the file of the task that runs there."
          : "The editor follows the time cursor no more: it opens no file by itself.",
      );
    },
    [Command.sortAwaits]: (order) => awaits.sort(order),
    [Command.exportTrace]: async () => {
      const source = current ?? (await reopen());
      if (source === undefined)
        throw new CannotRun("no-file", "There is no trace to export. Trace a file, or open a saved trace.");
      await exportTrace(viewOf(source), source, source === findings.source ? findings.found : [], context);
    },
    [Command.compare]: async (target) => {
      const source = current ?? (await reopen());
      if (source === undefined)
        throw new CannotRun("no-file", "There is no trace to compare. Trace a file, or open a saved trace.");
      const uri = target instanceof vscode.Uri ? target : await pickTrace(runner.folder, source);
      if (uri === undefined) return;
      const before = openTrace(uri, undefined, log);
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
      const source = current ?? (await reopen());
      if (source === undefined)
        throw new CannotRun("no-file", "There is no run to change. Trace a file, or open a saved trace.");
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
      if (site !== undefined) await goTo(site, current);
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
  for (const [id, run] of Object.entries(commands)) {
    store.add(vscode.commands.registerCommand(id, problems.guard(run)));
  }

  const showLinked = (trace: vscode.Uri, view: TraceView): void => {
    editors.views.find((one) => one.source?.uri === trace.toString())?.show({ view });
  };
  store.add(vscode.window.registerUriHandler({ handleUri: problems.guard((uri) => openLink(uri, showLinked)) }));
  traceAtStart(context);
  store.add(
    registerTools({ runner, current: async () => current ?? (await reopen()), find: (trace) => findings.of(trace) }),
  );
  return {
    version: 1,
    get running() {
      return runner.running;
    },
    get trace() {
      return (
        current && { name: current.name, uri: current.uri, state: current.state, damage: current.problem?.message }
      );
    },
    summary: () => current && summarizeFound(current.trace, current === findings.source ? findings.found : []),
    sitesAt: async (uri, line) => {
      const traced = await inline.of(await vscode.workspace.openTextDocument(uri));
      return (traced?.facts.sites ?? [])
        .filter((site) => site.line <= line - 1 && line - 1 <= site.endLine)
        .map(siteAtLine);
    },
    comparison: () => {
      const { comparison, before, after } = comparing;
      return comparison && diffDocument(comparison, before?.name ?? "", after?.name ?? "");
    },
    inlineTexts: (uri) => inline.drawn(uri),
    standing: (uri) => cursor.standing.drawn(uri).map(({ line, text, state }) => ({ line: line + 1, text, state })),
    get timeCursor() {
      return cursor.time;
    },
    get litLine() {
      return cursor.lit?.line;
    },
    awaits: () => awaits.rows.map(({ label, description }) => `${label}  ${description}`),
    timelines: () =>
      [panel.view, ...editors.views, whatIf.view]
        .filter((view) => view !== undefined)
        .map(({ source, acknowledged }) => ({
          name: source?.name,
          received: acknowledged,
          of: source?.available ?? 0,
        })),
    get lastProblem() {
      return problems.last;
    },
    onDidChange: changed.event,
  };
}

/**
 * `npm start` opens a window that traces at once; an installed extension never runs anything unasked. Every window and
 * every reload inherits the variables, so what was started already is remembered.
 */
function traceAtStart(context: vscode.ExtensionContext): void {
  const { AWAITSCOPE_TRACE: file = "", AWAITSCOPE_START_ID: start = "" } = process.env;
  if (context.extensionMode !== vscode.ExtensionMode.Development || file === "") return;
  if (context.globalState.get<string>(TRACED_AT_START) === start) return;
  void context.globalState.update(TRACED_AT_START, start);
  void vscode.commands.executeCommand(Command.traceFile, vscode.Uri.file(file));
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

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
