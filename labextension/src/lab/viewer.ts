import { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { IWidgetTracker, WidgetTracker } from '@jupyterlab/apputils';
import {
  ABCWidgetFactory,
  DocumentRegistry,
  DocumentWidget,
  TextModelFactory
} from '@jupyterlab/docregistry';
import { Contents } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

import { element } from '../views/dom';
import { ServerSays } from './server_says';

/** The name of the document model that loads nothing: a viewer asks the server for what it shows. */
const MODEL = 'tessnb-file';

/** What a viewer is told about its file. */
export interface IViewed {
  /** The path that the server extension understands, without a drive. */
  readonly path: string;
  readonly context: DocumentRegistry.Context;
  /** The tab, for its toolbar and title. */
  readonly viewer: Viewer;
}

/** Fill an element; what is returned undoes it when the viewer is closed, or its file has changed. */
export type Render = (
  el: HTMLElement,
  viewed: IViewed
) => Promise<(() => void) | void> | (() => void) | void;

/** Describes the viewer of some kinds of files. */
export interface IViewerOptions {
  /** Unique; also the namespace under which open viewers are remembered. */
  readonly name: string;
  /** What menus call it. */
  readonly label: string;
  /** Names of file types; those that it opens by default, unless `defaultFor` names fewer. */
  readonly fileTypes: readonly string[];
  readonly defaultFor?: readonly string[];
  readonly render: Render;
  /** Whether its file can be changed in it; JupyterLab asks before what is not saved is lost, then. */
  readonly edits?: boolean;
  /** Whether it draws itself anew when its file changes on disk; by default it does. */
  readonly follows?: boolean;
}

/** A document model for files of which nothing is loaded. */
class FileModelFactory extends TextModelFactory {
  get name(): string {
    return MODEL;
  }

  get fileFormat(): Contents.FileFormat {
    return null;
  }
}

/** What is inside a viewer's tab: an element that is filled once the file is known to be there. */
class ViewerContent extends Widget {
  constructor(
    private readonly _context: DocumentRegistry.Context,
    private readonly _options: IViewerOptions
  ) {
    super();
    this.addClass('tessnb-viewer');
    if (_options.follows ?? true) {
      _context.fileChanged.connect(this._onChange, this);
    }
    _context.pathChanged.connect(this._onChange, this);
  }

  /** Draw it, or draw it anew; what was there stays until that is done. */
  async draw(viewer: Viewer): Promise<void> {
    const turn = ++this._turn;
    const el = element('div', {
      class: 'tessnb-viewer-body tessnb-widget tessnb-mod-coming'
    });
    this.node.append(el);
    let undo: (() => void) | void = undefined;
    try {
      undo = await this._options.render(el, {
        path: this._context.localPath,
        context: this._context,
        viewer
      });
    } catch (error) {
      el.replaceChildren(problem(error));
    }
    if (turn !== this._turn || this.isDisposed) {
      undo?.();
      el.remove();
      return;
    }
    this._undo?.();
    this._undo = undo;
    el.classList.remove('tessnb-mod-coming');
    this.node.replaceChildren(el);
    this._viewer = viewer;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._turn++;
      this._undo?.();
      super.dispose();
    }
  }

  private _onChange(): void {
    if (this._viewer) {
      void this.draw(this._viewer);
    }
  }

  private _viewer: Viewer | null = null;
  private _undo: (() => void) | void = undefined;
  private _turn = 0;
}

/** The tab of a viewer; its toolbar is hidden until somebody puts something there and shows it. */
export class Viewer extends DocumentWidget<Widget> {
  constructor(context: DocumentRegistry.Context, options: IViewerOptions) {
    const content = new ViewerContent(context, options);
    const drawn = new PromiseDelegate<void>();
    super({ content, context, reveal: drawn.promise });
    this._inside = content;
    this.toolbar.hide();
    void context.ready
      .then(() => content.draw(this))
      .then(() => drawn.resolve());
  }

  /** Draw it anew. */
  redraw(): void {
    void this._inside.draw(this);
  }

  private readonly _inside: ViewerContent;
}

class ViewerFactory extends ABCWidgetFactory<Viewer> {
  constructor(private readonly _options: IViewerOptions) {
    super({
      name: _options.name,
      label: _options.label,
      fileTypes: [..._options.fileTypes],
      defaultFor: [...(_options.defaultFor ?? _options.fileTypes)],
      modelName: MODEL,
      readOnly: !_options.edits
    });
  }

  protected createNewWidget(context: DocumentRegistry.Context): Viewer {
    return new Viewer(context, this._options);
  }
}

/**
 * Let files of some types open in a viewer of ours, also again after a reload.
 *
 * @returns The open ones.
 */
export function addViewer(
  app: JupyterFrontEnd,
  restorer: ILayoutRestorer | null,
  options: IViewerOptions
): IWidgetTracker<Viewer> {
  const registry = app.docRegistry;
  if (!registry.getModelFactory(MODEL)) {
    registry.addModelFactory(new FileModelFactory());
  }
  const factory = new ViewerFactory(options);
  const tracker = new WidgetTracker<Viewer>({ namespace: options.name });
  factory.widgetCreated.connect((_, viewer) => {
    const type = options.fileTypes
      .map(name => registry.getFileType(name))
      .find(
        each =>
          each &&
          registry.getFileTypesForPath(viewer.context.path).includes(each)
      );
    viewer.title.icon = type?.icon;
    viewer.title.iconClass = type?.iconClass ?? '';
    viewer.context.pathChanged.connect(() => void tracker.save(viewer));
    void tracker.add(viewer);
  });
  registry.addWidgetFactory(factory);
  void restorer?.restore(tracker, {
    command: 'docmanager:open',
    args: ({ context }) => ({ path: context.path, factory: options.name }),
    name: ({ context }) => context.path
  });
  return tracker;
}

/** An error in place of what it has prevented, with what to do. */
export function problem(error: unknown): HTMLElement {
  const said = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ServerSays ? error.hint : '';
  const shown = element('div', { class: 'tessnb-problem', role: 'alert' });
  shown.append(element('p', { dir: 'auto' }, said));
  if (hint) {
    shown.append(element('p', { class: 'tessnb-hint', dir: 'auto' }, hint));
  }
  return shown;
}
