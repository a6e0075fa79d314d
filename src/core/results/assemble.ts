import { matchNames } from '../domains';
import type { Joined } from './join';
import { isRunName, isStepsName } from './column-names';
import type { ColumnUse, RoleReading } from './roles';
import { numberIn, type SumShape, sumShape } from './row-sums';
import type { Runs } from './runs';
import { readScale } from './scales';
import { keyOf, type RowRemark, type Table } from './table';
import { quoted } from '../words';
import type { ResultsOptions, RowNote } from './types';

/** Rows as they come out of the files: what is kept, and what was dropped or changed on the way. */
export interface Assembled {
  readonly runs: Runs;
  readonly dropped: readonly RowNote[];
  readonly repaired: readonly RowNote[];
  /** Training steps of each row that was kept; NaN where unknown. They only order the checkpoints of a run. Length n. */
  readonly steps: Float64Array;
  /** Where each row that was kept is in the files. Length n. */
  readonly places: readonly Pick<RowNote, 'file' | 'row' | 'line'>[];
  /** How the weights of the rows sum; undefined when no row has any. */
  readonly sums: SumShape | undefined;
}

/** Weights within this share of the usual sum were only rounded. */
const ROUNDING = 0.005;

/** Joined tables and the roles of their columns → Runs. Adds the units of scales to the columns' reasons. */
export function assemble(
  tables: readonly Table[],
  joined: Joined,
  roles: RoleReading,
  options: Pick<ResultsOptions, 'modelSize' | 'tokens'>,
): Assembled {
  const withRole = (role: ColumnUse['role']): ColumnUse[] => roles.uses.filter((use) => use.role === role);
  const weights = withRole('weight');
  const losses = withRole('loss');
  const modelSize = scaleOf(withRole('model-size')[0], 'model-size', options.modelSize);
  const tokens = scaleOf(withRole('tokens')[0], 'tokens', options.tokens);
  const step = withRole('ignored').find((use) => isStepsName(use.column.name));
  const named = withRole('id').filter((use) => isRunName(use.column.name));
  const broken = tables.map((table) => new Set(table.broken.map(({ row }) => row)));
  const dropped: RowNote[] = joined.dropped.filter(({ file, row }) => !broken[file]?.has(row));
  tables.forEach((table, file) => {
    for (const note of table.broken) dropped.push({ file, line: table.lines[note.row] as number, ...note });
  });
  const repaired: RowNote[] = [];
  const remarks = tables.map(({ repairs }) => byRow(repairs));
  const keptRows: RowNote[] = [];
  const places: RowNote[] = [];
  const steps: number[] = [];
  const rows = new RowCollector();

  const count = joined.rowsOf[0]?.length ?? 0;
  for (let i = 0; i < count; i++) {
    const rowIn = (file: number): number => joined.rowsOf[file]?.[i] as number;
    if (tables.some((_, file) => broken[file]?.has(rowIn(file)))) continue;
    const note = (file: number, code: string, reason: string): RowNote => {
      const row = rowIn(file);
      return { file, row, line: tables[file]?.lines[row] as number, code, reason };
    };
    const drop = ({ file, code, reason }: Fault): void => void dropped.push(note(file, code, reason));
    const mixture = readWeights(weights, rowIn);
    const size = modelSize(rowIn);
    const seen = tokens(rowIn);
    if (isFault(mixture)) drop(mixture);
    else if (isFault(size)) drop(size);
    else if (isFault(seen)) drop(seen);
    else {
      const lossCells = losses.map((use) => readLoss(use, rowIn(use.file)));
      if (lossCells.every(({ value }) => Number.isNaN(value))) {
        const because = lossCells.find(({ code }) => code !== '')?.reason;
        const reason = `no loss has a value${because ? `: ${because}` : ''}`;
        drop({ file: losses[0]?.file ?? 0, code: 'no-losses', reason });
        continue;
      }
      lossCells.forEach(({ code, reason }, k) => {
        if (code) repaired.push(note(losses[k]?.file ?? 0, code, reason));
      });
      tables.forEach((_, file) => {
        const row = rowIn(file);
        for (const { code, reason } of remarks[file]?.get(row) ?? []) repaired.push(note(file, code, reason));
        remarks[file]?.delete(row);
      });
      keptRows.push(note(weights[0]?.file ?? 0, 'renormalised', ''));
      places.push(note(joined.reference, '', ''));
      steps.push(step ? numberIn(step.column, rowIn(step.file)) : NaN);
      const lossValues = lossCells.map(({ value }) => value);
      const name = named.map(({ column, file }) => keyOf(column, rowIn(file)) ?? '');
      rows.add(mixture, lossValues, size / 1e6, seen / 1e9, rowIn(joined.reference), name);
    }
  }
  const runs = rows.build(
    weights.map(({ subject }) => subject),
    losses.map(({ subject }) => subject),
    roles.lossKind,
  );
  const sums = sumShape(runs.weightSums);
  keptRows.forEach((note, i) => {
    const sum = runs.weightSums[i] as number;
    if (!sums || sums.unit === 'relative' || Math.abs(sum - sums.usual) <= ROUNDING * sums.usual) return;
    repaired.push({ ...note, reason: `the weights sum to ${shortNumber(sum)}; each was divided by that` });
  });
  const byPlace = (a: RowNote, b: RowNote): number => a.file - b.file || a.row - b.row;
  return {
    runs,
    dropped: dropped.sort(byPlace),
    repaired: repaired.sort(byPlace),
    steps: Float64Array.from(steps),
    places,
    sums,
  };
}

