import './fonts.css';
import type { RenderProps } from '@anywidget/types';

import { IFont, IFontDetails } from '../views/font_filter';
import { FontsView } from '../views/fonts';
import { set } from './shared/model';

interface IModel {
  sample: string;
  _chosen: number[];
}

type Message =
  | { kind: 'fonts'; fonts: [string, string, string, number, boolean][] }
  | {
      kind: 'details';
      characters: number;
      scripts: string[];
      details: [boolean | null, boolean, number[], string[], number][];
    }
  | {
      kind: 'specimen';
      font: number;
      sample: string;
      width: number;
      own: boolean;
    };

export default {
  render({ model, el }: RenderProps<IModel>): () => void {
    let urls: string[] = [];
    let asked: ReadonlySet<number> = new Set();
    const forget = () => {
      urls.forEach(url => URL.revokeObjectURL(url));
      urls = [];
      asked = new Set();
    };
    const view = new FontsView({
      onWanted: fonts => {
        if (!fonts.every(font => asked.has(font))) {
          asked = new Set(fonts); // the kernel draws what was asked for last
          model.send({
            kind: 'draw',
            fonts,
            sample: model.get('sample'),
            scale: window.devicePixelRatio
          });
        }
      },
      onChosen: fonts => set(model, '_chosen', [...fonts]),
      onSample: sample => set(model, 'sample', sample)
    });
    const onChosen = () => view.setChosen(model.get('_chosen'));
    const onSample = () => {
      forget();
      view.setSample(model.get('sample'));
    };
    const onMessage = (message: Message, buffers: DataView[]) => {
      if (message.kind === 'fonts') {
        forget();
        view.setFonts(message.fonts.map(toFont));
      } else if (message.kind === 'details') {
        const { details, scripts, characters } = message;
        view.setDetails(
          details.map(
            ([serif, mono, own, missing, missingCount]): IFontDetails => ({
              serif,
              mono,
              scripts: own.map(number => scripts[number]),
              missing,
              missingCount
            })
          ),
          characters
        );
      } else if (message.sample === model.get('sample')) {
        const picture = new Blob([buffers[0]], { type: 'image/png' });
        const url = URL.createObjectURL(picture);
        urls.push(url);
        view.setSpecimen(message.font, {
          url,
          width: message.width,
          own: message.own
        });
      }
    };
    model.on('change:_chosen', onChosen);
    model.on('change:sample', onSample);
    model.on('msg:custom', onMessage);
    el.classList.add('tessnb-widget');
    el.setAttribute('data-lm-suppress-shortcuts', 'true');
    el.append(view.node);
    onSample();
    onChosen();
    model.send({ kind: 'fonts' });
    return () => {
      model.off('change:_chosen', onChosen);
      model.off('change:sample', onSample);
      model.off('msg:custom', onMessage);
      forget();
    };
  }
};

function toFont([family, style, search, weight, italic]: [
  string,
  string,
  string,
  number,
  boolean
]): IFont {
  return { family, style, search, weight, italic };
}
