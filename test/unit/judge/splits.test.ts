import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FitError } from '../../../src/core/errors';
import { Random } from '../../../src/core/random';
import type { Runs } from '../../../src/core/results/runs';
import {
  foldSplits,
  givenSplits,
  groupsOf,
  leakedRows,
  randomSplits,
  scaleSplits,
  type Split,
} from '../../../src/core/judge/splits';
import { drawnRuns, ladder } from './support';

/** Runs with repeated mixtures and checkpoints: row r has mixture r mod `mixtures`. */
function repeatedRuns(n: number, mixtures: number, seed: number): Runs {
  const runs = drawnRuns('linear', { n, seed });
  const K = runs.domains.length;
  const random = new Random(seed);
  for (let row = 0; row < n; row++) {
    const source = (row % mixtures) * K;
    runs.mixtures.copyWithin(row * K, source, source + K);
    runs.modelSizes[row] = random.below(2) === 0 ? 100 : 300;
  }
  return runs;
}

const covers = ({ train, validation }: Split, n: number): void =>
  assert.deepEqual(
    [...train, ...validation].sort((a, b) => a - b),
    Array.from({ length: n }, (_, row) => row),
  );

describe('splits', () => {
  it('never put a mixture on both sides, whatever repeats there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(1000),
        (mixtures, times, seed) => {
          const runs = repeatedRuns(mixtures * times, mixtures, seed);
          const splits = [
            ...randomSplits(runs, { repeats: 3, trainFraction: 0.7, grouping: 'run', seed }),
            ...foldSplits(runs, { folds: 4, grouping: 'run', seed }),
          ];
          for (const split of splits) {
            covers(split, mixtures * times);
            assert.ok(split.train.length > 0 && split.validation.length > 0);
            assert.equal(leakedRows(runs, split), 0);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keep rows of one run id together even where their weights differ by rounding', () => {
    const runs = drawnRuns('linear', { n: 12 });
    runs.runIds.forEach((_, row) => (runs.runIds[row] = row >> 1));
    const groups = groupsOf(runs, 'run');
    assert.equal(new Set(groups).size, 6);
    for (let row = 0; row < 12; row += 2) assert.equal(groups[row], groups[row + 1]);
  });

  it('join groups that share a run here and a mixture there', () => {
    const runs = drawnRuns('linear', { n: 4 });
    runs.mixtures.copyWithin(6, 0, 3); // rows 0 and 2: one mixture
    runs.runIds.set([0, 1, 1, 0]); // rows 1 and 2, rows 0 and 3: one run
    assert.deepEqual(Array.from(groupsOf(runs, 'run')), [0, 0, 0, 0]);
    assert.deepEqual(Array.from(groupsOf(runs, 'row')), [0, 1, 2, 3]);
  });

  it('hold every group out once in k folds', () => {
    const runs = repeatedRuns(20, 10, 3);
    const folds = foldSplits(runs, { folds: 4, grouping: 'run', seed: 2 });
    const held = folds.flatMap(({ validation }) => validation).sort((a, b) => a - b);
    assert.deepEqual(
      held,
      Array.from({ length: 20 }, (_, row) => row),
    );
  });

  it('are the same for the same seed and differ for another', () => {
    const runs = drawnRuns('linear', { n: 30 });
    const options = { repeats: 2, trainFraction: 0.7, grouping: 'run', seed: 5 } as const;
    assert.deepEqual(randomSplits(runs, options), randomSplits(runs, options));
    assert.notDeepEqual(randomSplits(runs, options), randomSplits(runs, { ...options, seed: 6 }));
    assert.equal(randomSplits(runs, options)[0]!.train.length, 21);
  });

  it('leave one scale out: smaller sizes train, the last checkpoints of the next are judged', () => {
    const runs = ladder([100, 300, 900], 10, [5, 10]);
    const splits = scaleSplits(runs, { mixtures: 'new', folds: 5, grouping: 'run', seed: 1 });
    assert.equal(splits.length, 10);
    for (const split of splits) {
      const size = runs.modelSizes[split.validation[0]!]!;
      assert.ok(split.train.every((row) => runs.modelSizes[row]! < size));
      assert.ok(split.validation.every((row) => runs.modelSizes[row] === size && runs.tokens[row] === 10));
      assert.equal(leakedRows(runs, split), 0);
      assert.ok(split.carried!.every((row) => runs.modelSizes[row]! < size && !split.train.includes(row)));
    }
    const carried = scaleSplits(runs, { mixtures: 'carried', folds: 5, grouping: 'run', seed: 1 });
    assert.deepEqual(
      carried.map(({ name }) => name),
      ['≤ 100M → 300M', '≤ 300M → 900M'],
    );
    assert.equal(leakedRows(runs, carried[0]!), 10);
    assert.throws(
      () => scaleSplits(ladder([100]), { mixtures: 'new', folds: 5, grouping: 'run', seed: 1 }),
      (error) => error instanceof FitError && error.code === 'one-scale',
    );
  });

  it('read file rows, forget dropped ones, and refuse what makes no sense', () => {
    const runs = drawnRuns('linear', { n: 5 });
    runs.rows.set([0, 2, 3, 5, 6]);
    const [split] = givenSplits(runs, [{ train: [6, 0, 1, 2], validation: [3, 5, 4] }], 7);
    assert.deepEqual(split, { name: 'given', train: [0, 1, 4], validation: [2, 3] });
    const refused = (train: number[], validation: number[]): void =>
      assert.throws(
        () => givenSplits(runs, [{ train, validation }], 7),
        (error) => error instanceof FitError && error.code === 'bad-split' && error.hint !== '',
      );
    refused([0, 2], [2]);
    refused([0, 7], [2]);
    refused([0, 1.5], [2]);
    refused([1, 4], [2]);
    refused([0], [1]);
  });

  it('need two different mixtures', () => {
    const runs = repeatedRuns(6, 1, 1);
    assert.throws(
      () => foldSplits(runs, { folds: 3, grouping: 'run', seed: 1 }),
      (error) => error instanceof FitError && error.code === 'too-few-runs',
    );
  });
});
