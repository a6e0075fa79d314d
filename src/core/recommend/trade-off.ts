import type { Predictor } from '../fit/types';
import { feasibleSet } from './constraints';
import { minimizeOnPolytope } from './optimum';
import { normalizedTargetWeights, recommend, targetWeightedLoss } from './recommend';
import type { RecommendOptions } from './types';

/** One mixture on the curve between two aims. */
export interface TradeOffPoint {
  /** Share of aim B in what was minimised: 0 is A alone, 1 is B alone. */
  readonly weight: number;
  /** Sums to 1. Length K. */
  readonly mixture: readonly number[];
  /** Target-weighted losses of the two aims, in the loss's unit. */
  readonly lossA: number;
  readonly lossB: number;
}

/**
 * The Pareto curve between two aims, each a weighting of targets: `steps` mixtures, each the exact optimum of
 * (1 − weight) · L_A + weight · L_B within the limits, at weights evenly spaced from 0 to 1.
 *
 * L_A never falls and L_B never rises along the curve, and every point lies on the lower convex hull of all of them – what
 * linear weightings can reach (Boyd & Vandenberghe, Convex Optimization, §4.7). The ends are searched from all starts, the
 * rest from their neighbours, in both directions. With a KL term only L_B − L_A is sure to fall along the curve.
 * @param targetsA weights of the targets of aim A, non-negative, normalised to sum 1; length M
 * @param targetsB those of aim B
 * @param steps number of points, at least 2
 * @throws PredictionError as `recommend`
 */
export function tradeOff(
  predictor: Predictor,
  options: RecommendOptions,
  targetsA: readonly number[],
  targetsB: readonly number[],
  steps = 11,
): TradeOffPoint[] {
  const aims = [normalizedTargetWeights(predictor, targetsA), normalizedTargetWeights(predictor, targetsB)] as const;
  const constraints = feasibleSet(predictor.domains, options);
  const last = Math.max(2, Math.floor(steps)) - 1;
  const scratch = new Float64Array(predictor.domains.length);
  const aimOf = (step: number): Float64Array => aims[0].map((a, i) => a + (step / last) * (aims[1][i]! - a));
  const objectives = Array.from({ length: last + 1 }, (_, step) => targetWeightedLoss(predictor, options, aimOf(step)));
  const valueAt = (step: number, mixture: Float64Array): number => objectives[step]!(mixture, scratch);

  const best: Float64Array[] = [];
  const searchFrom = (step: number, start: Float64Array): void => {
    const { mixture } = minimizeOnPolytope(objectives[step]!, constraints, start);
    const known = best[step];
    if (!known || valueAt(step, mixture) < valueAt(step, known)) best[step] = mixture;
  };
  for (const end of [0, last]) {
    const { mixture } = recommend(predictor, { ...options, targetWeights: [...aimOf(end)] });
    best[end] = Float64Array.from(mixture);
  }
  for (let step = 1; step < last; step++) searchFrom(step, best[step - 1]!);
  for (let step = last - 1; step > 0; step--) searchFrom(step, best[step + 1]!);
  settle(best, valueAt, searchFrom);

  const lossOf = aims.map((aim) => targetWeightedLoss(predictor, { ...options, kl: 0 }, aim));
  return best.map((mixture, step) => ({
    weight: step / last,
    mixture: [...mixture],
    lossA: lossOf[0]!(mixture, scratch),
    lossB: lossOf[1]!(mixture, scratch),
  }));
}

/** Laws need not be convex: where the mixture of another step does better at a step, that step is searched again from there. */
function settle(
  best: Float64Array[],
  valueAt: (step: number, mixture: Float64Array) => number,
  searchFrom: (step: number, start: Float64Array) => void,
): void {
  for (let round = 0; round < best.length; round++) {
    let moved = false;
    best.forEach((own, step) => {
      const found = best.slice();
      let start = own;
      for (const other of found) if (valueAt(step, other) < valueAt(step, start)) start = other;
      if (start === own) return;
      best[step] = start;
      searchFrom(step, start);
      moved = true;
    });
    if (!moved) return;
  }
}
