/** Ownership of what must be released. Knows nothing of VS Code; its `Disposable` has the same shape. */
export interface Disposable {
  dispose(): void;
}

/** Releases in the reverse order of adding. What is added after the end is released at once, so nothing leaks. */
export class DisposableStore implements Disposable {
  readonly #owned: Disposable[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  add<T extends Disposable>(disposable: T): T {
    if (this.#disposed) disposable.dispose();
    else this.#owned.push(disposable);
    return disposable;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const disposable of this.#owned.splice(0).reverse()) disposable.dispose();
  }
}

/** An event without VS Code's, so that pure code can have one and unit tests can listen to it. */
export class Signal<T = void> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  /** Subscribes; has the shape of a `vscode.Event`. */
  readonly event = (listener: (value: T) => void): Disposable => {
    // A wrapper of its own, so that one function can listen twice and each listening ends by itself.
    const own = (value: T): void => {
      listener(value);
    };
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  };

  fire(value: T): void {
    // A copy: a listener added while firing hears the next one, not this one.
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
