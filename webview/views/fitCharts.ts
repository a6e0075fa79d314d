import { formatCount, formatLoss, formatModelSize, formatTokens } from '../../src/core/quantity';
import { linearAxis, namedRows } from '../charts/axes';
import { diagonal, verticalLine } from '../charts/backdrop';
import type { Dataset, Drawing } from '../charts/chart';
import type { ChartTheme } from '../charts/theme';
import type { ChartCardSpec, LegendItem } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { el } from '../dom';
import { lossUnit, signedPercentText } from '../format';
import { post } from '../host';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import type { ErrorSummary } from '../compute/residuals';
import { summarise, thinned } from '../compute/residuals';
import type { Entry } from '../session';
import { rangeOf } from '../session';

/** More points than this only make a blot, and a slow one. */
const DRAWN_POINTS = 3000;

export const shownEntries = (model: PanelModel): readonly Entry[] =>
  model.mask === 'all' ? model.session.entries() : model.session.entries().filter((entry) => entry.positive);

/** A button that opens the row of a run in the results file. */
export const rowLink = (row: number, text = String(row + 1)): HTMLElement =>
  el(
    'button',
    {
      class: 'link',
      title: t('Open this row in the results file'),
      attributes: { type: 'button' },
      on: { click: () => post({ type: 'open-row', row }) },
    },
    text,
  );

export const rowColumn = <Row>(row: (item: Row) => number): Column<Row> => ({
  header: t('Row'),
  align: 'number',
  text: (item) => String(row(item) + 1),
  value: row,
  content: (item) => rowLink(row(item)),
});

const fitLegend: readonly LegendItem[] = [
  { mark: 'circle', series: 0, label: t('Fitted on') },
  { mark: 'triangle', series: 1, label: t('Held out') },
];

export const legendOf = (model: PanelModel): readonly LegendItem[] =>
  model.session.document.fit.rows.validation.length > 0 ? fitLegend : fitLegend.slice(0, 1);

/** Training as filled circles, held out as open triangles: told apart without colour. */
function pointSets(
  theme: ChartTheme,
  sets: readonly (readonly Entry[])[],
  place: (entry: Entry) => { x: number; y: number },
): Dataset[] {
  return sets.map((entries, set) => ({
    data: entries.map(place),
    pointStyle: set === 0 ? 'circle' : 'triangle',
    pointRadius: set === 0 ? 2.5 : 4,
    pointHoverRadius: 6,
    pointHitRadius: 4,
    backgroundColor: set === 0 ? translucent(theme.series[0]) : 'transparent',
    borderColor: theme.series[set === 0 ? 0 : 1],
    borderWidth: set === 0 ? 0 : 1.5,
    hoverBorderColor: theme.text,
    hoverBorderWidth: 1.5,
  }));
}

