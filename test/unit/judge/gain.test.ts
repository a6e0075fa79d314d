import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import { heldOutResiduals } from '../../../src/core/judge/held-out';
import { covarianceOf } from '../../../src/core/judge/covariance';
import { uncertaintyOf, type WeightedInterval } from '../../../src/core/judge/uncertainty';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import type { Runs } from '../../../src/core/results/runs';
import { fittedFloors, randomRuns, randomTheta, shapeOf, withLosses } from '../laws/separableSupport';
import { drawnRuns } from './support';

const K = 4;
const mixtureOf = (runs: Runs, row: number): Float64Array => runs.mixtures.slice(row * K, row * K + K);

/** Losses times 1 + noise · N(0, 1), with the same draw for all targets of a run to the given part of the variance. */
function noisy(runs: Runs, noise: number, common: number, random: Random): Runs {
  const losses = runs.losses.slice();
  runs.rows.forEach((_, row) => {
    const shared = random.normal();
    for (let i = 0; i < K; i++) {
      const own = Math.sqrt(common) * shared + Math.sqrt(1 - common) * random.normal();
      losses[row * K + i]! *= 1 + noise * own;
    }
  });
  return { ...runs, losses };
}

/** Share of new runs, and of differences between new runs, inside their 90 % intervals. */
function coverageOf(law: string, common: number, datasets = 25): { mean: number; gain: number; width: number } {
  const random = new Random(23);
  const shape = shapeOf(K);
  const model = lawById(law).build(shape, fittedFloors);
  const weights = [3, 1, 1, 1];
  const weighted = (runs: Runs, row: number): number =>
    weights.reduce((sum, w, i) => sum + (w / 6) * runs.losses[row * K + i]!, 0);
  const count = { mean: 0, gain: 0, width: 0, of: 0 };
  const inside = (interval: WeightedInterval, value: number): number =>
    interval.low <= value && value <= interval.high ? 1 : 0;
  for (let set = 0; set < datasets; set++) {
    const truth = randomTheta(random, model);
    const runs = noisy(withLosses(model, truth, randomRuns(random, shape, 50), 0, random), 0.01, common, random);
    const uncertainty = uncertaintyOf(fitLaw(runs, { law, starts: 1, seed: set + 1 }), runs);
    const fresh = noisy(withLosses(model, truth, randomRuns(random, shape, 20), 0, random), 0.01, common, random);
    for (let row = 0; row < 20; row += 2) {
      const [here, there] = [mixtureOf(fresh, row), mixtureOf(fresh, row + 1)];
      const mean = uncertainty.weightedMean(here, weights, 200, 10, 0.9);
      const gain = uncertainty.gain(here, there, weights, 200, 10, 0.9);
      count.mean += inside(mean, weighted(fresh, row));
      count.gain += inside(gain, weighted(fresh, row + 1) - weighted(fresh, row));
      count.width += mean.high - mean.low;
      count.of++;
    }
  }
  return { mean: count.mean / count.of, gain: count.gain / count.of, width: count.width / count.of };
}

