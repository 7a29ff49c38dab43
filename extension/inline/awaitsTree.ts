/** The tree view "Awaits": every await site of the program's code that was reached, the costliest first. */
import * as vscode from "vscode";
import { DisposableStore, Signal, type Disposable } from "../dispose";
import { AWAITS_VIEW, InternalCommand } from "../keys";
import type { TraceSource } from "../source";
import { awaitStats, type AwaitStat } from "../trace";
import { ORDERS, rowOf, sortAwaits, type AwaitRow, type Order } from "./awaitRows";
import { Throttle } from "../throttle";
import { escapeMarkdown } from "./words";

/** Rows that change places more often cannot be clicked. */
const REFRESH_EVERY_MS = 1_000;
const ORDER = "awaitsOrder";

export class AwaitsTree implements vscode.TreeDataProvider<AwaitRow>, Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly #refreshed = this.#store.add(new Signal());
  readonly #refreshing = this.#store.add(new Throttle(REFRESH_EVERY_MS, () => this.#refresh()));
  readonly #view: vscode.TreeView<AwaitRow>;
  readonly #memory: vscode.Memento;
  #source: TraceSource | undefined;
  #subscription: Disposable | undefined;
  #order: Order;

  readonly onDidChangeTreeData = this.#changed.event;
  /** Fires when the rows may be others. */
  readonly onDidRefresh = this.#refreshed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#order = ORDERS.find(({ id }) => id === memory.get<string>(ORDER))?.id ?? "total";
    this.#view = this.#store.add(vscode.window.createTreeView(AWAITS_VIEW, { treeDataProvider: this }));
    this.#sayOrder();
  }

  show(source: TraceSource | undefined): void {
    if (source === this.#source) return;
    this.#subscription?.dispose();
    this.#source = source;
    this.#subscription = source?.onDidChange(() => this.#refreshing.request());
    this.#refreshing.request();
  }

  /** As they stand in the view. */
  get rows(): readonly AwaitRow[] {
    if (this.#source === undefined) return [];
    const { trace } = this.#source;
    const isProgram = (stat: AwaitStat): boolean => stat.function.file?.user === true;
    return sortAwaits(awaitStats(trace).filter(isProgram), this.#order).map((stat) => rowOf(stat, this.#order));
  }

  /** Asks by what to sort, where it is not said. */
  async sort(by?: unknown): Promise<void> {
    const said = ORDERS.find(({ id }) => id === by)?.id;
    if (said !== undefined) {
      this.#sortBy(said);
      return;
    }
    const items = ORDERS.map(({ id, label, detail }) => ({
      id,
      label,
      ...(id === this.#order ? { description: "now" } : {}),
      detail,
    }));
    const chosen = await vscode.window.showQuickPick(items, { title: "Sort Awaits by" });
    if (chosen !== undefined) this.#sortBy(chosen.id);
  }

  getChildren(row?: AwaitRow): AwaitRow[] {
    return row === undefined ? [...this.rows] : [];
  }

  getTreeItem({ id, label, description, tooltip, words, site }: AwaitRow): vscode.TreeItem {
    const item = new vscode.TreeItem(label);
    item.id = id;
    item.description = description;
    item.tooltip = new vscode.MarkdownString(escapeMarkdown(tooltip));
    item.accessibilityInformation = { label: words };
    item.command = { command: InternalCommand.openSite, title: "Open", arguments: [site] };
    return item;
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#store.dispose();
  }

  #sortBy(order: Order): void {
    this.#order = order;
    void this.#memory.update(ORDER, order);
    this.#sayOrder();
    this.#refresh();
  }

  #sayOrder(): void {
    this.#view.description = `by ${ORDERS.find(({ id }) => id === this.#order)?.label.toLowerCase() ?? ""}`;
  }

  #refresh(): void {
    this.#changed.fire(undefined);
    this.#refreshed.fire();
  }
}
