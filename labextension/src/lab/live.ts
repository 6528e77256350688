import { Clipboard } from '@jupyterlab/apputils';

import { button, element } from '../views/dom';
import { trans } from '../views/trans';
import { LiveLine } from './live_line';
import { LiveModel } from './live_model';
import { socket } from './request';

/** What is to be shown, and who wants to know of it. */
export interface ILiveOptions {
  /** The widget's name in `tessnb/server/live_widgets.py`. */
  readonly kind: string;
  /** The path of its file. */
  readonly path: string;
  /** What the widget's script exports, as in `src/widgets`. */
  readonly frontEnd: { render(props: never): unknown };
  /** Called with every message of the widget's own. */
  readonly onMessage?: (content: Readonly<Record<string, unknown>>) => void;
  /** What can be copied when it cannot be saved any more. */
  readonly unsaved: () => string;
  /** Called when it cannot be saved any more. */
  readonly onGone?: () => void;
  /** Called when somebody wants it opened again, then. */
  readonly openAgain: () => void;
}

/** A widget that is shown. */
export interface ILive {
  readonly model: LiveModel;
  /** Whether the server has it no more. */
  readonly isGone: boolean;
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
  const line = new LiveLine(query => socket(`live/${kind}`, query), path);
  const place = element('div', {});
  const state = await line.open();
  const model = new LiveModel(state, message => line.say(message));
  const problem = new Notice(el);
  const connection = new Notice(el);
  line.events = {
    onMessage: (message, buffers) => {
      if (message.method === 'problem') {
        problem.show(message.message ?? '', message.hint ?? '');
        return;
      }
      if (message.method === 'custom' && message.content) {
        problem.hide();
        options.onMessage?.(message.content);
      }
      model.receive(message, buffers);
    },
    onState: now => {
      if (now === 'open') {
        connection.hide();
      } else if (now === 'lost') {
        connection.show(
          trans.__('The connection to the server is lost'),
          trans.__(
            'What you have done is kept, and goes on by itself when the server answers'
          ),
          button(trans.__('Try now'), () => line.mend())
        );
      } else {
        place.inert = true;
        connection.show(
          trans.__('The server has no longer open what you see here'),
          trans.__(
            'It was started again, or was out of reach for too long. What is not saved can be copied, and the file opened again'
          ),
          ...rest(options.unsaved()),
          button(trans.__('Open again'), options.openAgain)
        );
        options.onGone?.();
      }
    }
  };
  el.append(place);
  const undo = frontEnd.render({ model, el: place } as never);
  return {
    model,
    get isGone() {
      return line.state === 'gone';
    },
    dispose: () => {
      line.close();
      void Promise.resolve(undo).then(done => {
        if (typeof done === 'function') {
          done();
        }
      });
    }
  };
}

/** Something said above a widget. */
class Notice {
  constructor(private readonly el: HTMLElement) {}

  show(message: string, hint: string, ...more: Node[]): void {
    this.node.replaceChildren(
      element('p', { dir: 'auto' }, message),
      ...(hint
        ? [element('p', { class: 'tessnb-hint', dir: 'auto' }, hint)]
        : []),
      ...more
    );
    this.el.prepend(this.node);
  }

  hide(): void {
    this.node.remove();
  }

  private readonly node = element('div', {
    class: 'tessnb-live-said',
    role: 'alert'
  });
}

/** What was not saved, to be copied; nothing, where there is nothing. */
function rest(text: string): Node[] {
  if (!text) {
    return [];
  }
  const shown = element('textarea', {
    'aria-label': trans.__('What is not saved'),
    class: 'tessnb-live-rest',
    dir: 'auto',
    readonly: '',
    rows: String(Math.min(text.split('\n').length + 1, 8))
  });
  shown.value = text;
  return [shown, button(trans.__('Copy'), () => Clipboard.copyToSystem(text))];
}
