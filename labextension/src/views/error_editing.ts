import { element } from './dom';
import { trans } from './trans';

/**
 * Let a text be changed where it stands: Enter and leaving keep what was typed, Escape leaves it as it was.
 *
 * @param end - called once: with another text, or with null where nothing has changed.
 */
export function editInPlace(
  place: Element,
  line: number,
  text: string,
  end: (changed: string | null) => void
): void {
  const input = element('input', {
    type: 'text',
    class: 'tessnb-errors-edit',
    dir: 'auto',
    spellcheck: 'false',
    'aria-label': trans.__(
      'Text of line %1; Enter keeps it, Escape leaves it',
      line
    )
  });
  input.value = text;
  let isOver = false;
  const leave = (keep: boolean): void => {
    if (!isOver) {
      isOver = true;
      end(keep && input.value !== text ? input.value : null);
    }
  };
  input.addEventListener('keydown', event => {
    event.stopPropagation();
    if (event.key === 'Enter' || event.key === 'Escape') {
      event.preventDefault();
      leave(event.key === 'Enter');
    }
  });
  input.addEventListener('click', event => event.stopPropagation());
  input.addEventListener('blur', () => leave(true));
  place.replaceChildren(input);
  input.focus();
}
