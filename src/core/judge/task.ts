import type { Runs } from '../results/runs';
import type { Plan, Unit } from './types';

/** One unit with all that it may see, ready to be sent to another thread or process. Structured-clone safe. */
export interface UnitTask {
  /** Every loss is NaN but those of the unit's training rows (and of the smaller scales that a baseline carries over). */
  readonly runs: Runs;
  /** The plan with the unit's own split and fold, and no other. */
  readonly plan: Plan;
  /** Its place in that plan. */
  readonly unit: Unit;
}

/** What one unit needs: held-out losses stay behind, so that no fit can look at them wherever it is made. */
export function taskOf(runs: Runs, plan: Plan, unit: Unit): UnitTask {
  const split = plan.splits[unit.split]!;
  const fold = unit.fold < 0 ? undefined : plan.folds[unit.split]![unit.fold]!;
  const M = runs.targets.length;
  const losses = new Float64Array(runs.losses.length).fill(NaN);
  for (const row of [...(fold ?? split).train, ...(split.carried ?? [])]) {
    losses.set(runs.losses.subarray(row * M, row * M + M), row * M);
  }
  return {
    runs: { ...runs, losses },
    plan: { options: plan.options, splits: [split], folds: [fold ? [fold] : []], units: [] },
    unit: { ...unit, split: 0, fold: fold ? 0 : -1 },
  };
}
