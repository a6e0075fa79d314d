import type { Fit, FittedParameter, Mask, Metrics } from '../../src/core/fit/types';
import { formatCount, formatLoss, formatPercent } from '../../src/core/quantity';
import { summarise } from '../compute/residuals';
import type { ErrorSummary } from '../compute/residuals';
import { plainCard, tableCard } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { el } from '../dom';
import { lossUnit, MISSING, parameterText, signedPercentText } from '../format';
import type { PanelModel } from '../model';
import { number, rowColumn, shownEntries } from './fitCharts';

interface MetricsRow {
  readonly set: string;
  readonly entries: string;
  readonly metrics: Metrics;
}

const MASK_TEXT: Readonly<Record<Mask, string>> = { all: 'all', positive: 'weight above 0' };

/** MRE, MAE and RMSE on both masks, for the runs fitted on and held out. */
export function metricsTable(model: PanelModel): TableSpec<MetricsRow> {
  const { fit, data } = model.session.document;
  const { train, validation } = fit.metrics;
  const masks: readonly Mask[] = ['all', 'positive'];
  const rows = (set: string, metrics: typeof train | undefined): MetricsRow[] =>
    metrics ? masks.map((mask) => ({ set, entries: MASK_TEXT[mask], metrics: metrics[mask] })) : [];
  const unit = lossUnit(data.lossKind);
  return {
    caption: `Errors of the predicted losses; MAE and RMSE in ${unit}`,
    rows: [...rows('Held out', validation), ...rows('Fitted on', train)],
    columns: [
      { header: 'Runs', text: (row) => row.set },
      { header: 'Entries', text: (row) => row.entries },
      number(
        'MRE',
        (row) => row.metrics.mre ?? NaN,
        (v) => formatPercent(v, 2),
      ),
      number(
        'MAE',
        (row) => row.metrics.mae ?? NaN,
        (v) => formatLoss(v, 4),
      ),
      number(
        'RMSE',
        (row) => row.metrics.rmse ?? NaN,
        (v) => formatLoss(v, 4),
      ),
      number('n', (row) => row.metrics.n, formatCount),
    ],
  };
}

/** Runs by their mean error, worst first. */
export function runsTable(model: PanelModel): TableSpec<ErrorSummary> {
  const { targets } = model.session.predictor;
  return {
    caption: 'Runs by mean error',
    rows: summarise(shownEntries(model), 'position').sort((a, b) => b.mre - a.mre),
    limit: 8,
    columns: [
      rowColumn((summary) => summary.worst.row),
      { header: 'Set', text: ({ worst }) => (worst.validation ? 'held out' : 'fitted on') },
      number(
        'MRE',
        (summary) => summary.mre,
        (v) => formatPercent(v, 2),
      ),
      number('Worst', (summary) => summary.worst.error, signedPercentText),
      { header: 'on', text: ({ worst }) => targets[worst.target] ?? '' },
    ],
  };
}

/** Parameters of the law: a table by domain or target, a table by pair where the law has such, and the single ones. */
export function parameterCards(model: PanelModel): HTMLElement[] {
  const { fit, data } = model.session.document;
  const parameters = fit.parameters.map((p) => placed(p, fit, lossUnit(data.lossKind)));
  const single = parameters.filter((p) => p.domain === undefined && p.target === undefined);
  const pairs = parameters.filter((p) => p.domain !== undefined && p.target !== undefined);
  const named = parameters.filter((p) => (p.domain === undefined) !== (p.target === undefined));
  return [
    ...(named.length > 0
      ? [
          tableCard(
            'parameters',
            'Parameters',
            'Value ± standard error. “at bound”: the fit was held by a limit, so there is no error to give.',
            namedTable(named),
          ),
        ]
      : []),
    ...[...new Set(pairs.map((p) => p.symbol))].map((symbol) =>
      pairCard(
        symbol,
        pairs.filter((p) => p.symbol === symbol),
      ),
    ),
    ...(single.length > 0 ? [tableCard('shared-parameters', 'Shared parameters', '', singleTable(single))] : []),
  ];
}

