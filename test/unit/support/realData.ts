import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Runs } from '../../../src/core/results/runs';

/** The real proxy runs beside the checkout. They are other people's data: read from there, never copied. */
const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

export const hasRealData = existsSync(DATA);

/** For `before` hooks: skips the suite, saying why, when the data are not there. */
export function needRealData(this: Mocha.Context): void {
  if (hasRealData) return;
  console.log(`    (skipped: no real proxy runs at ${DATA})`);
  this.skip();
}

export function realFile(path: string): string {
  return readFileSync(DATA + path, 'utf8');
}

interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/** Clean data only: commas, one header line, numbers or empty cells. */
function table(path: string): Table {
  const [header = '', ...lines] = realFile(path).trim().split(/\r?\n/);
  const number = (cell: string): number => (cell === '' ? Number.NaN : Number(cell));
  return { names: header.split(','), rows: lines.map((line) => line.split(',').map(number)) };
}

interface Columns {
  readonly weight: (name: string) => string | undefined;
  readonly loss: (name: string) => string | undefined;
}

function toRuns(weights: Table, losses: Table, columns: Columns, scale: { n?: string; d?: string }): Runs {
  const pick = (names: readonly string[], subject: (name: string) => string | undefined) =>
    names.map((name, at) => ({ at, subject: subject(name) })).filter(({ subject: found }) => found !== undefined);
  const weightColumns = pick(weights.names, columns.weight);
  const lossColumns = pick(losses.names, columns.loss);
  const domains = weightColumns.map(({ subject }) => subject!);
  const targets = lossColumns.map(({ subject }) => subject!);
  const n = weights.rows.length;
  const column = (name: string | undefined, unit: number): Float64Array => {
    const at = name === undefined ? -1 : weights.names.indexOf(name);
    return Float64Array.from(weights.rows, (row) => (at < 0 ? Number.NaN : row[at]! / unit));
  };
  const mixtures = new Float64Array(n * domains.length);
  const weightSums = new Float64Array(n);
  const lossValues = new Float64Array(n * targets.length);
  const modelSizes = column(scale.n, 1e6);
  const runs = new Map<string, number>();
  const runIds = new Int32Array(n);
  for (let r = 0; r < n; r++) {
    const row = weightColumns.map(({ at }) => weights.rows[r]![at]!);
    weightSums[r] = row.reduce((sum, value) => sum + value, 0);
    row.forEach((value, j) => (mixtures[r * domains.length + j] = value / weightSums[r]!));
    lossColumns.forEach(({ at }, i) => (lossValues[r * targets.length + i] = losses.rows[r]![at]!));
    const key = [...row.map((value) => value.toFixed(6)), modelSizes[r]].join();
    if (!runs.has(key)) runs.set(key, runs.size);
    runIds[r] = runs.get(key)!;
  }
  return {
    domains,
    targets,
    targetDomain: targets.map((target) => domains.indexOf(target)),
    mixtures,
    weightSums,
    losses: lossValues,
    modelSizes,
    tokens: column(scale.d, 1e9),
    rows: Int32Array.from({ length: n }, (_, r) => r),
    runIds,
    lossKind: 'nats',
  };
}

const between = (prefix: string, suffix: string) => (name: string) =>
  name.startsWith(prefix) && name.endsWith(suffix) && name.length > prefix.length + suffix.length
    ? name.slice(prefix.length, name.length - suffix.length)
    : undefined;

/** 62 runs of 1B models on 17 Pile domains, 25B tokens. */
export function pile17(): Runs {
  const file = table('pile17/pile17_1b.csv');
  return toRuns(
    file,
    file,
    { weight: between('weight_', ''), loss: between('loss_', '') },
    { n: 'model_size', d: 'n_tokens' },
  );
}

/** 1308 checkpoints of 122M and 310M models on 7 SlimPajama domains, 8 targets. */
export function slimPajama(): Runs {
  const file = table('slimpajama/slimpajama_122m_310m.csv');
  return toRuns(
    file,
    file,
    { weight: between('weight_', ''), loss: between('', '_loss') },
    { n: 'model_size', d: 'n_tokens' },
  );
}

/** 512 runs of 1M models on 17 Pile domains, 13 targets; the files do not say N and D. */
export function regMix(): Runs {
  return toRuns(
    table('regmix/train_mixture_1m.csv'),
    table('regmix/train_pile_loss_1m.csv'),
    { weight: between('train_the_pile_', ''), loss: between('metric/the_pile_', '_val_loss') },
    {},
  );
}

/** 1.05M tokens a training step. */
const MIXING_LAWS_BATCH = 1.05e-3;

/** 756 checkpoints of 70M and 160M models on 5 domains; none of the 22 targets is one of them. */
export function mixingLaws(): Runs {
  const file = table('mixinglaws/5mix_70m_160m.csv');
  const runs = toRuns(file, file, { weight: between('w', ''), loss: between('loss_', '') }, { d: 'step' });
  // The model size is written 70M, 160M.
  const sizes = realFile('mixinglaws/5mix_70m_160m.csv').trim().split(/\r?\n/).slice(1);
  return withModelSizes(
    { ...runs, tokens: runs.tokens.map((perBillion) => perBillion * 1e9 * MIXING_LAWS_BATCH) },
    Float64Array.from(sizes, (line) => Number.parseFloat(line)),
  );
}

/** Runs are told apart by mixture and model size. */
function withModelSizes(runs: Runs, modelSizes: Float64Array): Runs {
  const K = runs.domains.length;
  const seen = new Map<string, number>();
  const runIds = runs.runIds.map((_, r) => {
    const key = [...runs.mixtures.subarray(r * K, r * K + K), modelSizes[r]].join();
    if (!seen.has(key)) seen.set(key, seen.size);
    return seen.get(key)!;
  });
  return { ...runs, modelSizes, runIds };
}

export interface RowSplit {
  readonly name: string;
  readonly train: number[];
  readonly validation: number[];
}

interface SplitFile {
  readonly splits: Readonly<Record<string, { readonly train: number[]; readonly val: number[] }>>;
}

/** The eleven 70/30 splits of `pile17`. */
export function pile17Splits(): RowSplit[] {
  const { splits } = JSON.parse(realFile('pile17/pile17_splits.json')) as SplitFile;
  return Object.entries(splits).map(([name, { train, val }]) => ({ name, train, validation: val }));
}

/** File rows of the reference's 80/20 split of the SlimPajama rows at one model size (millions) and tokens (billions). */
export function slimPajamaSplit(runs: Runs, modelSize: number, tokens: number): RowSplit {
  const { pairs } = JSON.parse(realFile('slimpajama/splits.json')) as { pairs: SlimPajamaPair[] };
  const pair = pairs.find((one) => one.model_size === modelSize * 1e6 && one.n_tokens === tokens * 1e9);
  if (!pair) throw new Error(`No split at ${modelSize}M, ${tokens}B`);
  const rows = Array.from(runs.rows).filter(
    (_, r) => Math.abs(runs.modelSizes[r]! - modelSize) < 1e-6 && Math.abs(runs.tokens[r]! - tokens) < 1e-6,
  );
  const at = (positions: number[]): number[] => positions.map((position) => rows[position]!);
  return { name: `${modelSize}M @ ${tokens}B`, train: at(pair.train), validation: at(pair.val) };
}

interface SlimPajamaPair {
  readonly model_size: number;
  readonly n_tokens: number;
  readonly train: number[];
  readonly val: number[];
}
