import { el } from '../dom';

/** Two cards side by side need so much, in pixels. */
const WIDE = '(min-width: 1000px)';

/**
 * Cards in two stacks of any height, read from left to right; one below the other, in the same order, where space is
 * short. The order of the page is the order of the tabs, too.
 */
export function columns(cards: readonly HTMLElement[]): { readonly element: HTMLElement; dispose(): void } {
  const left = el('div', { class: 'column' });
  const right = el('div', { class: 'column' });
  const element = el('div', { class: 'columns' }, left, right);
  const query = window.matchMedia(WIDE);
  const place = (): void => {
    cards.forEach((card, i) => (query.matches && i % 2 === 1 ? right : left).append(card));
    right.hidden = !query.matches;
  };
  place();
  query.addEventListener('change', place);
  return { element, dispose: () => query.removeEventListener('change', place) };
}
