/** Files, functions and positions: the tables the steps point into. */
import { bytes, integers } from "./columns";
import { asyncioModule, packageOf, kindOfFunction, kindOfLeaf, type Leaf } from "./kinds";
import type { AwaitMeaning, AwaitPoint, PlacedFrame } from "./trace";
import { AWAIT_KINDS, type Code, type NodeId, type Site, type SourceFile } from "./types";

/** A number of a source position that is absent (Python 3.10 has no columns). */
const ABSENT = 0xffffffff;

export interface Range {
  readonly line: number;
  readonly endLine: number | undefined;
  readonly column: number | undefined;
  readonly endColumn: number | undefined;
  /** See PlacedFrame. */
  readonly once?: boolean;
}

/** Deeper below user code no library is named. */
const MAX_DEPTH = 200;

interface CodeEntry extends Code {
  readonly generator: boolean;
}

const UNKNOWN_CODE: CodeEntry = { file: undefined, name: "(unknown function)", line: 0, generator: false };

/**
 * A node's parent is always an earlier row, so no chain has a cycle; and what a chain means (its innermost user frame,
 * its kind) is worked out once, from its parent's, when the node is added: no question walks a chain but `chain`.
 */
export class NodeTable {
  private readonly fileById = new Map<number, SourceFile>();
  private readonly codes = new Map<number, CodeEntry>();
  private readonly codeList: CodeEntry[] = [UNKNOWN_CODE];
  private readonly codeIndex = new Map<CodeEntry, number>([[UNKNOWN_CODE, 0]]);
  private readonly indexOf: (NodeId | undefined)[] = [];

  private readonly parents = integers(64);
  /** Index into `codeList` + 1; 0: a leaf. */
  private readonly codeOf = integers(64);
  private readonly lines = integers(64);
  private readonly endLines = integers(64);
  private readonly columns = integers(64);
  private readonly endColumns = integers(64);
  /** The innermost user frame at or above; 0: none. */
  private readonly users = integers(64);
  /** Index into AWAIT_KINDS + 1; 0: undecided so far. */
  private readonly kinds = bytes(64);
  /** 1: see PlacedFrame. */
  private readonly once = bytes(64);

  private readonly sites = new Map<NodeId, Site>();
  /** Asked for with each step. */
  private readonly points: (AwaitPoint | undefined)[] = [];

  constructor() {
    this.addRow(0, 0, { line: 0, endLine: undefined, column: undefined, endColumn: undefined }, 0, 0);
  }

  get length(): number {
    return this.parents.length;
  }

  addFile(id: number, file: SourceFile): void {
    if (!this.fileById.has(id)) this.fileById.set(id, file);
  }

  addCode(id: number, file: number, name: string, line: number, generator: boolean): void {
    if (this.codes.has(id)) return;
    const code: CodeEntry = { file: this.fileById.get(file), name, line, generator };
    this.codes.set(id, code);
    this.codeIndex.set(code, this.codeList.length);
    this.codeList.push(code);
  }

  files(): Iterable<SourceFile> {
    return this.fileById.values();
  }

  code(id: number): Code | undefined {
    return this.codes.get(id);
  }

  addFrame(id: number, parentId: number, codeId: number, range: Range): void {
    if (this.indexOf[id] !== undefined) return;
    const parent = this.index(parentId);
    const code = this.codes.get(codeId) ?? UNKNOWN_CODE;
    this.indexOf[id] = this.length;
    const codeOf = (this.codeIndex.get(code) ?? 0) + 1;
    if (code.file?.user === true) this.addRow(parent, codeOf, range, this.length, 0);
    else this.addRow(parent, codeOf, range, this.users.at(parent), this.kinds.at(parent) || kindOfFrame(code));
  }

  addLeaf(id: number, parentId: number, leaf: Leaf): void {
    if (this.indexOf[id] !== undefined) return;
    const parent = this.index(parentId);
    this.indexOf[id] = this.length;
    const direct = this.users.at(parent) === parent;
    const kind = this.kinds.at(parent) || numberOf(kindOfLeaf(leaf, direct));
    const range: Range = { line: 0, endLine: undefined, column: undefined, endColumn: undefined };
    this.addRow(parent, 0, range, this.users.at(parent), kind);
  }

