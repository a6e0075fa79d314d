import assert from 'node:assert/strict';
import type { Predictor } from '../../../src/core/fit/types';
import { Random } from '../../../src/core/random';
import { confidenceOf } from '../../../src/core/recommend/confidence';
import { feasibleSet } from '../../../src/core/recommend/constraints';
import type { Decision, DesignOptions } from '../../../src/core/recommend/design';
import { proposeRuns } from '../../../src/core/recommend/design';
import { recommend } from '../../../src/core/recommend/recommend';

const domains = ['a', 'b', 'c'];
const options = { modelSize: 100, tokens: 1, lower: [0.01, 0.01, 0.01] };

/** L_i = A_i h_i^−½ at any scale. */
function law(A: readonly number[]): Predictor {
  return {
    domains,
    targets: domains,
    targetDomain: [0, 1, 2],
    predict(h, _N, _D, losses) {
      for (let i = 0; i < 3; i++) losses[i] = A[i]! / Math.sqrt(h[i]!);
    },
    gradient(h, N, D, losses, jacobian) {
      this.predict(h, N, D, losses);
      jacobian.fill(0);
      for (let i = 0; i < 3; i++) jacobian[i * 3 + i] = (-0.5 * losses[i]!) / h[i]!;
    },
  };
}

describe('confidence in a recommendation', () => {
  const truth = [1, 2, 3];
  const sd = 0.1;
  const uniform = { label: 'uniform', mixture: [1 / 3, 1 / 3, 1 / 3] };

  it('covers the true gain and losses at the stated level', () => {
    // The ensemble scatters around an estimate as the estimate scatters around the truth: what a bootstrap does.
    const random = new Random(5);
    const draw = (center: readonly number[]): number[] => center.map((A) => A * Math.exp(sd * random.normal()));
    const trials = 300;
    let gains = 0;
    let losses = 0;
    const measured = (mixture: readonly number[]): number[] => {
      const out = new Float64Array(3);
      law(truth).predict(Float64Array.from(mixture), 100, 1, out);
      return [...out];
    };
    const mean = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0) / values.length;
    for (let t = 0; t < trials; t++) {
      const estimate = draw(truth);
      const best = recommend(law(estimate), options);
      const ensemble = Array.from({ length: 60 }, () => law(draw(estimate)));
      const confidence = confidenceOf(best, law(estimate), ensemble, [uniform], [0, 0, 0], options);
      const gain = mean(measured(uniform.mixture)) - mean(measured(best.mixture));
      const [interval] = confidence.gains;
      if (gain >= interval!.low && gain <= interval!.high) gains++;
      measured(best.mixture).forEach((loss, i) => {
        const { low, high } = confidence.losses[i]!;
        if (loss >= low && loss <= high) losses++;
      });
    }
    assert.ok(losses / (3 * trials) > 0.85 && losses / (3 * trials) < 0.95, `losses covered: ${losses / (3 * trials)}`);
    assert.ok(gains / trials > 0.8 && gains / trials < 0.97, `gains covered: ${gains / trials}`);
  });

  it('widens by the noise of the runs that will be compared', () => {
    const best = recommend(law(truth), options);
    const width = (noise: number): number => {
      const { gains } = confidenceOf(best, law(truth), [law(truth)], [uniform], [noise, noise, noise], options);
      return gains[0]!.high - gains[0]!.low;
    };
    assert.equal(width(0), 0);
    // Two means of three losses: z · √2 · noise / √3 on either side.
    assert.ok(Math.abs(width(0.3) - 2 * 1.6448536 * Math.SQRT2 * (0.3 / Math.sqrt(3))) < 1e-6);
  });

  it('reports probability and spread from the ensemble', () => {
    const best = recommend(law(truth), options);
    const ensemble = [law([1, 2, 3]), law([3, 2, 1]), law([1, 2, 3.2])];
    const { gains, spread } = confidenceOf(best, law(truth), ensemble, [uniform], [0, 0, 0], options, 1);
    assert.ok(Math.abs(gains[0]!.probability - 2 / 3) < 1e-12);
    assert.ok(spread![2]!.low < best.mixture[2]! - 0.1);
  });
});

describe('next runs', () => {
  const random = new Random(8);
  const constraints = feasibleSet(domains, options);
  // Only the third domain's amplitude is unknown.
  const ensemble = Array.from({ length: 40 }, () => law([1, 1, Math.exp(0.3 * random.normal())]));
  const decision: Decision = {
    rivals: [
      [0.3, 0.3, 0.4],
      [0.4, 0.4, 0.2],
      [0.2, 0.2, 0.6],
    ],
    targetWeights: [1 / 3, 1 / 3, 1 / 3],
    modelSize: 100,
    tokens: 1,
  };
  const design: DesignOptions = { kind: 'decision', runs: 3, modelSize: 10, tokens: 0.1, noise: 0.05, seed: 1 };

  it('measure where the unknown parameter shows most, and each brings less than the one before', () => {
    const proposals = proposeRuns(ensemble, decision, constraints, design);
    assert.equal(proposals.length, 3);
    // A_3 shows as A_3 / √h_3: the smaller h_3, the louder.
    assert.ok(proposals[0]!.mixture[2]! < 0.05, `h_3 = ${proposals[0]!.mixture[2]}`);
    assert.ok(proposals[0]!.reduction! > 0.9);
    assert.equal(proposals[0]!.flops, 6 * 10e6 * 0.1e9);
  });

  it('bring nothing when the noise drowns them', () => {
    const [first] = proposeRuns(ensemble, decision, constraints, { ...design, noise: 1e4 });
    assert.ok(first!.reduction! < 1e-3);
  });

  it('fill space when nothing else is asked', () => {
    const proposals = proposeRuns(ensemble, decision, constraints, { ...design, kind: 'space-filling', runs: 4 });
    for (let a = 0; a < 4; a++)
      for (let b = 0; b < a; b++) {
        const distance = proposals[a]!.mixture.reduce((s, v, j) => s + Math.abs(v - proposals[b]!.mixture[j]!), 0);
        assert.ok(distance > 0.5);
      }
  });

  it('are the same for the same seed and respect the limits', () => {
    const limited = feasibleSet(domains, { ...options, upper: [0.5, 0.5, 0.5] });
    const once = proposeRuns(ensemble, decision, limited, design);
    assert.deepEqual(proposeRuns(ensemble, decision, limited, design), once);
    for (const { mixture } of once) assert.ok(mixture.every((h) => h <= 0.5 + 1e-9 && h >= 0.01 - 1e-9));
  });
});
