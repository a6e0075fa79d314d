import type { FitDocument } from '../../src/core/fitfile/types';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import type { ColumnReading, ColumnRole, RowNote } from '../../src/core/results/types';
import { linearAxis, nameAxis } from '../charts/axes';
import type { Drawing } from '../charts/chart';
import type { ChartCardSpec } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { el } from '../dom';
import { MISSING } from '../format';
import type { PanelModel } from '../model';
import { number, rowLink } from './fitCharts';

const ROLES: Readonly<Record<ColumnRole, string>> = {
  weight: 'weight',
  loss: 'loss',
  'model-size': 'model size',
  tokens: 'tokens',
  id: 'id',
  ignored: 'ignored',
};

/** Every column with its role and the reason. */
export function columnsTable(model: PanelModel): TableSpec<ColumnReading> {
  const { columns, files } = model.session.document.data;
  const fileColumn: Column<ColumnReading> = { header: 'File', text: (column) => files[column.file]?.name ?? '' };
  return {
    caption: 'Columns and their roles',
    rows: columns,
    columns: [
      { header: 'Column', text: (column) => column.name },
      {
        header: 'Role',
        text: (column) => ROLES[column.role],
        content: (column) => el('span', { class: `role role-${column.role}` }, ROLES[column.role]),
      },
      { header: 'Of', text: (column) => column.subject },
      { header: 'Why', align: 'prose', text: (column) => column.reason },
      ...(files.length > 1 ? [fileColumn] : []),
    ],
  };
}

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
        header: 'Row',
        align: 'number',
        text: (note) => String(note.row + 1),
        value: (note) => note.row,
        content: (note) => rowLink(note.row),
      },
      { header: 'Line', align: 'number', text: (note) => String(note.line), value: (note) => note.line },
      { header: 'Reason', align: 'prose', text: (note) => note.reason },
      ...(files.length > 1 ? [{ header: 'File', text: (note: RowNote) => files[note.file]?.name ?? '' }] : []),
    ],
  };
}

interface Coverage {
  readonly name: string;
  readonly low: number;
  readonly mean: number;
  readonly high: number;
  /** Rows with a weight above 0. */
  readonly runs: number;
}

/** How far the runs reach in each domain's weight. */
export function coverageSpec(model: PanelModel): ChartCardSpec<Coverage> {
  const { observations, predictor } = model.session;
  const rows = predictor.domains.map((name, j) =>
    coverageOf(
      name,
      observations.mixtures.map((mixture) => mixture[j] as number),
    ),
  );
  const names = rows.map((row) => row.name);
  return {
    id: 'coverage',
    title: 'Coverage',
    subtitle: () => 'Weights each domain was given in the runs, from the least to the greatest.',
    legend: () => [
      { mark: 'hollow-bar', series: 'muted', label: 'least to greatest' },
      { mark: 'circle', series: 0, label: 'mean' },
    ],
    missing: () => (observations.count === 0 ? 'The document holds no runs.' : undefined),
    draw(theme): Drawing {
      return {
        kind: 'bar',
        horizontal: true,
        labels: names,
        datasets: [
          {
            type: 'bar',
            data: rows.map((row): [number, number] => [row.low * 100, row.high * 100]),
            backgroundColor: theme.shade,
            borderColor: theme.muted,
            borderWidth: 1,
            borderSkipped: false,
            barPercentage: 0.5,
          },
          {
            type: 'scatter',
            data: rows.map((row, y) => ({ x: row.mean * 100, y })),
            pointStyle: 'circle',
            pointRadius: 4,
            backgroundColor: theme.series[0],
            borderColor: theme.series[0],
          },
        ],
        x: linearAxis(theme, { title: 'weight, %', format: String, min: 0 }),
        y: nameAxis(theme),
        height: Math.max(200, rows.length * 18 + 60),
        tooltip: (set, index) => (set === 0 ? coverageLines(rows[index]) : []),
      };
    },
    table: () => ({
      caption: 'Weights of each domain in the runs',
      rows,
      columns: [
        { header: 'Domain', text: (row) => row.name },
        number(
          'Least',
          (row) => row.low,
          (v) => formatPercent(v, 2),
        ),
        number(
          'Mean',
          (row) => row.mean,
          (v) => formatPercent(v, 2),
        ),
        number(
          'Greatest',
          (row) => row.high,
          (v) => formatPercent(v, 2),
        ),
        number('Rows above 0', (row) => row.runs, formatCount),
      ],
    }),
  };
}

function coverageOf(name: string, weights: readonly number[]): Coverage {
  let low = Infinity;
  let high = -Infinity;
  let sum = 0;
  let runs = 0;
  for (const weight of weights) {
    low = Math.min(low, weight);
    high = Math.max(high, weight);
    sum += weight;
    if (weight > 0) runs++;
  }
  return { name, low, high, mean: sum / weights.length, runs };
}

const coverageLines = (row: Coverage | undefined): string[] =>
  row
    ? [
        row.name,
        `${formatPercent(row.low, 2)} to ${formatPercent(row.high, 2)}, mean ${formatPercent(row.mean, 2)}`,
        `${formatCount(row.runs)} rows with a weight above 0`,
      ]
    : [];

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
    if (!bySize.has(N)) bySize.set(N, new Map());
    const counts = bySize.get(N);
    counts?.set(D, (counts.get(D) ?? 0) + 1);
    tokens.add(D);
  }
  const rows = [...bySize]
    .map(([modelSize, counts]) => ({ modelSize, counts }))
    .sort((a, b) => a.modelSize - b.modelSize);
  return {
    caption: 'Rows at each model size (rows) and number of tokens (columns)',
    rows,
    columns: [
      {
        header: 'Model size',
        text: (row) => (Number.isFinite(row.modelSize) ? formatModelSize(row.modelSize) : 'unknown'),
        value: (row) => row.modelSize,
      },
      ...[...tokens]
        .sort((a, b) => a - b)
        .map((D): Column<ScaleRow> => ({
          header: Number.isFinite(D) ? `${formatTokens(D)} tokens` : 'tokens unknown',
          align: 'number',
          text: (row) => (row.counts.has(D) ? formatCount(row.counts.get(D) as number) : MISSING),
          value: (row) => row.counts.get(D) ?? 0,
        })),
    ],
  };
}
