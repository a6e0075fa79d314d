import type { LawProblem } from '../fit/problem';
import { median } from '../fit/statistics';
import type { LawModel } from '../laws/law';
import { pointsIntoTheOpen, type Covariance } from './covariance';
import type { Foretold } from './drift';
import { Moves, reachTo, type Jackknife } from './jackknife';
import { studentQuantile, studentTwoSided } from './student';

/** A target-weighted loss, or the difference of two, with the interval that a measurement of it falls into. In the loss's unit. */
export interface WeightedInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the prediction itself, without the noise of the runs. */
  readonly deviation: number;
}

/**
 * How much lower the target-weighted loss of one mixture is than another's; positive is better. Beyond the runs `value` is not
 * the difference of the two predictions: half the drift of the law is taken off.
 */
export interface PredictedGain extends WeightedInterval {
  /** Probability that the law's own loss is lower, whatever the noise of single runs. */
  readonly probability: number;
}

/** Targets fitted together (one, for a law fitted target by target), with what is known about their parameters. */
export interface Block {
  readonly targets: readonly number[];
  readonly model: LawModel;
  readonly problem: LawProblem;
  readonly theta: Float64Array;
  readonly covariance: Covariance;
  /** Relative standard deviation of a run's loss, by target of the block. */
  readonly noise: readonly number[];
  readonly degrees: number;
  /** Relative residuals of the entries, had their run been left out of the fit. Length n. */
  readonly heldOut: Float64Array;
  readonly jackknife: Jackknife;
  /** By target, as far as the runs tell. */
  readonly foretold: readonly Foretold[];
  /** ∂r/∂z of the entries, [n × P] row-major. */
  readonly jacobian: Float64Array;
  /** Variance of the residuals, as in `covariance`. */
  readonly variance: number;
}

/** A mixture that enters a sum with its sign. */
export interface Term {
  readonly mixture: Float64Array;
  readonly sign: 1 | -1;
}

/** A weighted sum of predicted losses. */
export interface Combination {
  readonly value: number;
  /** Of the prediction, without its drift. */
  readonly variance: number;
  /** By how much the value may be too high for reaching beyond the runs. */
  readonly drift: number;
  /** How many times as far it reaches beyond the runs as their upper octave lies beyond the others, and Σ over targets of its square. */
  readonly reach: number;
  readonly squares: number;
  /** Of the runs that would be measured. */
  readonly noise: number;
  readonly degrees: number;
  /** Sum of the terms without their signs: what rounding is measured by. */
  readonly magnitude: number;
}

/** How runs scatter around the law, relative to their loss. */
export interface RunErrors {
  /** Standard deviation by target. Length M. */
  readonly deviations: Float64Array;
  /** Between targets, [M × M] row-major. */
  readonly correlation: Float64Array;
}

/**
 * The scatter of a run's relative residuals, as if each run had been left out of the fit.
 * A run that is better than the law says is mostly better on many targets at once, so that errors do not average out in a
 * mean over targets as independent ones do; and a flexible law follows its own runs closer than it will follow a new one.
 * Residuals beyond three robust standard deviations are cut back to it.
 */
export function runErrors(blocks: readonly Block[], M: number): RunErrors {
  const byRow = new Map<number, Float64Array>();
  const rowOf = (r: number): Float64Array => {
    const known = byRow.get(r) ?? new Float64Array(M).fill(NaN);
    byRow.set(r, known);
    return known;
  };
  for (const { problem, targets, heldOut } of blocks) {
    const { at, target } = problem.entries;
    const spread = 1.4826 * median(heldOut.map(Math.abs));
    const cut = spread > 0 ? 3 * spread : Infinity;
    for (let r = 0; r + 1 < at.length; r++) {
      for (let e = at[r]!; e < at[r + 1]!; e++) {
        rowOf(r)[targets[target[e]!]!] = Math.max(-cut, Math.min(cut, heldOut[e]!));
      }
    }
  }
  const covariance = new Float64Array(M * M);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j <= i; j++) {
      let [sum, count] = [0, 0];
      for (const row of byRow.values()) {
        const product = row[i]! * row[j]!;
        if (Number.isNaN(product)) continue;
        sum += product;
        count++;
      }
      covariance[i * M + j] = covariance[j * M + i] = count > 0 ? sum / count : 0;
    }
  }
  const deviations = Float64Array.from({ length: M }, (_, i) => Math.sqrt(covariance[i * M + i]!));
  const correlation = covariance.map((value, at) => {
    const scale = deviations[Math.floor(at / M)]! * deviations[at % M]!;
    return scale > 0 ? value / scale : 0;
  });
  return { deviations, correlation };
}

