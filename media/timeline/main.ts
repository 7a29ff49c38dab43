/** The timeline: connects host, model, canvas and chrome, and draws when something changed. */
import { render, h } from "preact";
import { differ } from "./differ";
import { Painter } from "./draw/frame";
import { exportPicture } from "./exportPicture";
import { connect } from "./host";
import { listen } from "./input";
import { Model } from "./model";
import { observeTheme, readPalette } from "./palette";
import { Replay } from "./replay";
import { App } from "./ui/App";
import type { ToWebview } from "../../extension/protocol";

/** Text need not change more often than it can be read, in milliseconds. */
const CHROME_INTERVAL = 120;
/** While a saved trace is read, picture and text take turns, with so many milliseconds for reading between them, */
const LOADING_REST = 30;
/** or so many times as long as the turn took: a slow machine has more to do than to draw. */
const LOADING_SHARE = 2;

function start(root: HTMLElement): void {
  const host = connect();
  let palette = readPalette(document.body);
  let scheduled = false;
  let chromeAt = -Infinity;
  let painter: Painter | undefined;
  let canvas: HTMLCanvasElement | undefined;

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(frame);
  };
  const model = new Model(host, schedule);
  const replay = new Replay();

  const attach = (made: HTMLCanvasElement): void => {
    canvas = made;
    painter = new Painter(made);
    listen(made, model);
    const box = made.parentElement ?? made;
    const measure = (): void => model.resize(box.clientWidth, box.clientHeight);
    new ResizeObserver(measure).observe(box);
    measure();
  };

  let drawnRevision = -1;
  let shown: readonly unknown[] = [];
  let pointed: readonly unknown[] = [];
  let version = 0;
  let later: ReturnType<typeof setTimeout> | undefined;
  let restsUntil = -Infinity;
  let wasText = false;
  let isBehind = false;
  const again = (milliseconds: number): ReturnType<typeof setTimeout> =>
    setTimeout(() => {
      later = undefined;
      schedule();
    }, milliseconds);
  function frame(): void {
    scheduled = false;
    const now = performance.now();
    isBehind = !model.catchUp();
    if (isBehind) later ??= again(CHROME_INTERVAL);
    replay.advance(model, now);
    if (model.rangeSum.advance(model.trace, model.range, now)) schedule();
    const { revision } = model.trace;
    const facts = chromeFacts(model);
    const pointing = [model.hover, model.hover && model.pointer];
    // A growing trace alone changes the text now and then; whatever else happens, at once. Panning and zooming change
    // only the picture.
    const isLoading = !model.isLive && model.feed.isReading;
    const isRested = !isLoading || now >= restsUntil;
    const isDue = isRested && revision !== drawnRevision && now - chromeAt >= CHROME_INTERVAL;
    const isChanged = isDue || differ(facts, shown);
    const isNew = isChanged && !(isLoading && wasText);
    if (isNew) {
      drawnRevision = revision;
      chromeAt = now;
      shown = facts;
      version += 1;
    } else if (revision !== drawnRevision) later ??= again(CHROME_INTERVAL);
    if (isNew || differ(pointing, pointed)) {
      pointed = pointing;
      render(h(App, { model, version, attach }), root);
    }
    if (!isLoading) paint();
    else {
      // A browser puts frames before timers: two long ones with little between them would be one long pause.
      if (isChanged || isRested) {
        wasText = isNew;
        if (!isNew) paint();
        const ended = performance.now();
        restsUntil = ended + Math.max(LOADING_REST, LOADING_SHARE * (ended - now));
      }
      later ??= again(LOADING_REST);
    }
  }

  function paint(): void {
    if (painter === undefined || canvas === undefined) return;
    // The table stands in the picture's place.
    const isWhole = model.table || painter.draw(model, palette);
    // For whoever measures the page from outside of it.
    if (isWhole && !isBehind) canvas.removeAttribute("data-unfinished");
    else canvas.setAttribute("data-unfinished", String(painter.shownUntil));
    if (!isWhole) schedule();
  }

  observeTheme(() => {
    palette = readPalette(document.body);
    painter?.forget();
    schedule();
  });

  host.listen((message: ToWebview) => {
    switch (message.type) {
      case "open":
        model.feed.open(message);
        break;
      case "bytes":
        model.feed.take(message);
        break;
      case "state":
        model.feed.setState(message);
        break;
      case "show":
        model.wanted.take(message);
        break;
      case "highlight":
        model.editor.highlight(message);
        break;
      case "moment":
        model.editor.goTo(message);
        break;
      case "notes":
        model.notes.take(message);
        break;
      case "findings":
        model.findings.take(message);
        break;
      case "ask":
        if (message.what === "view") host.post({ type: "view", view: model.traceView });
        else void sendPicture(message.what);
        break;
    }
  });
  const sendPicture = async (format: "png" | "svg"): Promise<void> => {
    host.post({ type: "picture", format, bytes: await exportPicture(model, palette, format) });
  };
  // While hidden, messages are lost without a word.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") model.feed.hello();
  });
  frame();
  model.feed.hello();
}

/** What the chrome's text depends on, besides how far the trace has grown and what is under the pointer. */
function chromeFacts(model: Model): readonly unknown[] {
  const { trace, feed, selection } = model;
  return [
    trace,
    trace.complete,
    trace.truncated,
    trace.tasks.length > 0,
    feed.state,
    feed.error,
    feed.name,
    // A chosen slice that is not over yet is another one with every growth, but growth can wait.
    ...(selection?.kind === "slice"
      ? [selection.slice.task, selection.slice.state, selection.slice.from]
      : [selection]),
    model.range,
    model.rangeSum.latest,
    model.table,
    model.search,
    model.density,
    model.playing,
    model.speed,
    model.notes.draft,
    model.notes.all,
    model.findings.all,
    model.findings.chosen,
    model.lanes.choice,
    model.range === undefined && model.selection === undefined ? model.cursor : undefined,
    model.help,
    model.follow,
    model.announcement,
    model.size,
  ];
}

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no #app to put the timeline in");
start(root);
