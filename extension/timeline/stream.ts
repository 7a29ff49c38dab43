/**
 * The host's half of the protocol for one webview: answers its `ready`, then sends the trace's bytes, never more than
 * CREDIT unacknowledged. Knows nothing of VS Code.
 *
 * A hidden webview loses messages without a word. So nothing here remembers what a webview knows: after a reveal it
 * says `ready` again, with what it still holds, and everything goes on from there.
 */
import type { Disposable } from "../dispose";
import { CREDIT, type AckMessage, type ReadyMessage, type ShowMessage, type ToWebview } from "../protocol";
import type { TraceSource } from "../source";
import type { Nanoseconds, Site, TaskId } from "../trace";

/** Small enough for several to be under way. */
const PIECE = CREDIT / 4;

export type Post = (message: ToWebview) => PromiseLike<boolean>;

/** One conversation, from a `ready` to the next. */
interface Conversation {
  readonly generation: string | undefined;
  sent: number;
  acknowledged: number;
  sending: boolean;
  /** The `ended` or `failed` that follows the last byte was sent. */
  concluded: boolean;
}

export class TimelineStream implements Disposable {
  readonly #post: Post;
  readonly #onFault: (error: unknown) => void;
  readonly #onProgress: () => void;
  #source: TraceSource | undefined;
  #subscription: Disposable | undefined;
  #conversation: Conversation | undefined;
  /** Asked for while no webview was listening; told as soon as one is. */
  #pendingShow: ShowMessage["target"] | undefined;
  #lit: Site | undefined;

  /** `onProgress`: the webview has taken in more. */
  constructor(post: Post, onFault: (error: unknown) => void, onProgress: () => void) {
    this.#post = post;
    this.#onFault = onFault;
    this.#onProgress = onProgress;
  }

  get source(): TraceSource | undefined {
    return this.#source;
  }

  /** Bytes of the trace the webview has taken in. */
  get acknowledged(): number {
    return this.#conversation?.acknowledged ?? 0;
  }

  /** Turns to another trace. */
  serve(source: TraceSource): void {
    if (source === this.#source) return;
    this.#subscription?.dispose();
    this.#source = source;
    this.#lit = undefined;
    this.#subscription = source.onDidChange(() => this.#continue());
    if (this.#conversation !== undefined) this.ready({ type: "ready", offset: 0 });
  }

  ready({ generation, offset }: ReadyMessage): void {
    const source = this.#source;
    const holds = source !== undefined && generation === source.generation && offset <= source.available ? offset : 0;
    this.#conversation = {
      generation: source?.generation,
      sent: holds,
      acknowledged: holds,
      sending: false,
      concluded: false,
    };
    if (source === undefined) return;
    void this.#say({ type: "open", generation: source.generation, name: source.name, state: source.state });
    if (this.#pendingShow !== undefined) this.show(this.#pendingShow);
    if (this.#lit !== undefined) this.highlight(this.#lit);
    this.#continue();
  }

  ack({ generation, offset }: AckMessage): void {
    const conversation = this.#conversation;
    if (conversation === undefined || generation !== this.#source?.generation) return;
    if (offset > conversation.sent || offset < conversation.acknowledged) return;
    conversation.acknowledged = offset;
    this.#onProgress();
    this.#continue();
  }

  show(target: ShowMessage["target"]): void {
    this.#pendingShow = target;
    if (this.#conversation === undefined || this.#source === undefined) return;
    const told = this.#say({ type: "show", generation: this.#source.generation, target });
    void told.then((delivered) => {
      if (delivered && this.#pendingShow === target) this.#pendingShow = undefined;
    });
  }

  /** The visits of this site, or of none, are lit; also when the webview comes back. */
  highlight(site: Site | undefined): void {
    this.#lit = site;
    const generation = this.#listening;
    if (generation !== undefined) void this.#say({ type: "highlight", generation, ...(site && { site }) });
  }

  /** Nobody who is not looking needs the time cursor to be moved. */
  goTo(time: Nanoseconds, task: TaskId): void {
    const generation = this.#listening;
    if (generation !== undefined) void this.#say({ type: "moment", generation, time, task });
  }

  /** The generation the webview listens to, if it listens. */
  get #listening(): string | undefined {
    return this.#conversation === undefined ? undefined : this.#source?.generation;
  }

  /** The webview went out of sight: what is sent now would be lost. */
  pause(): void {
    this.#conversation = undefined;
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#conversation = undefined;
    this.#source = undefined;
  }

  #continue(): void {
    if (this.#conversation !== undefined && this.#conversation.generation !== this.#source?.generation) {
      this.ready({ type: "ready", offset: 0 }); // the file was replaced
      return;
    }
    this.#send().catch((error: unknown) => {
      this.#onFault(error);
    });
  }

  async #send(): Promise<void> {
    const source = this.#source;
    const conversation = this.#conversation;
    if (source === undefined || conversation === undefined || conversation.sending) return;
    // Both may be replaced during every await below.
    const current = (): boolean => source === this.#source && conversation === this.#conversation;
    conversation.sending = true;
    try {
      while (current() && conversation.sent < source.available) {
        const credit = conversation.acknowledged + CREDIT - conversation.sent;
        if (credit <= 0) return;
        const offset = conversation.sent;
        const bytes = await source.read(offset, Math.min(credit, PIECE));
        if (!current() || bytes.length === 0) return;
        conversation.sent += bytes.length;
        // `read` gives each piece a buffer of its own; a view would carry its whole buffer along.
        await this.#say({ type: "bytes", generation: source.generation, offset, bytes });
      }
      if (current() && !conversation.concluded && source.state.kind !== "running") {
        conversation.concluded = true;
        await this.#say({ type: "state", generation: source.generation, state: source.state });
      }
    } finally {
      conversation.sending = false;
    }
  }

  /** Whether it was delivered; when not, the webview is hidden or gone, and will say `ready` when it is back. */
  async #say(message: ToWebview): Promise<boolean> {
    const conversation = this.#conversation;
    const delivered = await this.#post(message);
    if (!delivered && conversation === this.#conversation) this.#conversation = undefined;
    return delivered;
  }
}
