import { FitError } from '../errors';
import { fitLaw } from '../fit/fit';
import type { Fit, FitOptions, FitProgress } from '../fit/types';
import { selectRuns, type Runs } from '../results/runs';
import { compareLaws } from './tournament';
import type { CompareOptions, Tournament } from './types';

export interface AutoFit {
  readonly fit: Fit;
  /** The comparison that chose the law: cross-validation among the training rows alone. */
  readonly tournament: Tournament;
}

/**
 * Fits the law that predicts best under cross-validation among the training rows, grouped by run. Training error plays no
 * part, and the held-out rows of `split` are not looked at. Where no law beats the baseline the best of them is fitted
 * all the same, and the tournament's verdict says so.
 * @param split 0-based file rows; all rows train when absent
 * @throws FitError when no law can be judged
 */
export function fitAuto(
  runs: Runs,
  options: Partial<FitOptions>,
  split?: { readonly train: readonly number[]; readonly validation: readonly number[] },
  compare: Partial<CompareOptions> = {},
  onProgress: (progress: FitProgress) => void = () => undefined,
): AutoFit {
  const fit = { starts: 2, ...withoutLaw(options), ...compare.fit };
  const tournament = compareLaws(
    split ? selectRuns(runs, positionsOf(runs, split.train)) : runs,
    { splits: { kind: 'folds', folds: 5 }, stack: false, ...compare, fit },
    onProgress,
  );
  const mask = options.mask ?? 'all';
  const law = tournament.rows.find((row) => row.kind === 'law' && row.mre[mask] !== null)?.law;
  if (law === undefined) {
    throw new FitError(
      'no-law',
      'No law could be judged on these runs.',
      'Choose a law by name to see what stands in its way.',
    );
  }
  return { fit: fitLaw(runs, { ...options, law }, split, onProgress), tournament };
}

function positionsOf(runs: Runs, rows: readonly number[]): number[] {
  const wanted = new Set(rows);
  return Array.from(runs.rows.keys()).filter((position) => wanted.has(runs.rows[position]!));
}

function withoutLaw(options: Partial<FitOptions>): CompareOptions['fit'] {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'law'));
}
