import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { element } from '../views/dom';
import { RunState, stateWords } from '../views/run_words';
import { trans } from '../views/trans';
import { Asked, Choices, FormOptions, NotebookForm } from './notebook_form';
import { get } from './request';
import { sentenceOf } from './server_says';

/** What a dialog about a new notebook is made of; the rest comes from the server. */
export type NotebookQuestion = Omit<FormOptions, 'choices'>;

/** A run that can be shown. */
interface Run {
  /** Of its record. */
  readonly path: string;
  readonly name: string;
  readonly state: RunState;
  readonly iteration: number;
}

/**
 * Ask what a new notebook shall be about.
 *
 * @returns null, if nothing after all.
 */
export async function askForNotebook(
  title: string,
  question: NotebookQuestion
): Promise<Asked | null> {
  const choices = get<Choices>('choices');
  const result = await showDialog({
    title,
    body: new NotebookForm({ ...question, choices }),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Create Notebook') })
    ],
    focusNodeSelector: 'input'
  });
  return result.button.accept ? result.value : null;
}

/**
 * Ask which run shall be shown.
 *
 * @returns The path of its record; null, if none.
 */
export async function askForRun(): Promise<string | null> {
  const { runs } = await get<{ runs: Run[] }>('choices/runs');
  if (runs.length === 0) {
    await showDialog({
      title: trans.__('There is no training yet'),
      body: trans.__(
        'A training whose files are below the server’s root folder leaves a record of itself there: give it a model_output.'
      ),
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
    return null;
  }
  const result = await showDialog({
    title: trans.__('Dashboard of Run'),
    body: new RunForm(runs),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Insert') })
    ],
    focusNodeSelector: 'select'
  });
  return result.button.accept ? result.value : null;
}

/** Do something; what goes wrong is said in a dialog with a title. */
export async function told(
  title: string,
  action: () => Promise<unknown>
): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    await showErrorMessage(title, sentenceOf(error));
    return undefined;
  }
}

/** The body of a dialog that asks for one of several runs. */
class RunForm extends Widget implements Dialog.IBodyWidget<string> {
  constructor(runs: ReadonlyArray<Run>) {
    super({ node: element('div') });
    this.addClass('tessnb-form');
    const id = 'tessnb-form-run';
    this._select = element('select', { id, class: 'jp-mod-styled' });
    for (const { path, name, state, iteration } of runs) {
      const about = trans.__(
        '%1: %2, iteration %3',
        name,
        stateWords(state),
        iteration
      );
      this._select.append(element('option', { value: path }, about));
    }
    this.node.append(
      element(
        'label',
        { for: id, class: 'tessnb-form-label' },
        trans.__('Run')
      ),
      this._select
    );
  }

  getValue(): string {
    return this._select.value;
  }

  private readonly _select: HTMLSelectElement;
}
