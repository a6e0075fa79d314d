import { FitError } from '../errors';
import { Random } from '../random';
import { rowCount, type Runs } from '../results/runs';

/** One division of the runs. Numbers are positions in `Runs` (not file rows), ascending. */
export interface Split {
  readonly name: string;
  readonly train: readonly number[];
  readonly validation: readonly number[];
  /**
   * Rows the law-free carried-over baseline may look at besides `train`: the held-out mixtures at smaller scales.
   * Given only where scales are compared.
   */
  readonly carried?: readonly number[];
}

/** What may never stand on both sides: a run (all rows of one mixture, at any scale) or, to redo published numbers, a row. */
export type Grouping = 'run' | 'row';

/**
 * For each row the number of its group, numbered by first appearance. Rows of one run, and rows of one mixture
 * (to 1e-6 a weight), are one group under 'run': a mixture seen at another scale or checkpoint gives its loss away.
 */
export function groupsOf(runs: Runs, grouping: Grouping): Int32Array {
  const n = rowCount(runs);
  if (grouping === 'row') return Int32Array.from({ length: n }, (_, row) => row);
  const K = runs.domains.length;
  const groups = new Int32Array(n);
  const byMixture = new Map<string, number>();
  const byRun = new Map<number, number>();
  const alias: number[] = [];
  const root = (group: number): number => (alias[group] === group ? group : root(alias[group]!));
  for (let row = 0; row < n; row++) {
    const key = Array.from(runs.mixtures.subarray(row * K, row * K + K), (h) => Math.round(h * 1e6)).join();
    const known = [byMixture.get(key), byRun.get(runs.runIds[row]!)].filter((group) => group !== undefined).map(root);
    const group = known.length > 0 ? Math.min(...known) : alias.length;
    if (group === alias.length) alias.push(group);
    for (const other of known) alias[other] = group;
    byMixture.set(key, group);
    byRun.set(runs.runIds[row]!, group);
    groups[row] = group;
  }
  const numbers = new Map<number, number>();
  return groups.map((group) => {
    const top = root(group);
    if (!numbers.has(top)) numbers.set(top, numbers.size);
    return numbers.get(top)!;
  });
}

/** `repeats` random splits; in each about `trainFraction` of the groups are for training (at least one on each side). */
export function randomSplits(
  runs: Runs,
  options: { repeats: number; trainFraction: number; grouping: Grouping; seed: number },
): Split[] {
  const groups = groupsOf(runs, options.grouping);
  const count = groupCount(groups);
  needGroups(count, 2);
  const random = new Random(options.seed);
  const size = Math.min(Math.max(Math.floor(options.trainFraction * count), 1), count - 1);
  return Array.from({ length: options.repeats }, (_, repeat) => {
    const train = new Set(random.permutation(count).slice(0, size));
    return divide(groups, `random ${repeat + 1}`, (group) => train.has(group));
  });
}

/** k folds of groups; each fold is held out once. Fewer groups than k: one fold a group. */
export function foldSplits(runs: Runs, options: { folds: number; grouping: Grouping; seed: number }): Split[] {
  const groups = groupsOf(runs, options.grouping);
  const count = groupCount(groups);
  needGroups(count, 2);
  const folds = Math.min(options.folds, count);
  const order = new Random(options.seed).permutation(count);
  const foldOf = new Int32Array(count);
  order.forEach((group, i) => (foldOf[group] = i % folds));
  return Array.from({ length: folds }, (_, fold) =>
    divide(groups, `fold ${fold + 1} of ${folds}`, (group) => foldOf[group] !== fold),
  );
}

/**
 * For each model size but the smallest: fit on the smaller ones, judge on this one.
 * `mixtures: 'new'` also holds out each mixture at the smaller sizes (in `folds` parts), so that no mixture is on both
 * sides; 'carried' leaves them in, which is how a ladder of scales is used in practice.
 * Only the last checkpoints (most tokens) of the judged size are held out; it is there that the choice is made.
 */
