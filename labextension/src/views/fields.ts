import { element } from './dom';
import { trans } from './trans';

/** A button that a key does, too. */
export function button(
  label: string,
  key: string,
  onClick: () => void
): HTMLButtonElement {
  const made = element('button', { type: 'button' }, label);
  if (key) {
    made.title = trans.__('Key: %1', key);
  }
  made.addEventListener('click', onClick);
  return made;
}

/**
 * A field whose text is told when typing rests, or at once with Enter; Escape empties it.
 */
export function field(
  type: string,
  placeholder: string,
  onText: (text: string) => void
): HTMLInputElement {
  const made = element('input', { type, placeholder });
  let timer = 0;
  const send = () => {
    window.clearTimeout(timer);
    if (made.value !== (made.dataset.told ?? '')) {
      made.dataset.told = made.value;
      onText(made.value);
    }
  };
  made.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, 400);
  });
  made.addEventListener('change', send);
  made.addEventListener('keydown', event => {
    if (event.key === 'Enter') {
      send();
    } else if (event.key === 'Escape') {
      made.value = '';
      send();
    }
  });
  return made;
}

/** Put a text into a field unless somebody is typing there. */
export function fill(
  made: HTMLInputElement | HTMLSelectElement,
  text: string
): void {
  if (document.activeElement !== made) {
    made.value = made.dataset.told = text;
  }
}

/** A count, its thousands apart. */
export function number(value: number): string {
  return value.toLocaleString('en').replace(/,/g, '\u202f');
}
