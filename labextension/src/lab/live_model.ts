type Handler = (...args: never[]) => void;

/** What goes over the socket; `tessnb/server/live.py` says what it means. */
export interface IMessage {
  readonly method:
    'open' | 'update' | 'custom' | 'problem' | 'heard' | 'again' | 'gone';
  /** With which the page names its widget when it comes again. */
  readonly key?: string;
  /** How many messages have been heard. */
  readonly count?: number;
  readonly state?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly hint?: string;
  /** Lengths of the binary parts. */
  readonly buffers?: readonly number[];
}

/**
 * Take a message from the socket apart: the object, and its binary parts.
 */
export function unpack(data: string | ArrayBuffer): [IMessage, DataView[]] {
  if (typeof data === 'string') {
    return [JSON.parse(data) as IMessage, []];
  }
  const length = new DataView(data).getUint32(0, true);
  const head = new TextDecoder().decode(new Uint8Array(data, 4, length));
  const message = JSON.parse(head) as IMessage;
  let at = 4 + length;
  const parts = (message.buffers ?? []).map(size => {
    at += size;
    return new DataView(data, at - size, size);
  });
  return [message, parts];
}

/**
 * What a widget's front end takes for its model (anywidget's `AnyModel`), while the widget itself lives in the
 * server.
 */
export class LiveModel {
  /** `state` are the traits as the server told them; `tell` takes messages to it. */
  constructor(
    state: Readonly<Record<string, unknown>>,
    private readonly tell: (message: IMessage) => void
  ) {
    this.state = { ...state };
  }

  get(name: string): unknown {
    return this.state[name];
  }

  /** Change a trait here; `save_changes` tells the server. */
  set(name: string, value: unknown): void {
    if (this.take({ [name]: value }).length) {
      this.unsaved[name] = value;
    }
  }

  save_changes(): void {
    const state = this.unsaved;
    this.unsaved = {};
    if (Object.keys(state).length) {
      this.tell({ method: 'update', state });
    }
  }

  send(content: Record<string, unknown>): void {
    this.tell({ method: 'custom', content });
  }

  /** Call back on `change`, `change:NAME` or `msg:custom`. */
  on(event: string, handler: Handler): void {
    const handlers = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, handlers.add(handler));
  }

  /** Do not call back any more: one handler, all of an event, or all. */
  off(event?: string | null, handler?: Handler | null): void {
    if (!event) {
      this.handlers.clear();
    } else if (!handler) {
      this.handlers.delete(event);
    } else {
      this.handlers.get(event)?.delete(handler);
    }
  }

  /** Take what the server says. */
  receive({ method, state, content }: IMessage, buffers: DataView[]): void {
    if (method === 'update' && state) {
      this.take(state);
    } else if (method === 'custom') {
      this.emit('msg:custom', content, buffers);
    }
  }

  /** Change traits and tell of it; return the names of those that differ now. */
  private take(state: Readonly<Record<string, unknown>>): string[] {
    const changed = Object.keys(state).filter(
      name => JSON.stringify(state[name]) !== JSON.stringify(this.state[name])
    );
    changed.forEach(name => (this.state[name] = state[name]));
    changed.forEach(name => this.emit(`change:${name}`, this, state[name]));
    if (changed.length) {
      this.emit('change', this);
    }
    return changed;
  }

  private emit(event: string, ...args: unknown[]): void {
    for (const handler of [...(this.handlers.get(event) ?? [])]) {
      (handler as (...args: unknown[]) => void)(...args);
    }
  }

  private readonly state: Record<string, unknown>;
  private readonly handlers = new Map<string, Set<Handler>>();
  private unsaved: Record<string, unknown> = {};
}
