import { studentTwoSided } from './student';

/** How two laws compare over the same splits. */
export interface PairedComparison {
  /** Mean of (first − second); negative when the first has the lower error. */
  readonly difference: number;
  /** Standard error of the mean, corrected for splits that share training rows. */
  readonly standardError: number;
  /** Two-sided p value of "no difference". */
  readonly pValue: number;
  readonly splits: number;
}

/**
 * Paired t test over repeated splits with the corrected variance of Nadeau & Bengio (2003): the errors of overlapping
 * training sets are correlated, so the variance of the mean is s²·(1/J + n_validation/n_train), not s²/J.
 * @param validationShare mean of n_validation / n_train over the splits; 0 for independent differences.
 */
export function comparePaired(
  first: readonly number[],
  second: readonly number[],
  validationShare: number,
): PairedComparison {
  const differences = first.map((value, i) => value - second[i]!).filter((value) => Number.isFinite(value));
  const J = differences.length;
  const difference = differences.reduce((sum, value) => sum + value, 0) / J;
  if (J < 2) return { difference, standardError: NaN, pValue: 1, splits: J };
  const variance = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0) / (J - 1);
  const standardError = Math.sqrt(variance * (1 / J + validationShare));
  if (standardError === 0) return { difference, standardError, pValue: difference === 0 ? 1 : 0, splits: J };
  return { difference, standardError, pValue: studentTwoSided(difference / standardError, J - 1), splits: J };
}
