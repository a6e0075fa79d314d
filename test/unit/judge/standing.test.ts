import assert from 'node:assert/strict';
import { Standing } from '../../../src/core/judge/standing';
import type { UnitResult } from '../../../src/core/judge/types';
import { heldOutRows, planTournament } from '../../../src/core/judge/units';
import { drawnRuns } from './support';

describe('the standing of a comparison under way', () => {
  const runs = drawnRuns('additive', { n: 20 });
  const plan = planTournament(runs, {
    laws: ['bimix', 'additive'],
    splits: { kind: 'random', repeats: 2, trainFraction: 0.7 },
  });
  const M = runs.targets.length;
  /** Every held-out loss predicted too high by a factor. */
  const result = (contender: string, split: number, factor: number, fold = -1): UnitResult => {
    const unit = { contender, split, fold };
    const predicted = heldOutRows(plan, unit).flatMap((row) =>
      runs.targets.map((_, i) => factor * runs.losses[row * M + i]!),
    );
    return { unit, predicted, parameterCount: 1, converged: true, seconds: 0 };
  };

  it('names the law with the least error so far, over all splits it has finished', () => {
    const standing = new Standing(runs, plan);
    assert.equal(standing.after(result('bimix', 0, 1.02)), 'bimix; best so far: bimix, 2.00 %');
    assert.equal(standing.after(result('additive', 0, 1.01)), 'additive; best so far: additive, 1.00 %');
    assert.equal(standing.after(result('additive', 1, 1.05)), 'additive; best so far: bimix, 2.00 %');
  });

  it('counts neither baselines nor folds of the stack, nor what could not be predicted', () => {
    const standing = new Standing(runs, plan);
    assert.equal(standing.after(result('mean', 0, 1)), 'mean');
    assert.equal(standing.after(result('bimix', 0, 1, 0)), 'bimix');
    const none = result('bimix', 0, 1);
    assert.equal(standing.after({ ...none, predicted: none.predicted.map(() => null) }), 'bimix');
  });
});
