import type { Fit, FittedParameter } from '../../src/core/fit/types';
import { formatCount } from '../../src/core/quantity';
import { plainCard, tableCard } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { el } from '../dom';
import { alignedDecimals, lossUnit, MISSING, parameterText } from '../format';
import type { PanelModel } from '../model';

/** A parameter with its place: a row (its domain, or the target that is no domain), for pairs a column too. */
interface Placed {
  readonly parameter: FittedParameter;
  /** Empty for a parameter shared by all. */
  readonly row: string;
  readonly column?: string;
  readonly unit: string;
}

/** Parameters of the law: a table by domain or target, one by pair where the law has such, and the shared ones. */
export function parameterCards(model: PanelModel): HTMLElement[] {
  const { fit, data } = model.session.document;
  const all = fit.parameters.map((parameter) => place(parameter, fit, lossUnit(data.lossKind)));
  const shared = all.filter((p) => p.row === '');
  const single = all.filter((p) => p.row !== '' && p.column === undefined);
  const pairs = new Map<string, Placed[]>();
  for (const p of all) {
    if (p.column === undefined) continue;
    pairs.set(p.parameter.symbol, [...(pairs.get(p.parameter.symbol) ?? []), p]);
  }
  const cards: HTMLElement[] = [];
  if (single.length > 0) cards.push(tableCard('parameters', 'Parameters', EXPLANATION, byRow(single)));
  for (const [symbol, parameters] of pairs) cards.push(pairCard(symbol, parameters));
  if (shared.length > 0) cards.push(tableCard('shared-parameters', 'Shared parameters', '', sharedTable(shared)));
  return cards;
}

const EXPLANATION =
  'Value ± standard error. “At bound”: a limit held the value. Neither: the runs do not tell how sure it is.';

function place(parameter: FittedParameter, fit: Fit, lossUnitText: string): Placed {
  const { domain, target } = parameter;
  const unit = parameter.unit === 'loss' ? lossUnitText : parameter.unit === '1' ? '' : parameter.unit;
  if (target === undefined) return { parameter, unit, row: domain ?? '' };
  if (domain !== undefined) return { parameter, unit, row: target, column: domain };
  const measured = fit.targetDomain[fit.targets.indexOf(target)] ?? -1;
  return { parameter, unit, row: fit.domains[measured] ?? target };
}

const header = (symbol: string, unit: string): string => (unit === '' ? symbol : `${symbol}, ${unit}`);

const numberText = (value: number | null | undefined, decimals: number | undefined): string =>
  decimals === undefined ? parameterText(value, 3) : alignedDecimals(value, decimals);

/** `0.123 ± 0.012`, with as many decimals for all values of a column where that is readable. */
function valueText({ parameter }: Placed, decimals?: number): string {
  const value = numberText(parameter.value, decimals);
  if (parameter.atBound) return `${value} at bound`;
  return parameter.standardError == null ? value : `${value} ± ${numberText(parameter.standardError, decimals)}`;
}

/** With `pair`, the error or bound has a place of its own, so that the values of a column stand under each other. */
function valueCell(placed: Placed | undefined, decimals: number | undefined, pair: boolean): Node {
  if (!placed) return el('span', { class: 'muted' }, MISSING);
  const { parameter, unit } = placed;
  const error = parameter.standardError == null ? '' : `± ${numberText(parameter.standardError, decimals)}`;
  return el(
    'span',
    { class: 'value', title: `${parameter.name} = ${valueText(placed)} ${unit}`.trim() },
    numberText(parameter.value, decimals),
    pair && el('span', { class: parameter.atBound ? 'tag' : 'error' }, parameter.atBound ? 'at bound' : error),
  );
}

const hasPair = (placed: readonly Placed[]): boolean =>
  placed.some(({ parameter }) => parameter.atBound !== undefined || parameter.standardError != null);

/** Three significant digits for the middle value; undefined where the values differ too much for one number of decimals. */
function commonDecimals(placed: readonly Placed[]): number | undefined {
  const sizes = placed
    .map(({ parameter }) => Math.abs(parameter.value))
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const smallest = sizes[0];
  const largest = sizes.at(-1);
  const middle = sizes[sizes.length >> 1];
  if (smallest === undefined || largest === undefined || middle === undefined) return 3;
  if (largest / smallest > 1e4 || largest >= 1e5) return undefined;
  return Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(middle))));
}

/** One row a domain (or target), one column a symbol. */
function byRow(parameters: readonly Placed[]): TableSpec<string> {
  const rows = [...new Set(parameters.map((p) => p.row))];
  const symbols = [...new Set(parameters.map((p) => p.parameter.symbol))];
  return {
    caption: 'Fitted parameters by domain',
    rows,
    columns: [
      { header: 'Domain', text: (row) => row },
      ...symbols.map((symbol): Column<string> => {
        const of = parameters.filter((p) => p.parameter.symbol === symbol);
        const found = new Map(of.map((p) => [p.row, p]));
        const decimals = commonDecimals(of);
        const pair = hasPair(of);
        return {
          header: header(symbol, of[0]?.unit ?? ''),
          align: 'number',
          text: (row) => textOf(found.get(row)),
          content: (row) => valueCell(found.get(row), decimals, pair),
          value: (row) => found.get(row)?.parameter.value ?? NaN,
        };
      }),
    ],
  };
}

const textOf = (placed: Placed | undefined): string => (placed ? valueText(placed) : MISSING);

const sharedTable = (parameters: readonly Placed[]): TableSpec<Placed> => ({
  caption: 'Parameters shared by all domains',
  rows: parameters,
  columns: [
    { header: 'Parameter', text: (p) => p.parameter.symbol },
    {
      header: 'Value',
      align: 'number',
      text: (p) => valueText(p),
      content: (p) => valueCell(p, undefined, hasPair(parameters)),
      value: (p) => p.parameter.value,
    },
    { header: 'Unit', text: (p) => p.unit || 'none' },
  ],
});

/** A parameter for every pair of target and domain: too many to open with. */
function pairCard(symbol: string, parameters: readonly Placed[]): HTMLElement {
  const rows = [...new Set(parameters.map((p) => p.row))];
  const columns = [...new Set(parameters.map((p) => p.column ?? ''))];
  const found = new Map(rows.map((row) => [row, new Map<string, Placed>()]));
  for (const p of parameters) found.get(p.row)?.set(p.column ?? '', p);
  const spec: TableSpec<string> = {
    caption: `${symbol} by target (rows) and domain (columns)`,
    rows,
    columns: [
      { header: 'Target', text: (row) => row },
      ...columns.map((column): Column<string> => {
        const of = (row: string): Placed | undefined => found.get(row)?.get(column);
        return {
          header: column,
          align: 'number',
          text: (row) => textOf(of(row)),
          content: (row) => el('span', { title: textOf(of(row)) }, parameterText(of(row)?.parameter.value, 3)),
          value: (row) => of(row)?.parameter.value ?? NaN,
        };
      }),
    ],
  };
  const details = el('details', {}, el('summary', {}, `Show all ${formatCount(parameters.length)} values`));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) {
      details.append(tableCard(`parameters-${symbol}`, `${symbol} by pair`, '', spec));
    }
  });
  const title = header(symbol, parameters[0]?.unit ?? '');
  return plainCard(title, 'One value for every pair of target (row) and domain (column).', details);
}
