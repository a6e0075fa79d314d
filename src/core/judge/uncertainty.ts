import {
  entriesOf,
  scaleRuns,
  selectTargets,
  shapeOf,
  shapeOfTarget,
  UNKNOWN_MODEL_SIZE,
  UNKNOWN_TOKENS,
} from '../fit/data';
import { LawProblem } from '../fit/problem';
import { median } from '../fit/statistics';
import type { Fit } from '../fit/types';
import { lawById } from '../laws/registry';
import type { LawModel } from '../laws/law';
import { selectRuns, type Runs } from '../results/runs';
import { covarianceOf, deviationAlong, type Covariance } from './covariance';
import { studentQuantile, studentTwoSided } from './student';

/** A predicted loss and where a new run's loss would lie. In the loss's unit. */
export interface Interval {
  readonly predicted: number;
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the prediction itself, without the noise of a run. */
  readonly deviation: number;
}

/** A target-weighted loss, or the difference of two, with the interval that a measurement of it falls into. In the loss's unit. */
export interface WeightedInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the prediction itself, without the noise of the runs. */
  readonly deviation: number;
}

/** How much lower the target-weighted loss of one mixture is than another's; positive is better. */
export interface PredictedGain extends WeightedInterval {
  /** Probability that the law's own loss is lower, whatever the noise of single runs. */
  readonly probability: number;
}

/** Uncertainty of a fit's predictions, made ready to evaluate. */
export interface Uncertainty {
  /**
   * Prediction intervals of all targets of the fit: a new run at this mixture and scale falls inside with the given
   * probability, if the law is right.
   * @param coverage 0.9 for 90 %
   * @param modelSize millions of parameters
   * @param tokens billions
   */
  intervals(mixture: Float64Array, modelSize: number, tokens: number, coverage: number): readonly Interval[];
  /**
   * Σ w_i L_i of a new run.
   * @param weights of the targets of the fit, normalised to sum 1; length M
   */
  weightedMean(
    mixture: Float64Array,
    weights: ArrayLike<number>,
    modelSize: number,
    tokens: number,
    coverage: number,
  ): WeightedInterval;
  /**
   * Σ w_i (L_i(other) − L_i(mixture)) as two new runs would show it. What the two predictions have in common (the same
   * parameters, known equally badly) cancels: near mixtures are told apart far better than either loss is known.
   */
  gain(
    mixture: Float64Array,
    other: Float64Array,
    weights: ArrayLike<number>,
    modelSize: number,
    tokens: number,
    coverage: number,
  ): PredictedGain;
}

/** Targets fitted together (one, for a law fitted target by target), with what is known about their parameters. */
interface Block {
  readonly targets: readonly number[];
  readonly model: LawModel;
  readonly problem: LawProblem;
  readonly theta: Float64Array;
  readonly covariance: Covariance;
  /** Relative standard deviation of a run's loss, by target of the block. */
  readonly noise: readonly number[];
  readonly degrees: number;
}

/**
 * Linear (Gauss–Newton) uncertainty of a fit: parameter covariance σ²(JᵀJ + prior)⁺ at the optimum, relative noise
 * estimated from the residuals with the effective number of parameters taken off, Student's t intervals.
 * @param runs the runs the fit was made from (its training rows are picked out)
 */
