import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Parameter covariance of a least-squares fit, with the directions the data say nothing about kept apart. */
export interface Covariance {
  /** Directions in parameter space that the data settle, one a row, scaled so that covariance = Σ d dᵀ. [rank × P] */
  readonly settled: readonly Float64Array[];
  /** Unit directions (in scaled parameters) that the data leave open. [(P − rank) × P] */
  readonly open: readonly Float64Array[];
  /** Column norms of J: what the open directions are scaled by. Length P; 0 for parameters held fixed. */
  readonly scale: Float64Array;
  readonly rank: number;
}

/** Squared singular values below this part of the largest count as zero: half the digits of a double. */
const RANK_TOLERANCE = 1e-12;

/**
 * σ²·(JᵀJ)⁺ from the eigenvectors of JᵀJ scaled to a unit diagonal.
 * @param jacobian ∂r/∂z, [n × P] row-major; a prior enters as rows of its own
 * @param variance σ² of the residuals
 * @param held 1 for parameters that cannot move (on a bound); their variance is 0
 */
export function covarianceOf(
  jacobian: Float64Array,
  n: number,
  P: number,
  variance: number,
  held?: Uint8Array,
): Covariance {
  const scale = new Float64Array(P);
  for (let k = 0; k < n; k++) for (let p = 0; p < P; p++) scale[p]! += jacobian[k * P + p]! ** 2;
  for (let p = 0; p < P; p++) scale[p] = held?.[p] === 1 ? 0 : Math.sqrt(scale[p]!);
  const free = Array.from({ length: P }, (_, p) => p).filter((p) => held?.[p] !== 1);
  const normal = Matrix.zeros(free.length, free.length);
  for (let k = 0; k < n; k++)
    for (let a = 0; a < free.length; a++) {
      const p = free[a]!;
      const value = scale[p] === 0 ? 0 : jacobian[k * P + p]! / scale[p]!;
      if (value === 0) continue;
      for (let b = 0; b <= a; b++) {
        const q = free[b]!;
        if (scale[q] !== 0) normal.set(a, b, normal.get(a, b) + (value * jacobian[k * P + q]!) / scale[q]!);
      }
    }
  for (let a = 0; a < free.length; a++) for (let b = 0; b < a; b++) normal.set(b, a, normal.get(a, b));
  if (free.length === 0) return { settled: [], open: [], scale, rank: 0 };
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(normal, { assumeSymmetric: true });
  const largest = Math.max(...realEigenvalues);
  const settled: Float64Array[] = [];
  const open: Float64Array[] = [];
  realEigenvalues.forEach((value, column) => {
    const isSettled = value > RANK_TOLERANCE * largest;
    const direction = new Float64Array(P);
    free.forEach((p, a) => {
      const entry = eigenvectorMatrix.get(a, column);
      if (!isSettled) direction[p] = entry;
      else if (scale[p] !== 0) direction[p] = (entry / scale[p]!) * Math.sqrt(variance / value);
    });
    (isSettled ? settled : open).push(direction);
  });
  return { settled, open, scale, rank: settled.length };
}

/** Standard deviation of g·z; Infinity when g points along a direction the data leave open. */
export function deviationAlong(covariance: Covariance, gradient: Float64Array): number {
  if (pointsIntoTheOpen(covariance, gradient)) return Infinity;
  let variance = 0;
  for (const direction of covariance.settled) variance += dot(direction, gradient) ** 2;
  return Math.sqrt(variance);
}

/** Whether g has a share along a direction the data leave open. */
export function pointsIntoTheOpen(covariance: Covariance, gradient: Float64Array): boolean {
  if (covariance.open.length === 0) return false;
  // In scaled parameters the gradient is g_p / scale_p; a share of it along an open direction cannot be bounded.
  const scaled = gradient.map((value, p) => (covariance.scale[p]! > 0 ? value / covariance.scale[p]! : value));
  const length = Math.sqrt(dot(scaled, scaled));
  return covariance.open.some((direction) => Math.abs(dot(direction, scaled)) > 1e-6 * length);
}

/** Standard errors of the parameters; Infinity for those the data leave open, 0 for those held. */
export function standardErrors(covariance: Covariance, P: number): Float64Array {
  return Float64Array.from({ length: P }, (_, p) => {
    if (covariance.open.some((direction) => Math.abs(direction[p]!) > 1e-6)) return Infinity;
    return Math.sqrt(covariance.settled.reduce((sum, direction) => sum + direction[p]! ** 2, 0));
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p]! * b[p]!;
  return sum;
}
