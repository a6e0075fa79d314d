import assert from 'node:assert/strict';
import { entriesOf, shapeOf } from '../../../src/core/fit/data';
import { engines } from '../../../src/core/fit/engines';
import { defaultOptimizerOptions } from '../../../src/core/fit/optimizer';
import type { LeastSquaresProblem } from '../../../src/core/fit/optimizer';
import { completeOptions } from '../../../src/core/fit/options';
import { LawProblem } from '../../../src/core/fit/problem';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import { drawnRuns } from '../judge/support';

/** r = (100 + eᶻ, z − 5): the first pulls z down, the second, like a prior, up. Gauss–Newton does not see the first bend. */
const tug = (curvature?: LeastSquaresProblem['curvature']): LeastSquaresProblem => ({
  parameterCount: 1,
  residualCount: 2,
  lower: Float64Array.of(-50),
  upper: Float64Array.of(50),
  residuals: (z, r) => r.set([100 + Math.exp(z[0]!), z[0]! - 5]),
  jacobian: (z, r, jacobian) => {
    r.set([100 + Math.exp(z[0]!), z[0]! - 5]);
    jacobian.set([Math.exp(z[0]!), 1]);
  },
  ...(curvature ? { curvature } : {}),
});

describe('the curvature of the logarithm', () => {
  for (const prior of [0, 0.02]) {
    it(`is the second derivative that JᵀJ leaves out where losses are linear in the value (prior ${prior})`, () => {
      const runs = drawnRuns('own-power', { K: 2, n: 20, noise: 0.05 });
      const model = lawById('own-power').build(shapeOf(runs), completeOptions({ law: 'own-power' }));
      const problem = new LawProblem(model, entriesOf(runs, 'all'), { loss: 'squared', huberScale: 1, prior });
      const P = problem.parameterCount;
      const residuals = new Float64Array(problem.residualCount);
      const jacobian = new Float64Array(problem.residualCount * P);
      const gradientAt = (z: Float64Array): Float64Array => {
        problem.jacobian(z, residuals, jacobian);
        return z.map((_, p) => residuals.reduce((sum, r, k) => sum + r * jacobian[k * P + p]!, 0));
      };
      const random = new Random(8);
      let [some, none] = [0, 0];
      for (let draw = 0; draw < 10; draw++) {
        // Amplitudes too large and too small.
        const start = problem.fromTheta(model.start(random, runs));
        const z = start.map((value, p) => (model.parameters[p]!.symbol === 'A' ? value + random.normal() : value));
        const gradient = gradientAt(z);
        const norms = z.map((_, p) => residuals.reduce((sum, _r, k) => sum + jacobian[k * P + p]! ** 2, 0));
        const curvature = new Float64Array(P);
        problem.curvature(z, gradient, curvature);
        model.parameters.forEach(({ symbol, name }, p) => {
          if (symbol === 'E') assert.equal(curvature[p], 0);
          if (symbol !== 'A') return;
          const beside = (step: number) => gradientAt(z.map((value, k) => (k === p ? value + step : value)))[p]!;
          const left = (beside(1e-5) - beside(-1e-5)) / 2e-5 - norms[p]!;
          if (left > 0) some++;
          else none++;
          assert.ok(Math.abs(Math.max(0, left) - curvature[p]!) <= 1e-6 * norms[p]!, `${name}: ${left}`);
        });
      }
      assert.ok(some > 0 && none > 0);
    });
  }

  it('ends a zigzag', () => {
    const search = (problem: LeastSquaresProblem) =>
      engines.mixlaw.minimize(problem, Float64Array.of(0), defaultOptimizerOptions);
    const plain = search(tug());
    const bent = search(tug((z, _gradient, out) => out.set([Math.exp(z[0]!) * (100 + Math.exp(z[0]!))])));
    assert.ok(Math.abs(bent.z[0]! - plain.z[0]!) < 1e-3);
    assert.ok(bent.iterations < plain.iterations / 2, `${bent.iterations} against ${plain.iterations}`);
  });

  it('is left out where a search has a pace: far from an optimum its steps are the shorter', () => {
    let asked = 0;
    const counting = tug((_z, _gradient, out) => {
      asked++;
      out.fill(0);
    });
    engines.mixlaw.minimize(counting, Float64Array.of(0), { ...defaultOptimizerOptions, pace: 1e-3 });
    assert.equal(asked, 0);
  });
});