export function uncertaintyOf(fit: Fit, runs: Runs): Uncertainty {
  const training = trainingOf(fit, runs);
  const law = lawById(fit.law);
  const shape = shapeOf(training);
  const values = new Map(fit.parameters.map(({ name, value }) => [name, value]));
  const everyTarget = Array.from(fit.targets.keys());
  const blocks = (law.separable ? everyTarget.map((target) => [target]) : [everyTarget]).flatMap((targets) => {
    const own = law.separable ? selectTargets(training, targets) : training;
    const model = law.build(law.separable ? shapeOfTarget(shape, targets[0]!) : shape, fit.options);
    const entries = entriesOf(own, fit.options.mask);
    if (entries.loss.length === 0) return [];
    const problem = new LawProblem(model, entries, fit.options);
    const theta = Float64Array.from(model.parameters, ({ name }) => values.get(name) ?? NaN);
    return [blockOf(targets, model, problem, theta, law.separable)];
  });
  // Where the runs did not say their scale the fit was made at a stand-in, as predictions are.
  const scaleOf = (modelSize: number, tokens: number): [number, number] => [
    fit.modelSizeRange ? modelSize : UNKNOWN_MODEL_SIZE,
    fit.tokensRange ? tokens : UNKNOWN_TOKENS,
  ];
  /** Σ over the given mixtures of sign · Σ w_i L_i: what it is, and how uncertain. */
  const combine = (
    mixtures: readonly { readonly mixture: Float64Array; readonly sign: 1 | -1 }[],
    weights: ArrayLike<number>,
    scale: [number, number],
  ): Combination => {
    const sum = Array.from(weights).reduce((total, weight) => total + weight, 0);
    const parts = blocks.map((block) =>
      combinationOf(
        block,
        mixtures,
        block.targets.map((target) => weights[target]! / sum),
        scale,
      ),
    );
    return joined(parts);
  };
  return {
    intervals(mixture, modelSize, tokens, coverage) {
      const result = new Array<Interval>(fit.targets.length);
      for (const block of blocks) intervalsOf(block, mixture, ...scaleOf(modelSize, tokens), coverage, result);
      return result;
    },
    weightedMean(mixture, weights, modelSize, tokens, coverage) {
      return intervalOf(combine([{ mixture, sign: 1 }], weights, scaleOf(modelSize, tokens)), coverage);
    },
    gain(mixture, other, weights, modelSize, tokens, coverage) {
      const difference = combine(
        [
          { mixture: other, sign: 1 },
          { mixture, sign: -1 },
        ],
        weights,
        scaleOf(modelSize, tokens),
      );
      return { ...intervalOf(difference, coverage), probability: probabilityAbove0(difference) };
    },
  };
}

/** The training rows and targets of a fit, scaled as they were for fitting. */
export function trainingOf(fit: Fit, runs: Runs): Runs {
  const rows = new Set(fit.rows.train);
  const positions = Array.from(runs.rows.keys()).filter((position) => rows.has(runs.rows[position]!));
  const targets = fit.targets.map((target) => runs.targets.indexOf(target));
  return selectTargets(selectRuns(scaleRuns(runs, fit.options).runs, positions), targets);
}

function blockOf(
  targets: readonly number[],
  model: LawModel,
  problem: LawProblem,
  theta: Float64Array,
  isSingle: boolean,
): Block {
  const { entries, parameterCount: P, residualCount } = problem;
  const n = entries.loss.length;
  const z = problem.fromTheta(theta);
  const residuals = new Float64Array(residualCount);
  const jacobian = new Float64Array(residualCount * P);
  problem.jacobian(z, residuals, jacobian);
  const held = Uint8Array.from(z, (value, p) => (value <= problem.lower[p]! || value >= problem.upper[p]! ? 1 : 0));
  const unit = covarianceOf(jacobian, residualCount, P, 1, held);

  // Trace of the hat matrix: how many parameters the data, not the prior, have settled.
  let effective = 0;
  for (let k = 0; k < n; k++) {
    const row = jacobian.subarray(k * P, k * P + P);
    for (const direction of unit.settled) {
      let along = 0;
      for (let p = 0; p < P; p++) along += direction[p]! * row[p]!;
      effective += along * along;
    }
  }
  const degrees = Math.max(1, n - effective);
  const relative = relativeResiduals(problem, theta);
  const inflation = n / degrees;
  const pooled = winsorizedVariance(relative) * inflation;
  const noise = targets.map((_, i) => {
    if (isSingle) return Math.sqrt(pooled);
    const own = relative.filter((_residual, k) => entries.target[k] === i);
    return own.length < 8 ? Math.sqrt(pooled) : Math.sqrt(winsorizedVariance(own) * inflation);
  });
  // Residuals are relative under the Huber loss and in the loss's unit under plain squares.
  const variance =
    problem.objective.loss === 'huber' ? pooled : winsorizedVariance(residuals.subarray(0, n)) * inflation;
  const grow = Math.sqrt(variance);
  const covariance = { ...unit, settled: unit.settled.map((direction) => direction.map((value) => value * grow)) };
  return { targets, model, problem, theta, covariance, noise, degrees };
}

function relativeResiduals(problem: LawProblem, theta: Float64Array): Float64Array {
  const { model, entries } = problem;
  const K = model.shape.domains.length;
  const losses = new Float64Array(model.shape.targets.length);
  const relative = new Float64Array(entries.loss.length);
  for (let r = 0; r < entries.modelSizes.length; r++) {
    model.predict(
      theta,
      entries.mixtures.subarray(r * K, r * K + K),
      entries.modelSizes[r]!,
      entries.tokens[r]!,
      losses,
    );
    for (let e = entries.at[r]!; e < entries.at[r + 1]!; e++)
      relative[e] = losses[entries.target[e]!]! / entries.loss[e]! - 1;
  }
  return relative;
}

