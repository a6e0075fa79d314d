import assert from 'node:assert/strict';
import { fitLaw, independentSearches, searchAlone } from '../../../src/core/fit/fit';
import type { FitOptions } from '../../../src/core/fit/types';
import { drawnRuns } from '../judge/support';

describe('searches made apart', () => {
  const runs = drawnRuns('linear-regression', { K: 3, n: 30, noise: 0.01 });
  const split = { train: Array.from({ length: 24 }, (_, row) => row), validation: [24, 25, 26, 27, 28, 29] };
  const cases: readonly [Partial<FitOptions>, number][] = [
    [{ law: 'overlap', starts: 4, seed: 3 }, 4],
    [{ law: 'linear-regression', starts: 3, mask: 'positive' }, 3],
    [{ law: 'quantization', starts: 2, maxIterations: 5 }, 2],
    [{ law: 'additive', starts: 2 }, 3],
    [{ law: 'own-power', starts: 3, loss: 'squared', prior: 0 }, 3],
  ];

  for (const [options, count] of cases) {
    it(`and in any order give the fit of one thread: ${JSON.stringify(options)}`, () => {
      assert.equal(independentSearches(runs, options, split), count);
      const backwards = Array.from({ length: count }, (_, k) => count - 1 - k);
      const known = backwards.map((index) => structuredClone(searchAlone(runs, options, split, index))).reverse();
      const apart = fitLaw(runs, options, split, undefined, known);
      assert.equal(JSON.stringify(apart), JSON.stringify(fitLaw(runs, options, split)));
    });
  }

  it('are those the fit goes on from: other ones lead it elsewhere', () => {
    const options = { law: 'linear-regression', starts: 2, maxIterations: 8 };
    const known = [0, 1].map((index) => searchAlone(runs, { ...options, seed: 9 }, split, index));
    const misled = fitLaw(runs, options, split, undefined, known);
    assert.notEqual(JSON.stringify(misled.parameters), JSON.stringify(fitLaw(runs, options, split).parameters));
  });
});
