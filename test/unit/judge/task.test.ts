import assert from 'node:assert/strict';
import { inThisThread, judgeTask, replicateTask } from '../../../src/core/judge/inThisThread';
import { runUnits } from '../../../src/core/judge/executor';
import { taskOf } from '../../../src/core/judge/task';
import type { CompareOptions } from '../../../src/core/judge/types';
import { planTournament, runUnit } from '../../../src/core/judge/units';
import { conclude, planOf, type PreparedComparison } from '../../../src/core/pipeline/comparePlan';
import { defaultFitOptions } from '../../../src/core/fit/options';
import { mergeParts, parsePart, serializePart, itemsOf } from '../../../src/core/pipeline/parts';
import { drawnRuns, ladder, poisoned } from './support';

const options: Partial<CompareOptions> = {
  laws: ['additive', 'linear'],
  splits: { kind: 'folds', folds: 2 },
  stackFolds: 2,
  fit: { starts: 1, maxIterations: 50 },
};

describe('tasks', () => {
  it('hold no loss that the unit may not see', () => {
    const runs = drawnRuns('additive', { n: 24 });
    const plan = planTournament(runs, options);
    const M = runs.targets.length;
    for (const unit of plan.units) {
      const part = unit.fold < 0 ? plan.splits[unit.split]! : plan.folds[unit.split]![unit.fold]!;
      const visible = new Set(part.train);
      const task = taskOf(runs, plan, unit);
      task.runs.losses.forEach((loss, entry) => {
        const row = Math.floor(entry / M);
        assert.equal(Number.isNaN(loss), !visible.has(row), `row ${row} of ${JSON.stringify(unit)}`);
      });
      assert.deepEqual([task.plan.splits.length, task.plan.folds.length, task.plan.units.length], [1, 1, 0]);
    }
  });

  it('give what the whole plan gives, also for baselines that carry smaller scales over', () => {
    for (const [runs, splits] of [
      [drawnRuns('additive', { n: 24 }), options.splits!],
      [ladder([60, 150, 400]), { kind: 'scales', mixtures: 'new', folds: 3 }],
    ] as const) {
      const plan = planTournament(runs, { ...options, splits });
      for (const unit of plan.units) {
        const whole = { ...runUnit(runs, plan, unit, () => 0), unit: 0 };
        const alone = { ...judgeTask(taskOf(runs, plan, unit)), unit: 0, seconds: 0 };
        assert.deepEqual(alone, whole, JSON.stringify(unit));
      }
    }
  });

  it('predict the same whatever the held-out losses are', async () => {
    const runs = drawnRuns('additive', { n: 24 });
    const plan = planTournament(runs, { ...options, splits: { kind: 'random', repeats: 1, trainFraction: 0.7 } });
    const predicted = async (data: typeof runs) =>
      (await runUnits(inThisThread, data, plan, plan.units)).map((result) => ({ ...result, seconds: 0 }));
    const absurd = poisoned(runs, plan.splits[0]!.validation, 1e9);
    assert.deepEqual(await predicted(absurd), await predicted(runs));
  });
});

describe('bootstrap replicates', () => {
  it('depend on seed and number alone', () => {
    const runs = drawnRuns('linear', { n: 20 });
    const of = (seed: number, replicate: number) =>
      replicateTask({ runs, options: { ...defaultFitOptions, law: 'linear', starts: 1 }, seed, replicate });
    assert.deepEqual(of(1, 3), of(1, 3));
    assert.notDeepEqual(of(1, 3).parameters, of(1, 4).parameters);
    assert.notDeepEqual(of(1, 3).parameters, of(2, 3).parameters);
  });
});

describe('parts', () => {
  const files = [{ name: 'results.csv', bytes: 10, sha256: 'a'.repeat(64) }];

  it('are the same bytes each time and merge, read back, to the comparison of one run', async () => {
    const runs = drawnRuns('additive', { n: 24 });
    runs.losses[5] = NaN;
    const prepared: PreparedComparison = { runs, options: planTournament(runs, options).options, left: [] };
    const plan = planOf(prepared);
    const part = async (index: number): Promise<string> => {
      const results = await runUnits(inThisThread, runs, plan, itemsOf(plan.units, { index, count: 3 }));
      const placed = results.map((result) => ({ ...result, at: plan.units.indexOf(result.unit) }));
      const head = { kind: 'comparison', files, prepared } as const;
      return serializePart({ head, shard: { index, count: 3 }, results: placed, replicates: [] });
    };
    const texts = await Promise.all([2, 0, 1].map(part));
    assert.equal(await part(2), texts[0]);
    const { head, results } = mergeParts(texts.map((text, i) => parsePart(text, `part ${i}`)));
    assert.ok(head.kind === 'comparison');
    const whole = await runUnits(inThisThread, runs, plan, plan.units);
    const merged = results.map(({ at, ...result }) => ({ ...result, unit: plan.units[at]!, seconds: 0 }));
    const hashes = ['a'.repeat(64)];
    assert.deepEqual(
      conclude(head.prepared, planOf(head.prepared), merged, hashes),
      conclude(prepared, plan, whole, hashes),
    );
  });

  it('divide the items among the shards without overlap, counted from 0 or from 1', () => {
    const items = Array.from({ length: 10 }, (_, i) => i);
    for (const indices of [
      [0, 1, 2],
      [1, 2, 3],
    ]) {
      const divided = indices.flatMap((index) => itemsOf(items, { index, count: 3 }));
      assert.deepEqual(
        divided.sort((a, b) => a - b),
        items,
      );
    }
  });
});
