import type { FitOptions, Mask } from '../fit/types';
import type { Grouping, Split } from './splits';

/** How the runs are divided, again and again, into rows to fit and rows to judge. */
export type SplitsOption =
  | { readonly kind: 'random'; readonly repeats: number; readonly trainFraction: number }
  | { readonly kind: 'folds'; readonly folds: number }
  | { readonly kind: 'scales'; readonly mixtures: 'new' | 'carried'; readonly folds: number }
  | { readonly kind: 'given'; readonly splits: readonly Split[] };

/** Everything that decides a tournament; stored with it. */
export interface CompareOptions {
  /** Ids of the laws that compete. The baselines always do. */
  readonly laws: readonly string[];
  readonly splits: SplitsOption;
  readonly grouping: Grouping;
  readonly seed: number;
  /** Whether a blend of the laws competes too, weighted by cross-validation inside each split's training rows. */
  readonly stack: boolean;
  readonly stackFolds: number;
  /** How the laws are fitted to the inner folds, which need no more than to show how well they predict. */
  readonly stackFit: Partial<Omit<FitOptions, 'law'>>;
  /** How each law is fitted; the law itself is filled in. */
  readonly fit: Partial<Omit<FitOptions, 'law'>>;
  /** What the ranking minimises, one weight a target; all alike when absent. */
  readonly targetWeights?: readonly number[];
}

/** One fit to make: a contender on one split's training rows (`fold` −1), or without one of their inner folds. */
export interface Unit {
  readonly contender: string;
  readonly split: number;
  readonly fold: number;
}

/** What a tournament will do. Plain data: the same in every process that is given the same runs and options. */
export interface Plan {
  readonly options: CompareOptions;
  readonly splits: readonly Split[];
  /** Inner folds of each split's training rows (positions in the runs); empty without a stack. */
  readonly folds: readonly (readonly Split[])[];
  readonly units: readonly Unit[];
}

/** What one unit found out. JSON safe, so that parts of a tournament can be made elsewhere and merged. */
export interface UnitResult {
  readonly unit: Unit;
  /** Shape [held-out rows × M], row-major; null where there is no prediction. */
  readonly predicted: readonly (number | null)[];
  /** What a contender without losses ranks rows by; lower is better. */
  readonly scores?: readonly number[];
  readonly parameterCount: number;
  readonly converged: boolean;
  readonly seconds: number;
  /** Why there is no prediction, in words. */
  readonly failure?: string;
}

export type Figure = number | null;
export type MaskedFigure = Readonly<Record<Mask, Figure>>;

/** Figures of one contender on one split, or their mean or standard deviation over splits; null where there is none. */
export interface Scores {
  /** Fractions. */
  readonly mre: MaskedFigure;
  /** In the loss's unit. */
  readonly mae: MaskedFigure;
  readonly rmse: MaskedFigure;
  /** Of the target-weighted loss, within runs of equal model size and tokens. */
  readonly spearman: Figure;
  /** Regret@1 in the loss's unit, likewise. */
  readonly regret: Figure;
  readonly seconds: number;
}

export interface TournamentRow extends Scores {
  /** Id of a law or baseline, or `stack`. */
  readonly law: string;
  readonly title: string;
  readonly kind: 'law' | 'stack' | 'baseline';
  readonly parameterCount: number;
  readonly converged: boolean;
  readonly note?: string;
  /** Standard deviation of each figure over the splits; null with one split. */
  readonly spread: Scores;
  readonly splits: readonly Scores[];
}

export interface Verdict {
  /** The law (or stack) with the lowest error; null when no law beats the best baseline. */
  readonly best: string | null;
  /** Others that these splits cannot tell from it. */
  readonly tiedWith: readonly string[];
  readonly reason: string;
}

export interface Tournament {
  readonly options: CompareOptions;
  readonly rows: readonly TournamentRow[];
  readonly verdict: Verdict;
  /** Targets the figures are over: those that every competing law can predict. */
  readonly targets: readonly string[];
  /** Weight of each law in the stack, mean over splits and targets; empty without a stack. */
  readonly stackWeights: readonly { readonly law: string; readonly weight: number }[];
  readonly splitNames: readonly string[];
  /** Mean relative difference of repeated runs of one mixture at one scale from their mean; null without repeats. */
  readonly noiseFloor: Figure;
  readonly notes: readonly string[];
}
