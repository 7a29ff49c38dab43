/** What a language model may do anywhere: read what a trace says. */
import { LanguageModelTool } from "../keys";
import type { Disposable } from "../dispose";
import { summarizeFound, type Finding } from "../insights";
import type { TraceSource } from "../source";
import type { Trace } from "../trace";
import { explain, MOST_CHARACTERS } from "./explain";
import { registerTool, textResult, type InvocationOptions, type ToolResult } from "./languageModel";

/** What a token is at least in JSON of numbers and names. */
const CHARACTERS_A_TOKEN = 2;

export interface ToolParts {
  /** The trace in view, or the last run's. */
  readonly current: () => Promise<TraceSource | undefined>;
  /** All that is wrong in a trace. */
  readonly find: (trace: Trace) => Promise<readonly Finding[]>;
}

export function registerExplainTool(parts: ToolParts): Disposable {
  return registerTool(LanguageModelTool.explainTrace, {
    prepareInvocation: () => ({ invocationMessage: "Reading the trace" }),
    invoke: async ({ tokenizationOptions }) => {
      const source = await parts.current();
      if (source === undefined) throw new Error("No trace is open. Trace a file first.");
      return answer(parts, source, tokenizationOptions);
    },
  });
}

export async function answer(
  { find }: Pick<ToolParts, "find">,
  source: TraceSource,
  options: InvocationOptions["tokenizationOptions"],
  note = "",
): Promise<ToolResult> {
  if (source.state.kind === "failed") throw new Error(source.state.message);
  const budget = options === undefined ? MOST_CHARACTERS : options.tokenBudget * CHARACTERS_A_TOKEN;
  return textResult(
    note + explain(summarizeFound(source.trace, await find(source.trace)), Math.min(MOST_CHARACTERS, budget)),
  );
}
