import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import { predictorOf } from '../../../src/core/fit/predictor';
import type { Fit } from '../../../src/core/fit/types';
import { bootstrapFit, resampledRows } from '../../../src/core/judge/bootstrap';
import { knownFit, refit } from '../../../src/core/judge/refit';
import { selectRuns } from '../../../src/core/results/runs';
import { drawnRuns } from './support';

const mixture = Float64Array.of(0.3, 0.5, 0.2);
const lossesOf = (fit: Fit, parameters: readonly number[]): Float64Array => {
  const losses = new Float64Array(3);
  const own = { ...fit, parameters: fit.parameters.map((known, p) => ({ ...known, value: parameters[p]! })) };
  predictorOf(own).predict(mixture, 300, 10, losses);
  return losses;
};

describe('a refit from a known optimum', () => {
  for (const law of ['additive', 'linear-regression', 'overlap', 'bimix']) {
    it(`ends where a fit of all starts ends, for runs drawn anew: ${law}`, () => {
      const runs = drawnRuns(law, { n: 40, varies: { N: true, D: true } });
      const fit = fitLaw(runs, { law });
      for (let replicate = 0; replicate < 4; replicate++) {
        const quick = refit(selectRuns(runs, resampledRows(runs, 1, replicate)), fit.options, knownFit(fit));
        const slow = bootstrapFit(runs, fit.options, 1, replicate).parameters.map(({ value }) => value);
        assert.equal(quick.parameters.length, fit.parameters.length);
        const [one, other] = [lossesOf(fit, quick.parameters), lossesOf(fit, slow)];
        one.forEach((loss, i) =>
          assert.ok(Math.abs(loss / other[i]! - 1) < 3e-3, `${replicate}: ${loss}, ${other[i]}`),
        );
      }
    });
  }

  it('keeps the law of the known fit when the runs drawn have one scale only', () => {
    const runs = drawnRuns('additive', { n: 40, varies: { D: true } });
    const fit = fitLaw(runs, { law: 'additive', starts: 1 });
    const same = Array.from(runs.rows.keys()).filter((row) => runs.tokens[row] === runs.tokens[0]);
    const { parameters } = refit(selectRuns(runs, same), fit.options, knownFit(fit));
    assert.equal(parameters.length, fit.parameters.length);
    assert.ok(parameters.every(Number.isFinite));
  });

  it('leaves what was never measured as it was', () => {
    const runs = drawnRuns('bimix', { n: 30 });
    const fit = fitLaw(runs, { law: 'bimix', starts: 1 });
    const unmeasured = { ...runs, losses: runs.losses.map((loss, at) => (at % 3 === 1 ? NaN : loss)) };
    const { parameters } = refit(unmeasured, fit.options, knownFit(fit));
    fit.parameters.forEach(({ value, target, domain }, p) => {
      if ((target ?? domain) === 'domain1') assert.equal(parameters[p], value);
    });
  });
});
