import { formatLoss, formatPercent } from '../../src/core/quantity';
import { linearAxis, nameAxis, namedRows } from '../charts/axes';
import { rowTexts, spans } from '../charts/backdrop';
import type { Drawing } from '../charts/chart';
import type { ChartCardSpec } from '../components/card';
import type { Gain, Range } from '../evidence/calls';
import { lossUnit, MISSING, signedPercentText, signedText } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { dots, rowsHeight } from './dots';
import { number } from './fitCharts';
import { COVERAGE_TEXT, isKnown, lossWithRange, rangeText, signedRangeText } from './words';

interface WeightRow {
  readonly name: string;
  readonly recommended: number;
  readonly compared: number;
  /** Weights that are as good, up to the noise of a run. */
  readonly low: number;
  readonly high: number;
}

const share = (v: number): string => formatPercent(v, 2);

/** Recommended against compared weights, largest first, with how far each may be moved. */
export function mixtureSpec(model: PanelModel): ChartCardSpec<WeightRow> {
  let rows: WeightRow[] = [];
  const sorted = (): WeightRow[] => {
    const region = model.region;
    return model.session.predictor.domains
      .map((name, j) => ({
        name,
        recommended: model.recommended.mixture[j] as number,
        compared: model.comparison.mixture[j] as number,
        low: region?.ranges[j]?.low ?? NaN,
        high: region?.ranges[j]?.high ?? NaN,
      }))
      .sort((a, b) => b.recommended - a.recommended);
  };
  return {
    id: 'mixture',
    title: t('Recommended mixture'),
    subtitle: () =>
      t(
        'Share of the training tokens by domain, largest first, recommended and in {0}. At the right: recommended.',
        model.comparison.label,
      ),
    legend: () => [
      { mark: 'dot', series: 0, label: t('Recommended') },
      { mark: 'square', series: 1, label: model.comparison.label },
      ...(rows.some((row) => Number.isFinite(row.low))
        ? [{ mark: 'band', series: 'muted', label: t('As good, within the noise of a run') } as const]
        : []),
    ],
    draw(theme): Drawing {
      rows = sorted();
      const bands = rows.map((row, y) => ({ low: row.low * 100, high: row.high * 100, y }));
      const largest = Math.max(...rows.flatMap(({ recommended, compared }) => [recommended, compared]));
      const reach = rows.map(({ high }) => (Number.isFinite(high) ? Math.min(high, 1.6 * largest) : 0));
      return {
        kind: 'scatter',
        datasets: [
          dots(
            rows.map((row) => row.recommended * 100),
            0,
            theme,
          ),
          dots(
            rows.map((row) => row.compared * 100),
            1,
            theme,
            4.5,
          ),
        ],
        // The band of a flat domain may reach far beyond the points, which are what is compared.
        x: linearAxis(theme, {
          title: t('share of tokens, %'),
          min: 0,
          max: roof(Math.max(largest, ...reach) * 100),
        }),
        y: namedRows(
          theme,
          rows.map((row) => row.name),
        ),
        height: rowsHeight(rows.length),
        rightPadding: LABELS_WIDTH,
        backdrops: [
          spans(bands, { color: theme.band, thickness: 11 }),
          rowTexts(
            rows.map((row) => formatPercent(row.recommended)),
            LABELS_WIDTH,
            theme.text,
            `${theme.fontSize}px ${theme.fontFamily}`,
          ),
        ],
        tooltip: (_set, index) => weightLines(model, rows[index]),
      };
    },
    table: () => ({
      caption: t('Recommended and compared mixture'),
      rows: sorted(),
      columns: [
        { header: t('Domain'), text: (row) => row.name },
        number(t('Recommended'), (row) => row.recommended, share),
        number(model.comparison.label, (row) => row.compared, share),
        number(
          t('Difference, points'),
          (row) => row.recommended - row.compared,
          (v) => signedText(v * 100, 2),
        ),
        number(
          t('As good from'),
          (row) => row.low,
          (v) => (Number.isFinite(v) ? share(v) : MISSING),
        ),
        number(
          t('As good to'),
          (row) => row.high,
          (v) => (Number.isFinite(v) ? share(v) : MISSING),
        ),
      ],
    }),
    note() {
      const region = model.region;
      return region
        ? t(
            'Within a band a weight can be chosen freely if the others follow: the mean loss rises by at most {0}, the noise of one run.',
            formatLoss(region.rise, 4),
          )
        : '';
    },
  };
}

/** Room for "100.0 %" and a space before it, in pixels. */
const LABELS_WIDTH = 52;

/** A little above a percentage, at a round number. */
function roof(value: number): number {
  const step = value > 40 ? 10 : value > 15 ? 5 : value > 6 ? 2 : 1;
  return Math.min(100, Math.ceil((value * 1.04) / step) * step);
}

function weightLines(model: PanelModel, row: WeightRow | undefined): string[] {
  if (!row) return [];
  return [
    row.name,
    t('recommended {0}', share(row.recommended)),
    `${model.comparison.label} ${share(row.compared)}`,
    t('difference {0} points', signedText((row.recommended - row.compared) * 100, 2)),
    ...(Number.isFinite(row.low) ? [t('as good from {0} to {1}', share(row.low), share(row.high))] : []),
  ];
}

