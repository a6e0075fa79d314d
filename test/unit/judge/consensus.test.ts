import assert from 'node:assert/strict';
import { FitError } from '../../../src/core/errors';
import { consensusPredictor, fitConsensus } from '../../../src/core/judge/consensus';
import { drawnRuns } from './support';

const quick = { laws: ['additive', 'linear', 'bimix', 'joint'], stackFolds: 3, fit: { starts: 1 } };

describe('consensus', () => {
  it('leans on the law the runs were drawn from, with weights that sum to 1', () => {
    const { fits, targets, weights } = fitConsensus(drawnRuns('additive', { n: 60, noise: 0.002 }), quick);
    assert.deepEqual(
      fits.map(({ law }) => law),
      ['additive', 'linear', 'bimix'],
    );
    targets.forEach((_, target) => {
      const row = weights.subarray(target * 3, target * 3 + 3);
      assert.ok(Math.abs(row.reduce((sum, w) => sum + w, 0) - 1) < 1e-12);
      assert.ok(row[0]! > 0.5);
    });
  });

  it('has the gradient of its own prediction', () => {
    const predictor = consensusPredictor(fitConsensus(drawnRuns('exponential', { n: 40 }), quick));
    const mixture = Float64Array.from([0.3, 0.5, 0.2]);
    const [losses, jacobian] = [new Float64Array(3), new Float64Array(9)];
    predictor.gradient(mixture, 200, 10, losses, jacobian);
    const at = (j: number, step: number): Float64Array => {
      const out = new Float64Array(3);
      predictor.predict(
        mixture.map((h, k) => (k === j ? h + step : h)),
        200,
        10,
        out,
      );
      return out;
    };
    assert.deepEqual(at(0, 0), losses);
    for (let j = 0; j < 3; j++) {
      const [below, above] = [at(j, -1e-5), at(j, 1e-5)];
      for (let i = 0; i < 3; i++) {
        const difference = (above[i]! - below[i]!) / 2e-5;
        assert.ok(Math.abs(jacobian[i * 3 + j]! - difference) <= 1e-6 * Math.max(1, Math.abs(difference)));
      }
    }
  });

  it('needs two laws that apply', () => {
    assert.throws(
      () => fitConsensus(drawnRuns('additive'), { ...quick, laws: ['additive', 'joint'] }),
      (error) => error instanceof FitError && error.code === 'no-consensus',
    );
  });
});