export function scaleSplits(
  runs: Runs,
  options: { mixtures: 'new' | 'carried'; folds: number; grouping: Grouping; seed: number },
): Split[] {
  const n = rowCount(runs);
  const sizes = [...new Set(runs.modelSizes)].filter((size) => !Number.isNaN(size)).sort((a, b) => a - b);
  if (sizes.length < 2) {
    throw new FitError(
      'one-scale',
      'Leaving one scale out needs runs at two model sizes or more.',
      'Add runs at another model size, or judge with random splits.',
    );
  }
  const groups = groupsOf(runs, options.grouping);
  const count = groupCount(groups);
  const parts = options.mixtures === 'carried' ? 1 : Math.min(options.folds, count);
  const order = new Random(options.seed).permutation(count);
  const partOf = new Int32Array(count);
  order.forEach((group, i) => (partOf[group] = i % parts));

  const rows = Array.from({ length: n }, (_, row) => row);
  const splits: Split[] = [];
  for (const size of sizes.slice(1)) {
    const smaller = rows.filter((row) => runs.modelSizes[row]! < size);
    const judged = lastCheckpoints(
      runs,
      rows.filter((row) => runs.modelSizes[row] === size),
    );
    for (let part = 0; part < parts; part++) {
      const inPart = (row: number): boolean => partOf[groups[row]!] === part;
      const validation = judged.filter(inPart);
      const train = parts === 1 ? smaller : smaller.filter((row) => !inPart(row));
      if (validation.length === 0 || train.length === 0) continue;
      const name = `≤ ${sizes[sizes.indexOf(size) - 1]}M → ${size}M${parts === 1 ? '' : `, part ${part + 1} of ${parts}`}`;
      splits.push({ name, train, validation, carried: smaller.filter(inPart) });
    }
  }
  return splits;
}

/** The rows with the most tokens among those of their run. */
function lastCheckpoints(runs: Runs, rows: readonly number[]): number[] {
  const most = new Map<number, number>();
  const tokens = (row: number): number => (Number.isNaN(runs.tokens[row]!) ? 0 : runs.tokens[row]!);
  for (const row of rows) most.set(runs.runIds[row]!, Math.max(most.get(runs.runIds[row]!) ?? 0, tokens(row)));
  return rows.filter((row) => tokens(row) === most.get(runs.runIds[row]!));
}

/**
 * Splits given by the user in file rows. Rows that were dropped on reading are left out; a row on both sides, an unknown
 * row or an empty side is refused.
 */
export function givenSplits(
  runs: Runs,
  given: readonly { readonly train: readonly number[]; readonly validation: readonly number[] }[],
  totalRows: number,
): Split[] {
  const positionOf = new Map<number, number>();
  runs.rows.forEach((row, position) => positionOf.set(row, position));
  return given.map(({ train, validation }, index) => {
    const name = given.length === 1 ? 'given' : `given ${index + 1}`;
    const refuse = (what: string): never => {
      throw new FitError(
        'bad-split',
        `Split ${index + 1}: ${what}.`,
        'Rows are 0-based data rows of the results file.',
      );
    };
    const both = new Set(train);
    for (const row of validation) if (both.has(row)) refuse(`row ${row} is in train and in validation`);
    for (const row of [...train, ...validation]) {
      if (!Number.isInteger(row) || row < 0 || row >= totalRows) refuse(`there is no row ${row}`);
    }
    const positions = (rows: readonly number[]): number[] =>
      [...new Set(rows)].flatMap((row) => positionOf.get(row) ?? []).sort((a, b) => a - b);
    const split = { name, train: positions(train), validation: positions(validation) };
    if (split.train.length === 0) refuse('train has no usable row');
    if (split.validation.length === 0) refuse('validation has no usable row');
    return split;
  });
}

/** Held-out rows whose run or mixture is also in train: 0 unless the user's own split says otherwise. */
export function leakedRows(runs: Runs, split: Split): number {
  const groups = groupsOf(runs, 'run');
  const trained = new Set(split.train.map((row) => groups[row]));
  return split.validation.filter((row) => trained.has(groups[row])).length;
}

function divide(groups: Int32Array, name: string, inTrain: (group: number) => boolean): Split {
  const train: number[] = [];
  const validation: number[] = [];
  groups.forEach((group, row) => (inTrain(group) ? train : validation).push(row));
  return { name, train, validation };
}

function groupCount(groups: Int32Array): number {
  return groups.reduce((most, group) => Math.max(most, group + 1), 0);
}

function needGroups(count: number, least: number): void {
  if (count >= least) return;
  throw new FitError(
    'too-few-runs',
    `Judging needs at least ${least} different mixtures; the file has ${count}.`,
    'Add runs with other mixtures.',
  );
}
