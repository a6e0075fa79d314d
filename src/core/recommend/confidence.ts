import type { Predictor } from '../fit/types';
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

/** q-quantile of an unsorted sample (linear interpolation, type 7). */
export function quantile(sample: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(sample).sort();
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/** Standard normal quantile at (1 + level) / 2 for the levels in use (Acklam's central rational approximation). */
function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.47575) {
    const r = q * q;
    const above =
      (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
        30.66479806614716) *
        r +
        2.506628277459239) *
      q;
    const below =
      ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
        13.28068155288572) *
        r +
      1;
    return above / below;
  }
  const tail = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  const above =
    ((((-0.007784894002430293 * tail - 0.3223964580411365) * tail - 2.400758277161838) * tail - 2.549732539343734) *
      tail +
      4.374664141464968) *
      tail +
    2.938163982698783;
  const below =
    (((0.007784695709041462 * tail + 0.3224671290700398) * tail + 2.445134137142996) * tail + 3.754408661907416) *
      tail +
    1;
  return q > 0 ? -above / below : above / below;
}

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
  const z = normalQuantile((1 + level) / 2);
  const { modelSize, tokens } = recommendation;
  const scratch = new Float64Array(M);
  const lossesAt = (predictor: Predictor, mixture: readonly number[]): number[] => {
    predictor.predict(Float64Array.from(mixture), modelSize, tokens, scratch);
    return [...scratch];
  };
  const weighted = (losses: readonly number[]): number => losses.reduce((sum, loss, i) => sum + w[i]! * loss, 0);
  const interval = (value: number, sample: readonly number[], sd: number): Interval => {
    const below = Math.max(0, value - quantile(sample, (1 - level) / 2));
    const above = Math.max(0, quantile(sample, (1 + level) / 2) - value);
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
      return { low: quantile(weights, (1 - level) / 2), high: quantile(weights, (1 + level) / 2) };
    }),
  };
}
