import { el } from '../dom';
import { t } from '../l10n';
import type { TableSpec } from './table';

/** Height of a row, in pixels; the style sheet holds cells to it. */
const ROW_HEIGHT = 24;
/** Rows drawn beyond what is seen, above and below. */
const MARGIN = 12;
const SEEN_ROWS = 14;

/**
 * A table of any number of rows: only those near what is seen are in the page, the others are room. It scrolls with the
 * keyboard like any scrolled region, and says which rows there are by `aria-rowindex`.
 */
export function longTable<Row>({ caption, columns, rows }: TableSpec<Row>): HTMLElement {
  const above = el(
    'tr',
    { class: 'room', attributes: { 'aria-hidden': 'true' } },
    el('td', { attributes: { colspan: columns.length } }),
  );
  const below = el(
    'tr',
    { class: 'room', attributes: { 'aria-hidden': 'true' } },
    el('td', { attributes: { colspan: columns.length } }),
  );
  const body = el('tbody', {}, above, below);
  const scroller = el(
    'div',
    { class: 'table-scroll long', attributes: { tabindex: 0, role: 'group', 'aria-label': caption } },
    el(
      'table',
      { attributes: { 'aria-rowcount': rows.length + 1 } },
      el('caption', { class: 'visually-hidden' }, caption),
      el(
        'thead',
        {},
        el(
          'tr',
          { attributes: { 'aria-rowindex': 1 } },
          ...columns.map(({ header, align }) =>
            el('th', { class: align ?? 'text', title: header, attributes: { scope: 'col' } }, header),
          ),
        ),
      ),
      body,
    ),
  );
  let first = -1;
  let last = -1;
  const draw = (): void => {
    const from = Math.max(0, Math.floor(scroller.scrollTop / ROW_HEIGHT) - MARGIN);
    const seen = Math.ceil((scroller.clientHeight || SEEN_ROWS * ROW_HEIGHT) / ROW_HEIGHT);
    const to = Math.min(rows.length, from + seen + 2 * MARGIN);
    if (from === first && to === last) return;
    [first, last] = [from, to];
    (above.firstElementChild as HTMLElement).style.height = `${from * ROW_HEIGHT}px`;
    (below.firstElementChild as HTMLElement).style.height = `${(rows.length - to) * ROW_HEIGHT}px`;
    above.hidden = from === 0;
    below.hidden = to === rows.length;
    const drawn = rows.slice(from, to).map((row, i) => {
      const cells = columns.map((column, c) => {
        const text = column.text(row);
        const content = column.content?.(row) ?? text;
        const properties = { class: column.align ?? 'text', title: text };
        return c === 0
          ? el('th', { ...properties, attributes: { scope: 'row' } }, content)
          : el('td', properties, content);
      });
      return el('tr', { attributes: { 'aria-rowindex': from + i + 2 } }, ...cells);
    });
    body.replaceChildren(above, ...drawn, below);
  };
  let waiting = false;
  scroller.addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  });
  draw();
  const note = rows.length > SEEN_ROWS ? el('p', { class: 'note' }, t('Scroll for all {0} rows.', rows.length)) : '';
  return el('div', { class: 'table' }, scroller, note);
}
