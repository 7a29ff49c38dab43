/** Shown while nothing is chosen: what the shapes mean, and where the time went. */
import { formatDuration, awaitStats, type Outcome } from "../../../extension/trace";
import type { Model } from "../model";
import { fileName, isHousekeepingGroup } from "../names";

/** Await sites listed. */
const TOP = 6;

export function Overview({ model }: { readonly model: Model }) {
  const stats = [...awaitStats(model.trace)].sort((a, b) => b.total - a.total).slice(0, TOP);
  const has = (outcome: Outcome): boolean => model.trace.tasks.some((task) => task.outcome === outcome);
  return (
    <>
      <section>
        <h2>What you see</h2>
        <ul class="legend">
          <li>
            <i class="swatch running" aria-hidden="true" />
            <span>
              <b>running</b> its own code
            </span>
          </li>
          <li>
            <i class="swatch ready" aria-hidden="true" />
            <span>
              <b>ready</b>, but the loop is busy with something else
            </span>
          </li>
          <li>
            <i class="swatch waiting" aria-hidden="true" />
            <span>
              <b>waiting</b> in an await
            </span>
          </li>
          <li>
            <i class="swatch blocked" aria-hidden="true" />
            <span>
              <b>blocked the loop</b> for more than 100 ms
            </span>
          </li>
          {has("raised") && (
            <li>
              <i class="swatch mark raised" aria-hidden="true">
                !
              </i>
              <span>
                <b>raised</b> an exception
              </span>
            </li>
          )}
          {has("cancelled") && (
            <li>
              <i class="swatch mark cancelled" aria-hidden="true">
                ×
              </i>
              <span>
                was <b>cancelled</b>
              </span>
            </li>
          )}
          {model.trace.groups.some((group) => !isHousekeepingGroup(model.trace, group)) && (
            <li>
              <i class="swatch group" aria-hidden="true" />
              <span>
                <b>awaited together</b>; ✓ marks the task that ended last
              </span>
            </li>
          )}
        </ul>
      </section>
      {stats.length > 0 && (
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
                  <td>{stat.kind}</td>
                  <td>{stat.count.toLocaleString("en-US")}</td>
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
