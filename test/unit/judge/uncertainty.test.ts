import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import { lawById, laws } from '../../../src/core/laws/registry';
import { bootstrapFit, bootstrapIntervals, quantile, resampledRows } from '../../../src/core/judge/bootstrap';
import { covarianceOf, deviationAlong, standardErrors } from '../../../src/core/judge/covariance';
import { uncertaintyOf } from '../../../src/core/judge/uncertainty';
import { Random } from '../../../src/core/random';
import { fittedFloors, randomRuns, randomTheta, shapeOf, withLosses } from '../laws/separableSupport';
import { drawnRuns } from './support';

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

interface Simulation {
  readonly law: string;
  readonly n: number;
  readonly noise: number;
  readonly varies: { readonly N?: boolean; readonly D?: boolean };
}

/** Share of new runs inside the 90 % intervals, over many data sets of n runs drawn from the law, 3 domains. */
function coverageOf({ law, n, noise, varies }: Simulation, datasets: number): number {
  const random = new Random(17);
  const shape = shapeOf(3, varies);
  const model = lawById(law).build(shape, fittedFloors);
  let inside = 0;
  let count = 0;
  for (let set = 0; set < datasets; set++) {
    const truth = randomTheta(random, model);
    const runs = withLosses(model, truth, randomRuns(random, shape, n), noise, random);
    const uncertainty = uncertaintyOf(fitLaw(runs, { law, starts: 2, seed: set + 1 }), runs);
    const fresh = withLosses(model, truth, randomRuns(random, shape, 20), noise, random);
    for (let row = 0; row < 20; row++) {
      const mixture = fresh.mixtures.subarray(row * 3, row * 3 + 3);
      const intervals = uncertainty.intervals(mixture, fresh.modelSizes[row]!, fresh.tokens[row]!, 0.9);
      intervals.forEach(({ lower, upper }, target) => {
        const loss = fresh.losses[row * 3 + target]!;
        count++;
        if (loss >= lower && loss <= upper) inside++;
      });
    }
  }
  return inside / count;
}

describe('covariance', () => {
  it('is σ²(JᵀJ)⁻¹ when all parameters are settled', () => {
    // JᵀJ = [[2, 1], [1, 2]], inverse [[2, −1], [−1, 2]]/3.
    const covariance = covarianceOf(Float64Array.from([1, 0, 0, 1, 1, 1]), 3, 2, 0.25);
    assert.equal(covariance.rank, 2);
    const errors = standardErrors(covariance, 2);
    near(errors[0]!, Math.sqrt(0.25 * (2 / 3)), 1e-12);
    near(deviationAlong(covariance, Float64Array.from([1, 1])), Math.sqrt(0.25 * (2 / 3)), 1e-12);
    near(deviationAlong(covariance, Float64Array.from([1, -1])), Math.sqrt(0.25 * 2), 1e-12);
  });

  it('does not depend on the unit of a parameter', () => {
    const jacobian = Float64Array.from([1, 2e6, 3, -1e6, 0.5, 4e6]);
    const scaled = jacobian.map((value, at) => (at % 2 === 1 ? value / 1e9 : value));
    const [one, other] = [covarianceOf(jacobian, 3, 2, 1), covarianceOf(scaled, 3, 2, 1)];
    near(standardErrors(one, 2)[0]!, standardErrors(other, 2)[0]!, 1e-9);
    near(standardErrors(one, 2)[1]! * 1e9, standardErrors(other, 2)[1]!, 1e-6 * standardErrors(other, 2)[1]!);
  });

  it('leaves open what the data cannot tell, and holds what is on a bound', () => {
    // Parameters 0 and 1 act only through their sum; 2 acts alone; 3 not at all.
    const jacobian = Float64Array.from([1, 1, 0, 0, 2, 2, 1, 0, 0, 0, 3, 0]);
    const covariance = covarianceOf(jacobian, 3, 4, 1);
    assert.equal(covariance.rank, 2);
    const errors = standardErrors(covariance, 4);
    assert.deepEqual([errors[0], errors[1], errors[3]], [Infinity, Infinity, Infinity]);
    assert.ok(Number.isFinite(errors[2]!));
    assert.ok(Number.isFinite(deviationAlong(covariance, Float64Array.from([1, 1, 0, 0]))));
    assert.equal(deviationAlong(covariance, Float64Array.from([1, 0, 0, 0])), Infinity);
    const held = covarianceOf(jacobian, 3, 4, 1, Uint8Array.from([0, 1, 0, 1]));
    assert.equal(held.rank, 2);
    assert.equal(standardErrors(held, 4)[1], 0);
    assert.ok(Number.isFinite(deviationAlong(held, Float64Array.from([1, 0, 0, 0]))));
  });
});