  /** Row of the node the trace calls `id`; 0 if it was never defined. */
  index(id: number): NodeId {
    return this.indexOf[id] ?? 0;
  }

  /** The function of this node's own frame. */
  codeAt(node: NodeId): Code | undefined {
    return this.frameCode(node);
  }

  /** The source range of this node's own frame. */
  site(node: NodeId): Site | undefined {
    const known = this.sites.get(node);
    if (known !== undefined) return known;
    const file = this.frameCode(node)?.file;
    const line = this.lines.at(node);
    // Lines count from 1: without one there is no place to point at.
    if (file === undefined || line === 0) return undefined;
    const site: Site = {
      file: file.path,
      line,
      column: present(this.columns.at(node)),
      endLine: present(this.endLines.at(node)) || undefined,
      endColumn: present(this.endColumns.at(node)),
    };
    this.sites.set(node, site);
    return site;
  }

  /** The innermost user frame's range; without one, the node's own. */
  userSite(node: NodeId): Site | undefined {
    return this.site(this.users.at(node) || node);
  }

  point(node: NodeId): AwaitPoint | undefined {
    const known = this.points[node];
    if (known !== undefined) return known;
    const user = this.users.at(node);
    if (user === 0) return undefined;
    const site = this.site(user);
    const code = this.frameCode(user);
    if (site === undefined || code === undefined) return undefined;
    const point: AwaitPoint = { site, function: code, ...this.below(user, node) };
    this.points[node] = point;
    return point;
  }

  awaitMeaning(node: NodeId): AwaitMeaning | undefined {
    if (node <= 0 || node >= this.length) return undefined;
    return this.point(node) ?? this.below(0, node);
  }

  private below(user: NodeId, node: NodeId): AwaitMeaning {
    const kind = AWAIT_KINDS[this.kinds.at(node) - 1] ?? "other";
    return { kind, library: this.libraryBelow(user, node) };
  }

  chain(node: NodeId): readonly PlacedFrame[] {
    const frames: PlacedFrame[] = [];
    for (let at = node; at > 0 && at < this.length; at = this.parents.at(at)) {
      const code = this.frameCode(at);
      if (code === undefined) continue;
      const { generator } = code;
      frames.push({ code, site: this.site(at), node: at, once: this.once.at(at) === 1, generator });
    }
    return frames.reverse();
  }

  /** The innermost function of an installed package, if user code calls into one. */
  private libraryBelow(user: NodeId, node: NodeId): string | undefined {
    let innermost: string | undefined;
    let outermost: string | undefined;
    let at = node;
    for (let depth = 0; at !== user && depth < MAX_DEPTH; depth++, at = this.parents.at(at)) {
      const code = this.frameCode(at);
      if (code === undefined) continue;
      const name = code.file && packageOf(code.file.path);
      outermost = name && `${name} ${code.name}`;
      innermost ??= outermost;
    }
    return at === user && outermost !== undefined ? innermost : undefined;
  }

  private frameCode(node: NodeId): CodeEntry | undefined {
    return this.codeList[this.codeOf.at(node) - 1];
  }

  private addRow(parent: NodeId, code: number, range: Range, user: NodeId, kind: number): void {
    this.parents.push(parent);
    this.codeOf.push(code);
    this.lines.push(range.line);
    this.endLines.push(range.endLine ?? ABSENT);
    this.columns.push(range.column ?? ABSENT);
    this.endColumns.push(range.endColumn ?? ABSENT);
    this.users.push(user);
    this.kinds.push(kind);
    this.once.push(range.once === true ? 1 : 0);
  }
}

function present(value: number): number | undefined {
  return value === ABSENT ? undefined : value;
}

function numberOf(kind: (typeof AWAIT_KINDS)[number] | undefined): number {
  return kind === undefined ? 0 : AWAIT_KINDS.indexOf(kind) + 1;
}

function kindOfFrame(code: CodeEntry): number {
  const module = code.file === undefined ? undefined : asyncioModule(code.file.path, code.file.user);
  const kind = module === undefined ? undefined : kindOfFunction(module, code.name);
  return numberOf(kind ?? (code.generator ? "asyncgen" : undefined));
}
