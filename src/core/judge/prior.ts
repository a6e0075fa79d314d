import { t } from '../l10n';
import { FitError } from '../errors';
import { splitRuns } from '../fit/data';
import { fitLaw } from '../fit/fit';
import { completeOptions } from '../fit/options';
import type { Fit, FitOptions, FitProgress, RequestedOptions } from '../fit/types';
import type { Runs } from '../results/runs';
import { foldSplits, groupsOf } from './splits';

/** Weights of the prior that are tried. */
export const PRIOR_WEIGHTS: readonly number[] = [0, 0.003, 0.01, 0.03, 0.1];
const FOLDS = 5;
/** Starts of each fit of a fold: enough to rank weights, and the fit itself has all of them. */
const STARTS = 2;
const LEAST_MIXTURES = 3;

export interface PriorChoice {
  readonly weight: number;
  /** Mean relative error of each weight tried, over the masked entries of all folds. */
  readonly errors: readonly { readonly weight: number; readonly mre: number }[];
}

/**
 * Chooses the weight of the weak prior by k-fold cross-validation grouped by run; the least error wins, the smaller
 * weight among equals.
 * @param runs the training runs and no others: held-out runs have no say
 * @throws FitError when there are too few mixtures to hold any out
 */
export function choosePriorWeight(
  runs: Runs,
  options: Partial<FitOptions>,
  grid: readonly number[] = PRIOR_WEIGHTS,
  folds = FOLDS,
  onProgress: (progress: FitProgress) => void = () => undefined,
): PriorChoice {
  const complete = completeOptions(options);
  const mixtures = new Set(groupsOf(runs, 'run')).size;
  if (mixtures < LEAST_MIXTURES) {
    throw new FitError(
      'too-few-runs',
      t(
        'Choosing the prior by cross-validation needs at least {0} different mixtures; there are {1}.',
        LEAST_MIXTURES,
        mixtures,
      ),
      t('Add runs with other mixtures, or give the weight of the prior as a number.'),
    );
  }
  const numbered = { ...runs, rows: Int32Array.from(runs.rows.keys()) };
  const splits = foldSplits(runs, { folds, grouping: 'run', seed: complete.seed });
  const starts = Math.min(STARTS, complete.starts);
  let done = 0;
  const errorOf = (prior: number): number => {
    let [sum, count] = [0, 0];
    for (const split of splits) {
      const metrics = fitLaw(numbered, { ...options, prior, starts }, split).metrics.validation?.[complete.mask];
      onProgress({ phase: 'judging', done: ++done, total: grid.length * splits.length });
      if (!metrics || metrics.n === 0) continue;
      sum += metrics.mre * metrics.n;
      count += metrics.n;
    }
    return Number.isFinite(sum) && count > 0 ? sum / count : Number.POSITIVE_INFINITY;
  };
  const errors = grid.map((weight) => ({ weight, mre: errorOf(weight) }));
  const best = errors.reduce((one, other) =>
    other.mre < one.mre || (other.mre === one.mre && other.weight < one.weight) ? other : one,
  );
  return { weight: best.weight, errors };
}

/**
 * Fits a law, with the weight of the prior chosen among the training rows when the options leave it open (`auto`). The
 * fit's options hold the number that was chosen, so that they alone make the same fit again.
 */
export function fitWithPrior(
  runs: Runs,
  options: RequestedOptions,
  split?: { readonly train: readonly number[]; readonly validation: readonly number[] },
  onProgress?: (progress: FitProgress) => void,
): Fit {
  const given = settledOptions(options);
  if (options.prior !== 'auto') return fitLaw(runs, given, split, onProgress);
  const { weight, errors } = choosePriorWeight(
    splitRuns(runs, split).training,
    given,
    undefined,
    undefined,
    onProgress,
  );
  const fit = fitLaw(runs, { ...given, prior: weight }, split, onProgress);
  const percent = ({ weight: tried, mre }: PriorChoice['errors'][number]): string =>
    `${tried}: ${Number((100 * mre).toPrecision(3))} %`;
  const message = `The prior's weight, ${weight}, was chosen by cross-validation among the training rows (${errors.map(percent).join(', ')}).`;
  const notes = [...fit.certificate.notes, { severity: 'info', code: 'prior-chosen', message } as const];
  return { ...fit, certificate: { ...fit.certificate, notes } };
}

/** The options without what is left open: there the law's own default stands. */
export function settledOptions({ prior, ...rest }: RequestedOptions): Partial<FitOptions> {
  return prior === undefined || prior === 'auto' ? rest : { ...rest, prior };
}
