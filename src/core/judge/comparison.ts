import { FitError } from '../errors';
import type { Mask } from '../fit/types';
import type { CompareOptions, Figure, MaskedFigure, Scores, Tournament, TournamentRow, Verdict } from './types';

/** Figures without the time they took, so that the same comparison gives the same bytes. */
export type TimelessScores = Omit<Scores, 'seconds'>;

export interface ComparisonRow extends TimelessScores {
  /** Id of a law or baseline, or `stack`. */
  readonly law: string;
  readonly title: string;
  readonly kind: TournamentRow['kind'];
  readonly parameterCount: number;
  readonly converged: boolean;
  readonly note?: string;
  /** Standard deviation over the splits; null with one split. */
  readonly spread: TimelessScores;
}

/** A tournament as it is kept in documents and files: what was compared, and what came of it. */
export interface Comparison {
  /** SHA-256 of the results files. */
  readonly files: readonly string[];
  readonly method: {
    readonly splits: CompareOptions['splits']['kind'];
    /** "10 random splits, 70 % of the runs for training". */
    readonly description: string;
    readonly splitCount: number;
    readonly grouping: CompareOptions['grouping'];
    readonly mask: Mask;
    readonly seed: number;
  };
  /** Lowest error first. */
  readonly rows: readonly ComparisonRow[];
  readonly verdict: Verdict;
  readonly targets: readonly string[];
  readonly stackWeights: Tournament['stackWeights'];
  readonly noiseFloor: Figure;
  readonly notes: readonly string[];
}

export function comparisonOf(tournament: Tournament, files: readonly string[]): Comparison {
  const { options, rows, verdict, targets, stackWeights, noiseFloor, notes, splitNames } = tournament;
  return {
    files,
    method: {
      splits: options.splits.kind,
      description: describeSplits(options, splitNames.length),
      splitCount: splitNames.length,
      grouping: options.grouping,
      mask: options.fit.mask ?? 'all',
      seed: options.seed,
    },
    rows: rows.map(({ law, title, kind, parameterCount, converged, note, spread, ...figures }) => ({
      law,
      title,
      kind,
      parameterCount,
      ...timeless(figures),
      converged,
      ...(note === undefined ? {} : { note }),
      spread: timeless(spread),
    })),
    verdict,
    targets,
    stackWeights,
    noiseFloor,
    notes,
  };
}

const masked = ({ all, positive }: MaskedFigure): MaskedFigure => ({ all, positive });

export const timeless = ({ mre, mae, rmse, spearman, regret }: TimelessScores): TimelessScores => ({
  mre: masked(mre),
  mae: masked(mae),
  rmse: masked(rmse),
  spearman,
  regret,
});

function describeSplits({ splits, grouping }: CompareOptions, count: number): string {
  const apart = grouping === 'run' ? ', whole runs apart' : ', rows apart';
  switch (splits.kind) {
    case 'random':
      return `${count} random ${count === 1 ? 'split' : 'splits'}, ${Math.round(100 * splits.trainFraction)} % for training${apart}`;
    case 'folds':
      return `${count}-fold cross-validation${apart}`;
    case 'scales':
      return splits.mixtures === 'new'
        ? 'fitted to smaller models, judged on larger ones and on mixtures not seen'
        : 'fitted to smaller models, judged on larger ones with the same mixtures';
    case 'given':
      return `${count} given ${count === 1 ? 'split' : 'splits'}`;
  }
}

/** `--law auto`, `mixlaw.fit.law: auto`: the law is chosen by cross-validation. */
export const AUTO = 'auto';

/**
 * The law with the lowest held-out error.
 * @param rows lowest error first
 * @throws FitError `no-law` when none could be judged
 */
export function chosenLaw(rows: readonly Pick<TournamentRow, 'law' | 'kind' | 'mre'>[], mask: Mask): string {
  const law = rows.find((row) => row.kind === 'law' && row.mre[mask] !== null)?.law;
  if (law !== undefined) return law;
  throw new FitError(
    'no-law',
    'No law could be judged on these runs.',
    'Choose a law by name to see what stands in its way.',
  );
}
