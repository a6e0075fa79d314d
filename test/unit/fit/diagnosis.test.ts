import assert from 'node:assert/strict';
import { diagnose } from '../../../src/core/fit/diagnosis';
import { LawProblem } from '../../../src/core/fit/problem';
import { exponential } from '../../../src/core/laws/exponential';
import type { LawModel } from '../../../src/core/laws/law';

/** L = 2 + |θ₁| + (θ₂ − 1)²: a kink in θ₁, none in θ₂. */
const kinked: LawModel = {
  law: exponential,
  shape: { domains: ['a'], targets: ['a'], targetDomain: [0], modelSizeVaries: false, tokensVary: false },
  parameters: ['θ₁', 'θ₂'].map((name) => ({ name, symbol: name, unit: '1', lower: -5, upper: 5, scale: 'linear' })),
  predict(theta, _mixture, _modelSize, _tokens, losses) {
    losses[0] = 2 + Math.abs(theta[0]!) + (theta[1]! - 1) ** 2;
  },
  parameterJacobian(theta, mixture, modelSize, tokens, losses, jacobian) {
    this.predict(theta, mixture, modelSize, tokens, losses);
    jacobian[0] = theta[0]! >= 0 ? 1 : -1;
    jacobian[1] = 2 * (theta[1]! - 1);
  },
  mixtureJacobian() {
    throw new Error('No mixture moves here.');
  },
  start: () => Float64Array.of(0, 0),
};

function diagnosisAt(first: number, second: number) {
  const entries = {
    mixtures: Float64Array.of(1),
    modelSizes: Float64Array.of(100),
    tokens: Float64Array.of(10),
    at: Int32Array.of(0, 1),
    target: Int32Array.of(0),
    // Below all that the law can say: the least is at the kink, and the residual there is not 0.
    loss: Float64Array.of(1.9),
  };
  const problem = new LawProblem(kinked, entries, { loss: 'squared', huberScale: 0.01, prior: 0 });
  const z = Float64Array.of(first, second);
  return diagnose({ model: kinked, problem, z, theta: z, best: 0, searches: [], starts: [] });
}

describe('the diagnosis of an optimum', () => {
  it('knows one that lies on a kink, where no gradient vanishes', () => {
    const { kinks, gradientNorm } = diagnosisAt(0, 1);
    assert.deepEqual(kinks, [0]);
    assert.equal(gradientNorm, 0);
  });

  it('does not take a slope for a kink', () => {
    const { kinks, gradientNorm } = diagnosisAt(0.01, 1);
    assert.deepEqual(kinks, []);
    assert.ok(gradientNorm > 0.5);
  });

  it('does not excuse the parameters beside a kink', () => {
    const { kinks, gradientNorm } = diagnosisAt(0, 1.5);
    assert.deepEqual(kinks, [0]);
    assert.ok(gradientNorm > 0.5);
  });
});
