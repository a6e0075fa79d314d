import assert from 'node:assert/strict';
import { PredictionError } from '../../../src/core/errors';
import { recommend } from '../../../src/core/recommend/recommend';
import { scaleDrift } from '../../../src/core/recommend/scale-drift';
import { paperLaw, paperScale, powerPredictor } from './support';

const sizes = [130, 1300, 13000];
const tokens = [3, 30, 300, 3000];

describe('the optimum against scale', () => {
  it('is what a search of its own finds at every scale, in order', () => {
    const drift = scaleDrift(paperLaw(), paperScale, sizes, tokens);
    assert.deepEqual(
      drift.map(({ modelSize, tokens: D }) => [modelSize, D]),
      sizes.flatMap((N) => tokens.map((D) => [N, D])),
    );
    for (const { modelSize, tokens: D, objective, kktResidual } of drift) {
      const alone = recommend(paperLaw(), { ...paperScale, modelSize, tokens: D });
      assert.ok(objective <= alone.objective + 1e-10, `${modelSize}, ${D}`);
      assert.ok(kktResidual < 1e-6);
    }
  });

  it('moves where the data say that it moves', () => {
    // L_0 falls with D^−0.8 and L_1 with D^−0.2: the more tokens, the more of them for the second domain.
    const identity = [
      [1, 0],
      [0, 1],
    ];
    const drift = scaleDrift(powerPredictor([1, 1], [0.8, 0.2], identity), paperScale, [100], [1, 10, 100]);
    assert.ok(drift[0]!.mixture[1]! < drift[1]!.mixture[1]! && drift[1]!.mixture[1]! < drift[2]!.mixture[1]!);
  });

  it('leaves out scales at which stocks are too small, and says so when none is left', () => {
    const options = { ...paperScale, available: new Array<number>(7).fill(10), maxEpochs: 1 };
    const drift = scaleDrift(paperLaw(), options, [1300], [30, 69, 71, 3000]);
    assert.deepEqual(
      drift.map((one) => one.tokens),
      [30, 69],
    );
    assert.throws(
      () => scaleDrift(paperLaw(), options, [1300], [3000]),
      (error: unknown) => error instanceof PredictionError && error.code === 'infeasible-limits',
    );
  });
});
