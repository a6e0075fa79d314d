import { levenbergMarquardt as fitCurve } from 'ml-levenberg-marquardt';
import { isHeld } from './optimizer';
import type { LeastSquaresProblem, Optimizer, OptimizerResult } from './optimizer';

/** Rounds of the library's search; it damps by λI and takes every step, so it starts over from its best point. */
const ITERATIONS_A_ROUND = 200;
const FIRST_DAMPING = 1e-2;

/**
 * The `ml-levenberg-marquardt` package behind our interface: an independent cross-check of our own engine. The residuals
 * are handed over as a curve to be fitted to zeros, so robust losses and priors are minimised exactly as ours does.
 * The library never stops by itself before its iterations are used up; it is run in rounds until a round brings nothing.
 * It clips steps at bounds, which leads beside an optimum on them: such parameters are held and the rest searched again.
 * It breaks off with an error of its matrices when a step leads to numbers that are not finite; that is a stalled search.
 */
export const mlLevenbergMarquardt: Optimizer = {
  id: 'ml-levenberg-marquardt',
  minimize(problem, start, options): OptimizerResult {
    const curve = new ResidualCurve(problem);
    const best = start.map((value, p) => Math.min(problem.upper[p]!, Math.max(problem.lower[p]!, value)));
    let free = Array.from(best.keys());
    let sumOfSquares = curve.sumOfSquares(best);
    let iterations = 0;
    let idleRounds = 0;
    while (iterations < options.maxIterations) {
      const round = Math.min(ITERATIONS_A_ROUND, options.maxIterations - iterations);
      const result = curve.search(best, free, round);
      if (!result) return { z: best, sumOfSquares, iterations, stop: 'stalled' };
      iterations += result.iterations;
      const value = curve.sumOfSquares(result.z);
      const gained = sumOfSquares - value;
      if (value < sumOfSquares) {
        best.set(result.z);
        sumOfSquares = value;
      }
      idleRounds = gained > options.objectiveTolerance * value ? 0 : idleRounds + 1;
      if (idleRounds === 0) continue;
      const movable = curve.freeAt(best);
      if (idleRounds > 1 || movable.length === 0 || movable.join() === free.join()) {
        return { z: best, sumOfSquares, iterations, stop: 'objective' };
      }
      free = movable;
    }
    return { z: best, sumOfSquares, iterations, stop: 'iterations' };
  },
};

/** Residuals and their gradients one position at a time, as the library asks for them; each point is evaluated once. */
class ResidualCurve {
  private readonly positions: readonly number[];
  private readonly residuals: Float64Array;
  private readonly jacobian: Float64Array;

  constructor(private readonly problem: LeastSquaresProblem) {
    this.positions = Array.from({ length: problem.residualCount }, (_, k) => k);
    this.residuals = new Float64Array(problem.residualCount);
    this.jacobian = new Float64Array(problem.residualCount * problem.parameterCount);
  }

  /** One search of the library over the parameters `free`, the others left at `from`; undefined when it broke off. */
  search(
    from: Float64Array,
    free: readonly number[],
    maxIterations: number,
  ): { readonly iterations: number; readonly z: Float64Array } | undefined {
    const { problem, positions, residuals, jacobian } = this;
    const P = problem.parameterCount;
    const whole = (values: ArrayLike<number>): Float64Array => {
      const z = Float64Array.from(from);
      free.forEach((p, at) => (z[p] = values[at]!));
      return z;
    };
    const at = (values: number[]): ((position: number) => number) => {
      problem.residuals(whole(values), residuals);
      return (position) => residuals[position]!;
    };
    const jacobianFunction = (values: number[]): ((position: number) => number[]) => {
      problem.jacobian(whole(values), new Float64Array(residuals.length), jacobian);
      return (position) => free.map((p) => jacobian[position * P + p]!);
    };
    try {
      const { parameterValues, iterations } = fitCurve({ x: positions, y: new Float64Array(positions.length) }, at, {
        initialValues: free.map((p) => from[p]!),
        minValues: free.map((p) => Math.max(problem.lower[p]!, Number.MIN_SAFE_INTEGER)),
        maxValues: free.map((p) => Math.min(problem.upper[p]!, Number.MAX_SAFE_INTEGER)),
        damping: FIRST_DAMPING,
        maxIterations,
        errorTolerance: 0,
        jacobianFunction,
      });
      return { iterations, z: whole(parameterValues) };
    } catch (error) {
      if (error instanceof RangeError || !(error instanceof Error)) throw error;
      return undefined;
    }
  }

  /** The parameters that no bound holds back. */
  freeAt(z: Float64Array): number[] {
    const { problem, residuals, jacobian } = this;
    const P = problem.parameterCount;
    problem.jacobian(z, residuals, jacobian);
    return Array.from(z.keys()).filter((p) => {
      const gradient = residuals.reduce((sum, value, k) => sum + value * jacobian[k * P + p]!, 0);
      return !isHeld(z[p]!, gradient, problem.lower[p]!, problem.upper[p]!);
    });
  }

  sumOfSquares(z: Float64Array): number {
    this.problem.residuals(z, this.residuals);
    return this.residuals.reduce((sum, value) => sum + value * value, 0);
  }
}
