import assert from 'node:assert/strict';
import type { Predictor } from '../../../src/core/fit/types';
import { averageOf } from '../../bench/closed-loop/average';
import type { Case } from '../../bench/closed-loop/decide';
import { capped } from '../../bench/closed-loop/decide';
import { picture } from '../../bench/closed-loop/picture';
import { coverage, deviation, scoreCase, summarize } from '../../bench/closed-loop/score';

const measured = (...losses: number[]) => ({ mixture: [0.5, 0.5], losses });

const decided: Case = {
  seed: 1,
  scale: { modelSize: 1000, tokens: 2000 },
  weighting: 'both',
  choices: [
    { strategy: 'recommended', mixture: [0.5, 0.5], predicted: 1.3 },
    { strategy: 'uniform', mixture: [0.5, 0.5] },
  ],
  gains: [{ versus: 'uniform', value: 0.1, low: 0.05, high: 0.3, probability: 1 }],
  losses: [
    { value: 1, low: 0.9, high: 1.1 },
    { value: 1, low: 0.9, high: 1.1 },
  ],
};

describe('closed loop: scores', () => {
  const random = [measured(1, 1.2), measured(2, 2), measured(1.3, 1.3)];
  const result = scoreCase(decided, [0.5, 0.5], random, random, [measured(1.2, 1.2), measured(1.4, 1.4)]);

  it('measures regret against the best mixture known, and rank among the random ones', () => {
    const [recommended, uniform] = result.strategies;
    assert.ok(Math.abs(result.bestLoss - 1.1) < 1e-12);
    assert.ok(Math.abs(recommended!.regret - 0.1) < 1e-12);
    assert.ok(Math.abs(uniform!.regret - 0.3) < 1e-12);
    assert.equal(recommended!.rank, 2);
    assert.equal(uniform!.rank, 3);
    assert.ok(Math.abs(recommended!.error! - 0.1) < 1e-12);
    assert.equal(uniform!.error, undefined);
  });

  it('compares the gain that was promised with the one that was measured', () => {
    const [gain] = result.gains;
    assert.ok(Math.abs(gain!.measured - 0.2) < 1e-12);
    assert.equal(coverage(result.gains), 1);
    assert.equal(coverage(result.losses), 0);
    assert.equal(coverage([...result.gains, { ...gain!, high: 0.15 }]), 0.5);
  });

  it('puts the strategy with the least mean regret first, in the table and in the picture', () => {
    const [first, second] = summarize([result, result]);
    assert.equal(first!.strategy, 'recommended');
    assert.ok(Math.abs(first!.bias! - 0.1) < 1e-12);
    assert.equal(second!.bias, undefined);
    const svg = picture([result]);
    assert.ok(svg.indexOf('>recommended<') < svg.indexOf('>uniform<'));
    assert.ok(!svg.includes('NaN'));
    assert.equal(deviation([1, 3]), Math.SQRT2);
  });
});

describe('closed loop: scarce domains', () => {
  it('cuts weights to their caps, one after the other, and keeps the rest in proportion', () => {
    assert.deepEqual(capped([0.5, 0.3, 0.2], [1, 1, 1]), [0.5, 0.3, 0.2]);
    const once = capped([0.5, 0.3, 0.2], [0.2, 0.4, 1]);
    [0.2, 0.4, 0.4].forEach((weight, j) => assert.ok(Math.abs(once[j]! - weight) < 1e-12));
  });
});

describe('closed loop: averaged laws', () => {
  const law = (scale: number): Predictor => ({
    domains: ['a', 'b'],
    targets: ['a', 'b'],
    targetDomain: [0, 1],
    predict(mixture, modelSize, tokens, losses) {
      losses.forEach((_, i) => (losses[i] = scale * mixture[i]! ** -0.3 + modelSize / tokens));
    },
    gradient(mixture, modelSize, tokens, losses, jacobian) {
      this.predict(mixture, modelSize, tokens, losses);
      jacobian.fill(0);
      losses.forEach((_, i) => (jacobian[i * 2 + i] = -0.3 * scale * mixture[i]! ** -1.3));
    },
  });

  it('predicts the mean, with the gradient of the mean', () => {
    const average = averageOf([law(1), law(3), law(5)]);
    const losses = new Float64Array(2);
    const expected = new Float64Array(2);
    const jacobian = new Float64Array(4);
    const mixture = Float64Array.of(0.3, 0.7);
    average.gradient(mixture, 2, 4, losses, jacobian);
    law(3).predict(mixture, 2, 4, expected);
    losses.forEach((loss, i) => assert.ok(Math.abs(loss - expected[i]!) < 1e-12));
    const step = 1e-6;
    for (let j = 0; j < 2; j++) {
      const above = new Float64Array(2);
      const below = new Float64Array(2);
      average.predict(
        mixture.map((h, k) => (k === j ? h + step : h)),
        2,
        4,
        above,
      );
      average.predict(
        mixture.map((h, k) => (k === j ? h - step : h)),
        2,
        4,
        below,
      );
      for (let i = 0; i < 2; i++) {
        assert.ok(Math.abs(jacobian[i * 2 + j]! - (above[i]! - below[i]!) / (2 * step)) < 1e-6);
      }
    }
  });
});
