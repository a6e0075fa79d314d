import assert from 'node:assert/strict';
import type { Predictor } from '../../../src/core/fit/types';
import { laws } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import { averageOf } from '../../../src/core/recommend/consensus';
import { recommend, targetWeightedLoss } from '../../../src/core/recommend/recommend';
import { fittedFloors, randomTheta, shapeOf } from '../laws/separableSupport';
import { difference } from '../support/gradients';
import { predictorAt } from './support';

const K = 6;
const scale = { modelSize: 300, tokens: 20 };

function lawOf(id: string, seed: number): Predictor {
  const model = laws.find((law) => law.id === id)!.build(shapeOf(K, { N: true, D: true }), fittedFloors);
  return predictorAt(model, randomTheta(new Random(seed), model));
}

/** The same with its gradient alone. */
function withoutHessian(predictor: Predictor): Predictor {
  const { domains, targets, targetDomain } = predictor;
  return {
    domains,
    targets,
    targetDomain,
    predict: (...args) => predictor.predict(...args),
    gradient: (...args) => predictor.gradient(...args),
  };
}

describe('second derivatives of what is minimised', () => {
  it('lead to the optimum that differences of the gradient lead to, whatever the law', () => {
    for (const { id } of laws) {
      const law = lawOf(id, 4);
      const options = { ...scale, targetWeights: [3, 1, 0, 1, 2, 1], upper: [0.3, 1, 1, 1, 1, 1], seed: 2 };
      const exact = recommend(law, options);
      const numeric = recommend(withoutHessian(law), options);
      assert.ok(exact.kktResidual <= 1e-9, `${id}: residual ${exact.kktResidual}`);
      assert.ok(Math.abs(exact.objective - numeric.objective) <= 1e-12, id);
      exact.mixture.forEach((h, j) => assert.ok(Math.abs(h - numeric.mixture[j]!) < 1e-5, `${id}, domain ${j}`));
    }
  });

  it('of a mean of laws with a prior agree with differences of its gradient', () => {
    const average = averageOf([
      { predictor: lawOf('overlap', 5), weight: 0.7 },
      { predictor: lawOf('joint', 6), weight: 0.3 },
    ]);
    const random = new Random(7);
    const objective = targetWeightedLoss(
      average,
      { ...scale, prior: [...random.simplex(K)], kl: 0.2 },
      random.simplex(K),
    );
    const mixture = random.simplex(K).map((h) => 0.05 + 0.7 * h);
    const hessian = new Float64Array(K * K).fill(NaN);
    objective.hessian!(mixture, hessian);
    for (let j = 0; j < K; j++) {
      const gradientAt = (weight: number): Float64Array => {
        const gradient = new Float64Array(K);
        objective(
          mixture.map((own, k) => (k === j ? weight : own)),
          gradient,
        );
        return gradient;
      };
      const { slope } = difference(gradientAt, mixture[j]!, 1e-3 * mixture[j]!);
      slope.forEach((value, k) => assert.ok(Math.abs(value - hessian[k * K + j]!) < 1e-6, `${k}, ${j}`));
    }
  });

  it('are not claimed for a mean of laws of which one has none', () => {
    const members = [lawOf('overlap', 5), withoutHessian(lawOf('joint', 6))];
    assert.equal(averageOf(members.map((predictor) => ({ predictor, weight: 0.5 }))).hessian, undefined);
  });
});
