import type { FitDocument } from '../../src/core/fitfile/types';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import type { RowNote } from '../../src/core/results/types';
import { linearAxis, namedRows } from '../charts/axes';
import type { Dataset, Drawing } from '../charts/chart';
import type { ChartTheme } from '../charts/theme';
import type { ChartCardSpec } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { aimedLoss } from '../compute/curves';
import { median } from '../compute/median';
import { MISSING } from '../format';
import { post } from '../host';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { rangeOf } from '../session';
import { number, rowLink } from './fitCharts';

/** Rows dropped or repaired, with the reason and a way to them. */
export function rowNotes(
  notes: readonly RowNote[],
  files: FitDocument['data']['files'],
  caption: string,
): TableSpec<RowNote> {
  return {
    caption,
    rows: notes,
    limit: 100,
    columns: [
      {
        header: t('Row'),
        align: 'number',
        text: (note) => String(note.row + 1),
        value: (note) => note.row,
        content: (note) => rowLink(note.row),
      },
      { header: t('Line'), align: 'number', text: (note) => String(note.line), value: (note) => note.line },
      { header: t('Reason'), align: 'prose', text: (note) => note.reason },
      ...(files.length > 1 ? [{ header: t('File'), text: (note: RowNote) => files[note.file]?.name ?? '' }] : []),
    ],
  };
}

interface Coverage {
  readonly name: string;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Rows with a weight above 0. */
  readonly runs: number;
}

/** More points than this only make a blot, and a slow one. */
const DRAWN_POINTS = 1500;
const BEST_OF = 10;
const MOST_BEST = 12;

/** How far the runs reach in each domain's weight. */
export function coverageSpec(model: PanelModel): ChartCardSpec<Coverage> {
  const { observations, predictor, runs } = model.session;
  const K = predictor.domains.length;
  const rows = predictor.domains.map((name, k) => coverageOf(name, runs.mixtures, k, K));
  const shown = everySo(observations.count, Math.max(1, Math.floor(DRAWN_POINTS / rows.length)));
  const best = bestOfScales(model);
  const pinned = () => model.candidates.find(({ id }) => id === 'pinned');
  return {
    id: 'coverage',
    title: t('Coverage'),
    subtitle: () =>
      t(
        'The weight each domain was given, a mark a row; the line is the recommended mixture. Outside these ranges a prediction rests on the law alone.',
      ),
    legend: () => [
      { mark: 'circle', series: 0, label: t('weight in a row') },
      { mark: 'ring', series: 1, label: t('median') },
      ...(best.length > 0
        ? [{ mark: 'diamond', series: 2, label: t('rows with the lowest mean loss of their scale') } as const]
        : []),
      { mark: 'line', series: 'muted', label: t('Recommended') },
      ...(pinned() ? [{ mark: 'dashed', series: 1, label: pinned()!.label } as const] : []),
    ],
    missing: () => (observations.count === 0 ? t('The document holds no runs.') : undefined),
    note: () =>
      shown.length < observations.count
        ? t('{0} of {1} rows drawn.', formatCount(shown.length), formatCount(observations.count))
        : '',
    draw(theme): Drawing {
      return {
        kind: 'scatter',
        datasets: [
          strip(theme, rows.length, shown, (position, k) => observations.mixtures[position]?.[k] ?? NaN),
          {
            data: rows.map(({ median }, y) => ({ x: median * 100, y })),
            pointStyle: 'circle',
            pointRadius: 5,
            backgroundColor: 'transparent',
            borderColor: theme.series[1],
            borderWidth: 2,
          },
          {
            data: best.flatMap((position) =>
              rows.map((_, k) => ({ x: 100 * (observations.mixtures[position]?.[k] ?? NaN), y: k })),
            ),
            pointStyle: 'rectRot',
            pointRadius: 4,
            pointHoverRadius: 6,
            backgroundColor: 'transparent',
            borderColor: theme.series[2],
            borderWidth: 1.5,
          },
          across(model.recommended.mixture, theme.text),
          ...(pinned() ? [across(pinned()!.mixture, theme.series[1], [6, 4])] : []),
        ],
        x: linearAxis(theme, { title: t('weight, %'), min: 0 }),
        y: namedRows(
          theme,
          rows.map(({ name }) => name),
        ),
        height: Math.max(200, rows.length * 18 + 60),
        tooltip(set, index) {
          if (set > 2) {
            const named = set === 3 ? model.recommended : pinned();
            return [
              `${named?.label ?? ''}: ${formatPercent(named?.mixture[index] ?? NaN, 2)}`,
              ...coverageLines(rows[index]),
            ];
          }
          const k = index % rows.length;
          const position = (set === 2 ? best : shown)[Math.floor(index / rows.length)] as number;
          const weight = observations.mixtures[position]?.[k] ?? NaN;
          return [
            ...(set !== 1
              ? [t('row {0}: {1}', (observations.rows[position] as number) + 1, formatPercent(weight, 2))]
              : []),
            ...coverageLines(rows[k]),
          ];
        },
        onPick(set, index) {
          const position = (set === 2 ? best : shown)[Math.floor(index / rows.length)];
          if (set !== 1 && set < 3 && position !== undefined)
            post({ type: 'open-row', row: observations.rows[position] as number });
        },
      };
    },
    table: () => ({ caption: t('Weights of each domain in the runs'), rows, columns: coverageColumns }),
  };
}

