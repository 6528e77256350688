/**
 * What every widget does with its model: hear of changes, tell of its own.
 */
import type { AnyModel, RenderProps } from '@anywidget/types';

/** Set a value, and let the kernel know. */
export function set<T extends object, K extends keyof T & string>(
  model: AnyModel<T>,
  name: K,
  value: T[K]
): void {
  model.set(name, value);
  model.save_changes();
}

/** A drawing that may watch the page. */
export interface IView {
  readonly node: HTMLElement;
  dispose?(): void;
}

/**
 * Put a view on the page, and call what shows some values now and whenever one of them changes.
 *
 * @returns what takes the view away again.
 */
export function join<T extends object>(
  { model, el }: RenderProps<T>,
  view: IView,
  shows: ReadonlyArray<readonly [readonly (keyof T & string)[], () => void]>
): () => void {
  el.classList.add('tessnb-widget');
  el.setAttribute('data-lm-suppress-shortcuts', 'true');
  el.append(view.node);
  for (const [names, show] of shows) {
    names.forEach(name => model.on(`change:${name}`, show));
    show();
  }
  return () => {
    for (const [names, show] of shows) {
      names.forEach(name => model.off(`change:${name}`, show));
    }
    view.dispose?.();
  };
}
