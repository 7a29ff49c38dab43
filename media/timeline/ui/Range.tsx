/** The chosen range of time: what ran and waited in it, and where. */
import { blockedSince, formatCount, formatDuration, KIND_WORDS } from "../../../extension/trace";
import type { Model } from "../model";
import { sitePart } from "../sentence";
import { isWorthSaying } from "../story";
import { Section } from "./Section";
import { Words } from "./Words";

/** Await sites listed. */
const TOP = 6;

export function Range({ model }: { readonly model: Model }) {
  const { range, trace } = model;
  if (range === undefined) return null;
  const alive = trace.tasks.filter((task) => task.created < range.to && (task.ended ?? trace.end) > range.from).length;
  const length = Math.max(range.to - range.from, 1);
  let busy = 0;
  for (const loop of model.loops) {
    const lane = model.loopLane(loop);
    const from = lane.firstEndingAfter(range.from);
    const to = Math.max(lane.firstEndingAfter(range.to), from);
    busy += lane.running(from, to);
    const blocked = blockedSince(trace, loop);
    if (blocked !== undefined) busy += Math.max(Math.min(trace.end, range.to) - Math.max(blocked.since, range.from), 0);
  }
  const within = model.rangeSum.latest;
  const one = within === undefined ? 0 : within.running + within.outside;
  return (
    <Section title={`Range of ${formatDuration(length)}`}>
      <p>
        {formatCount(alive)} {alive === 1 ? "task was" : "tasks were"} alive; the loop ran code for{" "}
        {formatDuration(Math.min(busy, length * Math.max(model.loops.length, 1)))}.
        {isWorthSaying(one, length) && ` One after another it would have taken ${formatDuration(one)}.`}
      </p>
      {within === undefined ? (
        <p class="quiet">Adding up what was awaited in it…</p>
      ) : (
        <table class="awaits">
          <thead>
            <tr>
              <th scope="col">Awaited in it</th>
              <th scope="col">What</th>
              <th scope="col">In all</th>
            </tr>
          </thead>
          <tbody>
            {within.sites.slice(0, TOP).map(({ site, kind, time }) => (
              <tr>
                <td>
                  <Words model={model} sentence={[sitePart(site)]} />
                </td>
                <td>{KIND_WORDS[kind]}</td>
                <td>{formatDuration(time)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
