/** The syntax of texts that ran, each parsed once, with pauses; the parser is loaded when there is something to parse. */
import * as vscode from "vscode";
import { PythonParser, type Source } from "../syntax";

/** More texts are parsed again when they are asked for again. */
const MOST_KEPT = 30;

export class ParsedTexts {
  readonly #load: () => Promise<PythonParser>;
  #parser: Promise<PythonParser> | undefined;
  readonly #parsed = new Map<string, Promise<Source | undefined>>();

  constructor(load: () => Promise<PythonParser>) {
    this.#load = load;
  }

  parse(text: string): Promise<Source | undefined> {
    const known = this.#parsed.get(text) ?? this.#parse(text);
    // The last asked for is kept the longest.
    this.#parsed.delete(text);
    this.#parsed.set(text, known);
    for (const oldest of this.#parsed.keys()) if (this.#parsed.size > MOST_KEPT) this.#parsed.delete(oldest);
    return known;
  }

  async #parse(text: string): Promise<Source | undefined> {
    const parser = await (this.#parser ??= this.#load());
    return parser.parseSlowly(text, () => new Promise((resolve) => setTimeout(resolve, 0)));
  }
}

/** Its parts, read as any file of the extension: also where there is no disk. */
export function loadPythonParser(extension: vscode.Uri): Promise<PythonParser> {
  return PythonParser.load(async (name) => vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", name)));
}
