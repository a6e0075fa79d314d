import { el } from '../dom';
import { t } from '../l10n';

export type Align = 'text' | 'number' | 'prose';

/** One column of a table. `text` is what is copied; `content` is what is shown when that is more than the text. */
export interface Column<Row> {
  readonly header: string;
  /** `prose` wraps; `text` stays on one line and is cut. */
  readonly align?: Align;
  text(row: Row): string;
  content?(row: Row): Node;
  /** Sorts and filters by this instead of by the text, in the unit that is shown (percent; parameters; tokens). */
  value?(row: Row): number;
}

export interface TableSpec<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Rows shown at most; all of them are copied. */
  readonly limit?: number;
  /** Shown instead of an empty body. */
  readonly empty?: string;
}

/** A real table: caption, header cells with scope, sortable columns, numbers aligned on their digits. */
export function table<Row>(spec: TableSpec<Row>): HTMLElement {
  const limit = spec.limit ?? 500;
  const body = el('tbody');
  const headers = spec.columns.map((column) => headerCell(column));
  const note = el('p', { class: 'note' });
  let order: Order | undefined;

  const draw = (): void => {
    const rows = sorted(spec.rows, spec.columns, order);
    body.replaceChildren(...rows.slice(0, limit).map((row) => tableRow(spec.columns, row)));
    if (rows.length === 0) body.append(emptyRow(spec));
    note.textContent =
      rows.length > limit ? t('The first {0} of {1} rows; Copy takes all of them.', limit, rows.length) : '';
    note.hidden = note.textContent === '';
  };
  onOrder(headers, spec.columns, (chosen) => {
    order = chosen;
    draw();
  });
  draw();
  const element = el(
    'table',
    {},
    el('caption', { class: 'visually-hidden' }, spec.caption),
    el('thead', {}, el('tr', {}, ...headers)),
    body,
  );
  const scroller = el('div', { class: 'table-scroll' }, element);
  return el('div', { class: 'table' }, scroller, note);
}

/** By which column the rows are ordered; the order of the table's own rows where there is none. */
export interface Order {
  readonly column: number;
  readonly descending: boolean;
}

/** The header of a column, with a button that sorts by it. */
export function headerCell<Row>({ header, align = 'text' }: Column<Row>): HTMLTableCellElement {
  return el(
    'th',
    { class: align, attributes: { scope: 'col', 'aria-sort': 'none' } },
    el('button', { class: 'sort', title: t('Sort by {0}', header), attributes: { type: 'button' } }, header),
  );
}

/** Calls `use` with the order that a click on a header asks for, numbers from the largest first, and marks the headers. */
export function onOrder<Row>(
  headers: readonly HTMLTableCellElement[],
  columns: readonly Column<Row>[],
  use: (order: Order) => void,
): void {
  let order: Order | undefined;
  headers.forEach((header, column) => {
    header.querySelector('button')?.addEventListener('click', () => {
      const descending = order?.column === column ? !order.descending : columns[column]?.align === 'number';
      order = { column, descending };
      headers.forEach((other, i) => {
        other.setAttribute('aria-sort', i !== column ? 'none' : descending ? 'descending' : 'ascending');
      });
      use(order);
    });
  });
}

function tableRow<Row>(columns: readonly Column<Row>[], row: Row): HTMLTableRowElement {
  const cells = columns.map((column, i) => {
    const text = column.text(row);
    const content = column.content?.(row) ?? plain(text, column.align);
    const properties = { class: column.align ?? 'text' };
    return i === 0 ? el('th', { ...properties, attributes: { scope: 'row' } }, content) : el('td', properties, content);
  });
  return el('tr', {}, ...cells);
}

const plain = (text: string, align: Align | undefined): HTMLElement =>
  align === 'prose' ? el('span', {}, text) : el('span', { class: 'clip', title: text }, text);

const emptyRow = <Row>(spec: TableSpec<Row>): HTMLTableRowElement =>
  el('tr', {}, el('td', { class: 'empty', attributes: { colspan: spec.columns.length } }, spec.empty ?? t('Nothing.')));

/** The rows in an order; rows without a number come last from the largest, first from the smallest. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const column = order && columns[order.column];
  if (!column) return rows;
  const sign = order.descending ? -1 : 1;
  const { value } = column;
  const compare = value
    ? (a: Row, b: Row) => last(value(a)) - last(value(b))
    : (a: Row, b: Row) => column.text(a).localeCompare(column.text(b), undefined, { numeric: true });
  return [...rows].sort((a, b) => sign * compare(a, b));
}

const last = (value: number): number => (Number.isNaN(value) ? -Infinity : value);

const cellsOf = <Row>(spec: TableSpec<Row>): string[][] => [
  spec.columns.map((column) => column.header),
  ...spec.rows.map((row) => spec.columns.map((column) => column.text(row))),
];

/** The table as tab-separated values with a header line, every row of it. */
export const toTsv = <Row>(spec: TableSpec<Row>): string =>
  lines(cellsOf(spec).map((cells) => cells.map((text) => text.replace(/[\t\r\n]+/g, ' ')).join('\t')));

/** The table as comma-separated values with a header line (RFC 4180), every row of it. */
export const toCsv = <Row>(spec: TableSpec<Row>): string =>
  lines(
    cellsOf(spec).map((cells) =>
      cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(','),
    ),
  );

const lines = (rows: readonly string[]): string => rows.join('\n') + '\n';
