import { DenseLinearization } from './dense';
import { isHeld, projectedGradientNorm } from './optimizer';
import type { LeastSquaresProblem, Linearization, Optimizer, OptimizerOptions, OptimizerResult } from './optimizer';
import type { StopReason } from './types';

/** A step is taken when it achieves this part of the decrease the linear model promised. */
const LEAST_GAIN = 1e-4;
const FIRST_DAMPING = 1e-3;
const LARGEST_DAMPING = 1e16;
const SMALLEST_DAMPING = 1e-16;
/**
 * Least part of the damping that is left after a step. Laws of power terms have curved valleys, in which damping led by the
 * gain ratio settles at short steps. A search with a pace relieves it by this much after every step: trying longer ones, at
 * the price of some rejected, takes it to its end in two thirds of the iterations. The last digits come faster without.
 */
const RELIEF = 1 / 5;
/** Iterations over which the pace of a search is taken. */
const LAP = 4;
/** Rounds of fixing parameters that a step carries over their bounds. */
const MAX_BOUND_ROUNDS = 10;

/**
 * Levenberg–Marquardt with Moré's diagonal scaling (each parameter damped in its own unit, by the largest column norm
 * seen), rejection of steps that do not lower the objective, damping led by the gain ratio (Nielsen 1999), and bounds by
 * an active set: parameters pushed against a bound are held, those a step carries over one are put on it and the step
 * is solved again for the rest.
 */
class Search {
  readonly z: Float64Array;
  sumOfSquares: number;
  iterations = 0;
  private readonly gradient: Float64Array;
  private readonly columnNorms: Float64Array;
  private readonly scaling: Float64Array;
  /** Of the residuals, beyond JᵀJ; 0 where a search has a pace and starts far off. */
  private readonly curvature: Float64Array;
  private readonly damping: Float64Array;
  private readonly step: Float64Array;
  private readonly trial: Float64Array;
  private readonly held: Uint8Array;
  private mu = FIRST_DAMPING;
  private growth: number;
  private lapSumOfSquares = Number.POSITIVE_INFINITY;
  private slowLaps = 0;

  constructor(
    private readonly problem: LeastSquaresProblem,
    private readonly linearization: Linearization,
    start: Float64Array,
    private readonly options: OptimizerOptions,
  ) {
    this.growth = this.firstGrowth();
    const P = problem.parameterCount;
    const make = (): Float64Array => new Float64Array(P);
    [this.gradient, this.columnNorms, this.scaling, this.curvature] = [make(), make(), make(), make()];
    [this.damping, this.step, this.trial] = [make(), make(), make()];
    this.held = new Uint8Array(P);
    this.z = start.map((value, p) => clip(value, problem.lower[p]!, problem.upper[p]!));
    this.sumOfSquares = this.linearize();
  }

  run(): StopReason {
    const { pace } = this.options;
    while (this.iterations < this.options.maxIterations) {
      if (!(this.sumOfSquares > 0)) return Number.isNaN(this.sumOfSquares) ? 'stalled' : 'gradient';
      const { z, gradient, columnNorms, problem } = this;
      const slope = projectedGradientNorm(z, gradient, columnNorms, this.sumOfSquares, problem.lower, problem.upper);
      if (slope <= this.options.gradientTolerance) return 'gradient';
      this.iterations++;
      const stop = this.improve();
      if (stop) return stop;
      if (pace !== undefined && this.hasSlowed(pace)) return 'outrun';
    }
    return 'iterations';
  }

  /** Two laps in a row: one alone may be spent on finding the damping of another part of the valley. */
  private hasSlowed(pace: number): boolean {
    if (this.iterations % LAP !== 0) return false;
    const fallen = 1 - this.sumOfSquares / this.lapSumOfSquares;
    this.lapSumOfSquares = this.sumOfSquares;
    this.slowLaps = fallen < pace ? this.slowLaps + 1 : 0;
    return this.slowLaps === 2;
  }

