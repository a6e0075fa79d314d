import type { Predictor } from '../fit/types';
import { quantile } from '../judge/bootstrap';
import { studentQuantile } from '../judge/student';
import { recommend } from './recommend';
import type { DomainRange } from './region';
import type { Recommendation, RecommendOptions } from './types';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How much lower the target-weighted loss is than with another mixture; positive is better. Nats. */
export interface Gain extends Interval {
  readonly versus: string;
  /** Share of the ensemble in which the recommendation is the better one. */
  readonly probability: number;
}

export interface Confidence {
  /** Coverage of all intervals, a fraction. */
  readonly level: number;
  /** Number of fits in the ensemble. */
  readonly fits: number;
  /** Predicted loss of each target for a new run. Length M. */
  readonly losses: readonly Interval[];
  readonly gains: readonly Gain[];
  /** Spread of the optimum itself over the ensemble. Length K. */
  readonly spread: readonly DomainRange[];
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
  comparators: readonly { readonly label: string; readonly mixture: readonly number[] }[],
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

  const here = ensemble.map((predictor) => lossesAt(predictor, recommendation.mixture));
  const weightedNoise = Math.sqrt(noise.reduce((sum, sd, i) => sum + (w[i]! * sd) ** 2, 0));
  const optima = ensemble.map(
    (predictor) => recommend(predictor, { ...options, startAt: recommendation.mixture }).mixture,
  );
  return {
    level,
    fits: ensemble.length,
    losses: recommendation.losses.map((value, i) =>
      interval(
        value,
        here.map((losses) => losses[i]!),
        noise[i] ?? 0,
      ),
    ),
    gains: comparators.map(({ label, mixture }) => {
      const value = weighted(lossesAt(point, mixture)) - recommendation.objective;
      const sample = ensemble.map((predictor, b) => weighted(lossesAt(predictor, mixture)) - weighted(here[b]!));
      return {
        versus: label,
        ...interval(value, sample, Math.SQRT2 * weightedNoise),
        probability: sample.filter((gain) => gain > 0).length / Math.max(1, sample.length),
      };
    }),
    spread: recommendation.mixture.map((_, j) => {
      const weights = optima.map((mixture) => mixture[j]!);
      return { low: quantileOf(weights, (1 - level) / 2), high: quantileOf(weights, (1 + level) / 2) };
    }),
  };
}
