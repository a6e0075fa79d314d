import assert from 'node:assert/strict';
import { entriesOf, shapeOf } from '../../../src/core/fit/data';
import { engines } from '../../../src/core/fit/engines';
import { defaultOptimizerOptions } from '../../../src/core/fit/optimizer';
import { LawProblem } from '../../../src/core/fit/problem';
import type { Objective } from '../../../src/core/fit/problem';
import { ProjectedProblem } from '../../../src/core/fit/projection';
import { completeOptions } from '../../../src/core/fit/options';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import type { Runs } from '../../../src/core/results/runs';
import { drawnRuns } from '../judge/support';

const squared: Objective = { loss: 'squared', huberScale: 0.01, prior: 0 };

function problemFor(law: string, runs: Runs, objective: Objective = squared): LawProblem {
  const model = lawById(law).build(shapeOf(runs), completeOptions({ law }));
  return new LawProblem(model, entriesOf(runs, 'all'), objective);
}

const sumOfSquares = (problem: LawProblem, z: Float64Array): number => {
  const residuals = new Float64Array(problem.residualCount);
  problem.residuals(z, residuals);
  return residuals.reduce((sum, residual) => sum + residual * residual, 0);
};

describe('variable projection', () => {
  it('is for squared errors without a prior, where a law has linear parameters and others', () => {
    const runs = drawnRuns('own-power', { n: 12 });
    assert.ok(ProjectedProblem.of(problemFor('own-power', runs)));
    for (const [law, objective] of [
      ['own-power', { ...squared, prior: 0.01 }],
      ['own-power', { ...squared, loss: 'huber' }],
      ['additive', squared],
      ['overlap', squared],
    ] as const) {
      assert.equal(ProjectedProblem.of(problemFor(law, runs, objective)), undefined, law);
    }
  });

  for (const [law, varies] of [
    ['own-power', {}],
    ['own-power', { D: true }],
    ['bimix', {}],
    ['bimix', { D: true }],
  ] as const) {
    describe(`${law}${'D' in varies ? ' in tokens' : ''}`, () => {
      const runs = drawnRuns(law, { K: 2, n: 30, noise: 0.02, seed: 4, varies });
      const problem = problemFor(law, runs);
      const isLinear = problem.model.parameters.map((spec) => spec.isLinear === true);

      it('Jᵀr is the gradient of the sum of squares that is left', () => {
        const projected = ProjectedProblem.of(problem)!;
        const { parameterCount: Q, residualCount: n } = projected;
        const residuals = new Float64Array(n);
        const jacobian = new Float64Array(n * Q);
        const half = (z: Float64Array): number => {
          projected.residuals(z, residuals);
          return residuals.reduce((sum, residual) => sum + residual * residual, 0) / 2;
        };
        const random = new Random(2);
        for (let draw = 0; draw < 5; draw++) {
          const start = problem.fromTheta(problem.model.start(random, runs));
          const z = start.filter((_, p) => !isLinear[p]);
          projected.jacobian(z, residuals, jacobian);
          const gradient = z.map((_, q) => residuals.reduce((sum, r, k) => sum + r * jacobian[k * Q + q]!, 0));
          const scale = Math.hypot(...gradient);
          z.forEach((value, q) => {
            const beside = (step: number): number => half(z.map((other, k) => (k === q ? value + step : other)));
            const slope = (beside(1e-5) - beside(-1e-5)) / 2e-5;
            assert.ok(Math.abs(slope - gradient[q]!) <= 1e-5 * scale, `${q}: ${gradient[q]}, ${slope}`);
          });
        }
      });

      it('ends where the search in all parameters does, in fewer iterations', () => {
        const random = new Random(7);
        let [joint, alone] = [0, 0];
        for (let draw = 0; draw < 4; draw++) {
          const start = problem.fromTheta(problem.model.start(random, runs));
          const whole = engines.mixlaw.minimize(problem, start, defaultOptimizerOptions);
          const search = ProjectedProblem.of(problem)!.minimize(engines.mixlaw, start, defaultOptimizerOptions);
          assert.ok(search.sumOfSquares <= whole.sumOfSquares * (1 + 1e-6));
          assert.ok(Math.abs(sumOfSquares(problem, search.z) / search.sumOfSquares - 1) < 1e-9);
          joint += whole.iterations;
          alone += search.iterations;
        }
        assert.ok(alone < joint, `${alone} iterations against ${joint}`);
      });
    });
  }

  it('gives linear parameters the best values within their bounds', () => {
    // Losses that rise with the weight, and steeply: E would be above the lowest loss, A below 0.
    const runs = drawnRuns('own-power', { K: 2, n: 20, noise: 0 });
    const rising = { ...runs, losses: runs.losses.map((_, at) => 2 + runs.mixtures[at]!) };
    const problem = problemFor('own-power', rising);
    const start = problem.fromTheta(problem.model.start(new Random(3), rising));
    const { z } = ProjectedProblem.of(problem)!.minimize(engines.mixlaw, start, {
      ...defaultOptimizerOptions,
      maxIterations: 0,
    });
    const best = sumOfSquares(problem, z);
    let held = 0;
    problem.model.parameters.forEach((spec, p) => {
      if (!spec.isLinear) return assert.ok(Math.abs(z[p]! - start[p]!) < 1e-12);
      assert.ok(z[p]! >= problem.lower[p]! - 1e-12 && z[p]! <= problem.upper[p]! + 1e-12);
      if (z[p]! <= problem.lower[p]! + 1e-12 || z[p]! >= problem.upper[p]! - 1e-12) held++;
      for (const step of [-1e-3, 1e-3]) {
        const beside = z.map((value, k) =>
          k === p ? Math.min(problem.upper[p]!, Math.max(problem.lower[p]!, value + step)) : value,
        );
        assert.ok(sumOfSquares(problem, beside) >= best * (1 - 1e-12), spec.name);
      }
    });
    assert.ok(held > 0);
  });
});