  /** Raises the damping until a step lowers the objective, and takes it. */
  private improve(): StopReason | undefined {
    const { options } = this;
    const { objectiveTolerance, stepTolerance } = options;
    for (let again = false; ; again = options.near === true) {
      if (this.mu > LARGEST_DAMPING) return 'stalled';
      const promised = this.propose(again);
      const small = this.stepLength(this.step) <= stepTolerance * this.stepLength(this.z);
      const reached = promised > 0 ? this.linearization.sumOfSquares(this.trial) : Number.NaN;
      const achieved = this.sumOfSquares - reached;
      const gain = achieved / promised;
      if (promised > 0 && gain > LEAST_GAIN) {
        const before = this.sumOfSquares;
        this.z.set(this.trial);
        this.sumOfSquares = this.linearize();
        const relief = this.options.pace === undefined ? Math.max(RELIEF, 1 - Math.pow(2 * gain - 1, 3)) : RELIEF;
        this.mu = Math.max(SMALLEST_DAMPING, this.mu * relief);
        this.growth = this.firstGrowth();
        const settled = achieved <= objectiveTolerance * before && promised <= objectiveTolerance * before;
        return settled ? 'objective' : small ? 'step' : undefined;
      }
      if (
        promised > 0 &&
        promised <= objectiveTolerance * this.sumOfSquares &&
        Math.abs(achieved) <= promised + objectiveTolerance * this.sumOfSquares
      )
        return 'objective';
      if (small) return 'step';
      this.mu *= this.growth;
      this.growth *= 2;
    }
  }

  /**
   * Puts z + step within bounds into `trial`; returns the decrease the linear model promises, NaN when it has no step.
   * @param again from the same z as before: what was held on a bound then stays so, which saves finding it out
   */
  private propose(again: boolean): number {
    const { z, gradient, scaling, curvature, damping, step, trial, held, problem, linearization } = this;
    const { lower, upper } = problem;
    for (let p = 0; p < z.length; p++) {
      damping[p] = this.mu * scaling[p]! + curvature[p]!;
      // A parameter without effect stays where it is: rounding alone would send it anywhere.
      const idle = this.columnNorms[p] === 0;
      if (again && held[p] === 1) continue;
      held[p] = idle || isHeld(z[p]!, gradient[p]!, lower[p]!, upper[p]!) ? 1 : 0;
    }
    for (let round = 0; round < MAX_BOUND_ROUNDS; round++) {
      if (!linearization.solve(damping, held, step)) return Number.NaN;
      // Parameters already on a bound that the step would carry out of it are held, and the step solved again.
      let outside = false;
      for (let p = 0; p < z.length; p++) {
        const leaves = (z[p]! <= lower[p]! && step[p]! < 0) || (z[p]! >= upper[p]! && step[p]! > 0);
        if (leaves && held[p] === 0) {
          held[p] = 1;
          outside = true;
        }
      }
      if (!outside) break;
    }
    let decrease = 0;
    for (let p = 0; p < z.length; p++) {
      trial[p] = clip(z[p]! + step[p]!, lower[p]!, upper[p]!);
      step[p] = trial[p]! - z[p]!;
      decrease -= (2 * gradient[p]! + curvature[p]! * step[p]!) * step[p]!;
    }
    return decrease - linearization.squaredLength(step);
  }

  /** Near an optimum the damping is mostly right: after a relief that was one too many it is back in fewer trials. */
  private firstGrowth(): number {
    return this.options.near === true ? 4 : 2;
  }

  private linearize(): number {
    const sum = this.linearization.linearize(this.z, this.gradient, this.columnNorms);
    // Far from an optimum the longer steps without it get there sooner.
    if (this.options.pace === undefined || this.options.near === true)
      this.problem.curvature?.(this.z, this.gradient, this.curvature);
    for (let p = 0; p < this.z.length; p++) {
      this.scaling[p] = Math.max(this.scaling[p]!, this.columnNorms[p]!);
    }
    return sum;
  }

  private stepLength(step: Float64Array): number {
    let sum = 0;
    for (let p = 0; p < step.length; p++) sum += this.scaling[p]! * step[p]! * step[p]!;
    return Math.sqrt(sum);
  }
}

function clip(value: number, lower: number, upper: number): number {
  return Math.min(upper, Math.max(lower, value));
}

export const levenbergMarquardt: Optimizer = {
  id: 'mixlaw',
  minimize(problem, start, options): OptimizerResult {
    const linearization = problem.linearization?.() ?? new DenseLinearization(problem);
    const search = new Search(problem, linearization, start, options);
    const stop = search.run();
    return { z: search.z, sumOfSquares: search.sumOfSquares, iterations: search.iterations, stop };
  },
};
