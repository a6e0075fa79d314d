import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ResultsError } from '../../../src/core/errors';
import { readResults } from '../../../src/core/results/read';
import type { FileBytes, ResultsReading } from '../../../src/core/results/types';

const file = (name: string, lines: readonly string[]): FileBytes => ({
  name,
  bytes: new TextEncoder().encode(`${lines.join('\n')}\n`),
});
/** Weights of run i are (i, 10 − i)/10 and its loss is 1 + i/100, so that a wrong join shows. */
const weights = (ids: readonly number[], rename = (id: number): string => String(id)): FileBytes =>
  file('weights.csv', ['index,train_a,train_b', ...ids.map((id) => `${rename(id)},${id / 10},${1 - id / 10}`)]);
const losses = (ids: readonly number[], rename = (id: number): string => String(id), header = 'index'): FileBytes =>
  file('losses.csv', [`${header},metric/a_val_loss`, ...ids.map((id) => `${rename(id)},${1 + id / 100}`)]);
const joinedRight = ({ runs }: ResultsReading): void => {
  for (let i = 0; i < runs.rows.length; i++) {
    const share = runs.mixtures[2 * i] as number;
    assert.ok(Math.abs((runs.losses[i] as number) - 1 - share / 10) < 1e-9, `row ${i}`);
  }
};
const codes = (notes: readonly { readonly code: string }[]): string[] => notes.map(({ code }) => code);

describe('reading a pair of results files', () => {
  it('joins on the id whatever the order of files and rows', () => {
    const shuffled = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { minLength: 11 });
    fc.assert(
      fc.property(shuffled, shuffled, fc.boolean(), (a, b, swap) => {
        const pair = [weights(a), losses(b)];
        const reading = readResults(swap ? pair.reverse() : pair);
        assert.equal(reading.runs.rows.length, 11);
        assert.deepEqual([...reading.runs.rows], [...Array(11).keys()]);
        assert.deepEqual(reading.dropped, []);
        joinedRight(reading);
      }),
    );
  });

  it('reports ids that are in one file only, with their rows', () => {
    const reading = readResults([weights([1, 2, 3, 4]), losses([6, 4, 3, 2])]);
    joinedRight(reading);
    assert.deepEqual([...reading.runs.rows], [1, 2, 3]);
    assert.deepEqual(
      reading.dropped.map(({ file, row, line, code }) => ({ file, row, line, code })),
      [
        { file: 0, row: 0, line: 2, code: 'unmatched-id' },
        { file: 1, row: 0, line: 2, code: 'unmatched-id' },
      ],
    );
    assert.match(reading.dropped[0]?.reason ?? '', /id “1” is not in “losses\.csv”/);
  });

  it('shifts ids by one only when that leaves none over, and says so', () => {
    const ids = [1, 2, 3, 4, 5, 6, 7];
    for (const by of [-1, 1]) {
      const reading = readResults([weights(ids), losses(ids, (id) => String(id + by))]);
      joinedRight(reading);
      assert.equal(reading.runs.rows.length, ids.length);
      assert.ok(codes(reading.warnings).includes('id-offset'));
      const swapped = readResults([losses(ids, (id) => String(id + by)), weights(ids)]);
      joinedRight(swapped);
      assert.equal(swapped.runs.rows.length, ids.length);
    }
    const gap = readResults([weights(ids), losses([2, 3, 5, 6, 7])]);
    joinedRight(gap);
    assert.ok(!codes(gap.warnings).includes('id-offset'));
    const shiftedGap = readResults([weights(ids), losses([1, 3, 7], (id) => String(id - 1))]);
    joinedRight(shiftedGap);
    assert.ok(codes(shiftedGap.warnings).includes('id-offset'));
    assert.equal(shiftedGap.runs.rows.length, 3);
  });

  it('takes equal numbers for equal ids, and never 64-bit ids that differ in the last digits', () => {
    const reading = readResults([weights([1, 2, 3]), losses([3, 2, 1], (id) => `${id}.0`)]);
    assert.equal(reading.runs.rows.length, 3);
    joinedRight(reading);
    const long = (id: number): string => `1234567890123456789${id}`;
    const unshifted = readResults([weights([1, 2, 3], long), losses([3, 2, 1], long)]);
    assert.equal(unshifted.runs.rows.length, 3);
    joinedRight(unshifted);
  });

  it('finds the id column by its values when the names differ', () => {
    const name = (id: number): string => `run-${id}`;
    const reading = readResults([weights([1, 2, 3], name), losses([3, 1, 2], name, 'run_name')]);
    joinedRight(reading);
    assert.equal(reading.runs.rows.length, 3);
    assert.ok(codes(reading.warnings).includes('joined-on'));
  });

  it('joins one mixture with many checkpoints', () => {
    const checkpoints = file('losses.csv', [
      'index,tokens,a_loss',
      ...[1, 2].flatMap((id) => [1, 2, 3].map((billions) => `${id},${billions}B,${1 + id / 100}`)),
    ]);
    for (const pair of [
      [weights([1, 2, 3]), checkpoints],
      [checkpoints, weights([1, 2, 3])],
    ]) {
      const reading = readResults(pair);
      joinedRight(reading);
      assert.deepEqual([...reading.runs.rows], [0, 1, 2, 3, 4, 5]);
      assert.deepEqual([...reading.runs.tokens], [1, 2, 3, 1, 2, 3]);
      assert.equal(new Set(reading.runs.runIds).size, 2);
      assert.equal(reading.totalRows, 6);
      assert.deepEqual(codes(reading.dropped), ['unmatched-id']);
    }
  });

  it('falls back on row order only without any id, and says so', () => {
    const reading = readResults([
      file('ratios.csv', ['science,code', '0.25,0.75', '0.5,0.5']),
      file('metrics.csv', ['arc,humaneval', '1.5,2.5', '1.25,2.25']),
    ]);
    assert.deepEqual(reading.runs.domains, ['science', 'code']);
    assert.deepEqual(reading.runs.targets, ['arc', 'humaneval']);
    assert.deepEqual([...reading.runs.losses], [1.5, 2.5, 1.25, 2.25]);
    assert.ok(codes(reading.warnings).includes('joined-by-order'));
  });

  it('finds weights by their sums and losses beside them in a pair without affixes', () => {
    const ratios = file('ratios.csv', ['run,name,index,sci:a,sci:b', 'r1,x,0,0.25,0.75', 'r2,y,1,0.5,0.5']);
    const metrics = file('metrics.csv', ['run,name,index,arc,humaneval', 'r2,y,1,1.5,2.5', 'r1,x,0,1.25,2.25']);
    for (const pair of [
      [ratios, metrics],
      [metrics, ratios],
    ]) {
      const reading = readResults(pair);
      assert.deepEqual(reading.runs.domains, ['sci:a', 'sci:b']);
      assert.deepEqual(reading.runs.targets, ['arc', 'humaneval']);
      const first = reading.runs.mixtures[0] === 0.25 ? 0 : 1;
      assert.equal(reading.runs.losses[2 * first], 1.25);
    }
  });

  it('refuses files that share no id', () => {
    for (const other of [losses([1, 2], (id) => `other-${id}`), file('losses.csv', ['a_loss', '3', '2', '1'])]) {
      assert.throws(
        () => readResults([weights([1, 2]), other]),
        (error) =>
          error instanceof ResultsError && error.code === 'no-join-column' && /losses\.csv/.test(error.message),
      );
    }
  });
});