interface LossRow {
  readonly name: string;
  readonly weight: number;
  readonly recommended: number;
  readonly compared: number;
  /** Of the recommended mixture's loss. */
  readonly range: Range | undefined;
  /** How much lower it is than the compared mixture's. */
  readonly gain: Gain | undefined;
}

const change = (row: LossRow): number => (row.recommended - row.compared) / row.compared;

/** What the recommendation changes on every target, relative to the compared mixture. */
export function lossSpec(model: PanelModel): ChartCardSpec<LossRow> {
  const unit = lossUnit(model.session.document.data.lossKind);
  let rows: LossRow[] = [];
  const inOrder = (): LossRow[] => {
    const { recommended, comparison, at, evidence } = model;
    const ranges = evidence.losses(recommended, at);
    const gains = evidence.changes(recommended, comparison, at);
    return model.session.predictor.targets.map((name, i) => ({
      name,
      weight: model.targetWeights[i] as number,
      recommended: recommended.losses[i] as number,
      compared: comparison.losses[i] as number,
      range: ranges?.losses[i],
      gain: gains?.[i],
    }));
  };
  return {
    id: 'losses',
    title: t('Predicted losses'),
    subtitle: () =>
      t('Change of the predicted loss of each target against {0}; left of 0 is better.', model.comparison.label),
    legend: () => [
      { mark: 'bar', series: 0, label: t('lower (better)') },
      { mark: 'hollow-bar', series: 1, label: t('higher (worse)') },
      ...(rows.some((row) => isKnown(row.gain))
        ? [{ mark: 'whisker', series: 'muted', label: t('{0} interval of two new runs', COVERAGE_TEXT) } as const]
        : []),
    ],
    draw(theme): Drawing {
      rows = inOrder().sort((a, b) => change(a) - change(b));
      const better = rows.map((row) => change(row) <= 0);
      const intervals = rows.flatMap((row, y) =>
        isKnown(row.gain)
          ? [{ low: (-row.gain.high / row.compared) * 100, high: (-row.gain.low / row.compared) * 100, y }]
          : [],
      );
      const reach = Math.max(...rows.map((row) => Math.abs(change(row)) * 100), 0.01);
      const ends = intervals.flatMap(({ low, high }) => [low, high]).filter((end) => Math.abs(end) < 3 * reach);
      return {
        kind: 'bar',
        horizontal: true,
        labels: rows.map((row) => row.name),
        datasets: [
          {
            data: rows.map((row) => change(row) * 100),
            backgroundColor: better.map((lower) => (lower ? theme.series[0] : 'transparent')),
            borderColor: better.map((lower) => theme.series[lower ? 0 : 1]),
            borderWidth: 1.5,
            barPercentage: 0.7,
            categoryPercentage: 0.8,
            maxBarThickness: 11,
          },
        ],
        x: linearAxis(theme, {
          title: t('change of loss, %'),
          suggestedMin: Math.min(0, ...ends),
          suggestedMax: Math.max(0, ...ends),
        }),
        y: nameAxis(theme),
        height: rowsHeight(rows.length),
        overlays: [spans(intervals, { color: theme.text, thickness: 1.25, caps: true })],
        tooltip: (_set, index) => lossLines(model, rows[index], unit),
      };
    },
    table: () => ({
      caption: t('Predicted losses in {0}', unit),
      rows: inOrder(),
      columns: [
        { header: t('Target'), text: (row) => row.name },
        number(
          t('Weight'),
          (row) => row.weight,
          (v) => formatPercent(v),
        ),
        number(
          t('Recommended'),
          (row) => row.recommended,
          (v) => formatLoss(v, 4),
        ),
        { header: t('{0} interval', COVERAGE_TEXT), align: 'number', text: (row) => rangeText(row.range) },
        number(
          model.comparison.label,
          (row) => row.compared,
          (v) => formatLoss(v, 4),
        ),
        number(
          t('Change'),
          (row) => row.recommended - row.compared,
          (v) => signedText(v, 4),
        ),
        {
          header: t('Change, {0} interval', COVERAGE_TEXT),
          align: 'number',
          text: (row) => signedRangeText(negated(row.gain)),
        },
        number(t('Change, %'), change, (v) => signedPercentText(v)),
      ],
    }),
    note: () =>
      t(
        'Target-weighted mean: {0} against {1} {2}.',
        formatLoss(model.recommended.mean, 4),
        formatLoss(model.comparison.mean, 4),
        unit,
      ),
  };
}

const negated = (gain: Gain | undefined): Range | undefined =>
  gain && { value: -gain.value, low: -gain.high, high: -gain.low };

function lossLines(model: PanelModel, row: LossRow | undefined, unit: string): string[] {
  if (!row) return [];
  return [
    row.name,
    t('recommended {0} {1}', lossWithRange(row.recommended, row.range), unit),
    `${model.comparison.label} ${formatLoss(row.compared, 4)}`,
    isKnown(row.gain)
      ? t('change {0}, {1}: {2}', signedPercentText(change(row)), COVERAGE_TEXT, signedRangeText(negated(row.gain)))
      : t('change {0}', signedPercentText(change(row))),
    t('weight {0}', formatPercent(row.weight)),
  ];
}