/** Of every ten rows of one scale the one with the lowest mean loss: what good runs have in common is seen by their marks. */
function bestOfScales({ session, targetWeights }: PanelModel): number[] {
  const { observations } = session;
  const scales = new Map<string, { readonly position: number; readonly loss: number }[]>();
  for (let position = 0; position < observations.count; position++) {
    const loss = aimedLoss(observations.losses[position] as Float64Array, { weights: targetWeights });
    if (!Number.isFinite(loss)) continue;
    const scale = `${observations.modelSizes[position]} ${observations.tokens[position]}`;
    const runs = scales.get(scale) ?? [];
    scales.set(scale, runs);
    runs.push({ position, loss });
  }
  const best = [...scales.values()].flatMap((runs) =>
    runs.sort((a, b) => a.loss - b.loss).slice(0, Math.floor(runs.length / BEST_OF)),
  );
  return everySo(best.length, MOST_BEST).map((at) => best[at]?.position as number);
}

/** A mixture as a line from domain to domain. */
const across = (mixture: Float64Array, color: string, dash: number[] = []): Dataset => ({
  data: Array.from(mixture, (weight, y) => ({ x: 100 * weight, y })),
  showLine: true,
  pointRadius: 1.5,
  pointHoverRadius: 5,
  borderColor: color,
  backgroundColor: color,
  borderWidth: 1.5,
  borderDash: dash,
});

/** A mark for each row and domain, row by row; marks of one domain are kept apart by golden-ratio steps. */
function strip(
  theme: ChartTheme,
  domains: number,
  positions: readonly number[],
  weight: (position: number, domain: number) => number,
): Dataset {
  const data = positions.flatMap((position) =>
    Array.from({ length: domains }, (_, k) => ({
      x: 100 * weight(position, k),
      y: k + (((position + 1) * 0.618034) % 1) * 0.6 - 0.3,
    })),
  );
  const color = theme.series[0];
  return {
    data,
    pointStyle: 'circle',
    pointRadius: 2,
    pointHoverRadius: 5,
    backgroundColor: /^#[0-9a-f]{6}$/i.test(color) ? `${color}80` : color,
    borderWidth: 0,
  };
}

/** At most `most` of the numbers below `count`, evenly spaced. */
const everySo = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) => Math.floor((i * count) / Math.min(count, most)));

const coverageColumns: readonly Column<Coverage>[] = [
  { header: t('Domain'), text: (row) => row.name },
  number(
    t('Least'),
    (row: Coverage) => row.low,
    (v) => formatPercent(v, 2),
  ),
  number(
    t('Median'),
    (row: Coverage) => row.median,
    (v) => formatPercent(v, 2),
  ),
  number(
    t('Greatest'),
    (row: Coverage) => row.high,
    (v) => formatPercent(v, 2),
  ),
  number(t('Rows above 0'), (row: Coverage) => row.runs, formatCount),
];

/** Of the domain `k` of `K`; mixtures are rows of K weights. */
function coverageOf(name: string, mixtures: Float64Array, k: number, K: number): Coverage {
  const weights = new Float64Array(mixtures.length / K);
  let [low, high, runs] = [Infinity, -Infinity, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = (weights[i] = mixtures[i * K + k]!);
    if (weight < low) low = weight;
    if (weight > high) high = weight;
    if (weight > 0) runs++;
  }
  const known = weights.length > 0;
  return { name, low: known ? low : NaN, median: median(weights), high: known ? high : NaN, runs };
}

const coverageLines = (row: Coverage | undefined): string[] =>
  row
    ? [
        row.name,
        t(
          '{0} to {1}, median {2}',
          formatPercent(row.low, 2),
          formatPercent(row.high, 2),
          formatPercent(row.median, 2),
        ),
        t('{0} rows with a weight above 0', formatCount(row.runs)),
      ]
    : [];

/** How many domains a run mixes: exp of the entropy of its weights, so that equal weights of k domains count k. */
export function domainsMixed({
  session,
}: PanelModel): { readonly low: number; readonly median: number; readonly high: number } | undefined {
  const { mixtures } = session.observations;
  if (mixtures.length === 0) return undefined;
  const counts = Float64Array.from(mixtures, (mixture) => {
    let entropy = 0;
    for (const weight of mixture) if (weight > 0) entropy -= weight * Math.log(weight);
    return Math.exp(entropy);
  });
  const [low, high] = rangeOf(counts) ?? [NaN, NaN];
  return { low, median: median(counts), high };
}

interface ScaleRow {
  readonly modelSize: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** Rows at each model size and number of tokens; undefined when neither is known. */
export function gridTable(model: PanelModel): TableSpec<ScaleRow> | undefined {
  const { observations, modelSizeRange, tokensRange } = model.session;
  if (!modelSizeRange && !tokensRange) return undefined;
  const bySize = new Map<number, Map<number, number>>();
  const tokens = new Set<number>();
  for (let i = 0; i < observations.count; i++) {
    const N = observations.modelSizes[i] as number;
    const D = observations.tokens[i] as number;
    const counts = bySize.get(N) ?? new Map<number, number>();
    bySize.set(N, counts);
    counts.set(D, (counts.get(D) ?? 0) + 1);
    tokens.add(D);
  }
  const rows = [...bySize]
    .map(([modelSize, counts]) => ({ modelSize, counts }))
    .sort((a, b) => a.modelSize - b.modelSize);
  return {
    caption: t('Rows at each model size (rows) and number of tokens (columns)'),
    rows,
    columns: [
      {
        header: t('Model size ↓ tokens →'),
        text: (row) => (Number.isFinite(row.modelSize) ? formatModelSize(row.modelSize) : t('unknown')),
        value: (row) => row.modelSize,
      },
      ...[...tokens]
        .sort((a, b) => a - b)
        .map((D): Column<ScaleRow> => ({
          header: Number.isFinite(D) ? formatTokens(D) : t('tokens unknown'),
          align: 'number',
          text: (row) => (row.counts.has(D) ? formatCount(row.counts.get(D) as number) : MISSING),
          value: (row) => row.counts.get(D) ?? 0,
        })),
    ],
  };
}
