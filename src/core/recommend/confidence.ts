import type { Predictor } from '../fit/types';
import { quantile } from '../judge/bootstrap';
import { studentQuantile } from '../judge/student';
import type { Uncertainty } from '../judge/uncertainty';
import { recommend } from './recommend';
import type { DomainRange } from './region';
import type { Recommendation, RecommendOptions } from './types';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How much lower the target-weighted loss is than with another mixture; positive is better. In the loss's unit. */
export interface Gain extends Interval {
  readonly versus: string;
  /** That the law's own loss is lower, whatever the noise of runs: by the covariance, or the share of the ensemble. */
  readonly probability: number;
}

/** A mixture that a recommendation is measured against, in the order of the domains. */
export interface ComparedMixture {
  readonly label: string;
  readonly mixture: readonly number[];
}

/**
 * Where intervals come from: the joint covariance of the fit's parameters, an ensemble of fits, or only the scatter of the
 * measured runs around the law (for predictions that are not one fit's).
 */
export type ConfidenceSource = 'covariance' | 'bootstrap' | 'residuals';

export interface Confidence {
  readonly source: ConfidenceSource;
  /** Coverage of all intervals, a fraction. */
  readonly level: number;
  /** Number of fits in the ensemble; 0 without one. */
  readonly fits: number;
  /** Predicted loss of each target for a new run. Length M. */
  readonly losses: readonly Interval[];
  /** Σ w_i L_i of a new run. */
  readonly objective: Interval;
  readonly gains: readonly Gain[];
  /** Spread of the optimum itself over the ensemble; absent without one. Length K. */
  readonly spread?: readonly DomainRange[];
}

/** Degrees of freedom at which Student's t is the normal distribution to six digits. */
const MANY = 1e6;

const quantileOf = (sample: readonly number[], probability: number): number =>
  quantile(Float64Array.from(sample).sort(), probability);

/**
 * What an ensemble of fits (bootstrap over runs, or several laws) says about a recommendation.
 *
 * An interval is that of a *measurement*: the ensemble's quantiles around the value of the point fit, widened in quadrature by
 * the noise of one run per loss (`noise`, standard deviation in nats for each target, length M) – and of two runs per gain.
 */
export function confidenceOf(
  recommendation: Recommendation,
  point: Predictor,
  ensemble: readonly Predictor[],
  comparators: readonly ComparedMixture[],
  noise: readonly number[],
  options: RecommendOptions,
  level = 0.9,
): Confidence {
  const M = point.targets.length;
  const w = recommendation.targetWeights;
  const z = level < 1 ? studentQuantile(level, MANY) : 0;
  const { modelSize, tokens } = recommendation;
  const scratch = new Float64Array(M);
  const lossesAt = (predictor: Predictor, mixture: readonly number[]): number[] => {
    predictor.predict(Float64Array.from(mixture), modelSize, tokens, scratch);
    return [...scratch];
  };
  const weighted = (losses: readonly number[]): number => losses.reduce((sum, loss, i) => sum + w[i]! * loss, 0);
  const interval = (value: number, sample: readonly number[], sd: number): Interval => {
    const below = Math.max(0, value - quantileOf(sample, (1 - level) / 2));
    const above = Math.max(0, quantileOf(sample, (1 + level) / 2) - value);
    return { value, low: value - Math.hypot(below, z * sd), high: value + Math.hypot(above, z * sd) };
  };

  /** Of a single prediction there is nothing to take quantiles of. */
  const orAlone = (sample: readonly number[], value: number): readonly number[] =>
    sample.length === 0 ? [value] : sample;
  const here = ensemble.map((predictor) => lossesAt(predictor, recommendation.mixture));
  const weightedNoise = Math.sqrt(noise.reduce((sum, sd, i) => sum + (w[i]! * sd) ** 2, 0));
  const optima = ensemble.map(
    (predictor) => recommend(predictor, { ...options, startAt: recommendation.mixture }).mixture,
  );
  const sampleOf = (value: number, of: (losses: readonly number[]) => number): readonly number[] =>
    orAlone(here.map(of), value);
  return {
    source: ensemble.length > 0 ? 'bootstrap' : 'residuals',
    level,
    fits: ensemble.length,
    losses: recommendation.losses.map((value, i) =>
      interval(
        value,
        sampleOf(value, (losses) => losses[i]!),
        noise[i] ?? 0,
      ),
    ),
    objective: interval(recommendation.objective, sampleOf(recommendation.objective, weighted), weightedNoise),
    gains: comparators.map(({ label, mixture }) => {
      const value = weighted(lossesAt(point, mixture)) - recommendation.objective;
      const sample = ensemble.map((predictor, b) => weighted(lossesAt(predictor, mixture)) - weighted(here[b]!));
      const gain = interval(value, orAlone(sample, value), Math.SQRT2 * weightedNoise);
      const better = sample.filter((one) => one > 0).length / sample.length;
      return { versus: label, ...gain, probability: sample.length > 0 ? better : 0.5 + Math.sign(value) / 2 };
    }),
    ...(optima.length > 0 ? { spread: spreadOf(optima, level) } : {}),
  };
}

function spreadOf(optima: readonly (readonly number[])[], level: number): DomainRange[] {
  return optima[0]!.map((_, j) => {
    const weights = optima.map((mixture) => mixture[j]!);
    return { low: quantileOf(weights, (1 - level) / 2), high: quantileOf(weights, (1 + level) / 2) };
  });
}

/**
 * The same from the fit alone: prediction intervals and gains by the joint covariance of its parameters, in milliseconds.
 * @param uncertainty of the fit that the recommendation was made from
 */
export function confidenceFromCovariance(
  { mixture, targetWeights, modelSize, tokens }: Recommendation,
  uncertainty: Uncertainty,
  comparators: readonly ComparedMixture[],
  level = 0.9,
): Confidence {
  const here = Float64Array.from(mixture);
  const { value, low, high } = uncertainty.weightedMean(here, targetWeights, modelSize, tokens, level);
  return {
    source: 'covariance',
    level,
    fits: 0,
    losses: uncertainty
      .intervals(here, modelSize, tokens, level)
      .map(({ predicted, lower, upper }) => ({ value: predicted, low: lower, high: upper })),
    objective: { value, low, high },
    gains: comparators.map(({ label, mixture: other }) => {
      const gain = uncertainty.gain(here, Float64Array.from(other), targetWeights, modelSize, tokens, level);
      return { versus: label, value: gain.value, low: gain.low, high: gain.high, probability: gain.probability };
    }),
  };
}
