import type { LawModel } from '../laws/law';
import { Random } from '../random';
import type { Runs } from '../results/runs';
import { engines } from './engines';
import { defaultOptimizerOptions } from './optimizer';
import type { OptimizerResult } from './optimizer';
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
  readonly searches: readonly OptimizerResult[];
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
 * @param known searches made elsewhere, by start
 */
export function fitModel(
  model: LawModel,
  training: Runs,
  entries: Entries,
  options: FitOptions,
  seed: number,
  onSearch: (start: StartResult) => void,
  known?: readonly OptimizerResult[],
): ModelFit {
  const problem = new LawProblem(model, entries, options);
  const theta = new Float64Array(problem.parameterCount);
  const describe = ({ z, sumOfSquares, iterations, stop }: OptimizerResult): StartResult => {
    problem.toTheta(z, theta);
    const n = entries.modelSizes.length;
    return { objective: squaredErrors(model, theta, entries) / n, minimised: sumOfSquares / n, iterations, stop };
  };
  const search = searcher(problem, training, options, new Random(seed));
  const searches = Array.from({ length: options.starts }, (_, start) => {
    const found = known?.[start] ?? search();
    onSearch(describe(found));
    return found;
  });
  const best = searches.reduce((one, { sumOfSquares }, s) => (sumOfSquares < searches[one]!.sumOfSquares ? s : one), 0);
  searches[best] = finish(problem, options, searches[best]!);
  const { z } = searches[best];
  const starts = searches.map(describe);
  onSearch(starts[best]!);
  problem.toTheta(z, theta);
  return { model, problem, z, theta, best, searches, starts };
}

/** The search from one start alone, as `fitModel` makes it before it goes on with the best. */
export function searchFrom(
  start: number,
  model: LawModel,
  training: Runs,
  entries: Entries,
  options: FitOptions,
): OptimizerResult {
  const random = new Random(options.seed);
  // Starts are drawn one after the other.
  for (let earlier = 0; earlier < start; earlier++) model.start(random, training);
  return searcher(new LawProblem(model, entries, options), training, options, random)();
}

/** Draws a start and searches from it, each time it is called. */
function searcher(problem: LawProblem, training: Runs, options: FitOptions, random: Random): () => OptimizerResult {
  const projection = ProjectedProblem.of(problem);
  const engine = engines[options.engine];
  const limits = { ...defaultOptimizerOptions, maxIterations: options.maxIterations, pace: PACE };
  return () => {
    const start = problem.fromTheta(problem.model.start(random, training));
    return projection?.minimize(engine, start, limits) ?? engine.minimize(problem, start, limits);
  };
}

/** Goes on with a search that was left. */
function finish(problem: LawProblem, options: FitOptions, left: OptimizerResult): OptimizerResult {
  const maxIterations = options.maxIterations - left.iterations;
  if (left.stop !== 'outrun' || maxIterations <= 0) return left;
  const end = engines[options.engine].minimize(problem, left.z, { ...defaultOptimizerOptions, maxIterations });
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
