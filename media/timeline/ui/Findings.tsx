/** Findings: what is wrong in this run, each with a way to where it happened. */
import { formatDuration } from "../../../extension/trace";
import type { Model } from "../model";
import { More } from "./More";
import { Section } from "./Section";

/** All of them are in the Problems panel. */
const MOST = 20;

export function Findings({ model }: { readonly model: Model }) {
  const { all, chosen } = model.findings;
  if (all.length === 0) return null;
  return (
    <Section title={`Findings (${all.length})`}>
      <ul class="findings">
        {all.slice(0, MOST).map((finding) => (
          <li class={finding.severity} aria-current={finding === chosen}>
            <button class="link" title="Go there (N: the next one)" onClick={() => model.findings.show(finding)}>
              {formatDuration(finding.at - model.extent.from)}
            </button>
            <span> {finding.message}</span>
            {finding === chosen && (
              <ul>
                <li>{finding.certainty}</li>
                {finding.evidence.map(({ label }) => (
                  <li>{label}</li>
                ))}
                <li>What to do: {finding.advice}</li>
              </ul>
            )}
          </li>
        ))}
      </ul>
      <More left={all.length - MOST} what="finding" />
    </Section>
  );
}
