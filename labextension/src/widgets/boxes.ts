import './boxes.css';
import type { RenderProps } from '@anywidget/types';

import { element } from '../views/dom';

export default {
  render({ el }: RenderProps): void {
    el.append(element('div', { class: 'tessnb-boxes' }));
  }
};
