import type { Arrowhead } from './arrowhead';
import type { StopReason } from './types';

/**
 * Minimise Σ r_k(z)² over lower ≤ z ≤ upper. P parameters, n residuals.
 * Robust losses and priors are residuals like any other (problem.ts), so every engine minimises the same thing.
 */
export interface LeastSquaresProblem {
  readonly parameterCount: number;
  readonly residualCount: number;
  /** Inclusive bounds; ±Infinity where there is none. Length P. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Writes r [n]. */
  residuals(z: Float64Array, residuals: Float64Array): void;
  /** Writes r [n] and ∂r/∂z [n × P], row-major (all of it). */
  jacobian(z: Float64Array, residuals: Float64Array, jacobian: Float64Array): void;
  /**
   * Writes what the second derivatives of the residuals add to the diagonal of JᵀJ as far as the problem knows them,
   * 0 where they would take from it. [P]; `gradient` is Jᵀr at z.
   */
  curvature?(z: Float64Array, gradient: Float64Array, curvature: Float64Array): void;
  /** The problem's own way to linearise itself, when it has more structure than a dense Jacobian. */
  linearization?(): Linearization;
}

/** A least-squares problem linearised at the last z: r(z + s) ≈ r + J s. */
export interface Linearization {
  /** Σ r² at z; changes nothing else. */
  sumOfSquares(z: Float64Array): number;
  /** Linearises at z. Writes Jᵀr and the squared column norms of J, [P] each; returns Σ r². */
  linearize(z: Float64Array, gradient: Float64Array, columnNorms: Float64Array): number;
  /**
   * Writes the step s that minimises ‖r + J s‖² + Σ damping_p s_p², with s_p = 0 where `held` is 1.
   * @returns false when the damped equations are singular in floating point
   */
  solve(damping: Float64Array, held: Uint8Array, step: Float64Array): boolean;
  /** ‖J s‖². */
  squaredLength(step: Float64Array): number;
  /** JᵀJ; its arrays are overwritten by the next linearisation. */
  arrowhead(): Arrowhead;
}

export interface OptimizerOptions {
  readonly maxIterations: number;
  /** Relative decrease of Σ r², promised and achieved, below which the search ends. */
  readonly objectiveTolerance: number;
  /** Length of a step relative to z, both in the parameters' own scale. */
  readonly stepTolerance: number;
  /** Largest cosine between the residuals and a free column of the Jacobian. */
  readonly gradientTolerance: number;
  /** Leaves the search as `outrun` once Σ r² falls by less than this part in four iterations twice running; absent to go on to the end. */
  readonly pace?: number;
  /** The start lies near the optimum: a search with a pace heeds the curvature of the residuals too, and spends fewer trials on a step. */
  readonly near?: boolean;
}

export const defaultOptimizerOptions: OptimizerOptions = {
  maxIterations: 500,
  objectiveTolerance: 1e-9,
  stepTolerance: 1e-10,
  gradientTolerance: 1e-10,
};

export interface OptimizerResult {
  readonly z: Float64Array;
  /** Σ r² at z. */
  readonly sumOfSquares: number;
  readonly iterations: number;
  readonly stop: StopReason;
}

/** A way to minimise a sum of squares. Pure: the same problem and start give the same result. */
export interface Optimizer {
  readonly id: string;
  /** @param start [P]; clipped to the bounds, left unchanged. */
  minimize(problem: LeastSquaresProblem, start: Float64Array, options: OptimizerOptions): OptimizerResult;
}

/**
 * Largest cosine between the residual vector and a column of the Jacobian, over the parameters free to move: 0 at an
 * optimum, whatever the units of residuals and parameters (Moré 1978).
 */
export function projectedGradientNorm(
  z: Float64Array,
  gradient: Float64Array,
  columnNorms: Float64Array,
  sumOfSquares: number,
  lower: Float64Array,
  upper: Float64Array,
): number {
  let largest = 0;
  for (let p = 0; p < z.length; p++) {
    if (isHeld(z[p]!, gradient[p]!, lower[p]!, upper[p]!)) continue;
    const length = Math.sqrt(columnNorms[p]! * sumOfSquares);
    if (length > 0) largest = Math.max(largest, Math.abs(gradient[p]!) / length);
  }
  return largest;
}

/** At a bound with the objective falling only beyond it. */
export function isHeld(z: number, gradient: number, lower: number, upper: number): boolean {
  return (z <= lower && gradient > 0) || (z >= upper && gradient < 0) || lower === upper;
}
