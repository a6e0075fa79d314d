import { formatLoss, formatPercent } from '../../src/core/quantity';
import { linearAxis, nameAxis } from '../charts/axes';
import type { Drawing } from '../charts/chart';
import type { ChartCardSpec } from '../components/card';
import { lossUnit, signedPercentText, signedText } from '../format';
import type { PanelModel } from '../model';
import { number } from './fitCharts';

interface WeightRow {
  readonly name: string;
  readonly recommended: number;
  readonly compared: number;
}

interface LossRow extends WeightRow {
  readonly weight: number;
}

const rowHeight = (rows: number, each: number): number => Math.max(160, rows * each + 48);

/** Recommended against compared weights, largest first. */
export function mixtureSpec(model: PanelModel): ChartCardSpec<WeightRow> {
  let rows: WeightRow[] = [];
  const sorted = (): WeightRow[] =>
    model.session.predictor.domains
      .map((name, j) => ({
        name,
        recommended: model.recommended.mixture[j] as number,
        compared: model.comparison.mixture[j] as number,
      }))
      .sort((a, b) => b.recommended - a.recommended);
  return {
    id: 'mixture',
    title: 'Recommended mixture',
    subtitle: () => `Share of the training tokens by domain, recommended and ${model.comparison.label}.`,
    legend: () => [
      { mark: 'bar', series: 0, label: 'Recommended' },
      { mark: 'hollow-bar', series: 1, label: model.comparison.label },
    ],
    draw(theme): Drawing {
      rows = sorted();
      const names = rows.map((row) => row.name);
      return {
        kind: 'bar',
        horizontal: true,
        labels: names,
        datasets: [
          {
            data: rows.map((row) => row.recommended * 100),
            backgroundColor: theme.series[0],
            borderColor: theme.series[0],
            borderWidth: 1,
            barPercentage: 0.85,
            categoryPercentage: 0.8,
            maxBarThickness: 14,
          },
          {
            data: rows.map((row) => row.compared * 100),
            backgroundColor: 'transparent',
            borderColor: theme.series[1],
            borderWidth: 1.5,
            barPercentage: 0.85,
            categoryPercentage: 0.8,
            maxBarThickness: 14,
          },
        ],
        x: linearAxis(theme, { title: 'share of tokens, %', format: String, min: 0 }),
        y: nameAxis(theme),
        height: rowHeight(rows.length, 24),
        tooltip: (_set, index) => weightLines(model, rows[index]),
      };
    },
    table: () => ({
      caption: 'Recommended and compared mixture',
      rows: sorted(),
      columns: [
        { header: 'Domain', text: (row) => row.name },
        number(
          'Recommended',
          (row) => row.recommended,
          (v) => formatPercent(v, 2),
        ),
        number(
          model.comparison.label,
          (row) => row.compared,
          (v) => formatPercent(v, 2),
        ),
        number(
          'Difference, points',
          (row) => row.recommended - row.compared,
          (v) => signedText(v * 100, 2),
        ),
      ],
    }),
  };
}

function weightLines(model: PanelModel, row: WeightRow | undefined): string[] {
  if (!row) return [];
  return [
    row.name,
    `recommended ${formatPercent(row.recommended, 2)}`,
    `${model.comparison.label} ${formatPercent(row.compared, 2)}`,
    `difference ${signedText((row.recommended - row.compared) * 100, 2)} points`,
  ];
}

/** What the recommendation changes on every target, relative to the compared mixture. */
export function lossSpec(model: PanelModel): ChartCardSpec<LossRow> {
  const unit = lossUnit(model.session.document.data.lossKind);
  let rows: LossRow[] = [];
  const inOrder = (): LossRow[] =>
    model.session.predictor.targets.map((name, i) => ({
      name,
      weight: model.targetWeights[i] as number,
      recommended: model.recommended.losses[i] as number,
      compared: model.comparison.losses[i] as number,
    }));
  const change = (row: WeightRow): number => (row.recommended - row.compared) / row.compared;
  return {
    id: 'losses',
    title: 'Predicted losses',
    subtitle: () =>
      `Change of the predicted loss of each target against ${model.comparison.label}; left of 0 is better.`,
    legend: () => [
      { mark: 'bar', series: 0, label: 'lower (better)' },
      { mark: 'hollow-bar', series: 1, label: 'higher (worse)' },
    ],
    draw(theme): Drawing {
      rows = inOrder().sort((a, b) => change(a) - change(b));
      const names = rows.map((row) => row.name);
      const better = rows.map((row) => change(row) <= 0);
      return {
        kind: 'bar',
        horizontal: true,
        labels: names,
        datasets: [
          {
            data: rows.map((row) => change(row) * 100),
            backgroundColor: better.map((lower) => (lower ? theme.series[0] : 'transparent')),
            borderColor: better.map((lower) => theme.series[lower ? 0 : 1]),
            borderWidth: 1.5,
            barPercentage: 0.7,
            categoryPercentage: 0.8,
            maxBarThickness: 14,
          },
        ],
        x: linearAxis(theme, { title: 'change of loss, %', format: (v) => String(v).replace('-', '−') }),
        y: nameAxis(theme),
        height: rowHeight(rows.length, 24),
        tooltip: (_set, index) => lossLines(model, rows[index], unit),
      };
    },
    table: () => ({
      caption: `Predicted losses in ${unit}`,
      rows: inOrder(),
      columns: [
        { header: 'Target', text: (row) => row.name },
        number(
          'Weight',
          (row) => row.weight,
          (v) => formatPercent(v),
        ),
        number(
          'Recommended',
          (row) => row.recommended,
          (v) => formatLoss(v, 4),
        ),
        number(
          model.comparison.label,
          (row) => row.compared,
          (v) => formatLoss(v, 4),
        ),
        number(
          'Change',
          (row) => row.recommended - row.compared,
          (v) => signedText(v, 4),
        ),
        number('Change, %', change, (v) => signedPercentText(v)),
      ],
    }),
    note: () =>
      `Target-weighted mean: ${formatLoss(model.recommended.mean, 4)} against ${formatLoss(model.comparison.mean, 4)} ${unit}.`,
  };
}

function lossLines(model: PanelModel, row: LossRow | undefined, unit: string): string[] {
  if (!row) return [];
  return [
    row.name,
    `recommended ${formatLoss(row.recommended, 4)} ${unit}`,
    `${model.comparison.label} ${formatLoss(row.compared, 4)}`,
    `change ${signedPercentText((row.recommended - row.compared) / row.compared)}`,
    `weight ${formatPercent(row.weight)}`,
  ];
}
