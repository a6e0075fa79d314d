import type { LawModel } from '../laws/law';
import { Random } from '../random';
import type { Runs } from '../results/runs';
import { engines } from './engines';
import { defaultOptimizerOptions } from './optimizer';
import type { Optimizer, OptimizerOptions, OptimizerResult } from './optimizer';
import { LawProblem } from './problem';
import type { Entries } from './problem';
import { ProjectedProblem } from './projection';
import type { FitOptions, StartResult } from './types';

/** The best of several starts for one model, and all of them. */
export interface ModelFit {
  readonly model: LawModel;
  readonly problem: LawProblem;
  /** Searched space and the parameters' own units. [P] */
  readonly z: Float64Array;
  readonly theta: Float64Array;
  readonly best: number;
  readonly starts: readonly StartResult[];
}

/**
 * Part by which a search must fall in four iterations to go on before it is known to be the best. On real proxy runs what
 * the best of the searches left at this pace leads to is the best of all, or within a hundredth of a percent of it.
 */
const PACE = 2e-3;

/** How many searches `fitModel` reports: one a start, and the end of the best. */
export const searchCount = (starts: number): number => starts + 1;

/**
 * Fits a model from seeded starts: each is searched until it hardly falls any more, and the one with the least value of
 * what was minimised on the training entries then to the end. Nothing else is looked at: held-out runs do not even come here.
 */
export function fitModel(
  model: LawModel,
  training: Runs,
  entries: Entries,
  options: FitOptions,
  seed: number,
  onSearch: (start: StartResult) => void,
): ModelFit {
  const problem = new LawProblem(model, entries, options);
  const projection = ProjectedProblem.of(problem);
  const engine = engines[options.engine];
  const random = new Random(seed);
  const theta = new Float64Array(problem.parameterCount);
  const limits = { ...defaultOptimizerOptions, maxIterations: options.maxIterations };
  const describe = ({ z, sumOfSquares, iterations, stop }: OptimizerResult): StartResult => {
    problem.toTheta(z, theta);
    const n = entries.modelSizes.length;
    return { objective: squaredErrors(model, theta, entries) / n, minimised: sumOfSquares / n, iterations, stop };
  };
  const searches = Array.from({ length: options.starts }, () => {
    const start = problem.fromTheta(model.start(random, training));
    const pace = { ...limits, pace: PACE };
    const search = projection?.minimize(engine, start, pace) ?? engine.minimize(problem, start, pace);
    onSearch(describe(search));
    return search;
  });
  const best = searches.reduce((one, { sumOfSquares }, s) => (sumOfSquares < searches[one]!.sumOfSquares ? s : one), 0);
  searches[best] = finish(problem, engine, searches[best]!, limits);
  const { z } = searches[best];
  const starts = searches.map(describe);
  onSearch(starts[best]!);
  problem.toTheta(z, theta);
  return { model, problem, z, theta, best, starts };
}

/** Goes on with a search that was left. */
function finish(
  problem: LawProblem,
  engine: Optimizer,
  left: OptimizerResult,
  limits: OptimizerOptions,
): OptimizerResult {
  const maxIterations = limits.maxIterations - left.iterations;
  if (left.stop !== 'outrun' || maxIterations <= 0) return left;
  const end = engine.minimize(problem, left.z, { ...limits, maxIterations });
  return { ...end, iterations: left.iterations + end.iterations };
}

/** Sum of squared residuals over the entries, in the loss's unit squared. */
export function squaredErrors(model: LawModel, theta: Float64Array, entries: Entries): number {
  const K = model.shape.domains.length;
  const losses = new Float64Array(model.shape.targets.length);
  let sum = 0;
  for (let r = 0; r < entries.modelSizes.length; r++) {
    const mixture = entries.mixtures.subarray(r * K, r * K + K);
    model.predict(theta, mixture, entries.modelSizes[r]!, entries.tokens[r]!, losses);
    for (let e = entries.at[r]!; e < entries.at[r + 1]!; e++) {
      const error = losses[entries.target[e]!]! - entries.loss[e]!;
      sum += error * error;
    }
  }
  return sum;
}
