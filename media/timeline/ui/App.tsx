/** Everything around the canvas, as real HTML: read, clicked and tabbed through like any page. */
import { formatCount, oneAfterAnother } from "../../../extension/trace";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Model } from "../model";
import { SPEEDS } from "../replay";
import { emptiness, headline, statusOf } from "../status";
import { Details } from "./Details";
import { Help } from "./Help";
import { NoteField } from "./Notes";
import { Search } from "./Search";
import { TaskTable } from "./TaskTable";
import { Tooltip } from "./Tooltip";

export interface AppProps {
  readonly model: Model;
  /** Another one when there is something new to say; what only follows the pointer is no reason to say all of it again. */
  readonly version: number;
  /** Called once with the canvas. */
  readonly attach: (canvas: HTMLCanvasElement) => void;
}

export function App({ model, version, attach }: AppProps) {
  const { trace, feed } = model;
  const bar = useMemo(() => <Bar model={model} />, [version]);
  const details = useMemo(() => <Details model={model} />, [version]);
  const empty = emptiness(trace, feed.state, feed.error);
  return (
    <div class="timeline">
      {bar}
      <WhatIf model={model} />
      <div class="body">
        <main class="picture" aria-label="Timeline" hidden={model.table}>
          <Picture model={model} attach={attach} />
          {empty !== undefined && (
            <div class="empty">
              <h2>{empty.title}</h2>
              <p>{empty.advice}</p>
            </div>
          )}
          {model.isLive && model.follow === "off" && (
            <button class="live-jump" onClick={() => act(model, () => model.jumpToLive())}>
              {jumpWords(model.unseen)}
            </button>
          )}
          {model.search !== undefined && <Search key={model.search === "@" ? "time" : "text"} model={model} />}
          {model.notes.draft !== undefined && <NoteField model={model} />}
          <Tooltip model={model} />
        </main>
        {model.table && <TaskTable model={model} />}
        {details}
      </div>
      {model.help && <Help model={model} />}
      <div class="unseen" role="status" aria-live="polite">
        {model.announcement}
      </div>
    </div>
  );
}

function jumpWords(unseen: number): string {
  if (unseen === 0) return "Jump to live";
  return `${formatCount(unseen)} new ${unseen === 1 ? "step" : "steps"}, jump to live`;
}

function act(model: Model, action: () => void): void {
  action();
  model.invalidate();
}

/** No program ran like this: what was changed, and what that rests on. */
function WhatIf({ model }: { readonly model: Model }) {
  const what = model.trace.header?.whatIf;
  if (what === undefined) return null;
  return (
    <section aria-label="What if">
      <details class="what-if">
        <summary>What if: {what.headline}</summary>
        <p>A model of the run says so. It assumes:</p>
        <ul>
          {what.assumptions.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Bar({ model }: { readonly model: Model }) {
  const { trace, feed } = model;
  const { extent } = model;
  const isRunning = feed.state?.kind === "running";
  const hasTasks = trace.tasks.length > 0;
  const button = (label: string, title: string, action: () => void, pressed?: boolean) => (
    // A sign alone is no name to be read out.
    <button
      title={title}
      aria-label={/\w/.test(label) ? undefined : title}
      aria-pressed={pressed}
      onClick={() => act(model, action)}
    >
      {label}
    </button>
  );
  return (
    <header class="bar">
      <div class="facts">
        <h1 class="headline">
          {hasTasks ? headline(model.lanes.programTasks, extent.to - extent.from, oneAfterAnother(trace)) : feed.name}
        </h1>
        <ul class="status" aria-label="State of the run">
          {statusOf(trace, feed.state, feed.error).map((status) => (
            <li class={`tone-${status.tone}`}>{status.text}</li>
          ))}
        </ul>
      </div>
      <div class="buttons" role="toolbar" aria-label="Timeline">
        {hasTasks && !model.isLive && (
          <>
            {button(model.playing ? "Pause" : "Play", "Replay the run (Space)", () => model.togglePlaying())}
            {(model.playing || model.cursor !== undefined) && <SpeedChoice model={model} />}
            {button("‹", "Back to the moment before", () => model.stepCursor(-1))}
            {button("›", "On to the next moment", () => model.stepCursor(1))}
          </>
        )}
        {button("Fit", "Show the whole run (0)", () => model.fitAll())}
        {model.isLive &&
          button("Follow", "Keep the newest in view (L)", () => model.toggleFollow(), model.follow !== "off")}
        {button("Table", "The tasks as a table (T)", () => model.toggle("table"), model.table)}
        {!model.host.isAlone &&
          !model.host.cannotRun &&
          trace.header?.whatIf === undefined &&
          (isRunning
            ? button("Stop", "Stop the program", () => model.host.post({ type: "command", command: "stop" }))
            : button("Run again", "Run the program again", () =>
                model.host.post({ type: "command", command: "runAgain" }),
              ))}
        {button("?", "Keys and gestures", () => model.toggle("help"), model.help)}
      </div>
    </header>
  );
}

function SpeedChoice({ model }: { readonly model: Model }) {
  return (
    <select
      aria-label="Speed of the replay"
      value={model.speed}
      onChange={({ currentTarget }) =>
        act(model, () => (model.speed = SPEEDS.find((speed) => String(speed) === currentTarget.value) ?? 1))
      }
    >
      {SPEEDS.map((speed) => (
        <option value={speed}>{speed} ×</option>
      ))}
    </select>
  );
}

/** The canvas is made once and never touched by later renders: it belongs to the painter. */
function Picture({ model, attach }: Omit<AppProps, "version">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null) attach(canvas.current);
  }, []);
  return (
    <>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-roledescription="timeline"
        aria-label={canvasLabel(model)}
        aria-describedby="canvas-help"
      />
      <p class="unseen" id="canvas-help">
        Arrow keys go from slice to slice and from task to task, Enter goes to the source, T shows the same facts as a
        table, question mark lists all keys.
      </p>
    </>
  );
}

function canvasLabel(model: Model): string {
  const n = model.trace.tasks.length;
  return `Timeline of ${n} ${n === 1 ? "task" : "tasks"}`;
}
