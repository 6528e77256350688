import { trans } from '../views/trans';
import { IMessage, unpack } from './live_model';
import type { Query } from './request';
import { ServerSays } from './server_says';
import { Talk } from './talk';

/** Milliseconds until the line is tried again, the first time and at most. */
const SOON = 300;
const LATE = 15_000;
/** Milliseconds after which a line without an answer is no line. */
const PATIENCE = 20_000;
/** Milliseconds after which what was heard is told, and after which a break is spoken of. */
const PAUSE = 250;
const NOTICED = 1000;

/** How things are: the line holds, is lost and tried again, or there is nothing to go on with. */
export type LineState = 'open' | 'lost' | 'gone';

/** What happens on a line. */
export interface ILineEvents {
  onMessage(message: IMessage, buffers: DataView[]): void;
  onState(state: LineState): void;
}

/**
 * The line to a widget in the server. It mends itself when it breaks; nothing that was said is lost by that.
 */
export class LiveLine {
  /**
   * @param connect - makes a socket with a query
   * @param path - of the file
   */
  constructor(
    private readonly connect: (query: Query) => WebSocket,
    private readonly path: string
  ) {}

  /** Who hears what comes, once it is open. */
  events: ILineEvents | null = null;

  get state(): LineState {
    return this.now;
  }

  /**
   * Wait for the first message: the traits of the widget.
   *
   * @throws ServerSays if there is no widget.
   */
  open(): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      const socket = this.connect({ path: this.path });
      this.socket = socket;
      socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
        const [{ method, state, key, message, hint }] = unpack(data);
        if (method === 'open') {
          this.key = key ?? '';
          this.hear();
          this.hold(socket, 0);
          resolve(state ?? {});
        } else {
          reject(new ServerSays(message ?? '', hint));
          this.close();
        }
      };
      socket.onclose = () =>
        reject(
          new ServerSays(
            trans.__('The server does not open this file'),
            trans.__('It may be gone, or too many files are open')
          )
        );
    });
  }

  /** Say something, now or when the line holds again. */
  say(message: IMessage): void {
    this.talk.say(JSON.stringify(message));
    this.watch();
  }

  /** Try now what would be tried later. */
  mend(): void {
    if (this.now === 'lost') {
      this.tryAgain();
    }
  }

  /** End it; the server does not keep the widget. */
  close(): void {
    this.leave();
    this.now = 'gone';
    this.socket?.close(1000);
  }

  /** Talk on a socket to somebody who has heard `count` messages. */
  private hold(socket: WebSocket, count: number): void {
    this.tries = 0;
    socket.onmessage = event => this.take(event);
    socket.onclose = () => this.lose();
    this.talk.goOn(message => socket.send(message), count);
    this.become('open');
    this.watch();
  }

  private take({ data }: MessageEvent<string | ArrayBuffer>): void {
    const [message, buffers] = unpack(data);
    if (message.method === 'heard') {
      this.talk.confirm(message.count ?? 0);
      clearTimeout(this.watching);
      this.watching = 0;
      this.watch();
    } else {
      this.hear();
      this.events?.onMessage(message, buffers);
    }
  }

  /** Count what has come, and tell so before long. */
  private hear(): void {
    this.talk.heard++;
    this.telling ||= window.setTimeout(() => {
      this.telling = 0;
      if (this.socket?.readyState === WebSocket.OPEN) {
        const told: IMessage = { method: 'heard', count: this.talk.heard };
        this.socket.send(JSON.stringify(told));
      }
    }, PAUSE);
  }

  /** Do not wait for ever to be heard: a line may be dead without a sign. */
  private watch(): void {
    if (this.talk.waits && !this.watching && this.now === 'open') {
      this.watching = window.setTimeout(() => this.lose(), PATIENCE);
    }
  }

  private lose(): void {
    this.leave();
    this.socket?.close();
    this.now = 'lost';
    this.noticing ||= window.setTimeout(() => {
      this.noticing = 0;
      this.events?.onState('lost');
    }, NOTICED);
    const wait = Math.min(SOON * 2 ** this.tries++, LATE);
    this.later = window.setTimeout(() => this.tryAgain(), wait);
    window.addEventListener('online', this.onOnline);
  }

  private tryAgain(): void {
    this.leave();
    this.socket?.close();
    const { key, talk } = this;
    const socket = this.connect({ key, heard: talk.heard });
    this.socket = socket;
    this.watching = window.setTimeout(() => this.lose(), PATIENCE);
    socket.onclose = () => this.lose();
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      const [{ method, count }] = unpack(data);
      this.leave();
      if (method === 'again') {
        this.hold(socket, count ?? 0);
      } else {
        socket.close(1000);
        this.become('gone');
      }
    };
  }

  private become(state: LineState): void {
    clearTimeout(this.noticing);
    this.noticing = 0;
    this.now = state;
    this.events?.onState(state);
  }

  /** Hear no more of the present socket, and wait for nothing. */
  private leave(): void {
    this.talk.pause();
    if (this.socket) {
      this.socket.onclose = this.socket.onmessage = null;
    }
    clearTimeout(this.later);
    clearTimeout(this.watching);
    clearTimeout(this.telling);
    this.watching = this.telling = 0;
    window.removeEventListener('online', this.onOnline);
  }

  private readonly talk = new Talk();
  private readonly onOnline = (): void => this.mend();
  private socket: WebSocket | null = null;
  private key = '';
  private now: LineState = 'lost';
  private tries = 0;
  private later = 0;
  private watching = 0;
  private telling = 0;
  private noticing = 0;
}
