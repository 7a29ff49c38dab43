/** Shown while nothing is chosen: what the shapes mean, and where the time went. Of a range, its own section tells that. */
import type { ComponentChildren } from "preact";
import { awaitStats, formatCount, formatDuration, KIND_WORDS, type Outcome } from "../../../extension/trace";
import type { Model } from "../model";
import { fileName, isHousekeepingGroup } from "../names";

/** Await sites listed. */
const TOP = 6;

export function Overview({ model }: { readonly model: Model }) {
  const stats = [...awaitStats(model.trace)].sort((a, b) => b.total - a.total).slice(0, TOP);
  const partial = [...new Set(model.trace.partial.map(({ what }) => what))];
  const has = (outcome: Outcome): boolean => model.trace.tasks.some((task) => task.outcome === outcome);
  return (
    <>
      <section>
        <h2>What you see</h2>
        <ul class="legend">
          <Shape of="running">
            <b>running</b> its own code
          </Shape>
          <Shape of="ready">
            <b>ready</b>, but the loop is busy with something else
          </Shape>
          <Shape of="waiting">
            <b>waiting</b> in an await
          </Shape>
          <Shape of="blocked">
            <b>blocked the loop</b> for more than 100 ms
          </Shape>
          {has("raised") && (
            <Shape of="mark raised" mark="!">
              <b>raised</b> an exception
            </Shape>
          )}
          {has("cancelled") && (
            <Shape of="mark cancelled" mark="×">
              was <b>cancelled</b>
            </Shape>
          )}
          {model.trace.jobs.length > 0 && (
            <Shape of="job">
              its <b>executor job</b>, in a thread or process
            </Shape>
          )}
          {model.trace.groups.some((group) => !isHousekeepingGroup(model.trace, group)) && (
            <Shape of="group">
              <b>awaited together</b>; ✓ marks the task that ended last
            </Shape>
          )}
        </ul>
      </section>
      {partial.length > 0 && (
        <section>
          <h2>Not recorded</h2>
          <ul>
            {partial.map((what) => (
              <li>{what}</li>
            ))}
          </ul>
        </section>
      )}
      {stats.length > 0 && model.range === undefined && (
        <section>
          <h2>Longest awaits</h2>
          <table class="awaits">
            <thead>
              <tr>
                <th scope="col">Where</th>
                <th scope="col">What</th>
                <th scope="col">Times</th>
                <th scope="col">In all</th>
              </tr>
            </thead>
            <tbody>
              {stats.map((stat) => (
                <tr>
                  <td>
                    <button
                      class="link"
                      title={`${stat.site.file}:${stat.site.line}`}
                      onClick={() => {
                        model.select({ kind: "site", site: stat.site });
                        model.host.post({ type: "reveal", site: stat.site });
                      }}
                    >
                      {fileName(stat.site.file)}:{stat.site.line}
                    </button>
                  </td>
                  <td>{KIND_WORDS[stat.kind]}</td>
                  <td>{formatCount(stat.count)}</td>
                  <td>{formatDuration(stat.total)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

function Shape(props: { readonly of: string; readonly mark?: string; readonly children: ComponentChildren }) {
  return (
    <li>
      <i class={`swatch ${props.of}`} aria-hidden="true">
        {props.mark}
      </i>
      <span>{props.children}</span>
    </li>
  );
}
