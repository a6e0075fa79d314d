import { shapeOf } from '../fit/data';
import { fitLaw } from '../fit/fit';
import type { Fit, FitOptions, FitProgress } from '../fit/types';
import { laws } from '../laws/registry';
import { selectRuns, type Runs } from '../results/runs';
import { chosenLaw } from './comparison';
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
  const candidates = split ? selectRuns(runs, positionsOf(runs, split.train)) : runs;
  const tournament = compareLaws(candidates, autoOptions(candidates, options, compare), onProgress);
  const law = chosenLaw(tournament.rows, options.mask ?? 'all');
  return { fit: fitLaw(runs, { ...options, law }, split, onProgress), tournament };
}

/**
 * How laws are compared when one is to be chosen: five folds of whole runs, fitted as the chosen one will be. Only laws
 * that serve every target compete, if there are such: a choice must not cost the user targets.
 */
export function autoOptions(
  runs: Runs,
  options: Partial<FitOptions>,
  compare: Partial<CompareOptions> = {},
): Partial<CompareOptions> {
  const fit = { ...withoutLaw(options), starts: 1, ...compare.fit };
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  const serving = laws.filter((law) => law.unavailable(shapeOf(runs)) === undefined).map(({ id }) => id);
  const named = serving.length > 0 ? { laws: serving } : {};
  return { splits: { kind: 'folds', folds: 5 }, stack: false, ...named, ...seed, ...compare, fit };
}

function positionsOf(runs: Runs, rows: readonly number[]): number[] {
  const wanted = new Set(rows);
  return Array.from(runs.rows.keys()).filter((position) => wanted.has(runs.rows[position]!));
}

function withoutLaw(options: Partial<FitOptions>): CompareOptions['fit'] {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'law'));
}