/** Mean square with residuals beyond three robust standard deviations cut back to it: one broken run does not widen all intervals. */
function winsorizedVariance(residuals: Float64Array): number {
  const spread = 1.4826 * median(residuals.map(Math.abs));
  const cut = spread > 0 ? 3 * spread : Infinity;
  return residuals.reduce((sum, residual) => sum + Math.min(Math.abs(residual), cut) ** 2, 0) / residuals.length;
}

function intervalsOf(
  block: Block,
  mixture: Float64Array,
  modelSize: number,
  tokens: number,
  coverage: number,
  into: Interval[],
): void {
  const { targets, model, problem, theta, covariance, noise, degrees } = block;
  const P = theta.length;
  const losses = new Float64Array(targets.length);
  const jacobian = new Float64Array(targets.length * P);
  model.parameterJacobian(theta, mixture, modelSize, tokens, losses, jacobian);
  const quantile = studentQuantile(coverage, degrees);
  targets.forEach((target, i) => {
    const gradient = Float64Array.from({ length: P }, (_, p) => jacobian[i * P + p]! * problem.derivative(p, theta));
    const predicted = losses[i]!;
    const deviation = deviationAlong(covariance, gradient);
    const half = quantile * Math.hypot(deviation, noise[i]! * predicted);
    into[target] = { predicted, lower: predicted - half, upper: predicted + half, deviation };
  });
}

/** A weighted sum of predicted losses. */
interface Combination {
  readonly value: number;
  /** Of the prediction, by the parameters' covariance. */
  readonly variance: number;
  /** Of the runs that would be measured. */
  readonly noise: number;
  readonly degrees: number;
  /** Sum of the terms without their signs: what rounding is measured by. */
  readonly magnitude: number;
}

function combinationOf(
  { model, problem, theta, covariance, noise, degrees }: Block,
  mixtures: readonly { readonly mixture: Float64Array; readonly sign: 1 | -1 }[],
  weights: readonly number[],
  [modelSize, tokens]: readonly [number, number],
): Combination {
  const P = theta.length;
  const losses = new Float64Array(weights.length);
  const jacobian = new Float64Array(weights.length * P);
  const gradient = new Float64Array(P);
  let value = 0;
  let magnitude = 0;
  let noiseVariance = 0;
  for (const { mixture, sign } of mixtures) {
    model.parameterJacobian(theta, mixture, modelSize, tokens, losses, jacobian);
    weights.forEach((weight, i) => {
      if (weight === 0) return;
      value += sign * weight * losses[i]!;
      magnitude += Math.abs(weight * losses[i]!);
      noiseVariance += (weight * noise[i]! * losses[i]!) ** 2;
      for (let p = 0; p < P; p++) gradient[p]! += sign * weight * jacobian[i * P + p]!;
    });
  }
  for (let p = 0; p < P; p++) gradient[p]! *= problem.derivative(p, theta);
  return { value, variance: deviationAlong(covariance, gradient) ** 2, noise: noiseVariance, degrees, magnitude };
}

/** The sum of independent combinations, with the degrees of freedom of its variance (Satterthwaite 1946). */
function joined(parts: readonly Combination[]): Combination {
  const sum = (of: (part: Combination) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const total = sum(({ variance, noise }) => variance + noise);
  const spread = sum(({ variance, noise, degrees }) => (variance + noise) ** 2 / degrees);
  return {
    value: sum(({ value }) => value),
    variance: sum(({ variance }) => variance),
    noise: sum(({ noise }) => noise),
    magnitude: sum(({ magnitude }) => magnitude),
    degrees: spread > 0 && Number.isFinite(total) ? Math.max(1, total ** 2 / spread) : 1,
  };
}

function intervalOf({ value, variance, noise, degrees }: Combination, coverage: number): WeightedInterval {
  const half = studentQuantile(coverage, degrees) * Math.sqrt(variance + noise);
  return { value, low: value - half, high: value + half, deviation: Math.sqrt(variance) };
}

function probabilityAbove0({ value, variance, degrees, magnitude }: Combination): number {
  if (Math.abs(value) <= 1e-13 * magnitude || variance === Infinity) return 0.5;
  const beyond = variance > 0 ? studentTwoSided(Math.abs(value) / Math.sqrt(variance), degrees) / 2 : 0;
  return value > 0 ? 1 - beyond : beyond;
}