/** Under the domain a target measures, where it measures one, and with the unit spelled out. */
function placed(p: FittedParameter, fit: Fit, unit: string): FittedParameter {
  const withUnit = p.unit === 'loss' ? { ...p, unit } : p;
  if (p.target === undefined || p.domain !== undefined) return withUnit;
  const domain = fit.domains[fit.targetDomain[fit.targets.indexOf(p.target)] ?? -1];
  if (domain === undefined) return withUnit;
  const { target: _target, ...rest } = withUnit;
  return { ...rest, domain };
}

const valueText = (p: FittedParameter | undefined): string => {
  if (!p) return MISSING;
  if (p.atBound) return `${parameterText(p.value)} at bound`;
  return p.standardError == null
    ? parameterText(p.value)
    : `${parameterText(p.value)} ± ${parameterText(p.standardError, 2)}`;
};

function valueCell(p: FittedParameter | undefined): Node {
  if (!p) return el('span', { class: 'muted' }, MISSING);
  const rest = p.atBound ? 'at bound' : p.standardError == null ? '' : `± ${parameterText(p.standardError, 2)}`;
  return el(
    'span',
    { class: 'value', title: `${p.name} = ${valueText(p)} ${p.unit === '1' ? '' : p.unit}`.trim() },
    parameterText(p.value),
    el('span', { class: p.atBound ? 'tag' : 'error' }, rest),
  );
}

const headerWithUnit = (symbol: string, unit: string): string =>
  unit === '1' || unit === '' ? symbol : `${symbol}, ${unit}`;

/** One row a domain (or target), one column a symbol. */
function namedTable(parameters: readonly FittedParameter[]): TableSpec<string> {
  const byName = new Map<string, Map<string, FittedParameter>>();
  const units = new Map<string, string>();
  for (const p of parameters) {
    const name = p.domain ?? p.target ?? '';
    if (!byName.has(name)) byName.set(name, new Map());
    byName.get(name)?.set(p.symbol, p);
    units.set(p.symbol, p.unit);
  }
  return {
    caption: 'Fitted parameters by domain',
    rows: [...byName.keys()],
    columns: [
      { header: 'Domain', text: (name) => name },
      ...[...units].map(([symbol, unit]): Column<string> => {
        const of = (name: string): FittedParameter | undefined => byName.get(name)?.get(symbol);
        return {
          header: headerWithUnit(symbol, unit),
          align: 'number',
          text: (name) => valueText(of(name)),
          content: (name) => valueCell(of(name)),
          value: (name) => of(name)?.value ?? NaN,
        };
      }),
    ],
  };
}

function singleTable(parameters: readonly FittedParameter[]): TableSpec<FittedParameter> {
  return {
    caption: 'Parameters shared by all domains',
    rows: parameters,
    columns: [
      { header: 'Parameter', text: (p) => p.symbol },
      { header: 'Value', align: 'number', text: valueText, content: valueCell, value: (p) => p.value },
      { header: 'Unit', text: (p) => (p.unit === '1' ? 'none' : p.unit) },
    ],
  };
}

/** A parameter for every pair of target and domain: too many to open with. */
function pairCard(symbol: string, parameters: readonly FittedParameter[]): HTMLElement {
  const domains = [...new Set(parameters.map((p) => p.domain ?? ''))];
  const rows = new Map<string, Map<string, FittedParameter>>();
  for (const p of parameters) {
    const target = p.target ?? '';
    if (!rows.has(target)) rows.set(target, new Map());
    rows.get(target)?.set(p.domain ?? '', p);
  }
  const unit = parameters[0]?.unit ?? '1';
  const spec: TableSpec<string> = {
    caption: `${symbol} by target (rows) and domain (columns)`,
    rows: [...rows.keys()],
    columns: [
      { header: 'Target', text: (target) => target },
      ...domains.map((domain): Column<string> => {
        const of = (target: string): FittedParameter | undefined => rows.get(target)?.get(domain);
        return {
          header: domain,
          align: 'number',
          text: (target) => valueText(of(target)),
          content: (target) => el('span', { title: valueText(of(target)) }, parameterText(of(target)?.value, 3)),
          value: (target) => of(target)?.value ?? NaN,
        };
      }),
    ],
  };
  const details = el('details', {}, el('summary', {}, `Show all ${formatCount(parameters.length)} values`));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1)
      details.append(tableCard(`parameters-${symbol}`, `${symbol} by pair`, '', spec));
  });
  return plainCard(headerWithUnit(symbol, unit), 'One value for every pair of target and domain.', details);
}
