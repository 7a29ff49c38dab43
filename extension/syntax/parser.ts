/**
 * Parses Python: tree-sitter's grammar in WebAssembly, loaded once, when first needed. Whoever asks brings the bytes of
 * the two modules, since each place reads files in its own way.
 */
import type { Parser, Tree, TreeCursor } from "web-tree-sitter";
import { Source, type Node } from "./node";

/** The files to load, as they are called in `dist/` and in the packages. */
export const WASM_FILES = ["web-tree-sitter.wasm", "tree-sitter-python.wasm"] as const;
export type ReadWasm = (name: (typeof WASM_FILES)[number]) => Promise<Uint8Array>;

/** Longer texts are generated ones: nobody reads advice about them. */
const LONGEST_TEXT = 1_000_000;
/** Pauses come after this long, in milliseconds. */
const SLICE_MS = 15;
/** Nodes between two looks at the clock. */
const NODES_A_LOOK = 1000;
/** Deeper nesting than this is no program that somebody wrote. */
const DEEPEST = 500;

type Open = { -readonly [K in keyof Node]: Node[K] } & { readonly children: Node[] };

export class PythonParser {
  readonly #parser: Parser;
  /** The text before. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(parser: Parser) {
    this.#parser = parser;
  }

  static async load(read: ReadWasm): Promise<PythonParser> {
    const [runtime, grammar] = WASM_FILES;
    const { Language, Parser } = await import("web-tree-sitter");
    await Parser.init({ wasmBinary: (await read(runtime)).slice().buffer });
    return new PythonParser(new Parser().setLanguage(await Language.load(await read(grammar))));
  }

  /** Without a pause, where nobody waits; undefined for a text that is too long or nested too deep. */
  parse(text: string): Source | undefined {
    const parsing = this.#parse(text, Infinity);
    for (;;) {
      const next = parsing.next();
      if (next.done === true) return next.value;
    }
  }

  /** With pauses, one text after another. */
  parseSlowly(text: string, pause: () => Promise<void>): Promise<Source | undefined> {
    const parsed = this.#last.then(async () => {
      const parsing = this.#parse(text, SLICE_MS);
      for (;;) {
        const next = parsing.next();
        if (next.done === true) return next.value;
        await pause();
      }
    });
    this.#last = parsed.catch(() => undefined);
    return parsed;
  }

  *#parse(text: string, sliceMs: number): Generator<undefined, Source | undefined> {
    if (text.length > LONGEST_TEXT) return undefined;
    let until = Date.now() + sliceMs;
    const progressCallback = (): boolean => Date.now() > until;
    this.#parser.reset();
    let tree: Tree | null;
    // A parse that was stopped goes on where it was.
    while ((tree = this.#parser.parse(text, null, { progressCallback })) === null) {
      yield;
      until = Date.now() + sliceMs;
    }
    try {
      const cursor = tree.walk();
      const root = yield* this.#copy(cursor, () => Date.now() > until);
      cursor.delete();
      return root && new Source(text, root, tree.rootNode.hasError);
    } finally {
      tree.delete();
    }
  }

  *#copy(cursor: TreeCursor, isLate: () => boolean): Generator<undefined, Node | undefined> {
    const root = nodeAt(cursor, undefined);
    let parent = root;
    let seen = 0;
    let depth = 0;
    if (!cursor.gotoFirstChild()) return root;
    for (;;) {
      if (++seen % NODES_A_LOOK === 0 && isLate()) yield;
      let node: Open | undefined;
      if (cursor.nodeIsNamed) {
        node = nodeAt(cursor, parent);
        parent.children.push(node);
      } else if (cursor.nodeType === "async") parent.isAsync = true;
      if (node !== undefined && cursor.gotoFirstChild()) {
        if (++depth > DEEPEST) return undefined;
        parent = node;
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent() || parent.parent === undefined) return root;
        depth--;
        parent = parent.parent as Open;
      }
    }
  }
}

function nodeAt(cursor: TreeCursor, parent: Node | undefined): Open {
  return {
    type: cursor.nodeType,
    field: cursor.currentFieldName ?? undefined,
    start: cursor.startIndex,
    end: cursor.endIndex,
    parent,
    children: [],
    isAsync: false,
  };
}
