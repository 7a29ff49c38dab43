/** The wiring: who exists, and who hears of what. The same on a machine and in a browser. */
import * as vscode from "vscode";
import { siteAtLine, type AwaitscopeApi } from "./api";
import { registerExplainTool, type ToolParts } from "./assistant/tools";
import { commandsOf } from "./commands";
import { Comparing } from "./compare/comparing";
import { Signal, type DisposableStore } from "./dispose";
import { AwaitsTree } from "./inline/awaitsTree";
import { LineDescriber } from "./inline/describeLine";
import { Findings } from "./findings/findings";
import { loadPythonParser, ParsedTexts } from "./findings/parsedTexts";
import { ProblemsPanel } from "./findings/problemsPanel";
import { QuickFixes } from "./findings/quickFixes";
import { registerWhatIfActions } from "./findings/whatIfActions";
import type { Host } from "./host";
import { InlineTrace } from "./inline/inlineTrace";
import { placeNow } from "./inline/placeNow";
import { ContextKey, Setting } from "./keys";
import { openLink } from "./openLink";
import { Problems } from "./problems";
import type { TraceView } from "./traceView";
import { parseOptions, summarizeFound } from "./insights";
import { openTrace } from "./saved/openTrace";
import { readSetting, setContext } from "./settings";
import type { TraceSource } from "./source";
import { findSource } from "./sourceFiles";
import { TimeCursor } from "./timeCursor";
import { TimelinePanel } from "./timeline/panel";
import { WhatIfPanel } from "./timeline/whatIfPanel";
import { revealSite, type PlaceOf } from "./timeline/reveal";
import type { TimelineView } from "./timeline/view";
import { TraceEditors } from "./timeline/traceEditor";
import { diffDocument, type Site } from "./trace";

/** Where the last run is, for a window that was reloaded. */
const LAST_RUN = "lastRun";

export interface WiringParts {
  readonly context: vscode.ExtensionContext;
  /** Owns all of it. */
  readonly store: DisposableStore;
  readonly log: vscode.LogOutputChannel;
  readonly host: Host;
}

export interface Wiring {
  readonly api: AwaitscopeApi;
  /** For tools that only some hosts have. */
  readonly tools: ToolParts;
}

export function wire({ context, store, log, host }: WiringParts): Wiring {
  const { runner } = host;
  const changed = store.add(new Signal());
  const problems = new Problems(log, () => changed.fire());
  const places = { realPath: host.realPath, find: findSource };
  const inline = store.add(new InlineTrace({ log, kept: host.texts, places, canRun: runner !== undefined }));
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
    const source = store.add(openTrace(uri, undefined, host, log));
    source.onDidChange(() => changed.fire());
    lookAt(source);
    return source;
  };

  const latest = async (): Promise<TraceSource | undefined> => current ?? (await reopen());
  const placeOf: PlaceOf = (trace, document, site) => placeNow(inline.texts, trace, document, site);
  const goTo = (site: Site, source: TraceSource | undefined): Promise<void> =>
    revealSite({ site, focus: true }, { trace: source?.trace, placeOf, column: source && openView(source)?.column });
  const parts = {
    extensionUri: context.extensionUri,
    log,
    onProgress: () => changed.fire(),
    onFault: (error: unknown) => problems.tell(error),
    onCursor: (view: TimelineView) => cursor.heard(view),
    placeOf,
    canRun: runner !== undefined,
  };
  const panel = store.add(new TimelinePanel(parts, reopen));
  const whatIf = store.add(new WhatIfPanel(parts));
  const editors = store.add(
    new TraceEditors(
      parts,
      (uri) => {
        const source = openTrace(uri, runner?.source, host, log);
        source.onDidChange(() => changed.fire());
        return source;
      },
      lookAt,
      (source) => {
        if (source === current) lookAt(runner?.source);
      },
    ),
  );

  if (runner !== undefined) {
    store.add(
      runner.onDidStart((source) => {
        source.onDidChange(() => changed.fire());
        lookAt(source);
        panel.open(source);
        void context.workspaceState.update(LAST_RUN, source.uri);
      }),
    );
    store.add(runner.onDidEnd(() => changed.fire()));
  }
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
  const commands = commandsOf({
    ...{ context, log, host, inline, cursor, describer, awaits, comparing, findings, problems, whatIf },
    ...{ latest, viewOf, goTo },
    current: () => current,
    clearInline: () => showInline(undefined),
  });
  for (const [id, run] of Object.entries(commands)) {
    store.add(vscode.commands.registerCommand(id, problems.guard(run)));
  }

  const showLinked = (trace: vscode.Uri, view: TraceView): void => {
    editors.views.find((one) => one.source?.uri === trace.toString())?.show({ view });
  };
  store.add(vscode.window.registerUriHandler({ handleUri: problems.guard((uri) => openLink(uri, showLinked)) }));
  const tools: ToolParts = { current: latest, find: (trace) => findings.of(trace) };
  store.add(registerExplainTool(tools));
  const api: AwaitscopeApi = {
    version: 1,
    get running() {
      return runner?.running === true;
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
  return { api, tools };
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
