import './error_table.css';
import type { RenderProps } from '@anywidget/types';

import { ICounts, IRow, ITable } from '../views/error_types';
import { ErrorsView } from '../views/errors';
import { ILineDetail } from '../views/line_detail';

interface IModel {
  title: string;
  child: string | null;
}

type Message =
  | ({ kind: 'table' } & ITable)
  | ({ kind: 'marks' } & ICounts)
  | {
      kind: 'rows';
      version: number;
      first: number;
      rows: IRow[];
    }
  | {
      kind: 'picture';
      version: number;
      row: number;
      width: number;
      mark: [number, number] | null;
    }
  | ({ kind: 'detail' } & Omit<ILineDetail, 'url'>)
  | { kind: 'text'; line: number; text: string }
  | { kind: 'problem'; text: string };

/** What widgets of any library look like once they are made. */
interface IChildView {
  el: HTMLElement;
  remove(): void;
}

interface IManager {
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown): Promise<IChildView>;
}

export default {
  render({ model, el }: RenderProps<IModel>): () => void {
    let version = -1;
    let child: IChildView | null = null;
    const view = new ErrorsView({
      onArrange: change => model.send({ kind: 'arrange', ...change }),
      onRows: (first, count) => model.send({ kind: 'rows', first, count }),
      onPictures: (rows, width, height) =>
        model.send({ kind: 'pictures', version, rows, width, height }),
      onSelect: (lines, on) => model.send({ kind: 'select', lines, on }),
      onSelectAll: () => model.send({ kind: 'select', all: true }),
      onMark: (mark, lines) => model.send({ kind: 'mark', mark, lines }),
      onText: line => model.send({ kind: 'text', line }),
      onCorrect: (line, text) => model.send({ kind: 'correct', line, text }),
      onUndo: () => model.send({ kind: 'undo' }),
      onMend: of => model.send({ kind: 'fix', of }),
      onOpen: (row, width) => model.send({ kind: 'open', row, width }),
      onView: (line, name) => model.send({ kind: 'view', line, view: name }),
      onClose: () => model.send({ kind: 'close' })
    });
    const onTitle = () => view.setTitle(model.get('title'));
    const onChild = async () => {
      child?.remove();
      child = null;
      const name = model.get('child');
      view.setPlaceUsed(Boolean(name));
      if (name) {
        const manager = model.widget_manager as unknown as IManager;
        const made = await manager.get_model(name.replace('IPY_MODEL_', ''));
        child = await manager.create_view(made);
        view.place.replaceChildren(child.el);
      }
    };
    const onMessage = (message: Message, buffers: DataView[]) => {
      if (message.kind === 'table') {
        version = message.version;
        view.setTable(message);
      } else if (message.kind === 'marks') {
        view.setProblem('');
        view.setCounts(message);
      } else if (message.kind === 'rows') {
        if (message.version === version) {
          view.setRows(message.first, message.rows);
        }
      } else if (message.kind === 'picture') {
        if (message.version === version) {
          const { row, width, mark } = message;
          const url = toUrl(buffers[0]);
          const forget = () => URL.revokeObjectURL(url);
          view.setPicture(row, { url, width, mark, forget });
        }
      } else if (message.kind === 'detail') {
        view.setDetail({ ...message, url: toUrl(buffers[0]) });
      } else if (message.kind === 'text') {
        view.editText(message.line, message.text);
      } else {
        view.setProblem(message.text);
      }
    };
    model.on('change:title', onTitle);
    model.on('change:child', onChild);
    model.on('msg:custom', onMessage);
    el.classList.add('tessnb-widget');
    el.setAttribute('data-lm-suppress-shortcuts', 'true');
    el.append(view.node);
    onTitle();
    void onChild();
    model.send({ kind: 'hello' });
    return () => {
      model.off('change:title', onTitle);
      model.off('change:child', onChild);
      model.off('msg:custom', onMessage);
      child?.remove();
      view.dispose();
    };
  }
};

function toUrl(picture: DataView | undefined): string {
  return picture?.byteLength
    ? URL.createObjectURL(
        new Blob([picture as BlobPart], { type: 'image/png' })
      )
    : '';
}
