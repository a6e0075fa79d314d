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
import { covarianceOf, deviationAlong } from './covariance';
import { foretoldDifferences, varianceOfDrifts } from './drift';
import { heldOutResiduals } from './held-out';
import {
  groupings,
  inSettledDirections,
  leaveOut,
  Moves,
  reachOf,
  type Grouped,
  type LeftOut,
  type Reach,
} from './jackknife';
import { studentQuantile } from './student';
import {
  alongSettled,
  asPredicted,
  combinationOf,
  intervalOf,
  probabilityAbove0,
  runErrors,
  withoutDrift,
  type Block,
  type PredictedGain,
  type WeightedInterval,
} from './weighted-loss';

export type { PredictedGain, WeightedInterval } from './weighted-loss';

/** A predicted loss and where a new run's loss would lie. In the loss's unit. */
export interface Interval {
  readonly predicted: number;
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the prediction itself, without the noise of a run. */
  readonly deviation: number;
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

/**
 * Linear (Gauss–Newton) uncertainty of a fit: parameter covariance σ²(JᵀJ + prior)⁺ at the optimum, relative noise
 * estimated from the residuals with the effective number of parameters taken off, Student's t intervals.
 * @param runs the runs the fit was made from (its training rows are picked out)
 */
export function uncertaintyOf(fit: Fit, runs: Runs): Uncertainty {
  const blocks = blocksOf(fit, runs);
  // Where the runs did not say their scale the fit was made at a stand-in, as predictions are.
  const scaleOf = (modelSize: number, tokens: number): [number, number] => [
    fit.modelSizeRange ? modelSize : UNKNOWN_MODEL_SIZE,
    fit.tokensRange ? tokens : UNKNOWN_TOKENS,
  ];
  const errors = runErrors(blocks, fit.targets.length);
  const drifts = varianceOfDrifts(blocks.flatMap(({ foretold }) => foretold));
  return {
    intervals(mixture, modelSize, tokens, coverage) {
      const result = new Array<Interval>(fit.targets.length);
      for (const block of blocks) intervalsOf(block, mixture, ...scaleOf(modelSize, tokens), coverage, result);
      return result;
    },
    weightedMean(mixture, weights, modelSize, tokens, coverage) {
      const terms = [{ mixture, sign: 1 }] as const;
      const sum = combinationOf(blocks, errors, terms, weights, ...scaleOf(modelSize, tokens));
      return intervalOf(asPredicted(sum), coverage);
    },
    gain(mixture, other, weights, modelSize, tokens, coverage) {
      const terms = [
        { mixture: other, sign: 1 },
        { mixture, sign: -1 },
      ] as const;
      const sum = combinationOf(blocks, errors, terms, weights, ...scaleOf(modelSize, tokens));
      const difference = withoutDrift(sum, drifts);
      return { ...intervalOf(difference, coverage), probability: probabilityAbove0(difference) };
    },
  };
}

/** The fit's parameters, target by target where the law is, at the optimum and with what the training rows say of them. */
export function blocksOf(fit: Fit, runs: Runs): Block[] {
  const training = trainingOf(fit, runs);
  const law = lawById(fit.law);
  const shape = shapeOf(training);
  const grouped = groupings(training);
  const reach = reachOf(training);
  const values = new Map(fit.parameters.map(({ name, value }) => [name, value]));
  const everyTarget = Array.from(fit.targets.keys());
  return (law.separable ? everyTarget.map((target) => [target]) : [everyTarget]).flatMap((targets) => {
    const own = law.separable ? selectTargets(training, targets) : training;
    const model = law.build(law.separable ? shapeOfTarget(shape, targets[0]!) : shape, fit.options);
    const entries = entriesOf(own, fit.options.mask);
    if (entries.loss.length === 0) return [];
    const problem = new LawProblem(model, entries, fit.options);
    const theta = Float64Array.from(model.parameters, ({ name }) => values.get(name) ?? NaN);
    return [blockOf(targets, model, problem, theta, law.separable, grouped, reach)];
  });
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
  grouped: readonly Grouped[],
  reach: Reach | undefined,
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
  const data = jacobian.subarray(0, n * P);
  const rows = inSettledDirections(data, P, unit);
  const effective = rows.reduce((sum, value) => sum + value * value, 0);
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
  const heldOut = heldOutResiduals(data, P, unit, relative, entries.at, grouped[0]!.of);
  const minimised = residuals.subarray(0, n);
  const without = (groups: Grouped): LeftOut => leaveOut(rows, unit.rank, minimised, entries.at, groups);
  const beyond = reach && { ...reach, leftOut: without(reach.upper) };
  const jackknife = { groups: grouped.map(without), ...(beyond ? { reach: beyond } : {}) };
  const foretold = beyond
    ? foretoldDifferences(problem, rows, unit.rank, minimised, relative, beyond, beyond.leftOut)
    : [];
  return {
    ...{ targets, model, problem, theta, covariance, noise, degrees, heldOut, jackknife, foretold },
    jacobian: data,
    variance,
  };
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
  const { targets, model, problem, theta, covariance, noise } = block;
  const P = theta.length;
  const losses = new Float64Array(targets.length);
  const jacobian = new Float64Array(targets.length * P);
  model.parameterJacobian(theta, mixture, modelSize, tokens, losses, jacobian);
  targets.forEach((target, i) => {
    const gradient = Float64Array.from({ length: P }, (_, p) => jacobian[i * P + p]! * problem.derivative(p, theta));
    const predicted = losses[i]!;
    const ownNoise = noise[i]! * predicted;
    const moves = new Moves(block.jackknife);
    moves.add(block.jackknife, alongSettled(block, gradient));
    const byCovariance = deviationAlong(covariance, gradient) ** 2;
    const { variance, degrees } = moves.widen(byCovariance, block.degrees, ownNoise ** 2);
    const deviation = Math.hypot(Math.sqrt(variance), moves.drift(modelSize, tokens));
    const half = studentQuantile(coverage, degrees) * Math.hypot(deviation, ownNoise);
    into[target] = { predicted, lower: predicted - half, upper: predicted + half, deviation };
  });
}
