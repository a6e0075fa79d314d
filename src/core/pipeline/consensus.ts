import { predictorOf } from '../fit/predictor';
import type { Fit } from '../fit/types';
import type { FittedConsensus } from '../fitfile/types';
import { chosenLaw, type Comparison } from '../judge/comparison';
import { agreementOf, averageOf, opinionsOn, weightsByError } from '../recommend/consensus';
import { recommend } from '../recommend/recommend';
import type { Recommendation, RecommendOptions } from '../recommend/types';

/** A law and its mean relative error on held-out runs (a fraction). */
export interface Candidate {
  readonly law: string;
  readonly error: number;
}

/** With more laws the average gains little, and nobody reads what each of them says. */
const MOST_MEMBERS = 3;

/**
 * The law that predicts held-out runs best and those that the comparison cannot tell from it, best first, three at most.
 * @throws FitError `no-law` when none could be judged
 */
export function tiedLaws({
  rows,
  verdict,
  method: { mask },
}: Pick<Comparison, 'rows' | 'verdict' | 'method'>): Candidate[] {
  const tied = new Set([chosenLaw(rows, mask), ...verdict.tiedWith]);
  return rows
    .flatMap(({ law, kind, mre }) => {
      const error = mre[mask];
      return kind === 'law' && tied.has(law) && error !== null ? [{ law, error }] : [];
    })
    .slice(0, MOST_MEMBERS);
}

/**
 * The mixture that minimises the weighted mean of what the laws predict, and what each of them says about it. A single
 * law is no consensus: then the recommendation is its own.
 * @param judged best first; those that do not serve every target of the best are left out
 */
export function recommendTogether(
  judged: readonly { readonly fit: Fit; readonly error: number }[],
  options: RecommendOptions,
): { readonly recommendation: Recommendation; readonly consensus?: FittedConsensus } {
  const targets = judged[0]?.fit.targets.join('\0');
  const members = judged.filter(({ fit }) => fit.targets.join('\0') === targets);
  const predictors = members.map(({ fit }) => predictorOf(fit));
  const weights = weightsByError(members.map(({ error }) => error));
  const recommendation = recommend(
    averageOf(predictors.map((predictor, i) => ({ predictor, weight: weights[i]! }))),
    options,
  );
  if (members.length === 1) return { recommendation };
  const opinions = opinionsOn(recommendation, predictors, options);
  return {
    recommendation,
    consensus: {
      members: members.map(({ fit, error }, i) => ({
        law: fit.law,
        weight: weights[i]!,
        error,
        ...opinions[i]!,
        ...(i === 0 ? {} : { fit }),
      })),
      domains: agreementOf(opinions),
    },
  };
}
