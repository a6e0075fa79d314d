import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import { predictorOf } from '../../../src/core/fit/predictor';
import { covarianceOf } from '../../../src/core/judge/covariance';
import { groupings, inSettledDirections, leaveOut, reachOf, reachTo } from '../../../src/core/judge/jackknife';
import { uncertaintyOf, type PredictedGain } from '../../../src/core/judge/uncertainty';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import type { Runs } from '../../../src/core/results/runs';
import { fittedFloors, randomRuns, randomTheta, shapeOf, withLosses } from '../laws/separableSupport';
import { drawnRuns, ladder } from './support';

describe('leaving groups of runs out', () => {
  it('moves a straight line as fits without them do, whether they are few or many', () => {
    const x = [0, 1, 2, 3, 5, 6, 8];
    const y = [0.1, 0.9, 2.2, 2.9, 5.3, 5.8, 8.4];
    const lineOf = (rows: readonly number[]): [number, number] => {
      const [mx, my] = [x, y].map((v) => rows.reduce((sum, r) => sum + v[r]!, 0) / rows.length) as [number, number];
      const slope =
        rows.reduce((sum, r) => sum + (x[r]! - mx) * (y[r]! - my), 0) /
        rows.reduce((sum, r) => sum + (x[r]! - mx) ** 2, 0);
      return [my - slope * mx, slope];
    };
    const all = lineOf([0, 1, 2, 3, 4, 5, 6]);
    const jacobian = Float64Array.from(x.flatMap((v) => [1, v]));
    const residuals = Float64Array.from(x, (v, r) => all[0] + all[1] * v - y[r]!);
    const covariance = covarianceOf(jacobian, 7, 2, 1);
    // One row, three rows (more than there are parameters), and rows that are in no group.
    const of = Int32Array.of(-1, 0, 1, 1, -1, 1, -1);
    const rows = inSettledDirections(jacobian, 2, covariance);
    const { moves } = leaveOut(
      rows,
      2,
      residuals,
      Int32Array.from({ length: 8 }, (_, r) => r),
      { of, count: 2 },
    );
    [
      [0, 2, 3, 4, 5, 6],
      [0, 1, 4, 6],
    ].forEach((kept, group) => {
      const truth = lineOf(kept);
      for (const p of [0, 1]) {
        const moved = covariance.settled.reduce((sum, d, k) => sum + d[p]! * moves[group * 2 + k]!, 0);
        assert.ok(Math.abs(all[p]! + moved - truth[p]!) < 1e-9, `group ${group}: ${all[p]! + moved}, ${truth[p]}`);
      }
    });
  });

  it('groups all runs of a mixture, and those of a scale where runs share scales', () => {
    const [mixtures, scales] = groupings(ladder([1, 2, 4], 5));
    assert.equal(mixtures!.count, 5);
    assert.deepEqual([...scales!.of], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    assert.equal(groupings(ladder([1, 2], 5)).length, 1, 'one of two scales cannot be spared');
    assert.equal(groupings(ladder([1, 2, 4], 1)).length, 1, 'no two runs share a scale');
    assert.equal(groupings(drawnRuns('additive')).length, 1);
  });

  it('measures how far beyond the runs a prediction reaches by the step within them', () => {
    const reach = reachOf(ladder([1, 2, 4, 8], 3))!;
    assert.deepEqual([...reach.upper.of], [-1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0]);
    assert.equal(reachTo(reach, 8, 10), 0);
    assert.equal(reachTo(reach, 2, 10), 0);
    assert.ok(Math.abs(reachTo(reach, 64, 10) - 3) < 1e-12 && Math.abs(reachTo(reach, 8, 80) - 3) < 1e-12);
    // Checkpoints close to one another are one step.
    const near = reachOf(ladder([1], 3, [2, 4, 9, 9.5, 10]))!;
    assert.deepEqual([near.largest, near.below], [10, 4]);
    assert.equal(reachOf(ladder([1, 2], 3)), undefined);
    assert.equal(reachOf(ladder([8, 8.5, 9, 10], 3)), undefined, 'nothing is left to foretell from');
  });
});

describe('intervals beyond the runs', () => {
  const mixture = Float64Array.of(0.4, 0.3, 0.3);
  const model = lawById('additive').build(shapeOf(3, { N: true }), fittedFloors);
  const truth = randomTheta(new Random(5), model);
  const lossAt = (modelSize: number): number => {
    const losses = new Float64Array(3);
    model.predict(truth, mixture, modelSize, 10, losses);
    return losses.reduce((sum, loss) => sum + loss / 3, 0);
  };
  /** Twenty mixtures at four scales with a little noise; `bend` times the square of ln N is what the law does not foresee. */
  const climbing = (bend: number): Runs => {
    const runs = withLosses(model, truth, ladder([100, 200, 400, 800], 20), 0.001, new Random(3));
    const own = (at: number): number => bend * Math.log(runs.modelSizes[Math.floor(at / 3)]! / 100) ** 2;
    return { ...runs, losses: runs.losses.map((loss, at) => loss + own(at)) };
  };

  it('tell of a law that is wrong about scale, more the farther they reach', () => {
    const bend = 0.01 * lossAt(100);
    const [straight, bent] = [climbing(0), climbing(bend)].map((runs) => {
      const uncertainty = uncertaintyOf(fitLaw(runs, { law: 'additive', starts: 2 }), runs);
      const at = (modelSize: number): { value: number; half: number } => {
        const { value, low, high } = uncertainty.weightedMean(mixture, [1, 1, 1], modelSize, 10, 0.9);
        return { value, half: (high - low) / 2 };
      };
      return { within: at(400), beyond: at(1600) };
    });
    assert.ok(Math.abs(straight!.beyond.value - lossAt(1600)) < straight!.beyond.half);
    assert.ok(bent!.beyond.half > 3 * straight!.beyond.half, `${bent!.beyond.half}, ${straight!.beyond.half}`);
    assert.ok(bent!.within.half < bent!.beyond.half / 3);
    const measured = lossAt(1600) + bend * Math.log(16) ** 2;
    assert.ok(Math.abs(bent!.beyond.value - measured) < bent!.beyond.half, `${bent!.beyond.value}, ${measured}`);
  });

  it('take half of its drift off a gain that shrinks with the model and a law that says it does not', () => {
    const [skewed, even] = [Float64Array.of(0.6, 0.2, 0.2), Float64Array.of(1 / 3, 1 / 3, 1 / 3)];
    const effect = (own: number): number => 0.2 * (own + 0.1) ** -0.4;
    const fitted = [0, 0.3].map((fading) => {
      const base = ladder([100, 200, 400, 800], 15);
      const losses = base.losses.map((_, at) => {
        const row = Math.floor(at / 3);
        const size = base.modelSizes[row]!;
        return 0.7 + size ** -0.3 + effect(base.mixtures[at]!) * (size / 100) ** -fading;
      });
      const runs = { ...base, losses };
      const fit = fitLaw(runs, { law: 'additive', starts: 2 });
      const predicted = [skewed, even].map((one) => {
        const out = new Float64Array(3);
        predictorOf(fit).predict(one, 6400, 10, out);
        return out[0]!;
      });
      const gain = (N: number): PredictedGain => uncertaintyOf(fit, runs).gain(skewed, even, [1, 0, 0], N, 10, 0.9);
      const measured = (effect(1 / 3) - effect(0.6)) * 64 ** -fading;
      return { gain: gain(6400), within: gain(800), law: predicted[1]! - predicted[0]!, measured };
    });
    const [steady, fading] = [fitted[0]!, fitted[1]!];
    assert.ok(
      Math.abs(steady.gain.value - steady.measured) < 0.05 * steady.measured,
      'a law that is right drifts little',
    );
    assert.ok(fading.law > 1.5 * fading.measured, 'the law promises too much');
    const [before, after] = [fading.law - fading.measured, fading.gain.value - fading.measured];
    assert.ok(Math.abs(after) < 0.8 * before, `${before} too high before, ${after} after`);
    assert.ok(fading.gain.low < fading.law && fading.law < fading.gain.high, 'the law may yet be right');
    assert.ok(Math.abs(fading.within.value - fading.law) < 1e-9, 'nothing is taken off within the runs');
  });

  it('cover 85–97 % of new runs at the scales of the runs, and no fewer beyond, if the law is right', () => {
    const random = new Random(29);
    const shape = shapeOf(3, { N: true, D: true });
    const model = lawById('additive').build(shape, fittedFloors);
    const inside = [0, 0];
    let count = 0;
    for (let set = 0; set < 25; set++) {
      const truth = randomTheta(random, model);
      const runs = withLosses(model, truth, randomRuns(random, shape, 60), 0.01, random);
      const uncertainty = uncertaintyOf(fitLaw(runs, { law: 'additive', starts: 1, seed: set + 1 }), runs);
      const fresh = randomRuns(random, shape, 12);
      const beyond = { ...fresh, modelSizes: fresh.modelSizes.map(() => 4000), tokens: fresh.tokens.map(() => 40) };
      [fresh, beyond].forEach((scaled, i) => {
        const measured = withLosses(model, truth, scaled, 0.01, random);
        measured.rows.forEach((_, row) => {
          const own = measured.mixtures.subarray(row * 3, row * 3 + 3);
          const [N, D] = [measured.modelSizes[row]!, measured.tokens[row]!];
          const { low, high } = uncertainty.weightedMean(own, [1, 1, 1], N, D, 0.9);
          const loss = measured.losses.subarray(row * 3, row * 3 + 3).reduce((sum, one) => sum + one / 3, 0);
          if (low <= loss && loss <= high) inside[i]!++;
        });
      });
      count += 12;
    }
    const [within, outside] = inside.map((number) => number / count);
    assert.ok(within! >= 0.85 && within! <= 0.97, `within ${within}`);
    assert.ok(outside! >= 0.85, `beyond ${outside}`);
  });
});
