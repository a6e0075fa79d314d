import { t } from '../l10n';
import { ResultsError } from '../errors';
import { detectRoles } from './roles';
import { runNames, runNumbers } from './run-names';
import { type RowRemark, type Table, TableBuilder } from './table';
import { listed } from '../words';
import type { ColumnRole } from './types';
import { WANDB_CHART } from './wandb-chart';

/** A table and the file it is from: an index among the files given. */
export interface Part {
  readonly file: number;
  readonly table: Table;
}

/** The column that tells which run a row of a table made of several files is of. */
const RUN_FILE = 'run (file name)';
const RUN_NUMBER = 'run number (file name)';

/**
 * Many files → one table, or two that belong together. One file a run, or a config and metrics a run: a row for each
 * run. Files of equal columns: one below the other. Charts of different metrics: side by side, by run and step. The name
 * of the file tells the runs apart. Throws `file-shapes` when more than two tables are left.
 */
export function gather(parts: readonly Part[], said: ReadonlyMap<string, ColumnRole> | undefined): readonly Part[] {
  const [first, second] = parts;
  if (!first || parts.length === 1) return parts;
  if (second && parts.length === 2 && !bothWhole(first, second, said)) {
    const charts = parts.every(({ table }) => table.format === WANDB_CHART);
    return charts ? [chartsTogether(parts)] : parts;
  }
  const names = runNames(parts.map(({ table }) => table.fileName));
  const nameOf = new Map(parts.map((part, i) => [part, names[i] as string]));
  const charts = parts.filter(({ table }) => table.format === WANDB_CHART);
  const records = parts.filter(({ table }) => table.format !== WANDB_CHART && table.rowCount <= 1);
  const shapes = new Map<string, Part[]>();
  for (const part of parts) {
    if (charts.includes(part) || records.includes(part)) continue;
    const shape = shapeOf(part.table);
    shapes.set(shape, [...(shapes.get(shape) ?? []), part]);
  }
  const gathered = [
    ...(charts.length > 0 ? [chartsTogether(charts)] : []),
    ...(records.length > 0 ? [recordsTogether(records, nameOf)] : []),
    ...[...shapes.values()].map((alike) => (alike.length === 1 ? (alike[0] as Part) : below(alike, nameOf))),
  ].sort((a, b) => a.file - b.file);
  if (gathered.length > 2)
    throw new ResultsError(
      'file-shapes',
      t(
        'The {0} files make up {1} different tables, such as those of {2}.',
        parts.length,
        gathered.length,
        listed(gathered.map(({ table }) => table.fileName)),
      ),
      t('Give files with the same columns, one file for each run, or two that belong together: weights and losses.'),
    );
  return gathered;
}

const shapeOf = (table: Table): string => JSON.stringify(table.columns.map(({ name }) => name).sort());

/** Two files of equal columns that each hold weights and losses: two runs (or batches of runs), not a pair. */
function bothWhole(first: Part, second: Part, said: ReadonlyMap<string, ColumnRole> | undefined): boolean {
  if (shapeOf(first.table) !== shapeOf(second.table)) return false;
  const { uses } = detectRoles([first.table], said);
  return uses.some(({ role }) => role === 'weight') && uses.some(({ role }) => role === 'loss');
}

/** Columns of charts side by side: one row for each run and step. */
function chartsTogether(charts: readonly Part[]): Part {
  const [first] = charts as [Part, ...Part[]];
  if (charts.length === 1) return first;
  const rows = new Map<string, { readonly part: Part; readonly row: number }[]>();
  for (const part of charts) {
    const [run, axis] = part.table.columns;
    for (let row = 0; row < part.table.rowCount; row++) {
      const key = JSON.stringify([
        run?.texts.get(row) ?? run?.numbers[row],
        axis?.texts.get(row) ?? axis?.numbers[row],
      ]);
      const own = rows.get(key);
      if (own) own.push({ part, row });
      else rows.set(key, [{ part, row }]);
    }
  }
  const builder = new TableBuilder(first.table.fileName, WANDB_CHART);
  for (const own of rows.values()) {
    const [{ part, row }] = own as [{ part: Part; row: number }];
    builder.startRow(part.table.lines[row] as number, part.file);
    for (const each of own) putCells(builder, each.part.table, each.row, new Set());
  }
  for (const { table, file } of charts)
    for (const { row, code, reason } of table.broken) {
      builder.startRow(table.lines[row] as number, file);
      builder.break(code, reason);
    }
  return { file: first.file, table: builder.build() };
}

