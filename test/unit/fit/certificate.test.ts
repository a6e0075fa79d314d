import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import type { Fit, FitOptions } from '../../../src/core/fit/types';
import { selectRuns } from '../../../src/core/results/runs';
import type { Runs } from '../../../src/core/results/runs';
import { drawnRuns } from '../judge/support';

type Note = Fit['certificate']['notes'][number];

const noteOf = (fit: Fit, code: string): Note | undefined => fit.certificate.notes.find((note) => note.code === code);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The runs with every mixture replaced. */
function withMixtures(runs: Runs, mixtureOf: (run: number) => readonly number[]): Runs {
  const K = runs.domains.length;
  const mixtures = new Float64Array(runs.mixtures.length);
  for (let run = 0; run < runs.rows.length; run++) mixtures.set(mixtureOf(run), run * K);
  return { ...runs, mixtures };
}

describe('the certificate', () => {
  const runs = drawnRuns('additive', { K: 3, n: 40, noise: 0.005 });
  const good = fitLaw(runs, { law: 'bimix', starts: 3 });

  it('has nothing to warn of where the runs determine the law', () => {
    const fit = fitLaw(drawnRuns('quantization', { K: 3, n: 60, noise: 0.002, varies: { N: true } }), {
      law: 'quantization',
      minAllocation: 1,
      starts: 3,
    });
    const { certificate } = fit;
    assert.ok(certificate.converged);
    assert.ok(certificate.gradientNorm < 1e-4);
    assert.equal(certificate.jacobianRank, certificate.parameterCount);
    assert.equal(certificate.agreeingStarts, 3);
    assert.ok(certificate.startSpread < 0.01);
    assert.equal(certificate.entries, 180);
    assert.ok(certificate.condition >= 1 && Number.isFinite(certificate.condition));
    assert.deepEqual(
      certificate.notes.filter(({ severity }) => severity === 'warning'),
      [],
    );
    assert.ok(fit.parameters.every(({ standardError }) => standardError! > 0));
  });

  it('puts warnings first', () => {
    const fit = fitLaw(selectRuns(runs, range(4)), { law: 'additive', starts: 2 });
    const severities = fit.certificate.notes.map(({ severity }) => severity);
    assert.ok(severities.includes('warning') && severities.includes('info'));
    assert.deepEqual(severities, [...severities].sort().reverse());
  });

  describe('rank', () => {
    const few = selectRuns(runs, range(4));

    it('is short where there are fewer losses than parameters: without a prior the rest is arbitrary', () => {
      const { certificate, parameters } = fitLaw(few, { law: 'additive', starts: 1, prior: 0 });
      assert.ok(certificate.jacobianRank < certificate.parameterCount);
      assert.ok(certificate.jacobianRank <= 12);
      const note = certificate.notes.find(({ code }) => code === 'rank-deficient')!;
      assert.equal(note.severity, 'warning');
      assert.match(note.message, /determine \d+ of \d+ parameters; the rest is arbitrary/);
      assert.ok(parameters.some(({ standardError }) => standardError === undefined));
    });

    it('is short with a prior too, which decides the rest', () => {
      const note = noteOf(fitLaw(few, { law: 'additive', starts: 1, prior: 0.01 }), 'rank-deficient')!;
      assert.equal(note.severity, 'info');
      assert.match(note.message, /the prior decides the rest/);
    });

    it('is full otherwise, and nothing is said', () => {
      assert.equal(good.certificate.jacobianRank, good.certificate.parameterCount);
      assert.equal(noteOf(good, 'rank-deficient'), undefined);
    });
  });

  describe('bounds', () => {
    it('that hold a parameter are named, and the parameter says so itself', () => {
      // Losses that rise with a domain's own weight: a law that lets them fall makes them as flat as it may.
      const rising = { ...runs, losses: runs.mixtures.map((weight) => 2 + weight) };
      const fit = fitLaw(rising, { law: 'quantization', starts: 1, prior: 0 });
      const held = fit.parameters.filter(({ atBound }) => atBound !== undefined).map(({ name }) => name);
      assert.ok(held.length > 0);
      assert.deepEqual([...fit.certificate.activeBounds].sort(), held.sort());
      assert.match(noteOf(fit, 'at-bound')!.message, /^At the edge of their range: .+ = /);
    });

    it('that hold none are not mentioned', () => {
      const fit = fitLaw(drawnRuns('quantization', { K: 3, n: 60, noise: 0.002, varies: { N: true } }), {
        law: 'quantization',
        minAllocation: 1,
        starts: 1,
      });
      assert.deepEqual(fit.certificate.activeBounds, []);
      assert.equal(noteOf(fit, 'at-bound'), undefined);
      assert.ok(fit.parameters.every(({ atBound }) => atBound === undefined));
    });
  });

  describe('thin domains', () => {
    const holding = (count: number): Runs =>
      withMixtures(runs, (run) => [
        0.3 + 0.01 * run,
        run < count ? 0.1 : 0,
        0.7 - 0.01 * run - (run < count ? 0.1 : 0),
      ]);
    const thin = (some: Runs) => fitLaw(some, { law: 'additive', starts: 1 }).certificate;

    for (const [count, words] of [
      [0, /What domain1 does is hardly known: no training run contains it/],
      [1, /domain1 .*only 1 run contains it/],
      [4, /domain1 .*only 4 runs contain it/],
    ] as const) {
      it(`are named: ${count} runs hold one`, () => {
        const { thinDomains, notes } = thin(holding(count));
        assert.deepEqual(thinDomains, [{ domain: 'domain1', runs: count }]);
        assert.match(notes.find(({ code }) => code === 'thin-domain')!.message, words);
      });
    }

    it('are counted in runs, not in checkpoints', () => {
      const checkpoints = { ...holding(8), runIds: Int32Array.from(runs.rows, (run) => run >> 2) };
      assert.deepEqual(thin(checkpoints).thinDomains, [{ domain: 'domain1', runs: 2 }]);
    });

    it('are counted among the training rows alone', () => {
      const split = { train: range(40).slice(3), validation: [0, 1, 2] };
      const { thinDomains } = fitLaw(holding(5), { law: 'additive', starts: 1 }, split).certificate;
      assert.deepEqual(thinDomains, [{ domain: 'domain1', runs: 2 }]);
    });

    it('are none where five runs hold each', () => {
      const { thinDomains, notes } = thin(holding(5));
      assert.deepEqual(thinDomains, []);
      assert.ok(!notes.some(({ code }) => code === 'thin-domain'));
    });
  });

  describe('starts', () => {
    const wanted: Partial<FitOptions> = { law: 'linear-regression', prior: 0 };

    it('that end apart: how many agree, and how far the worst is', () => {
      // Two iterations from random starts lead to as many places as there are starts.
      const fit = fitLaw(runs, { ...wanted, starts: 6, maxIterations: 2 });
      const { agreeingStarts, starts, startSpread } = fit.certificate;
      const values = fit.starts.map(({ minimised }) => minimised);
      const least = Math.min(...values);
      assert.equal(starts, 6);
      assert.equal(agreeingStarts, values.filter((value) => value <= 1.01 * least).length);
      assert.ok(agreeingStarts < 3);
      assert.ok(Math.abs(startSpread - (Math.max(...values) - least) / least) < 1e-12);
      assert.match(noteOf(fit, 'starts-disagree')!.message, /^Only \d of 6 starts came within 1 %/);
    });

    it('that agree, or a single one: nothing to say', () => {
      assert.equal(good.certificate.agreeingStarts, 3);
      assert.equal(noteOf(good, 'starts-disagree'), undefined);
      assert.equal(noteOf(fitLaw(runs, { ...wanted, starts: 1, maxIterations: 2 }), 'starts-disagree'), undefined);
    });
  });

  describe('convergence', () => {
    it('is denied when the iterations were used up', () => {
      const fit = fitLaw(runs, { law: 'linear-regression', starts: 1, prior: 0, maxIterations: 1 });
      assert.equal(fit.certificate.converged, false);
      const note = noteOf(fit, 'not-converged')!;
      assert.equal(note.severity, 'warning');
      assert.match(note.message, /the iterations were used up/);
    });

    it('is granted otherwise', () => {
      assert.ok(good.certificate.converged);
      assert.equal(noteOf(good, 'not-converged'), undefined);
    });

    for (const loss of ['squared', 'huber'] as const) {
      it(`is granted, and starts agree, when the law passes through every loss (${loss})`, () => {
        const exact = drawnRuns('quantization', { K: 3, n: 40, noise: 0, varies: { N: true } });
        const fit = fitLaw(exact, { law: 'quantization', starts: 3, prior: 0, loss });
        const passing = fit.starts.filter(({ minimised }) => minimised < 1e-22).length;
        assert.ok(passing > 0);
        assert.ok(fit.certificate.converged);
        assert.ok(fit.certificate.agreeingStarts >= passing);
        assert.equal(noteOf(fit, 'not-converged'), undefined);
      });
    }
  });

  describe('floors', () => {
    const zeros = withMixtures(runs, (run) =>
      run % 4 === 0 ? [0, 0.4, 0.6] : [0.3, 0.3 + 0.01 * run, 0.4 - 0.01 * run],
    );

    it('count the losses whose domain lies below them', () => {
      const fit = fitLaw(zeros, { law: 'linear-regression', starts: 1, minWeight: 0.001 });
      assert.equal(fit.certificate.flooredEntries, 10);
      assert.match(noteOf(fit, 'floored')!.message, /^10 of 120 fitted losses .* below 0\.001/);
    });

    it('count nothing that the mask leaves out, and nothing where no weight lies below', () => {
      const options = { law: 'linear-regression', starts: 1, minWeight: 0.001 } as const;
      assert.equal(fitLaw(zeros, { ...options, mask: 'positive' }).certificate.flooredEntries, 0);
      const fit = fitLaw(
        withMixtures(runs, (run) => [0.2, 0.3 + 0.01 * run, 0.5 - 0.01 * run]),
        options,
      );
      assert.equal(fit.certificate.flooredEntries, 0);
      assert.equal(noteOf(fit, 'floored'), undefined);
    });
  });

  describe('targets', () => {
    it('that a law cannot serve are named, and the others fitted', () => {
      const strange = { ...runs, targetDomain: [0, 1, -1] };
      const fit = fitLaw(strange, { law: 'linear-regression', starts: 1 });
      assert.deepEqual(fit.targets, ['domain0', 'domain1']);
      assert.match(noteOf(fit, 'targets-left-out')!.message, /^domain2 is not fitted/);
      assert.equal(noteOf(fitLaw(strange, { law: 'additive', starts: 1 }), 'targets-left-out'), undefined);
    });

    it('measured as 0 are failed measurements', () => {
      const failed = { ...runs, losses: runs.losses.map((loss, e) => (e < 2 ? 0 : loss)) };
      const fit = fitLaw(failed, { law: 'bimix', starts: 1 });
      assert.match(noteOf(fit, 'losses-not-positive')!.message, /^2 losses are 0 or below/);
      assert.equal(fit.certificate.entries, 118);
      assert.equal(noteOf(good, 'losses-not-positive'), undefined);
    });
  });
});
