import assert from 'node:assert/strict';
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
  guards: ['flat-optimum'],
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
