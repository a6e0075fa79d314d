import { comparePaired, type PairedComparison } from './paired';
import { mean } from './scores';
import type { Verdict } from './types';

/** A contender's error on each split and, for tournaments of few splits, on each held-out group of runs. */
export interface Contender {
  readonly law: string;
  readonly kind: 'law' | 'stack' | 'baseline';
  /** Mean relative error of each split; NaN where there is none. */
  readonly bySplit: readonly number[];
  /** Mean relative error of each held-out group of the only splits there are. */
  readonly byGroup: readonly number[];
}

/** Differences with a larger p value than this are called a tie. */
const SIGNIFICANCE = 0.05;
/** With fewer splits the groups of held-out runs are compared instead: their errors vary independently once fits are given. */
const FEWEST_SPLITS = 4;

/**
 * The law with the lowest mean relative error, what ties with it, and whether it beats the best baseline.
 * @param validationShare mean of n_validation / n_train over the splits
 */
export function verdictOf(contenders: readonly Contender[], validationShare: number): Verdict {
  const usable = contenders.filter(({ bySplit }) => bySplit.length > 0 && bySplit.every(Number.isFinite));
  const error = ({ bySplit }: Contender): number => mean(bySplit);
  const ranked = (kinds: readonly Contender['kind'][]): Contender[] =>
    usable.filter(({ kind }) => kinds.includes(kind)).sort((one, other) => error(one) - error(other));
  const [best, ...rest] = ranked(['law', 'stack']);
  const [baseline] = ranked(['baseline']);
  if (!best) return { best: null, tiedWith: [], reason: 'No law could be fitted to every split.' };

  const compare = (one: Contender, other: Contender): PairedComparison =>
    best.bySplit.length >= FEWEST_SPLITS
      ? comparePaired(one.bySplit, other.bySplit, validationShare)
      : comparePaired(one.byGroup, other.byGroup, 0);
  const tiedWith = rest.filter((other) => compare(best, other).pValue >= SIGNIFICANCE).map(({ law }) => law);
  const figure = percent(error(best));
  if (baseline) {
    const against = compare(best, baseline);
    if (!(error(best) < error(baseline)) || against.pValue >= SIGNIFICANCE) {
      const reason =
        `No law beats the baseline ${baseline.law} (${percent(error(baseline))} error): the best, ${best.law}, ` +
        `has ${figure} (p = ${against.pValue.toFixed(2)}).`;
      return { best: null, tiedWith, reason };
    }
  }
  const [next] = rest;
  const versus = next ? compare(best, next) : undefined;
  const reason =
    next === undefined || versus === undefined
      ? `${best.law} has ${figure} error; no other law could be judged.`
      : tiedWith.length === 0
        ? `${best.law} has the lowest error, ${figure} against ${percent(error(next))} of ${next.law} (p = ${pText(versus.pValue)}).`
        : `${best.law} has the lowest error, ${figure}, but these splits cannot tell it from ${tiedWith.join(', ')}.`;
  return { best: best.law, tiedWith, reason };
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;
const pText = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));
