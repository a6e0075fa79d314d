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
/** A law with an error this close to the least is as good in practice, however surely the two can be told apart. */
const AS_GOOD = 1.25;
/** One with a larger error than this is not, however unsurely: a single bad fold makes every test undecided. */
const MUCH_WORSE = 2;

/**
 * The law that predicts held-out runs best and those as good: with an error within a quarter of the least, or tied with it
 * by the comparison and within twice. Best first, three at most.
 * @throws FitError `no-law` when none could be judged
 */
export function lawsAsGoodAsBest({
  rows,
  verdict,
  method: { mask },
}: Pick<Comparison, 'rows' | 'verdict' | 'method'>): Candidate[] {
  const best = chosenLaw(rows, mask);
  const judged = rows.flatMap(({ law, kind, mre }) => {
    const error = mre[mask];
    return kind === 'law' && error !== null ? [{ law, error }] : [];
  });
  const least = judged.find(({ law }) => law === best)?.error ?? NaN;
  return judged
    .filter(({ law, error }) => {
      const limit = verdict.tiedWith.includes(law) ? MUCH_WORSE : AS_GOOD;
      return law === best || error <= limit * least;
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