/**
 * Σ over terms of sign · Σ_i w_i L_i with its uncertainty. To first order the prediction's error is a sum over the training
 * entries of influence × residual; entries of one run are correlated, entries of different runs are not.
 * Where the law is wrong more for some mixtures than for others, or at some scales, what leaving each of them out would move
 * says more than any common variance of residuals: the largest of these variances is taken.
 * @param weights normalised here to sum 1; length M
 */
export function combinationOf(
  blocks: readonly Block[],
  { deviations, correlation }: RunErrors,
  terms: readonly Term[],
  weights: ArrayLike<number>,
  modelSize: number,
  tokens: number,
): Combination {
  const M = weights.length;
  const sum = Array.from(weights).reduce((total, weight) => total + weight, 0);
  const runs = blocks[0]?.problem.entries.modelSizes.length ?? 0;
  const influence = new Float64Array(runs * M);
  const moves = new Moves(blocks[0]?.jackknife ?? { groups: [] });
  const noises = terms.map(() => new Float64Array(M));
  let [value, magnitude, independent, spread, total] = [0, 0, 0, 0, 0];
  for (const block of blocks) {
    const { targets, model, problem, theta, degrees } = block;
    const P = theta.length;
    const losses = new Float64Array(targets.length);
    const jacobian = new Float64Array(targets.length * P);
    const gradient = new Float64Array(P);
    let noiseOfBlock = 0;
    terms.forEach(({ mixture, sign }, t) => {
      model.parameterJacobian(theta, mixture, modelSize, tokens, losses, jacobian);
      targets.forEach((target, i) => {
        const weight = weights[target]! / sum;
        if (weight === 0) return;
        value += sign * weight * losses[i]!;
        magnitude += Math.abs(weight * losses[i]!);
        noises[t]![target] = weight * losses[i]!;
        noiseOfBlock += noises[t]![target]! ** 2 * deviations[target]! ** 2;
        for (let p = 0; p < P; p++) gradient[p]! += sign * weight * jacobian[i * P + p]!;
      });
    });
    for (let p = 0; p < P; p++) gradient[p]! *= problem.derivative(p, theta);
    const variance = addInfluence(block, gradient, influence, M);
    independent += variance;
    moves.add(block.jackknife, alongSettled(block, gradient));
    total += variance + noiseOfBlock;
    spread += (variance + noiseOfBlock) ** 2 / degrees;
  }
  let shared = 0;
  for (let r = 0; r < runs; r++) shared += crossed(influence.subarray(r * M, r * M + M), correlation);
  let [noise, independentNoise] = [0, 0];
  for (const own of noises) {
    const deviation = own.map((value, i) => value * deviations[i]!);
    independentNoise += squared(deviation);
    noise += squared(deviation) + crossed(deviation, correlation);
  }
  const ofRuns = atLeastPart(noise, independentNoise);
  let squares = 0;
  for (let i = 0; i < M; i++) squares += terms.reduce((sum, { sign }, t) => sum + sign * noises[t]![i]!, 0) ** 2;
  const reach = blocks[0]?.jackknife.reach;
  // Satterthwaite 1946, over blocks.
  const degrees = spread > 0 && Number.isFinite(total) ? Math.max(1, total ** 2 / spread) : 1;
  const byCovariance = atLeastPart(independent + shared, independent);
  return {
    value,
    magnitude,
    noise: ofRuns,
    drift: moves.drift(modelSize, tokens),
    reach: reach ? reachTo(reach, modelSize, tokens) : 0,
    squares,
    ...moves.widen(byCovariance, degrees, ofRuns),
  };
}

