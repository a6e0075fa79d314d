import { el, setAttribute } from '../dom';
import { t } from '../l10n';
import { rowFilter } from './rowFilter';
import { headerCell, onOrder, sorted, type Column, type Order, type TableSpec } from './table';

/** Height of a row, in pixels; the style sheet holds cells to it. */
const ROW_HEIGHT = 24;
/** Rows drawn beyond what is seen, above and below. */
const MARGIN = 4;
const SEEN_ROWS = 14;

/** A long table, and the rows it shows in their order. */
export interface LongTable<Row> {
  readonly element: HTMLElement;
  shown(): readonly Row[];
  /** Writes the rows in sight again: what they say has changed. */
  refresh(): void;
}

/**
 * A table of any number of rows: only those near what is seen are in the page, the others are room. It scrolls with the
 * keyboard like any scrolled region, says which rows there are by `aria-rowindex`, is sorted by its headers and filtered
 * by conditions on its columns.
 */
export function longTable<Row>({ caption, columns, rows: all }: TableSpec<Row>): LongTable<Row> {
  let rows = all;
  let order: Order | undefined;
  let keeps: ((row: Row) => boolean) | undefined;
  const headers = columns.map((column) => headerCell(column));
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
  const element = el(
    'table',
    { attributes: { 'aria-rowcount': rows.length + 1 } },
    el('caption', { class: 'visually-hidden' }, caption),
    el('thead', {}, el('tr', { attributes: { 'aria-rowindex': 1 } }, ...headers)),
    body,
  );
  const scroller = el(
    'div',
    { class: 'table-scroll long', attributes: { tabindex: 0, role: 'group', 'aria-label': caption } },
    element,
  );
  const lines: Line[] = [];
  let first = -1;
  const draw = (): void => {
    const seen = Math.ceil((scroller.clientHeight || SEEN_ROWS * ROW_HEIGHT) / ROW_HEIGHT);
    const count = Math.min(rows.length, seen + 2 * MARGIN);
    const from = Math.min(rows.length - count, Math.max(0, Math.floor(scroller.scrollTop / ROW_HEIGHT) - MARGIN));
    if (from === first && lines.length === count) return;
    first = from;
    while (lines.length < count) {
      const line = emptyLine(columns);
      lines.push(line);
      below.before(line.element);
    }
    for (const line of lines.splice(count)) line.element.remove();
    (above.firstElementChild as HTMLElement).style.height = `${from * ROW_HEIGHT}px`;
    (below.firstElementChild as HTMLElement).style.height = `${(rows.length - from - count) * ROW_HEIGHT}px`;
    above.hidden = from === 0;
    below.hidden = from + count === rows.length;
    lines.forEach((line, i) => {
      const row = rows[from + i] as Row;
      setAttribute(line.element, 'aria-rowindex', from + i + 2);
      line.cells.forEach((cell, c) => {
        const column = columns[c] as Column<Row>;
        if (column.content) cell.replaceChildren(column.content(row));
        else (cell.firstChild as Text).data = column.text(row);
      });
    });
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
  const note = el('p', { class: 'note', attributes: { 'aria-live': 'polite' } });
  const redraw = (): void => {
    rows = sorted(keeps ? all.filter(keeps) : all, columns, order);
    setAttribute(element, 'aria-rowcount', rows.length + 1);
    scroller.scrollTop = 0;
    first = -1;
    draw();
    note.textContent =
      rows.length < all.length
        ? t('{0} of {1} rows.', rows.length, all.length)
        : rows.length > SEEN_ROWS
          ? t('Scroll for all {0} rows.', rows.length)
          : '';
  };
  onOrder(headers, columns, (chosen) => {
    order = chosen;
    redraw();
  });
  redraw();
  const filter = rowFilter(columns, (chosen) => {
    keeps = chosen;
    redraw();
  });
  return {
    element: el('div', { class: 'table' }, all.length > SEEN_ROWS && filter, scroller, note),
    shown: () => rows,
    refresh() {
      first = -1;
      draw();
    },
  };
}

/** A row of the page that shows one row of the table after another: making elements is what takes time. */
interface Line {
  readonly element: HTMLTableRowElement;
  readonly cells: readonly HTMLTableCellElement[];
}

function emptyLine<Row>(columns: readonly Column<Row>[]): Line {
  const cells = columns.map(({ align = 'text' }, c) =>
    c === 0 ? el('th', { class: align, attributes: { scope: 'row' } }) : el('td', { class: align }),
  );
  for (const cell of cells) cell.append(document.createTextNode(''));
  return { element: el('tr', {}, ...cells), cells };
}
