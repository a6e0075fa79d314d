import type { LawModel } from '../laws/law';
import { Random } from '../random';
import type { Runs } from '../results/runs';
import { engines } from './engines';
import { defaultOptimizerOptions } from './optimizer';
import { LawProblem } from './problem';
import type { Entries } from './problem';
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
 * Fits a model from seeded starts and keeps the one with the least value of what was minimised on the training entries.
 * Nothing else is looked at: held-out runs do not even come here.
 */
export function fitModel(
  model: LawModel,
  training: Runs,
  entries: Entries,
  options: FitOptions,
  seed: number,
  onStart: (start: StartResult) => void,
): ModelFit {
  const problem = new LawProblem(model, entries, options);
  const engine = engines[options.engine];
  const random = new Random(seed);
  const n = entries.modelSizes.length;
  const theta = new Float64Array(problem.parameterCount);
  const starts: StartResult[] = [];
  let best = 0;
  let rival = Number.POSITIVE_INFINITY;
  let bestZ = new Float64Array(problem.parameterCount);
  for (let s = 0; s < options.starts; s++) {
    const start = problem.fromTheta(model.start(random, training));
    const result = engine.minimize(problem, start, {
      ...defaultOptimizerOptions,
      maxIterations: options.maxIterations,
      ...(rival < Number.POSITIVE_INFINITY ? { rival } : {}),
    });
    rival = Math.min(rival, result.sumOfSquares);
    problem.toTheta(result.z, theta);
    starts.push({
      objective: squaredErrors(model, theta, entries) / n,
      minimised: result.sumOfSquares / n,
      iterations: result.iterations,
      stop: result.stop,
    });
    if (s === 0 || starts[s]!.minimised < starts[best]!.minimised) {
      best = s;
      bestZ = Float64Array.from(result.z);
    }
    onStart(starts[s]!);
  }
  problem.toTheta(bestZ, theta);
  return { model, problem, z: bestZ, theta, best, starts };
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
