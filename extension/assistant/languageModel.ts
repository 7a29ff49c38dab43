/** The part of VS Code's language model API that came after the oldest version we support; absent there. */
import * as vscode from "vscode";
import type { Disposable } from "../dispose";

export interface ToolResult {
  readonly content: readonly unknown[];
}

export interface InvocationOptions {
  /** As the model wrote it: anything. */
  readonly input: unknown;
  readonly tokenizationOptions?: { readonly tokenBudget: number } | undefined;
}

export interface PreparedInvocation {
  readonly invocationMessage: string;
  readonly confirmationMessages?: { readonly title: string; readonly message: string | vscode.MarkdownString };
}

export interface Tool {
  prepareInvocation(options: { readonly input: unknown }): PreparedInvocation;
  invoke(options: InvocationOptions, token: vscode.CancellationToken): Promise<ToolResult>;
}

interface LanguageModelApi {
  readonly lm?: { readonly registerTool?: (name: string, tool: Tool) => vscode.Disposable };
  readonly LanguageModelToolResult?: new (content: readonly unknown[]) => ToolResult;
  readonly LanguageModelTextPart?: new (text: string) => object;
}

const api = vscode as unknown as LanguageModelApi;

/** Nothing happens in a VS Code without language model tools. */
export function registerTool(name: string, tool: Tool): Disposable {
  const nothing = { dispose: () => undefined };
  try {
    return api.lm?.registerTool?.(name, tool) ?? nothing;
  } catch {
    return nothing; // there, but not yet for everybody
  }
}

export function textResult(text: string): ToolResult {
  const { LanguageModelToolResult: Result, LanguageModelTextPart: Part } = api;
  return Result === undefined || Part === undefined ? { content: [text] } : new Result([new Part(text)]);
}
