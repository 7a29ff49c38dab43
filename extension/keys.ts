/** Every name this extension contributes, once. A test holds this file and the manifest to each other. */

/** Commands people see, under the category "Awaitscope". */
export const Command = {
  traceFile: "awaitscope.traceFile",
  traceWithArguments: "awaitscope.traceWithArguments",
  traceModule: "awaitscope.traceModule",
  stop: "awaitscope.stop",
  runAgain: "awaitscope.runAgain",
  openTrace: "awaitscope.openTrace",
  saveTrace: "awaitscope.saveTrace",
  showTimeline: "awaitscope.showTimeline",
  clearInline: "awaitscope.clearInline",
  exportTrace: "awaitscope.exportTrace",
  nextVisit: "awaitscope.nextVisit",
  previousVisit: "awaitscope.previousVisit",
  describeLine: "awaitscope.describeLine",
  toggleFollow: "awaitscope.toggleFollowInEditor",
  sortAwaits: "awaitscope.sortAwaits",
  compare: "awaitscope.compare",
  showChanges: "awaitscope.showChanges",
  stopComparing: "awaitscope.stopComparing",
  whatIf: "awaitscope.whatIf",
} as const;

/** Commands that links, lenses and buttons carry; they need arguments, so they are not in the palette. */
export const InternalCommand = {
  showSite: "awaitscope.showSite",
  showTask: "awaitscope.showTask",
  showGroup: "awaitscope.showGroup",
  showVisit: "awaitscope.showVisit",
  openSite: "awaitscope.openSite",
} as const;

export const Setting = {
  pythonPath: "awaitscope.pythonPath",
  inlineEnabled: "awaitscope.inline.enabled",
  codeLensEnabled: "awaitscope.codeLens.enabled",
  gutterEnabled: "awaitscope.gutter.enabled",
  followInEditor: "awaitscope.followInEditor",
  findings: "awaitscope.findings",
} as const;

export interface SettingTypes {
  readonly [Setting.pythonPath]: string;
  readonly [Setting.inlineEnabled]: boolean;
  readonly [Setting.codeLensEnabled]: boolean;
  readonly [Setting.gutterEnabled]: boolean;
  readonly [Setting.followInEditor]: boolean;
  /** Read by insights, which believes none of it. */
  readonly [Setting.findings]: object;
}

export const ContextKey = {
  /** A traced program is running. */
  running: "awaitscope.running",
  /** A run can be repeated. */
  canRunAgain: "awaitscope.canRunAgain",
  /** A trace is open, or was before the window was reloaded: there is a timeline to show. */
  hasTrace: "awaitscope.hasTrace",
  /** The source shows a trace: there is something to clear. */
  hasInline: "awaitscope.hasInline",
  /** The trace in view is compared with another. */
  comparing: "awaitscope.comparing",
} as const;

export const Color = {
  waiting: "awaitscope.inlineWaitingForeground",
  ready: "awaitscope.inlineReadyForeground",
  running: "awaitscope.inlineRunningForeground",
  standing: "awaitscope.standingForeground",
  standingBackground: "awaitscope.standingLineBackground",
  blocking: "awaitscope.blockingForeground",
  blockingBackground: "awaitscope.blockingLineBackground",
} as const;

export const ViewType = {
  /** The panel beside the source: the run of this window. */
  timeline: "awaitscope.timeline",
  /** The custom editor of `*.awaitscope` files. */
  trace: "awaitscope.trace",
  /** The panel of a projected run. */
  whatIf: "awaitscope.whatIf",
} as const;

/** The tree of await sites, in the Explorer. */
export const AWAITS_VIEW = "awaitscope.awaits";

/** What a language model may call; their names allow no dots. */
export const LanguageModelTool = {
  traceFile: "awaitscope_traceFile",
  explainTrace: "awaitscope_explainTrace",
} as const;

/** What the walkthrough's steps wait for is told by commands, so it has no other keys. */
export const WALKTHROUGH = "awaitscope.start";

/** The extension that knows which environment is selected, new and old. */
export const PYTHON_ENVIRONMENTS_EXTENSION = "ms-python.vscode-python-envs";
export const PYTHON_EXTENSION = "ms-python.python";