/** One row for each run, from one file or several of one record each. */
function recordsTogether(parts: readonly Part[], nameOf: ReadonlyMap<Part, string>): Part {
  const [first] = parts as [Part, ...Part[]];
  const runs = new Map<string, Part[]>();
  for (const part of parts) {
    const name = nameOf.get(part) as string;
    runs.set(name, [...(runs.get(name) ?? []), part]);
  }
  if (parts.length === 1) return first;
  const formats = [...new Set(parts.map(({ table }) => table.format))].join(' + ');
  const builder = new TableBuilder(first.table.fileName, formats);
  const numbers = putNames(builder, [...runs.keys()]);
  const weights = weightsInConfigs(parts);
  for (const [name, own] of runs) {
    const [{ file }] = own as [Part];
    builder.startRow(1, file);
    builder.put(RUN_FILE, name);
    builder.put(RUN_NUMBER, numbers.get(name));
    const taken = new Set<string>();
    for (const { table } of own) {
      for (const { code, reason } of table.broken) builder.break(code, reason);
      for (const { code, reason } of table.repairs) builder.repair(code, reason);
      if (table.rowCount > 0) for (const column of putCells(builder, table, 0, taken)) taken.add(column);
    }
    // A config names the domains it uses: one that another run's config names has the weight 0 here.
    if (![...weights].some((column) => taken.has(column))) continue;
    const unnamed = [...weights].filter((column) => !taken.has(column));
    for (const column of unnamed) builder.put(column, 0);
    if (unnamed.length > 0)
      builder.repair(
        'weight-not-named',
        `the config names no ${listed(unnamed.map((column) => column.replace(/^weight_/, '')))}: taken as 0`,
      );
  }
  return { file: first.file, table: builder.build() };
}

const weightsInConfigs = (parts: readonly Part[]): Set<string> =>
  new Set(
    parts.flatMap(({ table }) => table.columns.filter(({ known }) => known?.role === 'weight').map(({ name }) => name)),
  );

/** Files of equal columns, one below the other. */
function below(parts: readonly Part[], nameOf: ReadonlyMap<Part, string>): Part {
  const [first] = parts as [Part, ...Part[]];
  const builder = new TableBuilder(first.table.fileName, first.table.format);
  const numbers = putNames(
    builder,
    parts.map((part) => nameOf.get(part) as string),
  );
  for (const part of parts) {
    const { table, file } = part;
    const name = nameOf.get(part) as string;
    const broken = byRow(table.broken);
    const repairs = byRow(table.repairs);
    for (let row = 0; row < table.rowCount; row++) {
      builder.startRow(table.lines[row] as number, file);
      builder.put(RUN_FILE, name);
      builder.put(RUN_NUMBER, numbers.get(name));
      putCells(builder, table, row, new Set());
      for (const { code, reason } of broken.get(row) ?? []) builder.break(code, reason);
      for (const { code, reason } of repairs.get(row) ?? []) builder.repair(code, reason);
    }
  }
  return { file: first.file, table: builder.build() };
}

/** The id columns by file name; the numbers at the end of the names where these tell the runs apart too. */
function putNames(builder: TableBuilder, names: readonly string[]): ReadonlyMap<string, string> {
  const numbers = runNumbers(names);
  builder.knownColumn(RUN_FILE, 'id', 'the name of the run’s file');
  if (!numbers) return new Map();
  builder.knownColumn(RUN_NUMBER, 'id', 'the number in the name of the run’s file');
  return new Map(names.map((name, i) => [name, numbers[i] as string]));
}

/** Puts the cells of a row into the row started last, but for columns that are taken. Returns the columns put. */
function putCells(builder: TableBuilder, table: Table, row: number, taken: ReadonlySet<string>): string[] {
  const put: string[] = [];
  for (const { name, numbers, texts, known } of table.columns) {
    if (taken.has(name)) continue;
    if (known) builder.knownColumn(name, known.role, known.reason, known.subject);
    builder.put(name, texts.get(row) ?? numbers[row]);
    put.push(name);
  }
  return put;
}

function byRow(remarks: readonly RowRemark[]): ReadonlyMap<number, readonly RowRemark[]> {
  const rows = new Map<number, RowRemark[]>();
  for (const remark of remarks) rows.set(remark.row, [...(rows.get(remark.row) ?? []), remark]);
  return rows;
}
