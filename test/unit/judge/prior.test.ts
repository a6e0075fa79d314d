import assert from 'node:assert/strict';
import { FitError } from '../../../src/core/errors';
import { fitLaw } from '../../../src/core/fit/fit';
import type { RequestedOptions } from '../../../src/core/fit/types';
import { choosePriorWeight, fitWithPrior, PRIOR_WEIGHTS, settledOptions } from '../../../src/core/judge/prior';
import { selectRuns } from '../../../src/core/results/runs';
import { mixlaw, smallResults } from '../cli/support';
import { drawnRuns, poisoned } from './support';

const options = { law: 'additive', starts: 1 } as const;
const rows = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('the weight of the prior by cross-validation', () => {
  const runs = drawnRuns('additive', { K: 4, n: 24, noise: 0.01 });
  const split = { train: rows(0, 16), validation: rows(16, 24) };

  it('is the one of the grid with the least error on held-out folds', () => {
    const { weight, errors } = choosePriorWeight(runs, options);
    assert.deepEqual(
      errors.map((error) => error.weight),
      PRIOR_WEIGHTS,
    );
    assert.ok(errors.every(({ mre }) => mre > 0 && mre < 1));
    const least = Math.min(...errors.map(({ mre }) => mre));
    assert.equal(errors.find((error) => error.weight === weight)!.mre, least);
    assert.ok(new Set(errors.map(({ mre }) => mre)).size > 1, 'the weight makes no difference here');
  });

  it('does not depend on held-out rows, whatever is in them', () => {
    const fit = fitWithPrior(runs, { ...options, prior: 'auto' }, split);
    for (const loss of [1e-6, 1e6, Number.NaN]) {
      const other = fitWithPrior(poisoned(runs, split.validation, loss), { ...options, prior: 'auto' }, split);
      assert.equal(other.options.prior, fit.options.prior);
      assert.deepEqual(other.parameters, fit.parameters);
      assert.deepEqual(other.certificate, fit.certificate);
    }
  });

  it('does depend on training rows', () => {
    const errorsOf = (training: typeof runs) => choosePriorWeight(training, options).errors;
    assert.notDeepEqual(errorsOf(poisoned(runs, [3], 5)), errorsOf(runs));
  });

  it('keeps all rows of a run, and of a mixture, in one fold', () => {
    // Every run there twice: a fold that leaves one of the two among its training rows would find it easy to predict.
    const once = selectRuns(runs, rows(0, 12));
    const twice = selectRuns(runs, [...rows(0, 12), ...rows(0, 12)]);
    const strangers = {
      ...twice,
      runIds: Int32Array.from(rows(0, 24)),
      mixtures: twice.mixtures.map((h, at) => (at < twice.mixtures.length / 2 ? h : h * (1 + 1e-4 * (at % 4)))),
    };
    const errorOf = (some: typeof runs): number => choosePriorWeight(some, options, [0.01], 12).errors[0]!.mre;
    const alone = errorOf(once);
    assert.ok(Math.abs(errorOf(twice) / alone - 1) < 0.2);
    assert.ok(errorOf(strangers) < 0.6 * alone);
  });

  it('is recorded: the options of the fit make the same fit again', () => {
    const fit = fitWithPrior(runs, { ...options, prior: 'auto' }, split);
    assert.equal(fit.options.prior, choosePriorWeight(selectRuns(runs, split.train), options).weight);
    assert.deepEqual(fitLaw(runs, fit.options, split).parameters, fit.parameters);
    const note = fit.certificate.notes.find(({ code }) => code === 'prior-chosen');
    assert.match(note!.message, new RegExp(`weight, ${fit.options.prior}, was chosen by cross-validation`));
    const fixed = fitWithPrior(runs, { ...options, prior: 0.01 }, split);
    assert.ok(!fixed.certificate.notes.some(({ code }) => code === 'prior-chosen'));
  });

  it('prefers the smaller weight among equals', () => {
    assert.equal(choosePriorWeight(runs, options, [0.02, 0.02, 0.02]).weight, 0.02);
    const noPrior = drawnRuns('linear', { n: 12, noise: 0 });
    const { weight, errors } = choosePriorWeight(noPrior, { law: 'linear', starts: 1 }, [0.03, 0]);
    const [one, other] = errors;
    assert.equal(weight, one!.mre < other!.mre ? 0.03 : 0);
  });

  it('says when there are too few mixtures to hold any out', () => {
    assert.throws(
      () => choosePriorWeight(selectRuns(runs, [0, 1]), options),
      (error) =>
        error instanceof FitError && error.code === 'too-few-runs' && /at least 3 different/.test(error.message),
    );
  });

  it('leaves the law its own default where a number is needed', () => {
    const open: RequestedOptions = { law: 'linear', prior: 'auto' };
    assert.deepEqual(settledOptions(open), { law: 'linear' });
    assert.deepEqual(settledOptions({ prior: 0 }), { prior: 0 });
  });

  it('is chosen from the shell, and written into the document', async () => {
    const line = ['fit', 'r.csv', '--law', 'additive', '--starts', '1', '--prior', 'auto', '--out', 'r.mixlaw.json'];
    const { code, err, files } = await mixlaw(line, { 'r.csv': smallResults() });
    assert.equal(code, 0, err);
    const document = JSON.parse(files.get('r.mixlaw.json')!) as { fit: { options: { prior: unknown } } };
    assert.ok(PRIOR_WEIGHTS.includes(document.fit.options.prior as number));
  });
});
