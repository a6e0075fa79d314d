import { inEnglish } from '../l10n';
import { FitError, MixlawError } from '../errors';
import { scaleRuns } from '../fit/data';
import { fitLaw } from '../fit/fit';
import { completeOptions } from '../fit/options';
import { predictorOf } from '../fit/predictor';
import type { Fit } from '../fit/types';
import { baselines } from '../laws/baselines';
import { lawById, laws } from '../laws/registry';
import { rowCount, selectRuns, type Runs } from '../results/runs';
import { foldSplits, randomSplits, scaleSplits, type Split } from './splits';
import type { CompareOptions, Plan, Unit, UnitResult } from './types';

export const defaultCompareOptions: CompareOptions = {
  laws: laws.map((law) => law.id),
  splits: { kind: 'random', repeats: 10, trainFraction: 0.7 },
  grouping: 'run',
  seed: 1,
  stack: true,
  stackFolds: 4,
  stackFit: { starts: 1, maxIterations: 60 },
  // A second start gains nothing on the Pile splits: no held-out error falls by 0.01 points, and overlap's rises.
  fit: { starts: 1 },
};

/**
 * Decides every split and lists the fits to make. Looks at mixtures and scales, never at a loss.
 * @throws FitError when a law is unknown or the runs cannot be split as asked
 */
export function planTournament(runs: Runs, options: Partial<CompareOptions>): Plan {
  const complete = { ...defaultCompareOptions, ...options, fit: { ...defaultCompareOptions.fit, ...options.fit } };
  complete.laws.forEach(lawById);
  if (complete.targetWeights && complete.targetWeights.length !== runs.targets.length) {
    throw new FitError(
      'bad-option',
      `${complete.targetWeights.length} target weights were given for ${runs.targets.length} targets.`,
      'Give one weight for each target, in the order of the file.',
    );
  }
  const splits = splitsOf(runs, complete);
  const stacked = complete.stack && complete.laws.length > 1;
  const folds = splits.map((split) => (stacked ? innerFolds(runs, split, complete) : []));
  const units: Unit[] = [];
  splits.forEach((_, split) => {
    for (const { id } of baselines) units.push({ contender: id, split, fold: -1 });
    for (const contender of complete.laws) {
      units.push({ contender, split, fold: -1 });
      folds[split]!.forEach((_fold, fold) => units.push({ contender, split, fold }));
    }
  });
  return { options: complete, splits, folds, units };
}

function splitsOf(runs: Runs, { splits, grouping, seed }: CompareOptions): readonly Split[] {
  switch (splits.kind) {
    case 'random':
      return randomSplits(runs, { ...splits, grouping, seed });
    case 'folds':
      return foldSplits(runs, { ...splits, grouping, seed });
    case 'scales':
      return scaleSplits(runs, { ...splits, grouping, seed });
    case 'given':
      return splits.splits;
  }
}

/** Folds of a split's training rows, in positions of the whole runs; none when there are too few groups for a stack. */
function innerFolds(runs: Runs, split: Split, { grouping, seed, stackFolds }: CompareOptions): Split[] {
  const training = selectRuns(runs, split.train);
  try {
    return foldSplits(training, { folds: stackFolds, grouping, seed }).map((fold) => ({
      name: fold.name,
      train: fold.train.map((at) => split.train[at]!),
      validation: fold.validation.map((at) => split.train[at]!),
    }));
  } catch (error) {
    if (error instanceof FitError) return [];
    throw error;
  }
}

/** The rows a unit predicts, as positions in the runs. */
export function heldOutRows(plan: Plan, { split, fold }: Unit): readonly number[] {
  return fold < 0 ? plan.splits[split]!.validation : plan.folds[split]![fold]!.validation;
}

/**
 * Makes one fit and predicts its held-out rows. A pure function of its arguments (but for `seconds`): units may run in any
 * order, in any process.
 * @param clock seconds from any fixed moment
 */
export const runUnit = (runs: Runs, plan: Plan, unit: Unit, clock: () => number): UnitResult =>
  // Why a law cannot be judged is kept with the comparison.
  inEnglish(() => runInEnglish(runs, plan, unit, clock));

function runInEnglish(runs: Runs, plan: Plan, unit: Unit, clock: () => number): UnitResult {
  const began = clock();
  const split = plan.splits[unit.split]!;
  const part = unit.fold < 0 ? split : plan.folds[unit.split]![unit.fold]!;
  // The losses of held-out rows do not enter: only their mixtures and scales are passed on.
  const heldOut = withoutLosses(selectRuns(runs, part.validation));
  const train = selectRuns(runs, part.train);
  const baseline = baselines.find(({ id }) => id === unit.contender);
  if (baseline) {
    const { losses, scores } = baseline.predict(train, selectRuns(runs, split.carried ?? []), heldOut);
    return {
      unit,
      predicted: Array.from(losses, finiteOrNull),
      ...(scores ? { scores: Array.from(scores) } : {}),
      parameterCount: 0,
      converged: true,
      seconds: clock() - began,
    };
  }
  try {
    const { fit: outer, stackFit } = plan.options;
    const fit = fitLaw(train, { ...outer, ...(unit.fold < 0 ? {} : stackFit), law: unit.contender });
    return {
      unit,
      predicted: Array.from(predictAll(fit, heldOut), finiteOrNull),
      parameterCount: fit.parameters.length,
      converged: fit.certificate.converged,
      seconds: clock() - began,
    };
  } catch (error) {
    if (!(error instanceof MixlawError)) throw error;
    const predicted = new Array<null>(rowCount(heldOut) * runs.targets.length).fill(null);
    return {
      unit,
      predicted,
      parameterCount: 0,
      converged: false,
      seconds: clock() - began,
      failure: error.message,
    };
  }
}

function withoutLosses(runs: Runs): Runs {
  return { ...runs, losses: new Float64Array(runs.losses.length).fill(NaN) };
}

/** Predictions of a fit for rows of runs with all their targets, [n × M]; NaN for targets the fit does not serve. */
export function predictAll(fit: Fit, rows: Runs): Float64Array {
  const scaled = scaleRuns(rows, completeOptions(fit.options)).runs;
  const predictor = predictorOf(fit);
  const K = rows.domains.length;
  const M = rows.targets.length;
  const places = predictor.targets.map((target) => rows.targets.indexOf(target));
  const losses = new Float64Array(places.length);
  const all = new Float64Array(rowCount(rows) * M).fill(NaN);
  for (let row = 0; row < rowCount(rows); row++) {
    const mixture = scaled.mixtures.subarray(row * K, row * K + K);
    predictor.predict(mixture, scaled.modelSizes[row]!, scaled.tokens[row]!, losses);
    places.forEach((target, i) => (all[row * M + target] = losses[i]!));
  }
  return all;
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
