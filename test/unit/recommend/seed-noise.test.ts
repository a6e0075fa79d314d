import assert from 'node:assert/strict';
import { Random } from '../../../src/core/random';
import { seedNoise } from '../../../src/core/recommend/seed-noise';
import type { Runs } from '../../../src/core/results/runs';

/** `seeds` runs of each of 200 mixtures; losses differ from mixture to mixture far more than from seed to seed. */
function repeated(seeds: number, noise: number): Runs {
  const random = new Random(3);
  const n = 200 * seeds;
  const mixtures = new Float64Array(2 * n);
  const losses = new Float64Array(2 * n);
  for (let row = 0; row < n; row++) {
    const share = (Math.floor(row / seeds) + 1) / 201;
    mixtures.set([share, 1 - share], 2 * row);
    losses.set([3 + share + noise * random.normal(), 2 - share + noise * random.normal()], 2 * row);
  }
  const column = (value: number): Float64Array => new Float64Array(n).fill(value);
  return {
    domains: ['a', 'b'],
    targets: ['a', 'b'],
    targetDomain: [0, 1],
    mixtures,
    losses,
    weightSums: column(1),
    modelSizes: column(100),
    tokens: column(10),
    rows: Int32Array.from({ length: n }, (_, row) => row),
    runIds: Int32Array.from({ length: n }, (_, row) => row),
    lossKind: 'nats',
  };
}

describe('seed noise', () => {
  it('is the spread of the weighted loss among repeats, whatever the mixtures do', () => {
    const noise = seedNoise(repeated(3, 0.01), [0.5, 0.5])!;
    assert.equal(noise.degrees, 400);
    assert.ok(Math.abs(noise.deviation / (0.01 * Math.SQRT1_2) - 1) < 0.1, String(noise.deviation));
    const one = seedNoise(repeated(2, 0.01), [1, 0])!;
    assert.ok(Math.abs(one.deviation / 0.01 - 1) < 0.15);
  });

  it('is not known without repeats, from copies of rows, or from other scales', () => {
    assert.equal(seedNoise(repeated(1, 0.01), [0.5, 0.5]), undefined);
    assert.equal(seedNoise(repeated(3, 0), [0.5, 0.5]), undefined);
    const runs = repeated(2, 0.01);
    const scales = { ...runs, tokens: runs.tokens.map((_, row) => 1 + (row % 2)) };
    assert.equal(seedNoise(scales, [0.5, 0.5]), undefined);
  });

  it('passes over rows that miss a loss that counts', () => {
    const runs = repeated(2, 0.01);
    for (let row = 0; row < 300; row++) runs.losses[2 * row + 1] = NaN;
    assert.equal(seedNoise(runs, [0.5, 0.5])!.degrees, 50);
    assert.equal(seedNoise(runs, [1, 0])!.degrees, 200);
  });
});