function byRow(remarks: readonly RowRemark[]): Map<number, RowRemark[]> {
  const rows = new Map<number, RowRemark[]>();
  for (const remark of remarks) rows.set(remark.row, [...(rows.get(remark.row) ?? []), remark]);
  return rows;
}

/** Four significant digits at most, never in exponent form for ordinary sums. */
const shortNumber = (value: number): string => String(Number(value.toPrecision(4)));

interface Fault {
  readonly file: number;
  readonly code: string;
  readonly reason: string;
}

const isFault = (value: unknown): value is Fault => typeof value === 'object' && value !== null && 'code' in value;

type RowIn = (file: number) => number;

/** Weights as written, ≥ 0 with a positive sum. Length K. */
function readWeights(weights: readonly ColumnUse[], rowIn: RowIn): number[] | Fault {
  const values: number[] = [];
  for (const use of weights) {
    const row = rowIn(use.file);
    const value = numberIn(use.column, row);
    if (value >= 0) {
      values.push(value);
      continue;
    }
    const { file } = use;
    const name = quoted(use.column.name);
    const text = use.column.texts.get(row);
    if (Number.isNaN(value) && text !== undefined)
      return { file, code: 'text-in-weight', reason: `${name} holds ${quoted(text)}, not a number` };
    if (Number.isNaN(value))
      return { file, code: 'missing-weight', reason: `${name} is missing; write 0 for a domain that was not used` };
    // Computed weights can miss 0 by a rounding error.
    if (value < -1e-9) return { file, code: 'negative-weight', reason: `${name} is negative (${shortNumber(value)})` };
    values.push(0);
  }
  if (values.every((value) => value === 0))
    return { file: weights[0]?.file ?? 0, code: 'zero-weights', reason: 'all weights are 0' };
  return values;
}

/** Values of the runs' model size or tokens in absolute numbers: what the user says, else what the column says, else unknown. */
function scaleOf(
  use: ColumnUse | undefined,
  scale: 'model-size' | 'tokens',
  saidValue: number | undefined,
): (rowIn: RowIn) => number | Fault {
  if (saidValue !== undefined) {
    const value = saidValue * (scale === 'model-size' ? 1e6 : 1e9);
    return () => value;
  }
  if (!use) return () => NaN;
  const { values, unit } = readScale(use.column, scale);
  if (unit) use.reason = `${use.reason}; ${unit}`;
  const { file, column } = use;
  const name = quoted(column.name);
  return (rowIn) => {
    const row = rowIn(file);
    const value = values[row] as number;
    if (value > 0) return value;
    const text = column.texts.get(row);
    if (Number.isNaN(value) && text !== undefined)
      return { file, code: `text-in-${scale}`, reason: `${name} holds ${quoted(text)}, not a number` };
    if (Number.isNaN(value)) return { file, code: `missing-${scale}`, reason: `${name} is missing` };
    return { file, code: `no-${scale}`, reason: `${name} is ${shortNumber(value)}` };
  };
}

function readLoss(use: ColumnUse, row: number): { value: number; code: string; reason: string } {
  const value = use.column.numbers[row] as number;
  if (value > 0) return { value, code: '', reason: '' };
  const text = use.column.texts.get(row);
  const name = quoted(use.column.name);
  if (text !== undefined)
    return { value: NaN, code: 'text-in-loss', reason: `${name} holds ${quoted(text)}: taken as missing` };
  if (Number.isNaN(value)) return { value, code: '', reason: '' };
  return { value: NaN, code: 'impossible-loss', reason: `${name} is ${shortNumber(value)}: taken as missing` };
}

/** Grows the arrays of Runs row by row. */
class RowCollector {
  private readonly mixtures: number[] = [];
  private readonly weightSums: number[] = [];
  private readonly losses: number[] = [];
  private readonly modelSizes: number[] = [];
  private readonly tokens: number[] = [];
  private readonly rows: number[] = [];
  private readonly runIds: number[] = [];
  private readonly idOfRun = new Map<string, number>();

  /** `modelSize` in millions, `tokens` in billions; `name` is what tells apart runs of one mixture and model size. */
  add(
    weights: readonly number[],
    losses: readonly number[],
    modelSize: number,
    tokens: number,
    row: number,
    name: readonly string[],
  ): void {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    // Weights of one run are printed alike up to the last digits of a double.
    let key = String(Number(modelSize.toPrecision(9)));
    for (const weight of weights) {
      this.mixtures.push(weight / sum);
      key += ` ${Math.round((1e6 * weight) / sum)}`;
    }
    for (const loss of losses) this.losses.push(loss);
    this.weightSums.push(sum);
    this.modelSizes.push(modelSize);
    this.tokens.push(tokens);
    this.rows.push(row);
    if (name.length > 0) key += ` ${JSON.stringify(name)}`;
    const id = this.idOfRun.get(key) ?? this.idOfRun.size;
    this.idOfRun.set(key, id);
    this.runIds.push(id);
  }

  build(domains: readonly string[], targets: readonly string[], lossKind: Runs['lossKind']): Runs {
    return {
      domains,
      targets,
      targetDomain: matchNames(targets, domains),
      mixtures: Float64Array.from(this.mixtures),
      weightSums: Float64Array.from(this.weightSums),
      losses: Float64Array.from(this.losses),
      modelSizes: Float64Array.from(this.modelSizes),
      tokens: Float64Array.from(this.tokens),
      rows: Int32Array.from(this.rows),
      runIds: Int32Array.from(this.runIds),
      lossKind,
    };
  }
}
