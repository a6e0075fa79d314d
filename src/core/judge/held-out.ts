import type { Covariance } from './covariance';

/** Leverage above which a run decides its own prediction nearly alone: more says nothing, and divides by next to nothing. */
const GREATEST_LEVERAGE = 0.98;

/**
 * Residuals as they would be had each run, with all its checkpoints, been left out of a linear(ised) fit: (I − H)⁻¹ r for
 * the run's block of the hat matrix H = J (JᵀJ + prior)⁻¹ Jᵀ (Cook & Weisberg 1982, §2.2). No fit is made.
 * @param jacobian of the entries, [n × P] row-major
 * @param covariance of unit variance
 * @param residuals length n
 * @param at entries of row r are at[r] … at[r + 1] − 1
 * @param runIds of the rows, or of what else is left out together
 */
export function heldOutResiduals(
  jacobian: Float64Array,
  P: number,
  covariance: Covariance,
  residuals: Float64Array,
  at: Int32Array,
  runIds: Int32Array,
): Float64Array {
  const heldOut = residuals.slice();
  const entriesOfRun = new Map<number, number[]>();
  for (let r = 0; r + 1 < at.length; r++) {
    const own = entriesOfRun.get(runIds[r]!) ?? [];
    for (let e = at[r]!; e < at[r + 1]!; e++) own.push(e);
    entriesOfRun.set(runIds[r]!, own);
  }
  const { settled } = covariance;
  const rank = settled.length;
  for (const entries of entriesOfRun.values()) {
    const m = entries.length;
    const projected = new Float64Array(m * rank);
    entries.forEach((e, a) => {
      settled.forEach((direction, k) => {
        let sum = 0;
        for (let p = 0; p < P; p++) sum += jacobian[e * P + p]! * direction[p]!;
        projected[a * rank + k] = sum;
      });
    });
    const rest = new Float64Array(m * m);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b <= a; b++) {
        let leverage = 0;
        for (let k = 0; k < rank; k++) leverage += projected[a * rank + k]! * projected[b * rank + k]!;
        rest[a * m + b] = rest[b * m + a] = (a === b ? 1 : 0) - leverage;
      }
    }
    const solved = solvePositive(
      rest,
      entries.map((e) => residuals[e]!),
    );
    entries.forEach((e, a) => (heldOut[e] = solved[a]!));
  }
  return heldOut;
}

/** Solves (I − H) x = b by Cholesky, pivots kept off 0; the matrix A [m × m] is overwritten. */
export function solvePositive(A: Float64Array, b: readonly number[]): number[] {
  const m = b.length;
  const x = [...b];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i * m + j]!;
      for (let k = 0; k < j; k++) sum -= A[i * m + k]! * A[j * m + k]!;
      A[i * m + j] = i === j ? Math.sqrt(Math.max(sum, 1 - GREATEST_LEVERAGE)) : sum / A[j * m + j]!;
    }
    for (let k = 0; k < i; k++) x[i]! -= A[i * m + k]! * x[k]!;
    x[i]! /= A[i * m + i]!;
  }
  for (let i = m - 1; i >= 0; i--) {
    for (let k = i + 1; k < m; k++) x[i]! -= A[k * m + i]! * x[k]!;
    x[i]! /= A[i * m + i]!;
  }
  return x;
}