describe('target-weighted losses and gains', () => {
  for (const law of ['additive', 'linear-regression', 'own-power']) {
    it(`cover 83–97 % of new runs at 90 %, with independent and with shared noise: ${law}`, () => {
      const [apart, together] = [coverageOf(law, 0), coverageOf(law, 0.9)];
      for (const { mean, gain } of [apart, together]) {
        assert.ok(mean >= 0.83 && mean <= 0.97, `mean ${mean}`);
        assert.ok(gain >= 0.83 && gain <= 0.97, `gain ${gain}`);
      }
      // Four errors that agree do not average out.
      assert.ok(together.width > 1.4 * apart.width);
    });
  }

  const runs = drawnRuns('additive', { n: 60, noise: 0.003 });
  const fit = fitLaw(runs, { law: 'additive', starts: 1 });
  const uncertainty = uncertaintyOf(fit, runs);
  const weights = [1, 2, 3];
  const [here, there] = [Float64Array.of(0.5, 0.3, 0.2), Float64Array.of(0.2, 0.3, 0.5)];

  it('know a small difference better than either loss', () => {
    const near = Float64Array.of(0.49, 0.31, 0.2);
    const gain = uncertainty.gain(here, near, weights, 200, 10, 0.9);
    const { deviation } = uncertainty.weightedMean(here, weights, 200, 10, 0.9);
    assert.ok(gain.deviation < deviation / 5);
  });

  it('turn their sign with the mixtures, and are even for one mixture', () => {
    const [one, other] = [
      uncertainty.gain(here, there, weights, 200, 10, 0.9),
      uncertainty.gain(there, here, weights, 200, 10, 0.9),
    ];
    assert.ok(Math.abs(one.value + other.value) < 1e-12 && Math.abs(one.low + other.high) < 1e-12);
    assert.ok(Math.abs(one.probability + other.probability - 1) < 1e-9);
    const none = uncertainty.gain(here, here, weights, 200, 10, 0.9);
    assert.deepEqual([none.value, none.deviation, none.probability], [0, 0, 0.5]);
    assert.ok(none.low < 0 && none.high > 0);
  });

  it('agree with the interval of a target that counts alone, up to the noise they take for a run', () => {
    const [first] = uncertainty.intervals(here, 200, 10, 0.9);
    const alone = uncertainty.weightedMean(here, [5, 0, 0], 200, 10, 0.9);
    assert.ok(Math.abs(alone.value - first!.predicted) < 1e-12);
    assert.ok(Math.abs(alone.deviation / first!.deviation - 1) < 1e-9);
    assert.ok((alone.high - alone.low) / (first!.upper - first!.lower) < 1.5);
  });
});

describe('held-out residuals', () => {
  it('do not divide by nothing where a run decides its own prediction', () => {
    const covariance = covarianceOf(Float64Array.of(1, 0, 0, 1), 2, 2, 1);
    const heldOut = heldOutResiduals(
      Float64Array.of(1, 0, 0, 1),
      2,
      covariance,
      Float64Array.of(1e-12, 0.1),
      Int32Array.of(0, 1, 2),
      Int32Array.of(0, 1),
    );
    assert.ok(Math.abs(heldOut[0]!) < 1e-9 && Math.abs(heldOut[1]! - 5) < 1e-6);
  });

  it('are those of fits made without the run, with all its checkpoints', () => {
    // A straight line through points of which the last two are checkpoints of one run.
    const x = [0, 1, 2, 3, 5];
    const y = [0.1, 0.9, 2.2, 2.9, 5.3];
    const line = (rows: readonly number[]): ((at: number) => number) => {
      const [mx, my] = [x, y].map((v) => rows.reduce((sum, r) => sum + v[r]!, 0) / rows.length) as [number, number];
      const slope =
        rows.reduce((sum, r) => sum + (x[r]! - mx) * (y[r]! - my), 0) /
        rows.reduce((sum, r) => sum + (x[r]! - mx) ** 2, 0);
      return (at) => my + slope * (at - mx);
    };
    const all = line([0, 1, 2, 3, 4]);
    const jacobian = Float64Array.from(x.flatMap((v) => [1, v]));
    const residuals = Float64Array.from(x, (v, r) => all(v) - y[r]!);
    const at = Int32Array.of(0, 1, 2, 3, 4, 5);
    const covariance = covarianceOf(jacobian, 5, 2, 1);
    const heldOut = heldOutResiduals(jacobian, 2, covariance, residuals, at, Int32Array.of(0, 1, 2, 3, 3));
    for (const [row, rows] of [
      [1, [0, 2, 3, 4]],
      [4, [0, 1, 2]],
    ] as const) {
      const truth = line(rows)(x[row]!) - y[row]!;
      assert.ok(Math.abs(heldOut[row]! - truth) < 1e-9, `row ${row}: ${heldOut[row]}, ${truth}`);
    }
  });
});
