import { parseQuantity } from '../../src/core/quantity';
import { el, uniqueId } from '../dom';
import { t } from '../l10n';
import type { Column } from './table';

type Keeps<Row> = (row: Row) => boolean;

/** Numbers that differ by less than this share are equal: 19.998B and 20B tokens are two checkpoints. */
const EQUAL = 5e-5;

const COMPARISONS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['<=', (a, b) => a <= b],
  ['>=', (a, b) => a >= b],
  ['!=', (a, b) => !(Math.abs(a - b) <= EQUAL * Math.abs(b))],
  ['<', (a, b) => a < b],
  ['>', (a, b) => a > b],
  ['=', (a, b) => Math.abs(a - b) <= EQUAL * Math.abs(b)],
]);

/** A field for conditions on the columns of a table; `use` gets what they ask for, undefined where there are none. */
export function rowFilter<Row>(
  columns: readonly Column<Row>[],
  use: (keeps: Keeps<Row> | undefined) => void,
): HTMLElement {
  const id = uniqueId('filter');
  const fault = el('p', { class: 'fault', attributes: { id: `${id}-fault`, role: 'alert' } });
  const example = columns.findLast(({ value }) => value)?.header ?? '';
  const input = el('input', {
    class: 'filter',
    attributes: {
      id,
      type: 'text',
      spellcheck: 'false',
      placeholder: t('for example {0} < 2.5; several with ;', example),
      'aria-describedby': `${id}-fault`,
    },
    on: {
      input: () => {
        const conditions = parseConditions(input.value, columns);
        const failed = typeof conditions === 'string';
        fault.textContent = failed ? conditions : '';
        input.setAttribute('aria-invalid', String(failed));
        if (!failed) use(conditions);
      },
    },
  });
  return el(
    'div',
    { class: 'row-filter' },
    el('label', { attributes: { for: id } }, t('Only rows with')),
    input,
    fault,
  );
}

/**
 * Reads `wiki weight >= 20 %; tokens = 20B; set = held out`: conditions that must all hold, columns by their name or its
 * beginning. Undefined where there is none; what is wrong, as text, where one cannot be read.
 */
export function parseConditions<Row>(text: string, columns: readonly Column<Row>[]): Keeps<Row> | string | undefined {
  const terms = text.split(';').map((term) => term.trim());
  const all: Keeps<Row>[] = [];
  for (const term of terms) {
    if (term === '') continue;
    const parts = /^(.*?)\s*(<=|>=|!=|<|>|=)\s*(.*)$/.exec(term);
    if (!parts) return t('“{0}”: write a column, one of < <= = != >= >, and a value.', term);
    const [, name = '', comparison = '', value = ''] = parts;
    const column = columnNamed(name, columns);
    if (typeof column === 'string') return column;
    const keeps = condition(column, comparison, value);
    if (typeof keeps === 'string') return keeps;
    all.push(keeps);
  }
  return all.length === 0 ? undefined : (row) => all.every((keeps) => keeps(row));
}

const plainName = (name: string): string =>
  name
    .replace(/[\s,]+/g, ' ')
    .trim()
    .toLowerCase();

function columnNamed<Row>(name: string, columns: readonly Column<Row>[]): Column<Row> | string {
  const wanted = plainName(name);
  const exact = columns.find(({ header }) => plainName(header) === wanted);
  const found = exact ? [exact] : columns.filter(({ header }) => plainName(header).startsWith(wanted));
  if (found.length === 1 && wanted !== '') return found[0] as Column<Row>;
  const some = (found.length > 0 ? found : columns).slice(0, 4).map(({ header }) => header);
  return found.length > 0
    ? t('“{0}” is the beginning of several columns: {1}.', name, some.join('; '))
    : t('No column is named “{0}”; there are {1}, …', name, some.join('; '));
}

function condition<Row>(column: Column<Row>, comparison: string, value: string): Keeps<Row> | string {
  const { value: numberOf } = column;
  if (!numberOf) {
    const wanted = value.toLowerCase();
    const equal = (row: Row): boolean => column.text(row).toLowerCase().includes(wanted);
    if (comparison === '=') return equal;
    if (comparison === '!=') return (row) => !equal(row);
    return t('{0} is text: compare it by = or !=.', column.header);
  }
  const number = parseQuantity(value.replace(/\s*%$/, ''));
  const holds = COMPARISONS.get(comparison);
  if (Number.isNaN(number) || !holds) return t('“{0}” is not a number.', value);
  return (row) => holds(numberOf(row), number);
}
