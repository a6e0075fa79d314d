import { fitLaw } from '../fit/fit';
import { predictorOf } from '../fit/predictor';
import type { Fit, FitOptions } from '../fit/types';
import { Random } from '../random';
import { selectRuns, type Runs } from '../results/runs';
import { groupsOf } from './splits';

/**
 * One bootstrap replicate: as many runs as there are, drawn with replacement, all checkpoints of a run together, and the
 * law fitted to them. A pure function of its arguments: replicates may be made in any order, in any process.
 */
export function bootstrapFit(runs: Runs, options: Partial<FitOptions>, seed: number, replicate: number): Fit {
  return fitLaw(selectRuns(runs, resampledRows(runs, seed, replicate)), options);
}

/** Positions of the rows of a replicate; rows of a run drawn twice appear twice. */
export function resampledRows(runs: Runs, seed: number, replicate: number): number[] {
  const groups = groupsOf(runs, 'run');
  const members: number[][] = [];
  groups.forEach((group, row) => (members[group] ??= []).push(row));
  const random = new Random(seed + 7919 * (replicate + 1));
  return members.flatMap(() => members[random.below(members.length)]!);
}

/**
 * Percentile intervals of the predicted losses over bootstrap fits: where the law's curve lies, not a single run.
 * Targets in the order of the first fit.
 * @param coverage 0.9 for 90 %
 */
export function bootstrapIntervals(
  fits: readonly Fit[],
  mixture: Float64Array,
  modelSize: number,
  tokens: number,
  coverage: number,
): { readonly lower: number; readonly upper: number }[] {
  const M = fits[0]?.targets.length ?? 0;
  const predictions = fits.map((fit) => {
    const losses = new Float64Array(M);
    predictorOf(fit).predict(mixture, modelSize, tokens, losses);
    return losses;
  });
  return Array.from({ length: M }, (_, target) => {
    const values = Float64Array.from(predictions, (losses) => losses[target]!).sort();
    return { lower: quantile(values, (1 - coverage) / 2), upper: quantile(values, (1 + coverage) / 2) };
  });
}

/** Quantile of sorted values, linear between them. */
export function quantile(sorted: Float64Array, probability: number): number {
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