describe('prediction intervals', () => {
  const mixtureAlone = {};
  const atAnyScale = { N: true, D: true };
  const simulations: readonly Simulation[] = [
    { law: 'quantization', n: 40, noise: 0.01, varies: { N: true } },
    { law: 'linear-regression', n: 60, noise: 0.01, varies: atAnyScale },
    { law: 'overlap', n: 40, noise: 0.01, varies: mixtureAlone },
    { law: 'overlap', n: 60, noise: 0.01, varies: atAnyScale },
    { law: 'additive', n: 40, noise: 0.01, varies: mixtureAlone },
    { law: 'additive', n: 80, noise: 0.01, varies: atAnyScale },
    { law: 'joint', n: 80, noise: 0.01, varies: atAnyScale },
    { law: 'own-power', n: 25, noise: 0.005, varies: mixtureAlone },
    { law: 'exponential', n: 40, noise: 0.02, varies: mixtureAlone },
    { law: 'log-linear', n: 40, noise: 0.02, varies: mixtureAlone },
    { law: 'linear', n: 40, noise: 0.02, varies: mixtureAlone },
    { law: 'bimix', n: 25, noise: 0.005, varies: mixtureAlone },
    { law: 'bimix', n: 50, noise: 0.01, varies: { D: true } },
  ];
  for (const simulation of simulations) {
    const scale = Object.keys(simulation.varies).join(', ');
    it(`cover 85–95 % of new runs at 90 %: ${simulation.law}${scale && `, ${scale} vary`}`, () => {
      const coverage = coverageOf(simulation, 30);
      assert.ok(coverage >= 0.85 && coverage <= 0.95, `${(100 * coverage).toFixed(1)} %`);
    });
  }

  it('are simulated for every law that is fitted', () => {
    assert.deepEqual([...new Set(simulations.map(({ law }) => law))].sort(), laws.map(({ id }) => id).sort());
  });

  it('widen away from the runs', () => {
    const runs = drawnRuns('additive', { n: 60, varies: { N: true, D: true } });
    const uncertainty = uncertaintyOf(fitLaw(runs, { law: 'additive', starts: 2 }), runs);
    const mixture = Float64Array.from([0.4, 0.3, 0.3]);
    const [inside] = uncertainty.intervals(mixture, 300, 10, 0.9);
    const [outside] = uncertainty.intervals(mixture, 100_000, 2000, 0.9);
    assert.ok(outside!.deviation > 2 * inside!.deviation);
    assert.ok(inside!.lower < inside!.predicted && inside!.predicted < inside!.upper);
  });

  it('serve a fit of some rows of runs with a target it cannot predict', () => {
    const runs = drawnRuns('bimix', { n: 30 });
    const orphan = { ...runs, targetDomain: [0, -1, 2] };
    const fit = fitLaw(orphan, { law: 'bimix', starts: 1 }, { train: [...Array(20).keys()], validation: [20, 21] });
    const intervals = uncertaintyOf(fit, orphan).intervals(Float64Array.from([0.2, 0.3, 0.5]), NaN, NaN, 0.9);
    assert.equal(intervals.length, 2);
    for (const { lower, predicted, upper } of intervals) assert.ok(lower < predicted && predicted < upper);
  });
});

describe('bootstrap', () => {
  it('draws whole runs, as many as there are, the same for the same replicate', () => {
    const runs = drawnRuns('bimix', { n: 30 });
    runs.runIds.forEach((_, row) => (runs.runIds[row] = Math.floor(row / 3)));
    const rows = resampledRows(runs, 1, 4);
    assert.equal(rows.length, 30);
    for (let at = 0; at < 30; at += 3)
      assert.deepEqual(rows.slice(at, at + 3), [rows[at], rows[at]! + 1, rows[at]! + 2]);
    assert.deepEqual(resampledRows(runs, 1, 4), rows);
    assert.notDeepEqual(resampledRows(runs, 1, 5), rows);
    assert.notDeepEqual(resampledRows(runs, 2, 4), rows);
  });

  it('gives an interval around the curve about as wide as the linear one', () => {
    const runs = drawnRuns('bimix', { n: 40, noise: 0.01 });
    const fits = Array.from({ length: 60 }, (_, replicate) =>
      bootstrapFit(runs, { law: 'bimix', starts: 1 }, 1, replicate),
    );
    const mixture = Float64Array.from([0.3, 0.3, 0.4]);
    const intervals = bootstrapIntervals(fits, mixture, 200, 10, 0.9);
    const linear = uncertaintyOf(fitLaw(runs, { law: 'bimix', starts: 1 }), runs).intervals(mixture, 200, 10, 0.9);
    intervals.forEach(({ lower, upper }, target) => {
      const ratio = (upper - lower) / (2 * 1.645 * linear[target]!.deviation);
      assert.ok(ratio > 0.5 && ratio < 2, String(ratio));
    });
  });

  it('takes quantiles between values', () => {
    assert.equal(quantile(Float64Array.from([0, 1, 2, 3, 4]), 0.125), 0.5);
  });
});
