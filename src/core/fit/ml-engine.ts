import { levenbergMarquardt as fitCurve } from 'ml-levenberg-marquardt';
import type { LeastSquaresProblem, Optimizer, OptimizerResult } from './optimizer';

/** Rounds of the library's search; it damps by λI and takes every step, so it starts over from its best point. */
const ITERATIONS_A_ROUND = 200;
const FIRST_DAMPING = 1e-2;

/**
 * The `ml-levenberg-marquardt` package behind our interface: an independent cross-check of our own engine. The residuals
 * are handed over as a curve to be fitted to zeros, so robust losses and priors are minimised exactly as ours does.
 * The library never stops by itself before its iterations are used up; it is run in rounds until a round brings nothing.
 * It breaks off with an error of its matrices when a step leads to numbers that are not finite; that is a stalled search.
 */
export const mlLevenbergMarquardt: Optimizer = {
  id: 'ml-levenberg-marquardt',
  minimize(problem, start, options): OptimizerResult {
    const curve = new ResidualCurve(problem);
    const minValues = Array.from(problem.lower, (value) => Math.max(value, Number.MIN_SAFE_INTEGER));
    const maxValues = Array.from(problem.upper, (value) => Math.min(value, Number.MAX_SAFE_INTEGER));
    let best = start.map((value, p) => Math.min(problem.upper[p]!, Math.max(problem.lower[p]!, value)));
    let sumOfSquares = curve.sumOfSquares(best);
    let iterations = 0;
    while (iterations < options.maxIterations) {
      const round = Math.min(ITERATIONS_A_ROUND, options.maxIterations - iterations);
      const result = curve.search(best, { minValues, maxValues, damping: FIRST_DAMPING, maxIterations: round });
      if (!result) return { z: best, sumOfSquares, iterations, stop: 'stalled' };
      iterations += result.iterations;
      const reached = Float64Array.from(result.parameterValues);
      const value = curve.sumOfSquares(reached);
      const gained = sumOfSquares - value;
      if (value < sumOfSquares) {
        best = reached;
        sumOfSquares = value;
      }
      if (!(gained > options.objectiveTolerance * value)) {
        return { z: best, sumOfSquares, iterations, stop: 'objective' };
      }
    }
    return { z: best, sumOfSquares, iterations, stop: 'iterations' };
  },
};

/** Residuals and their gradients one position at a time, as the library asks for them; each point is evaluated once. */
class ResidualCurve {
  readonly positions: readonly number[];
  private readonly residuals: Float64Array;
  private readonly jacobian: Float64Array;

  constructor(private readonly problem: LeastSquaresProblem) {
    this.positions = Array.from({ length: problem.residualCount }, (_, k) => k);
    this.residuals = new Float64Array(problem.residualCount);
    this.jacobian = new Float64Array(problem.residualCount * problem.parameterCount);
  }

  readonly at = (parameters: number[]): ((position: number) => number) => {
    this.problem.residuals(Float64Array.from(parameters), this.residuals);
    return (position) => this.residuals[position]!;
  };

  readonly gradientAt = (parameters: number[]): ((position: number) => number[]) => {
    const P = this.problem.parameterCount;
    const residuals = new Float64Array(this.residuals.length);
    this.problem.jacobian(Float64Array.from(parameters), residuals, this.jacobian);
    return (position) => Array.from(this.jacobian.subarray(position * P, position * P + P));
  };

  /** One search of the library; undefined when it broke off. */
  search(
    initialValues: Float64Array,
    options: { minValues: number[]; maxValues: number[]; damping: number; maxIterations: number },
  ): { readonly iterations: number; readonly parameterValues: ArrayLike<number> } | undefined {
    const zeros = new Float64Array(this.problem.residualCount);
    try {
      return fitCurve({ x: this.positions, y: zeros }, this.at, {
        ...options,
        initialValues,
        errorTolerance: 0,
        jacobianFunction: this.gradientAt,
      });
    } catch (error) {
      if (error instanceof RangeError || !(error instanceof Error)) throw error;
      return undefined;
    }
  }

  sumOfSquares(z: Float64Array): number {
    this.problem.residuals(z, this.residuals);
    return this.residuals.reduce((sum, value) => sum + value * value, 0);
  }
}
