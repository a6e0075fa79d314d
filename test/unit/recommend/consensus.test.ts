import assert from 'node:assert/strict';
import type { Predictor } from '../../../src/core/fit/types';
import type { Confidence } from '../../../src/core/recommend/confidence';
import {
  agreementOf,
  averageOf,
  opinionsOn,
  pooledConfidence,
  weightsByError,
} from '../../../src/core/recommend/consensus';
import { recommend } from '../../../src/core/recommend/recommend';
import { difference } from '../support/gradients';

const domains = ['a', 'b', 'c'];

/** L_i = (D·h_i)^−a_i: the optimum moves toward the domains with large a. */
function powerLaw(exponents: readonly number[]): Predictor {
  const predict = (h: Float64Array, _N: number, D: number, losses: Float64Array): void => {
    for (let i = 0; i < 3; i++) losses[i] = (D * h[i]!) ** -exponents[i]!;
  };
  return {
    domains,
    targets: domains,
    targetDomain: [0, 1, 2],
    predict,
    gradient(h, N, D, losses, jacobian) {
      predict(h, N, D, losses);
      jacobian.fill(0);
      for (let i = 0; i < 3; i++) jacobian[i * 3 + i] = (-exponents[i]! * losses[i]!) / h[i]!;
    },
  };
}

const one = powerLaw([0.2, 0.5, 0.5]);
const other = powerLaw([0.5, 0.5, 0.2]);
const average = averageOf([
  { predictor: one, weight: 0.75 },
  { predictor: other, weight: 0.25 },
]);
const scale = { modelSize: 10, tokens: 5 };

describe('consensus of laws', () => {
  it('weighs laws by the inverse square of their errors', () => {
    assert.deepEqual(weightsByError([0.01]), [1]);
    const [best, worse] = weightsByError([0.01, 0.02]);
    assert.ok(Math.abs(best! - 0.8) < 1e-12 && Math.abs(worse! - 0.2) < 1e-12);
    assert.deepEqual(weightsByError([0, 0]), [0.5, 0.5]);
  });

  it('predicts the weighted mean, with a gradient that central differences agree with', () => {
    const mixture = Float64Array.from([0.2, 0.3, 0.5]);
    const losses = new Float64Array(3);
    const jacobian = new Float64Array(9);
    average.gradient(mixture, 10, 5, losses, jacobian);
    assert.ok(Math.abs(losses[0]! - (0.75 * (5 * 0.2) ** -0.2 + 0.25 * (5 * 0.2) ** -0.5)) < 1e-12);
    for (let j = 0; j < 3; j++) {
      const evaluate = (weight: number): Float64Array => {
        const out = new Float64Array(3);
        average.predict(
          mixture.map((own, k) => (k === j ? weight : own)),
          10,
          5,
          out,
        );
        return out;
      };
      const { slope } = difference(evaluate, mixture[j]!, 1e-4);
      for (let i = 0; i < 3; i++) assert.ok(Math.abs(slope[i]! - jacobian[i * 3 + j]!) < 1e-7);
    }
  });

  it('recommends what lies between the members’ own optima, which each of them regrets a little', () => {
    const recommendation = recommend(average, scale);
    const [first, second] = opinionsOn(recommendation, [one, other], scale);
    assert.ok(recommendation.kktResidual < 1e-6);
    assert.ok(first!.mixture[0]! < second!.mixture[0]!, 'they want different weights of a');
    assert.ok(recommendation.mixture[0]! > first!.mixture[0]! && recommendation.mixture[0]! < second!.mixture[0]!);
    assert.ok(first!.regret > 1e-5 && second!.regret > first!.regret, 'the member of less weight gives way further');
    const alone = opinionsOn(recommend(one, scale), [one], scale);
    assert.ok(alone[0]!.regret < 1e-9);
  });

  it('says domain by domain whether the optima agree', () => {
    assert.deepEqual(agreementOf([{ mixture: [0.5, 0.3, 0.2] }, { mixture: [0.4, 0.31, 0.29] }]), [
      { low: 0.4, high: 0.5, agree: false },
      { low: 0.3, high: 0.31, agree: true },
      { low: 0.2, high: 0.29, agree: false },
    ]);
    assert.deepEqual(agreementOf([]), []);
  });

  it('is as sure as its members where they agree, and less where they do not', () => {
    const confidence = (value: number, probability: number): Confidence => {
      const interval = { value, low: value - 0.1, high: value + 0.2 };
      const gains = [{ versus: 'uniform', ...interval, probability }];
      return { source: 'covariance', level: 0.9, fits: 0, losses: [interval], objective: interval, gains };
    };
    const pooled = (...values: number[]): Confidence =>
      pooledConfidence(values.map((value, i) => ({ confidence: confidence(value, i), weight: 1 / values.length })));
    const same = pooled(1, 1);
    assert.ok(Math.abs(same.objective.low - 0.9) < 1e-12 && Math.abs(same.losses[0]!.high - 1.2) < 1e-12);
    assert.equal(same.gains[0]!.probability, 0.5);
    const apart = pooled(0.9, 1.1).gains[0]!;
    assert.ok(Math.abs(apart.value - 1) < 1e-12);
    // Two values of equal weight, 0.2 apart: their unbiased variance is 0.2²/2.
    assert.ok(Math.abs(apart.low - (1 - Math.hypot(0.1, 1.645 * 0.2 * Math.SQRT1_2))) < 1e-12);
  });
});
