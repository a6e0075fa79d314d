import { isStepsName, tokensRank } from './column-names';
import { type Column, type Table, TableBuilder } from './table';

export const WANDB_CHART = 'W&B chart CSV';

/** `run - metric`, split at the last ` - `: runs are named by people, metrics by programs. */
interface Curve {
  readonly column: Column;
  readonly run: string;
  readonly metric: string;
}

const curveOf = (column: Column): Curve | undefined => {
  const at = column.name.lastIndexOf(' - ');
  const [run, metric] = [column.name.slice(0, at).trim(), column.name.slice(at + 3).trim()];
  return at > 0 && run !== '' && metric !== '' ? { column, run, metric } : undefined;
};

const isAxis = (name: string): boolean =>
  isStepsName(name) || tokensRank(name) >= 0 || /^(?:relative time|wall time)/i.test(name);

/**
 * A chart exported from Weights & Biases, `Step, run - metric, run - metric__MIN, run - metric__MAX, …`, as a table with
 * one row for each run and step; undefined for any other table. The MIN and MAX columns say nothing new.
 */
export function fromWandbChart(table: Table): Table | undefined {
  const [axis, ...others] = table.columns.filter(({ name }) => !/^(?:unnamed: ?\d+)?$/i.test(name));
  if (!axis || !isAxisOf(axis, others)) return undefined;
  const names = new Set(others.map(({ name }) => name));
  const isBound = (name: string): boolean =>
    /__(?:MIN|MAX)$/.test(name) && names.has(name.replace(/__(?:MIN|MAX)$/, ''));
  const curves: Curve[] = [];
  for (const column of others) {
    if (isBound(column.name)) continue;
    const curve = curveOf(column);
    if (!curve) return undefined;
    curves.push(curve);
  }
  if (curves.length === 0) return undefined;
  const builder = new TableBuilder(table.fileName, WANDB_CHART);
  builder.knownColumn('run', 'id', 'the run’s name in the chart');
  builder.column(axis.name);
  const byRun = new Map<string, Curve[]>();
  for (const curve of curves) byRun.set(curve.run, [...(byRun.get(curve.run) ?? []), curve]);
  const broken = new Map(table.broken.map((remark) => [remark.row, remark]));
  for (const [run, own] of byRun) {
    for (let row = 0; row < table.rowCount; row++) {
      if (broken.has(row)) continue;
      const cells = own.map(({ column }) => column.texts.get(row) ?? (column.numbers[row] as number));
      if (cells.every((cell) => Number.isNaN(cell))) continue;
      builder.startRow(table.lines[row] as number);
      builder.put('run', run);
      builder.put(axis.name, axis.texts.get(row) ?? axis.numbers[row]);
      own.forEach(({ metric }, i) => builder.put(metric, cells[i]));
    }
  }
  for (const { row, code, reason } of table.broken) {
    builder.startRow(table.lines[row] as number);
    builder.break(code, reason);
  }
  return builder.build();
}

const isAxisOf = (axis: Column, others: readonly Column[]): boolean =>
  isAxis(axis.name) || others.some(({ name }) => name.endsWith('__MIN'));
