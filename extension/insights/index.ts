/** Findings: what is wrong in a traced run, how we know, what to do. */
export { Analysis, findAll, type SourceSyntax, type SourceText } from "./analysis";
export { DEFAULT_OPTIONS, isSilenced, parseOptions, strictOptions, type FindingOptions } from "./options";
export { RULES } from "./rules";
export { summarizeFindings, summarizeFound, type FoundSummary, type SummaryFinding } from "./summary";
export * from "./types";
