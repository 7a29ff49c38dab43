/** What decided when the chosen task, or group, ended: its critical path, the longest parts first in sight. */
import { formatCount, formatDuration, type PathPart } from "../../../extension/trace";
import type { Model } from "../model";
import { fullName } from "../names";
import { sliceStory } from "../story";
import { DISTINCT, momentsOf } from "../time";
import { Section } from "./Section";
import { Words } from "./Words";

/** Parts listed: the longest, in the order they happened. */
const MOST = 12;

export function Path({ model }: { readonly model: Model }) {
  const parts = model.path;
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return null;
  const sum = (state: PathPart["state"]): number =>
    parts.reduce((total, part) => total + (part.state === state ? part.to - part.from : 0), 0);
  const shown = new Set([...parts].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MOST));
  const when = momentsOf(model.extent.from, { from: first.from, to: last.to }, DISTINCT);
  return (
    <Section title="What decided when it ended">
      <p>
        Of {formatDuration(last.to - first.from)}: running {formatDuration(sum("running"))}, ready{" "}
        {formatDuration(sum("ready"))}, waiting {formatDuration(sum("waiting"))}
        {parts.length > MOST && `; the ${MOST} longest of ${formatCount(parts.length)} parts`}
      </p>
      <ol class="story path">
        {parts
          .filter((part) => shown.has(part))
          .map((part) => (
            <Part model={model} part={part} when={when(part.from)} />
          ))}
      </ol>
    </Section>
  );
}

function Part({ model, part, when }: { readonly model: Model; readonly part: PathPart; readonly when: string }) {
  const { trace } = model;
  const task = trace.task(part.task);
  if (task === undefined) return null;
  return (
    <li data-state={part.state}>
      <button
        class="when"
        title="Choose this"
        onClick={() => {
          model.select({ kind: "slice", slice: part });
          model.showSelection();
        }}
      >
        {when}
      </button>
      <span>
        {fullName(task)}: <Words model={model} sentence={sliceStory(trace, model.laneOf(task.id), task, part)} />
      </span>
    </li>
  );
}