/** Overlapping points show as darker ones. */
const translucent = (color: string): string => (/^#[0-9a-f]{6}$/i.test(color) ? `${color}b0` : color);

const bySet = (entries: readonly Entry[]): readonly [Entry[], Entry[]] => [
  entries.filter((entry) => !entry.validation),
  entries.filter((entry) => entry.validation),
];

function describe(model: PanelModel, entry: Entry): string[] {
  const { observations, document, predictor } = model.session;
  const N = observations.modelSizes[entry.position] as number;
  const D = observations.tokens[entry.position] as number;
  const scale = [
    Number.isFinite(N) && t('{0} parameters', formatModelSize(N)),
    Number.isFinite(D) && t('{0} tokens', formatTokens(D)),
  ].filter((part) => part !== false);
  return [
    predictor.targets[entry.target] ?? '',
    t(
      'observed {0}, predicted {1} {2}',
      formatLoss(entry.observed),
      formatLoss(entry.predicted),
      lossUnit(document.data.lossKind),
    ),
    entry.positive
      ? t('error {0}', signedPercentText(entry.error))
      : t('error {0}, its domain has weight 0 here', signedPercentText(entry.error)),
    entry.validation ? t('row {0}, held out', entry.row + 1) : t('row {0}, fitted on', entry.row + 1),
    ...(scale.length > 0 ? [scale.join(', ')] : []),
  ];
}

const drawnNote = (shown: number, all: number): string =>
  shown < all ? t('{0} of {1} entries drawn, among them all the worst.', formatCount(shown), formatCount(all)) : '';

/** Predicted against observed losses. */
export function scatterSpec(model: PanelModel): ChartCardSpec<Entry> {
  const { document, predictor } = model.session;
  const unit = lossUnit(document.data.lossKind);
  let sets: readonly (readonly Entry[])[] = [[], []];
  return {
    id: 'predicted-observed',
    title: t('Predicted against observed'),
    subtitle: () => t('Every measured loss against the law’s, in {0}. On the line the law is exact.', unit),
    legend: () => legendOf(model),
    draw(theme): Drawing {
      const entries = thinned(shownEntries(model), DRAWN_POINTS);
      sets = bySet(entries);
      const values = rangeOf(entries.flatMap((entry) => [entry.observed, entry.predicted])) ?? [0, 1];
      const margin = 0.04 * (values[1] - values[0]) || 0.1;
      const limits = { min: values[0] - margin, max: values[1] + margin };
      return {
        kind: 'scatter',
        datasets: pointSets(theme, sets, (entry) => ({ x: entry.observed, y: entry.predicted })),
        x: linearAxis(theme, { title: t('observed loss'), ...limits }),
        y: linearAxis(theme, { title: t('predicted loss'), ...limits }),
        height: 340,
        backdrops: [diagonal(theme.muted)],
        tooltip: (set, index) => described(model, sets, set, index),
        onPick: (set, index) => openRow(sets, set, index),
      };
    },
    note: () => drawnNote(sets[0]!.length + sets[1]!.length, shownEntries(model).length),
    table: () => entryTable(model, predictor.targets),
    missing: () => (shownEntries(model).length === 0 ? t('No measured loss has a prediction.') : undefined),
  };
}

function described(model: PanelModel, sets: readonly (readonly Entry[])[], set: number, index: number): string[] {
  const entry = sets[set]?.[index];
  return entry ? describe(model, entry) : [];
}

function openRow(sets: readonly (readonly Entry[])[], set: number, index: number): void {
  const entry = sets[set]?.[index];
  if (entry) post({ type: 'open-row', row: entry.row });
}

function entryTable(model: PanelModel, targets: readonly string[]): TableSpec<Entry> {
  return {
    caption: t('Predicted and observed losses'),
    rows: shownEntries(model),
    limit: 200,
    columns: [
      { header: t('Target'), text: (entry) => targets[entry.target] ?? '' },
      rowColumn((entry) => entry.row),
      { header: t('Set'), text: (entry) => (entry.validation ? t('held out') : t('fitted on')) },
      number(t('Observed'), (entry) => entry.observed, formatLoss),
      number(t('Predicted'), (entry) => entry.predicted, formatLoss),
      number(t('Error'), (entry) => entry.error, signedPercentText),
    ],
  };
}

export const number = <Row>(
  header: string,
  value: (row: Row) => number,
  text: (value: number) => string,
): Column<Row> => ({
  header,
  align: 'number',
  value,
  text: (row) => text(value(row)),
});

/** Relative errors, a row of points for each target. */
export function errorSpec(model: PanelModel): ChartCardSpec<ErrorSummary> {
  const { targets } = model.session.predictor;
  let sets: readonly (readonly Entry[])[] = [[], []];
  return {
    id: 'errors-by-target',
    title: t('Errors by target'),
    subtitle: () => t('Error of every prediction relative to the observed loss; right of 0 the law predicts too high.'),
    legend: () => legendOf(model),
    draw(theme): Drawing {
      sets = bySet(thinned(shownEntries(model), DRAWN_POINTS));
      return {
        kind: 'scatter',
        datasets: pointSets(theme, sets, (entry) => ({ x: entry.error * 100, y: entry.target + spread(entry.row) })),
        x: linearAxis(theme, { title: t('error, %') }),
        y: namedRows(theme, targets),
        height: Math.max(340, targets.length * 18 + 60),
        backdrops: [verticalLine(0, theme.muted)],
        tooltip: (set, index) => described(model, sets, set, index),
        onPick: (set, index) => openRow(sets, set, index),
      };
    },
    note: () => drawnNote(sets[0]!.length + sets[1]!.length, shownEntries(model).length),
    table: () => summaryTable(model),
    missing: () => (shownEntries(model).length === 0 ? t('No measured loss has a prediction.') : undefined),
  };
}

/** Keeps points of one target apart: a fixed share of the row's height by golden-ratio steps. */
const spread = (row: number): number => (((row + 1) * 0.618034) % 1) * 0.6 - 0.3;

function summaryTable(model: PanelModel): TableSpec<ErrorSummary> {
  const { targets } = model.session.predictor;
  return {
    caption: t('Errors by target'),
    rows: summarise(shownEntries(model), 'target').sort((a, b) => a.index - b.index),
    columns: [
      { header: t('Target'), text: (summary) => targets[summary.index] ?? '' },
      number(
        t('MRE'),
        (summary) => summary.mre,
        (v) => signedPercentText(v).replace('+', ''),
      ),
      number(t('Mean error'), (summary) => summary.bias, signedPercentText),
      number(t('Worst'), (summary) => summary.worst.error, signedPercentText),
      rowColumn((summary) => summary.worst.row),
      number(t('Entries'), (summary) => summary.n, formatCount),
    ],
  };
}
