import { element } from '../views/dom';
import { trans } from '../views/trans';
import { LiveModel, unpack } from './live_model';
import { ServerSays, socket } from './request';

/** What is to be shown, and who wants to know of it. */
export interface ILiveOptions {
  /** The widget's name in `tessnb/server/live.py`. */
  readonly kind: string;
  /** The path of its file. */
  readonly path: string;
  /** What the widget's script exports, as in `src/widgets`. */
  readonly frontEnd: { render(props: never): unknown };
  /** Called with every message of the widget's own. */
  readonly onMessage?: (content: Readonly<Record<string, unknown>>) => void;
  /** Called when the connection has ended by itself. */
  readonly onLost?: () => void;
}

/** A widget that is shown. */
export interface ILive {
  readonly model: LiveModel;
  /** Whether the connection still holds. */
  readonly isOpen: boolean;
  /** Take it away. */
  dispose(): void;
}

/**
 * Show a widget that lives in the server, with the drawing code that it has in notebooks.
 *
 * @throws ServerSays if the server cannot make one for this file.
 */
export async function showLive(
  el: HTMLElement,
  options: ILiveOptions
): Promise<ILive> {
  const { kind, path, frontEnd } = options;
  const line = socket(`live/${kind}`, { path });
  const place = element('div', {});
  const said = element('div', { class: 'tessnb-live-said', role: 'alert' });
  const state = await opened(line);
  const model = new LiveModel(state, message => {
    if (line.readyState === WebSocket.OPEN) {
      line.send(JSON.stringify(message));
    }
  });
  el.append(place);
  const say = (message: string, hint: string, ...more: Node[]): void => {
    said.replaceChildren(
      element('p', { dir: 'auto' }, message),
      ...(hint
        ? [element('p', { class: 'tessnb-hint', dir: 'auto' }, hint)]
        : []),
      ...more
    );
    el.prepend(said);
  };
  line.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    const [message, buffers] = unpack(data);
    if (message.method === 'problem') {
      say(message.message ?? '', message.hint ?? '');
      return;
    }
    if (message.method === 'custom' && message.content) {
      said.remove();
      options.onMessage?.(message.content);
    }
    model.receive(message, buffers);
  };
  const undo = frontEnd.render({ model, el: place } as never);
  line.onclose = () => {
    place.inert = true;
    const again = element('button', { type: 'button' }, trans.__('Open again'));
    again.addEventListener('click', () => options.onLost?.());
    say(
      trans.__('The connection to the server has ended'),
      trans.__('What was not saved is not to be saved any more'),
      ...(options.onLost ? [again] : [])
    );
  };
  return {
    model,
    get isOpen() {
      return line.readyState === WebSocket.OPEN;
    },
    dispose: () => {
      line.onclose = line.onmessage = null;
      line.close();
      void Promise.resolve(undo).then(done => {
        if (typeof done === 'function') {
          done();
        }
      });
    }
  };
}

/** Wait for the first message: the state of the widget, or why there is none. */
function opened(line: WebSocket): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    line.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      const [{ method, state, message, hint }] = unpack(data);
      if (method === 'open') {
        resolve(state ?? {});
      } else {
        reject(new ServerSays(message ?? '', hint));
        line.onclose = null;
        line.close();
      }
    };
    line.onclose = () =>
      reject(
        new ServerSays(
          trans.__('The server does not open this file'),
          trans.__('It may be gone, or too many files are open')
        )
      );
  });
}
