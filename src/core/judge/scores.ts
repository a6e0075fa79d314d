import type { Mask } from '../fit/types';
import { rowCount, selectRuns, type Runs } from '../results/runs';
import { isCounted, metricsOf } from './metrics';
import { regret, spearman } from './ranking';
import type { Figure, MaskedFigure, Scores } from './types';

/** Predictions for some rows, with missing ones as NaN. */
export interface Predicted {
  /** Positions of the rows in the runs. */
  readonly rows: readonly number[];
  /** Shape [n × M], row-major. */
  readonly losses: Float64Array;
  readonly scores?: Float64Array;
  readonly seconds: number;
}

/**
 * Scores predictions on the targets in `targets` (their indices). A contender that leaves a counted entry unpredicted
 * has no error figures: it is not scored on an easier part.
 * @param weights what the ranking minimises, one a target
 */
export function scoresOf(
  runs: Runs,
  { rows, losses, scores, seconds }: Predicted,
  targets: readonly number[],
  weights: readonly number[],
): Scores {
  const held = onlyTargets(selectRuns(runs, rows), targets);
  const metrics = { all: metricsOf(held, losses, 'all'), positive: metricsOf(held, losses, 'positive') };
  const masked = (of: 'mre' | 'mae' | 'rmse'): MaskedFigure => ({
    all: figure(metrics.all[of]),
    positive: figure(metrics.positive[of]),
  });
  return {
    mre: masked('mre'),
    mae: masked('mae'),
    rmse: masked('rmse'),
    ...rankingScores(held, losses, scores, targets, weights),
    seconds,
  };
}

/** The runs with the losses of all other targets taken away. */
function onlyTargets(runs: Runs, targets: readonly number[]): Runs {
  const M = runs.targets.length;
  const kept = new Set(targets);
  return { ...runs, losses: runs.losses.map((loss, entry) => (kept.has(entry % M) ? loss : NaN)) };
}

/** Spearman's ρ and regret@1 of the weighted loss, within groups of equal scale, weighted by their size. */
function rankingScores(
  held: Runs,
  losses: Float64Array,
  scores: Float64Array | undefined,
  targets: readonly number[],
  weights: readonly number[],
): { spearman: Figure; regret: Figure } {
  const M = held.targets.length;
  const weighted = (values: Float64Array, row: number): number =>
    targets.reduce(
      (sum, target) => sum + (weights[target] === 0 ? 0 : weights[target]! * values[row * M + target]!),
      0,
    );
  const groups = new Map<string, number[]>();
  for (let row = 0; row < rowCount(held); row++) {
    if (!Number.isFinite(weighted(held.losses, row))) continue;
    const scale = `${held.modelSizes[row]} ${held.tokens[row]}`;
    groups.set(scale, [...(groups.get(scale) ?? []), row]);
  }
  let rho = 0;
  let rhoRows = 0;
  let loss = 0;
  let lossRows = 0;
  for (const rows of groups.values()) {
    const predicted = rows.map((row) => (scores ? scores[row]! : weighted(losses, row)));
    const measured = rows.map((row) => weighted(held.losses, row));
    if (!predicted.every(Number.isFinite)) return { spearman: null, regret: null };
    if (rows.length >= 3) {
      rho += rows.length * spearman(predicted, measured);
      rhoRows += rows.length;
    }
    if (rows.length >= 2) {
      loss += rows.length * regret(predicted, measured);
      lossRows += rows.length;
    }
  }
  return { spearman: figure(rho / rhoRows), regret: figure(loss / lossRows) };
}

/** Mean over runs of their mean relative error under a mask, by position; NaN for rows that count no entry. */
export function relativeErrors(
  runs: Runs,
  { rows, losses }: Predicted,
  targets: readonly number[],
  mask: Mask,
): Float64Array {
  const M = runs.targets.length;
  return Float64Array.from(rows, (row, at) => {
    let sum = 0;
    let count = 0;
    for (const target of targets) {
      if (!isCounted(runs, row, target, mask)) continue;
      const loss = runs.losses[row * M + target]!;
      sum += Math.abs(losses[at * M + target]! - loss) / Math.abs(loss);
      count++;
    }
    return count === 0 ? NaN : sum / count;
  });
}

/** Combines figures one by one; a figure missing in one place is missing in the result. */
export function combineScores(list: readonly Scores[], combine: (values: readonly number[]) => number): Scores {
  const over = (of: (scores: Scores) => Figure): Figure => {
    const values = list.map(of);
    return values.every((value) => value !== null) ? figure(combine(values)) : null;
  };
  const masked = (of: (scores: Scores) => MaskedFigure): MaskedFigure => ({
    all: over((scores) => of(scores).all),
    positive: over((scores) => of(scores).positive),
  });
  return {
    mre: masked((scores) => scores.mre),
    mae: masked((scores) => scores.mae),
    rmse: masked((scores) => scores.rmse),
    spearman: over((scores) => scores.spearman),
    regret: over((scores) => scores.regret),
    seconds: figure(combine(list.map((scores) => scores.seconds))) ?? 0,
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation; NaN with fewer than two values. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

const figure = (value: number): Figure => (Number.isFinite(value) ? value : null);
