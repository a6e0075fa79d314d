import assert from 'node:assert/strict';
import type { Predictor } from '../../../src/core/fit/types';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import { recommend, targetWeightedLoss } from '../../../src/core/recommend/recommend';

/** A law at given parameter values: `{ b: [b of each domain], H: [5] }`. */
function lawAt(
  id: string,
  domains: readonly string[],
  values: ReadonlyMap<string, readonly number[]>,
  minWeight = 1e-6,
): Predictor {
  const shape = {
    domains,
    targets: domains,
    targetDomain: domains.map((_, i) => i),
    modelSizeVaries: true,
    tokensVary: true,
  };
  const model = lawById(id).build(shape, { minAllocation: 'fitted', minWeight });
  const theta = Float64Array.from(model.parameters, ({ symbol, domain, target }) => {
    const of = values.get(symbol)!;
    const subject = domain ?? target;
    return of[subject === undefined ? 0 : domains.indexOf(subject)]!;
  });
  return {
    ...shape,
    predict: (h, N, D, losses) => model.predict(theta, h, N, D, losses),
    gradient: (h, N, D, losses, jacobian) => model.mixtureJacobian(theta, h, N, D, losses, jacobian),
  };
}

/** The seven-domain example of Dai & Zheng 2026 (fitted parameters; N in millions, D in billions). */
const domains = ['arxiv', 'book', 'c4', 'github', 'cc', 'se', 'wiki'];
const paper = new Map([
  ['b', [1.2931, 0.2504, 0.7759, 4.2533, 0.8209, 2.142, 0.9245]],
  ['c', [6.1217, 3.3571, 7.8612, 7.3098, 2.3083, 3.8489, 2.3059]],
  ['A', [0.3931, 0.408, 0.7319, 1.2868, 0.713, 2.023, 0.8802]],
  ['a', [0.9685, 1.6999, 0.3088, 0.0827, 1.0596, 0.0777, 0.5132]],
  ['E', [0.9448, 0.877, 0.5612, 0, 2.4074, 0.0001, 1.3406]],
  ['H', [4.877181]],
]);
const scale = { modelSize: 1300, tokens: 30 };

describe('recommending with a law', () => {
  it("reproduces the paper's seven-domain optimum and its mean loss", () => {
    const best = recommend(lawAt('linear-regression', domains, paper), scale);
    assert.ok(best.kktResidual < 1e-6);
    assert.equal(best.objective.toFixed(4), '1.5803');
    const published = [0.1214, 0.1136, 0.1503, 0.1073, 0.1575, 0.1544, 0.1955];
    best.mixture.forEach((h, j) => {
      assert.ok(Math.abs(h - published[j]!) < 6e-4, `${domains[j]}: ${h} instead of ${published[j]}`);
    });
  });

  it('puts the optimum of Eq. 1 at the target weights, where its gradient vanishes', () => {
    const random = new Random(2);
    for (let trial = 0; trial < 10; trial++) {
      const targetWeights = [...random.simplex(7)].map((w) => 0.02 + 0.86 * w);
      const predictor = lawAt('quantization', domains, paper);
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
      targetWeightedLoss(lawAt(id, domains, paper), scale, new Float64Array(7).fill(1 / 7))(h, fresh);
      const used = targetWeightedLoss(lawAt(id, domains, paper), scale, new Float64Array(7).fill(1 / 7));
      const again = new Float64Array(7);
      used(Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4), again);
      used(h, again);
      assert.deepEqual(again, fresh);
    }
  });
});
