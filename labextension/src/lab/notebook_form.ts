import { Dialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { element } from '../views/dom';
import { trans } from '../views/trans';

/** What a new notebook is about: a model, and where its lines are. */
export interface Asked {
  readonly model: string;
  readonly sources: ReadonlyArray<string>;
}

/** What there is to choose from, as the server tells it. */
export interface Choices {
  /** Models: languages and files, and where they are. */
  readonly models: ReadonlyArray<{ name: string; where: string }>;
  /** Folders and documents with lines, and how many files of them. */
  readonly sources: ReadonlyArray<{ path: string; files: number }>;
}

/** What the form says, and what it begins with. */
export interface FormOptions {
  readonly modelLabel: string;
  readonly modelHint: string;
  readonly model: string;
  readonly sourcesHint: string;
  /** What is selected already; if there is anything, it is not asked for. */
  readonly sources: ReadonlyArray<string>;
  /** Whether lines have to be named. */
  readonly needsLines: boolean;
  readonly choices: Promise<Choices>;
}

/** Selected files that are named; of more only the number is said. */
const NAMED = 5;

/**
 * The body of a dialog that asks for a model and for lines. Both can be typed; what is there is offered.
 */
export class NotebookForm extends Widget implements Dialog.IBodyWidget<Asked> {
  constructor(private readonly _options: FormOptions) {
    super({ node: element('div') });
    this.addClass('tessnb-form');
    const { modelLabel, modelHint, model, sources } = _options;
    this._model = input(model, true);
    this._lines = input('', _options.needsLines);
    this.node.append(...row(modelLabel, modelHint, this._model));
    if (sources.length > 0) {
      this.node.append(this._selected());
    } else {
      this.node.append(
        ...row(trans.__('Lines'), _options.sourcesHint, this._lines)
      );
    }
    void _options.choices
      .then(choices => this._offer(choices))
      .catch(() => {
        // Nothing is offered, then; what is typed counts all the same.
      });
  }

  /** Return what was asked for. */
  getValue(): Asked {
    const { sources } = this._options;
    const typed = this._lines.value.trim();
    return {
      model: this._model.value.trim(),
      sources: sources.length > 0 ? sources : typed ? [typed] : []
    };
  }

  private _selected(): HTMLElement {
    const { sources } = this._options;
    const names = sources.slice(0, NAMED).map(path => {
      const name = path.split('/').pop() ?? path;
      return element('li', { dir: 'auto' }, name);
    });
    const left = sources.length - names.length;
    if (left > 0) {
      names.push(
        element('li', {}, trans._n('and %1 more', 'and %1 more', left))
      );
    }
    return element(
      'div',
      { class: 'tessnb-form-selected' },
      element('span', { class: 'tessnb-form-label' }, trans.__('Lines')),
      element('ul', {}, ...names)
    );
  }

  private _offer({ models, sources }: Choices): void {
    const places: Record<string, string> = {
      folder: trans.__('a file here'),
      installed: trans.__('installed'),
      download: trans.__('will be downloaded')
    };
    suggest(
      this._model,
      models.map(({ name, where }) => [name, places[where] ?? where])
    );
    suggest(
      this._lines,
      sources.map(({ path, files }) => [
        path,
        trans._n('%1 file', '%1 files', files)
      ])
    );
  }

  private readonly _model: HTMLInputElement;
  private readonly _lines: HTMLInputElement;
}

let count = 0;

function input(value: string, required: boolean): HTMLInputElement {
  const id = `tessnb-form-${count++}`;
  const made = element('input', { id, type: 'text', spellcheck: 'false' });
  made.value = value;
  made.required = required;
  made.autocomplete = 'off';
  return made;
}

/** A field below its label, and what is to be known below it. */
function row(
  label: string,
  hint: string,
  field: HTMLInputElement
): HTMLElement[] {
  const described = `${field.id}-hint`;
  field.setAttribute('aria-describedby', described);
  return [
    element('label', { for: field.id, class: 'tessnb-form-label' }, label),
    field,
    element('p', { id: described, class: 'tessnb-form-hint' }, hint)
  ];
}

/** Offer values, each with a word about it, while somebody types. */
function suggest(
  field: HTMLInputElement,
  values: ReadonlyArray<readonly [string, string]>
): void {
  const id = `${field.id}-values`;
  const options = values.map(([value, about]) =>
    element('option', { value, label: about })
  );
  field.setAttribute('list', id);
  field.after(element('datalist', { id }, ...options));
}