/** Correlations from few runs may claim that errors cancel nearly to nothing; that much is not believed. */
const atLeastPart = (value: number, independent: number): number => Math.max(value, independent / 4);

/** Derivatives of g · z along the settled directions of unit variance. Length rank. */
export function alongSettled({ covariance, variance }: Block, gradient: Float64Array): Float64Array {
  const deviation = Math.sqrt(variance);
  return Float64Array.from(covariance.settled, (direction) => {
    let along = 0;
    for (let p = 0; p < gradient.length; p++) along += direction[p]! * gradient[p]!;
    return deviation > 0 ? along / deviation : 0;
  });
}

/**
 * Adds to `influence` [runs × M] by how much a standard deviation of each entry's residual moves g · z, and returns the
 * variance of g · z for independent residuals (Infinity along a direction that the data leave open).
 */
function addInfluence(block: Block, gradient: Float64Array, influence: Float64Array, M: number): number {
  const { covariance, problem, targets, jacobian, variance } = block;
  const P = gradient.length;
  const moved = new Float64Array(P);
  let sum = 0;
  for (const direction of covariance.settled) {
    let along = 0;
    for (let p = 0; p < P; p++) along += direction[p]! * gradient[p]!;
    if (along === 0) continue;
    sum += along * along;
    for (let p = 0; p < P; p++) moved[p]! += along * direction[p]!;
  }
  if (pointsIntoTheOpen(covariance, gradient)) return Infinity;
  const deviation = Math.sqrt(variance);
  const { at, target } = problem.entries;
  for (let r = 0; r + 1 < at.length; r++) {
    for (let e = at[r]!; e < at[r + 1]!; e++) {
      let weight = 0;
      for (let p = 0; p < P; p++) weight += jacobian[e * P + p]! * moved[p]!;
      influence[r * M + targets[target[e]!]!]! += weight / deviation;
    }
  }
  return sum;
}

const squared = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

/** Σ_{i ≠ j} ρ_ij a_i a_j. */
function crossed(a: Float64Array, correlation: Float64Array): number {
  const M = a.length;
  let sum = 0;
  for (let i = 0; i < M; i++) {
    if (a[i] === 0) continue;
    for (let j = 0; j < i; j++) sum += 2 * correlation[i * M + j]! * a[i]! * a[j]!;
  }
  return sum;
}

/** A sum as the law says it: its drift is one more error. */
export const asPredicted = (sum: Combination): Combination => ({ ...sum, variance: sum.variance + sum.drift ** 2 });

/**
 * A difference with half of its drift taken off: that a law drifts within the runs tells which way it errs beyond them, but not
 * whether it goes on as it did or has come to its end. If the parts of a difference that targets lose on the way have the variance τ²
 * between targets, and those lost so far and those yet to be lost the correlation ½, then half is what is to be expected, and ¾ τ²
 * what remains to be found out of each target. A drift of this sum that happens to be small says nothing against that; a large
 * one may.
 * @param drifts τ², for a reach of 1
 */
export const withoutDrift = (sum: Combination, drifts: number): Combination => ({
  ...sum,
  value: sum.value - sum.drift / 2,
  variance: sum.variance + Math.max((sum.drift / 2) ** 2, 0.75 * drifts * sum.reach ** 2 * sum.squares),
});

export function intervalOf({ value, variance, noise, degrees }: Combination, coverage: number): WeightedInterval {
  const half = studentQuantile(coverage, degrees) * Math.sqrt(variance + noise);
  return { value, low: value - half, high: value + half, deviation: Math.sqrt(variance) };
}

/** Probability that the predicted sum itself is above 0; one half where rounding decides. */
export function probabilityAbove0({ value, variance, degrees, magnitude }: Combination): number {
  if (Math.abs(value) <= 1e-13 * magnitude || variance === Infinity) return 0.5;
  const beyond = variance > 0 ? studentTwoSided(Math.abs(value) / Math.sqrt(variance), degrees) / 2 : 0;
  return value > 0 ? 1 - beyond : beyond;
}
