import assert from 'node:assert/strict';
import { Random } from '../../../src/core/random';
import { recommend, targetWeightedLoss } from '../../../src/core/recommend/recommend';
import { lawAt, paper, paperDomains, paperLaw, paperScale } from './support';

const scale = paperScale;

describe('recommending with a law', () => {
  it("reproduces the paper's seven-domain optimum and its mean loss", () => {
    const best = recommend(paperLaw(), scale);
    assert.ok(best.kktResidual < 1e-6);
    assert.equal(best.objective.toFixed(4), '1.5803');
    const published = [0.1214, 0.1136, 0.1503, 0.1073, 0.1575, 0.1544, 0.1955];
    best.mixture.forEach((h, j) => {
      assert.ok(Math.abs(h - published[j]!) < 6e-4, `${paperDomains[j]}: ${h} instead of ${published[j]}`);
    });
  });

  it('puts the optimum of Eq. 1 at the target weights, where its gradient vanishes', () => {
    const random = new Random(2);
    for (let trial = 0; trial < 10; trial++) {
      const targetWeights = [...random.simplex(7)].map((w) => 0.02 + 0.86 * w);
      const predictor = lawAt('quantization', paperDomains, paper);
      const gradient = new Float64Array(7);
      const objective = targetWeightedLoss(predictor, scale, targetWeights);
      objective(Float64Array.from(targetWeights), gradient);
      gradient.forEach((g) => assert.ok(Math.abs(g) < 1e-12, `gradient ${g}`));
      const best = recommend(predictor, { ...scale, targetWeights });
      const sum = targetWeights.reduce((a, b) => a + b, 0);
      best.mixture.forEach((h, j) => assert.ok(Math.abs(h - targetWeights[j]! / sum) < 1e-5));
    }
  });

  it('gives the same gradient on the first evaluation as on any later one', () => {
    for (const id of ['quantization', 'linear-regression']) {
      const h = Float64Array.of(0.4, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05);
      const fresh = new Float64Array(7);
      targetWeightedLoss(lawAt(id, paperDomains, paper), scale, new Float64Array(7).fill(1 / 7))(h, fresh);
      const used = targetWeightedLoss(lawAt(id, paperDomains, paper), scale, new Float64Array(7).fill(1 / 7));
      const again = new Float64Array(7);
      used(Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4), again);
      used(h, again);
      assert.deepEqual(again, fresh);
    }
  });
});
