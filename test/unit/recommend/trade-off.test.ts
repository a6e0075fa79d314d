import assert from 'node:assert/strict';
import { laws } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import { recommend } from '../../../src/core/recommend/recommend';
import { tradeOff, type TradeOffPoint } from '../../../src/core/recommend/trade-off';
import { fittedFloors, randomTheta, shapeOf } from '../laws/separableSupport';
import { paperLaw, paperScale, predictorAt } from './support';

const arxiv = [1, 0, 0, 0, 0, 0, 0];
const code = [0, 0, 0, 1, 0, 1, 0];

/** At every weight the point of that weight is the best of all points: what "on the lower convex hull" means. */
function assertOnHull(curve: readonly TradeOffPoint[]): void {
  const value = (weight: number, { lossA, lossB }: TradeOffPoint): number => (1 - weight) * lossA + weight * lossB;
  for (const own of curve)
    for (const other of curve) {
      assert.ok(value(own.weight, own) <= value(own.weight, other) + 1e-10, `${own.weight} against ${other.weight}`);
    }
  for (let p = 1; p < curve.length; p++) {
    assert.ok(curve[p]!.lossA >= curve[p - 1]!.lossA - 1e-9, `A falls at ${curve[p]!.weight}`);
    assert.ok(curve[p]!.lossB <= curve[p - 1]!.lossB + 1e-9, `B rises at ${curve[p]!.weight}`);
  }
}

describe('trade-off between two aims', () => {
  it('has at each weight the optimum that a search of its own finds', () => {
    const predictor = paperLaw();
    const curve = tradeOff(predictor, paperScale, arxiv, code, 9);
    assert.deepEqual(
      curve.map(({ weight }) => weight),
      [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1],
    );
    for (const { weight, mixture, lossA, lossB } of curve) {
      const targetWeights = arxiv.map((a, i) => (1 - weight) * a + (weight * code[i]!) / 2);
      const alone = recommend(predictor, { ...paperScale, targetWeights });
      assert.ok(Math.abs((1 - weight) * lossA + weight * lossB - alone.objective) < 1e-9, `at ${weight}`);
      assert.ok(Math.abs(mixture.reduce((a, b) => a + b, 0) - 1) < 1e-12);
    }
  });

  it('is monotone and on the hull for every law, under limits too', () => {
    const weights = [
      [1, 0, 0, 0],
      [0, 0.2, 1, 0],
    ] as const;
    for (const law of laws) {
      for (const seed of [1, 2, 3]) {
        const random = new Random(seed);
        const model = law.build(shapeOf(4, { N: true, D: true }), fittedFloors);
        const predictor = predictorAt(model, randomTheta(random, model));
        const limits = seed === 2 ? { upper: [0.5, 0.5, 0.5, 0.5] } : {};
        assertOnHull(tradeOff(predictor, { modelSize: 400, tokens: 10, ...limits }, ...weights, 13));
      }
    }
  });

  it('gives up nothing when both aims are the same', () => {
    const curve = tradeOff(paperLaw(), paperScale, arxiv, arxiv, 4);
    for (const { lossA, lossB } of curve) {
      assert.equal(lossA, lossB);
      assert.ok(Math.abs(lossA - curve[0]!.lossA) < 1e-12);
    }
  });

  it('is pulled to a prior at every weight', () => {
    const prior = new Array<number>(7).fill(1 / 7);
    const [free, held] = [0, 100].map((kl) => tradeOff(paperLaw(), { ...paperScale, prior, kl }, arxiv, code, 3));
    for (const { mixture } of held!) mixture.forEach((h) => assert.ok(Math.abs(h - 1 / 7) < 0.01));
    assert.ok(Math.abs(free![0]!.mixture[0]! - 1 / 7) > 0.2);
  });
});
