import type { Fit, FittedParameter } from '../../src/core/fit/types';
import type { BootstrapSpread, FitDocument } from '../../src/core/fitfile/types';
import { formatCount, formatPercent } from '../../src/core/quantity';
import { plainCard, tableCard } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { el } from '../dom';
import { alignedDecimals, lossUnit, MISSING, parameterText } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';

/** A parameter with its place: a row (its domain, or the target that is no domain), for pairs a column too. */
interface Placed {
  readonly parameter: FittedParameter;
  /** Empty for a parameter shared by all. */
  readonly row: string;
  readonly column?: string;
  readonly unit: string;
  /** Of the fits to resampled runs. */
  readonly spread?: BootstrapSpread;
}

/** Parameters of the law: a table by domain or target, one by pair where the law has such, and the shared ones. */
export function parameterCards(model: PanelModel): HTMLElement[] {
  const { fit, data, bootstrap } = model.session.document;
  const spreads = new Map((bootstrap?.parameters ?? []).map((spread) => [spread.name, spread]));
  const all = fit.parameters.map((parameter): Placed => {
    const spread = spreads.get(parameter.name);
    return { ...place(parameter, fit, lossUnit(data.lossKind)), ...(spread ? { spread } : {}) };
  });
  const shared = all.filter((p) => p.row === '');
  const single = all.filter((p) => p.row !== '' && p.column === undefined);
  const pairs = new Map<string, Placed[]>();
  for (const p of all) {
    if (p.column === undefined) continue;
    pairs.set(p.parameter.symbol, [...(pairs.get(p.parameter.symbol) ?? []), p]);
  }
  const cards: HTMLElement[] = [];
  if (single.length > 0) cards.push(tableCard('parameters', t('Parameters'), explanation(bootstrap), byRow(single)));
  for (const [symbol, parameters] of pairs) cards.push(pairCard(symbol, parameters));
  if (shared.length > 0) cards.push(tableCard('shared-parameters', t('Shared parameters'), '', sharedTable(shared)));
  return cards;
}

const explanation = (bootstrap: FitDocument['bootstrap']): string =>
  bootstrap
    ? t(
        'Value, and where the middle {0} of {1} fits to resampled runs have it. “At bound”: a limit held the value.',
        formatPercent(bootstrap.coverage, 0),
        formatCount(bootstrap.replicates - bootstrap.failed),
      )
    : t(
        'Value ± standard error; an error as large as the value: the runs hardly tell it. “At bound”: a limit held the value. Neither: nothing tells how sure it is.',
      );

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
function valueText(placed: Placed, decimals?: number): string {
  const { parameter } = placed;
  const value = numberText(parameter.value, decimals);
  if (parameter.atBound) return t('{0} at bound', value);
  const error = errorText(placed, decimals);
  return error === '' ? value : `${value} ${error}`;
}

/** How sure the value is: `± 0.012`, or `[0.11, 0.14]` by resampled fits; empty when nothing tells. */
function errorText({ parameter, spread }: Placed, decimals: number | undefined): string {
  if (spread) return `[${numberText(spread.lower, decimals)}, ${numberText(spread.upper, decimals)}]`;
  const { value, standardError } = parameter;
  if (standardError == null) return '';
  // Digits of an error as large as the value would say what nobody knows.
  const text = standardError < Math.abs(value) ? numberText(standardError, decimals) : parameterText(standardError, 2);
  return `± ${text}`;
}

/** With `pair`, the error or bound has a place of its own, so that the values of a column stand under each other. */
function valueCell(placed: Placed | undefined, decimals: number | undefined, pair: boolean): Node {
  if (!placed) return el('span', { class: 'muted' }, MISSING);
  const { parameter, unit } = placed;
  const error = errorText(placed, decimals);
  return el(
    'span',
    { class: 'value', title: `${parameter.name} = ${valueText(placed)} ${unit}`.trim() },
    numberText(parameter.value, decimals),
    pair && el('span', { class: parameter.atBound ? 'tag' : 'error' }, parameter.atBound ? t('at bound') : error),
  );
}

const hasPair = (placed: readonly Placed[]): boolean =>
  placed.some(({ parameter, spread }) => parameter.atBound !== undefined || parameter.standardError != null || spread);

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
    caption: t('Fitted parameters by domain'),
    rows,
    columns: [
      { header: t('Domain'), text: (row) => row },
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
  caption: t('Parameters shared by all domains'),
  rows: parameters,
  columns: [
    { header: t('Parameter'), text: (p) => p.parameter.symbol },
    {
      header: t('Value'),
      align: 'number',
      text: (p) => valueText(p),
      content: (p) => valueCell(p, undefined, hasPair(parameters)),
      value: (p) => p.parameter.value,
    },
    { header: t('Unit'), text: (p) => p.unit || t('none') },
  ],
});

/** A parameter for every pair of target and domain: too many to open with. */
function pairCard(symbol: string, parameters: readonly Placed[]): HTMLElement {
  const rows = [...new Set(parameters.map((p) => p.row))];
  const columns = [...new Set(parameters.map((p) => p.column ?? ''))];
  const found = new Map(rows.map((row) => [row, new Map<string, Placed>()]));
  for (const p of parameters) found.get(p.row)?.set(p.column ?? '', p);
  const spec: TableSpec<string> = {
    caption: t('{0} by target (rows) and domain (columns)', symbol),
    rows,
    columns: [
      { header: t('Target'), text: (row) => row },
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
  const details = el('details', {}, el('summary', {}, t('Show all {0} values', formatCount(parameters.length))));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) {
      details.append(tableCard(`parameters-${symbol}`, t('{0} by pair', symbol), '', spec));
    }
  });
  const title = header(symbol, parameters[0]?.unit ?? '');
  return plainCard(title, t('One value for every pair of target (row) and domain (column).'), details);
}
