import { element } from './dom';

/** A page of a set of which one is seen. */
export interface ITab {
  readonly title: string;
  readonly node: HTMLElement;
  /** Called when it is seen for the first time. */
  readonly onFirst?: () => void;
}

let serial = 0;

/**
 * Pages of which one is seen; arrow keys, Home and End move between their titles.
 */
export class Tabs {
  readonly node: HTMLElement;
  private readonly titles: HTMLButtonElement[];
  private readonly seen = new Set<number>();
  private readonly list: HTMLElement;

  constructor(
    label: string,
    private readonly tabs: readonly ITab[]
  ) {
    const id = `tessnb-tabs-${++serial}`;
    this.titles = tabs.map(({ title, node }, place) => {
      const made = element(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `${id}-${place}`,
          'aria-controls': `${id}-${place}-page`
        },
        title
      );
      made.addEventListener('click', () => this.show(place));
      node.id = `${id}-${place}-page`;
      node.setAttribute('role', 'tabpanel');
      node.setAttribute('aria-labelledby', made.id);
      node.classList.add('tessnb-tab-page');
      return made;
    });
    this.list = element(
      'div',
      { class: 'tessnb-tabs', role: 'tablist', 'aria-label': label },
      ...this.titles
    );
    this.list.addEventListener('keydown', event => this.onKey(event));
    this.node = element(
      'div',
      { class: 'tessnb-tabbed' },
      this.list,
      ...tabs.map(({ node }) => node)
    );
    this.show(0);
  }

  show(place: number): void {
    this.tabs.forEach(({ node }, each) => {
      const isShown = each === place;
      node.hidden = !isShown;
      this.titles[each].setAttribute('aria-selected', String(isShown));
      this.titles[each].tabIndex = isShown ? 0 : -1;
    });
    if (!this.seen.has(place)) {
      this.seen.add(place);
      this.tabs[place].onFirst?.();
    }
  }

  private onKey(event: KeyboardEvent): void {
    const current = this.titles.indexOf(
      document.activeElement as HTMLButtonElement
    );
    const last = this.titles.length - 1;
    const target = {
      ArrowRight: Math.min(current + 1, last),
      ArrowLeft: Math.max(current - 1, 0),
      Home: 0,
      End: last
    }[event.key];
    if (current < 0 || target === undefined) {
      return;
    }
    this.show(target);
    this.titles[target].focus();
    event.preventDefault();
  }
}
