import { el } from '../dom';
import { attention } from './attention';
import type { Card } from './card';

/** A part of a view: some have nothing to let go of. */
export interface Part {
  readonly element: HTMLElement;
  update(): void;
  dispose?(): void;
}

/**
 * A part with many controls, made when it comes into sight or when the page is idle: a page can be used before it is
 * complete further down.
 * @param height what it will roughly take, in pixels, so that what follows does not come into sight too soon
 */
export function deferred(height: number, make: () => Part): Card {
  const element = el('div', { class: 'deferred', attributes: { 'aria-busy': 'true' } });
  element.style.minHeight = `${height}px`;
  let part: Part | undefined;
  const attended = attention(element, () => {
    if (!part) {
      part = make();
      element.append(part.element);
      element.style.minHeight = '';
      element.removeAttribute('aria-busy');
    }
    part.update();
  });
  return {
    element,
    update: () => attended.attend(),
    dispose() {
      attended.stop();
      part?.dispose?.();
    },
  };
}
