import type { Predictor } from '../fit/types';
import type { Confidence, Gain, Interval } from './confidence';
import { recommend } from './recommend';
import type { DomainRange } from './region';
import type { Recommendation, RecommendOptions } from './types';

/** A law's fit made ready to evaluate, and its share in the average. */
export interface WeightedPredictor {
  readonly predictor: Predictor;
  readonly weight: number;
}

/** What a member of a consensus would recommend alone, and what it thinks of the common recommendation. */
export interface Opinion {
  /** The member's own optimum within the same limits. Length K. */
  readonly mixture: readonly number[];
  /** Nats of target-weighted loss that, in the eyes of this member, the common mixture has above its own optimum. */
  readonly regret: number;
}

/** Where the members' own optima lie for one domain. */
export interface DomainAgreement extends DomainRange {
  readonly agree: boolean;
}

/** Optima that differ by no more than this in a domain's weight agree on it: less is lost in the noise of any sweep. */
const AGREEING = 0.03;
/** Half the width of the middle 90 % of a normal distribution, in standard deviations. */
const NORMAL_90 = 1.645;

/**
 * Weights of laws by their errors on held-out runs, summing to 1: in proportion to 1/error², the best weights of
 * unbiased predictions with independent errors (Bates & Granger 1969).
 */
export function weightsByError(errors: readonly number[]): number[] {
  const precisions = errors.map((error) => 1 / Math.max(error, 1e-9) ** 2);
  const sum = precisions.reduce((a, b) => a + b, 0);
  return precisions.map((precision) => precision / sum);
}

/**
 * Predicts the weighted mean of what several fits of the same runs predict, with its exact gradient and, where all have one, Hessian.
 * @param members of the same domains and targets, at least one; weights sum to 1
 */
export function averageOf(members: readonly WeightedPredictor[]): Predictor {
  const [first] = members;
  if (!first) throw new Error('There is nothing to average.');
  if (members.length === 1) return first.predictor;
  const M = first.predictor.targets.length;
  const losses = new Float64Array(M);
  const jacobian = new Float64Array(M * first.predictor.domains.length);
  return {
    domains: first.predictor.domains,
    targets: first.predictor.targets,
    targetDomain: first.predictor.targetDomain,
    predict(mixture, modelSize, tokens, mean) {
      mean.fill(0);
      for (const { predictor, weight } of members) {
        predictor.predict(mixture, modelSize, tokens, losses);
        for (let i = 0; i < M; i++) mean[i]! += weight * losses[i]!;
      }
    },
    gradient(mixture, modelSize, tokens, mean, meanJacobian) {
      mean.fill(0);
      meanJacobian.fill(0);
      for (const { predictor, weight } of members) {
        predictor.gradient(mixture, modelSize, tokens, losses, jacobian);
        for (let i = 0; i < M; i++) mean[i]! += weight * losses[i]!;
        for (let i = 0; i < jacobian.length; i++) meanJacobian[i]! += weight * jacobian[i]!;
      }
    },
    ...(members.every(({ predictor }) => predictor.hessian) && {
      hessian(mixture, modelSize, tokens, targetWeights, mean) {
        const own = new Float64Array(mean.length);
        mean.fill(0);
        for (const { predictor, weight } of members) {
          predictor.hessian!(mixture, modelSize, tokens, targetWeights, own);
          for (let i = 0; i < mean.length; i++) mean[i]! += weight * own[i]!;
        }
      },
    }),
  };
}

/** What each member says by itself about a common recommendation, in their order. */
export function opinionsOn(
  { mixture, targetWeights, modelSize, tokens }: Recommendation,
  members: readonly Predictor[],
  options: RecommendOptions,
): Opinion[] {
  return members.map((predictor): Opinion => {
    const own = recommend(predictor, options);
    const losses = new Float64Array(predictor.targets.length);
    predictor.predict(Float64Array.from(mixture), modelSize, tokens, losses);
    const common = losses.reduce((sum, loss, i) => sum + targetWeights[i]! * loss, 0);
    return { mixture: own.mixture, regret: Math.max(0, common - own.objective) };
  });
}

/** Domain by domain, whether the members want the same weight. Length K; empty without members. */
export function agreementOf(opinions: readonly Pick<Opinion, 'mixture'>[]): DomainAgreement[] {
  return (opinions[0]?.mixture ?? []).map((_, k) => {
    const weights = opinions.map(({ mixture }) => mixture[k]!);
    const [low, high] = [Math.min(...weights), Math.max(...weights)];
    return { low, high, agree: high - low <= AGREEING };
  });
}

/**
 * Confidence in a common recommendation: each interval is that of the members' distributions taken together, the weighted
 * mean of their variances plus the variance between their values (Buckland, Burnham & Augustin 1997). Where the laws
 * disagree it is wide.
 * @param members each member's own confidence in the common mixture, with its weight; weights sum to 1
 */
export function pooledConfidence(
  members: readonly { readonly confidence: Confidence; readonly weight: number }[],
): Confidence {
  const [first] = members;
  if (!first) throw new Error('There is nothing to pool.');
  if (members.length === 1) return first.confidence;
  const pool = (of: (confidence: Confidence) => Interval): Interval =>
    pooledInterval(members.map(({ confidence, weight }) => ({ ...of(confidence), weight })));
  const { losses, gains } = first.confidence;
  return {
    ...first.confidence,
    losses: losses.map((_, i) => pool((confidence) => confidence.losses[i]!)),
    objective: pool((confidence) => confidence.objective),
    gains: gains.map(({ versus }, i): Gain => {
      const probability = members.reduce(
        (sum, member) => sum + member.weight * member.confidence.gains[i]!.probability,
        0,
      );
      return { versus, ...pool((confidence) => confidence.gains[i]!), probability };
    }),
  };
}

/**
 * One interval for several laws' of the same quantity, around the weighted mean of their values (see `pooledConfidence`).
 * @param parts at least one; weights sum to 1
 */
export function pooledInterval(parts: readonly (Interval & { readonly weight: number })[]): Interval {
  const [only] = parts;
  if (parts.length === 1 && only) return { value: only.value, low: only.low, high: only.high };
  const mean = (of: (part: Interval & { readonly weight: number }) => number): number =>
    parts.reduce((sum, part) => sum + part.weight * of(part), 0);
  const value = mean((part) => part.value);
  // Values scatter less around their own mean than around the truth: without that bias the mean square is divided by 1 − Σ w².
  const free = 1 - mean(({ weight }) => weight);
  const between = free > 0 ? mean((part) => (part.value - value) ** 2) / free : 0;
  const below = mean((part) => (part.value - part.low) ** 2);
  const above = mean((part) => (part.high - part.value) ** 2);
  const spread = NORMAL_90 ** 2 * between;
  return { value, low: value - Math.sqrt(below + spread), high: value + Math.sqrt(above + spread) };
}
