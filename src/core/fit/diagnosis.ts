import { backward, forward } from './cholesky';
import { DenseLinearization } from './dense';
import type { ModelFit } from './multistart';
import { isHeld, projectedGradientNorm } from './optimizer';
import { LawProblem } from './problem';

/** Squared length, relative to the column's own, below which a column of the Jacobian is a combination of others. */
const RANK_TOLERANCE = 1e-13;
/** Correlation of two estimates from which the runs cannot tell them apart. */
const INDISTINGUISHABLE = 0.995;
const POWER_STEPS = 50;

/** What the Jacobian at the optimum says of a fit. Positions are those of the model's parameters. */
export interface Diagnosis {
  readonly gradientNorm: number;
  /** Of the runs' residuals alone, without the prior. */
  readonly rank: number;
  readonly condition: number;
  readonly activeBounds: readonly { readonly parameter: number; readonly bound: 'lower' | 'upper' }[];
  /** Parameters that no training entry depends on. */
  readonly undetermined: readonly number[];
  /** Pairs whose estimates are so correlated that only their combination is known. */
  readonly confounded: readonly { readonly first: number; readonly second: number; readonly correlation: number }[];
  /** In the parameters' own units; NaN where the Jacobian has not the rank to tell. */
  readonly standardErrors: Float64Array;
}

export function diagnose(fit: ModelFit): Diagnosis {
  const { problem, z, theta } = fit;
  const P = problem.parameterCount;
  const gradient = new Float64Array(P);
  const columnNorms = new Float64Array(P);
  const linearization = problem.linearization?.() ?? new DenseLinearization(problem);
  const sum = linearization.linearize(z, gradient, columnNorms);
  const gradientNorm = sum > 0 ? projectedGradientNorm(z, gradient, columnNorms, sum, problem.lower, problem.upper) : 0;
  const activeBounds = activeBoundsOf(problem, z);

  const bare = new LawProblem(fit.model, problem.entries, { ...problem.objective, prior: 0 });
  const bareLinearization = bare.linearization?.() ?? new DenseLinearization(bare);
  const residualSum = bareLinearization.linearize(z, gradient, columnNorms);
  const normal = new Float64Array(P * P);
  bareLinearization.normalMatrix(normal);
  const unit = columnNorms.map((norm) => (norm > 0 ? 1 / Math.sqrt(norm) : 0));
  for (let p = 0; p < P; p++) for (let q = 0; q < P; q++) normal[p * P + q]! *= unit[p]! * unit[q]!;
  const free = Array.from({ length: P }, (_, p) => p).filter(
    (p) => !isHeld(z[p]!, gradient[p]!, problem.lower[p]!, problem.upper[p]!),
  );
  const factored = pivotedCholesky(
    normal,
    P,
    Array.from({ length: P }, (_, p) => p),
  );
  const freeFactor = pivotedCholesky(normal, P, free);
  const standardErrors = new Float64Array(P).fill(Number.NaN);
  const confounded: { first: number; second: number; correlation: number }[] = [];
  if (freeFactor.rank === free.length && free.length > 0) {
    const covariance = inverse(freeFactor.factor, freeFactor.rank);
    const degrees = bare.residualCount - freeFactor.rank;
    const variance = degrees > 0 ? residualSum / degrees : Number.NaN;
    freeFactor.order.forEach((p, k) => {
      const scale = unit[p]! * problem.derivative(p, theta);
      standardErrors[p] = Math.sqrt(variance * covariance[k * freeFactor.rank + k]!) * scale;
      for (let j = 0; j < k; j++) {
        const q = freeFactor.order[j]!;
        const correlation =
          covariance[k * freeFactor.rank + j]! /
          Math.sqrt(covariance[k * freeFactor.rank + k]! * covariance[j * freeFactor.rank + j]!);
        if (Math.abs(correlation) > INDISTINGUISHABLE) {
          confounded.push({ first: Math.min(p, q), second: Math.max(p, q), correlation });
        }
      }
    });
  }
  confounded.sort((one, other) => Math.abs(other.correlation) - Math.abs(one.correlation) || one.first - other.first);
  return {
    gradientNorm,
    rank: factored.rank,
    condition: conditionOf(factored.factor, factored.rank),
    activeBounds,
    undetermined: Array.from(columnNorms.keys()).filter((p) => columnNorms[p] === 0),
    confounded,
    standardErrors,
  };
}

function activeBoundsOf(problem: LawProblem, z: Float64Array): Diagnosis['activeBounds'] {
  const active: { parameter: number; bound: 'lower' | 'upper' }[] = [];
  for (let p = 0; p < z.length; p++) {
    if (z[p]! <= problem.lower[p]!) active.push({ parameter: p, bound: 'lower' });
    else if (z[p]! >= problem.upper[p]!) active.push({ parameter: p, bound: 'upper' });
  }
  return active;
}

/**
 * Cholesky with diagonal pivoting of the rows and columns `among` of a unit-diagonal matrix. `order[k]` is the parameter
 * in the factor's row k; the factor [rank × rank] is the leading, numerically independent part.
 */
function pivotedCholesky(
  matrix: Float64Array,
  size: number,
  among: readonly number[],
): { readonly rank: number; readonly order: readonly number[]; readonly factor: Float64Array } {
  const n = among.length;
  const order = [...among];
  const work = new Float64Array(n * n);
  const left = Float64Array.from(among, (p) => matrix[p * size + p]!);
  let rank = 0;
  for (; rank < n; rank++) {
    let pivot = rank;
    for (let k = rank + 1; k < n; k++) if (left[k]! > left[pivot]!) pivot = k;
    if (!(left[pivot]! > RANK_TOLERANCE * n)) break;
    swapRows(work, n, rank, pivot);
    [order[rank], order[pivot]] = [order[pivot]!, order[rank]!];
    [left[rank], left[pivot]] = [left[pivot]!, left[rank]!];
    const diagonal = Math.sqrt(left[rank]!);
    work[rank * n + rank] = diagonal;
    for (let k = rank + 1; k < n; k++) {
      let value = matrix[order[k]! * size + order[rank]!]!;
      for (let q = 0; q < rank; q++) value -= work[k * n + q]! * work[rank * n + q]!;
      value /= diagonal;
      work[k * n + rank] = value;
      left[k]! -= value * value;
    }
  }
  const factor = new Float64Array(rank * rank);
  for (let k = 0; k < rank; k++) for (let j = 0; j <= k; j++) factor[k * rank + j] = work[k * n + j]!;
  return { rank, order: order.slice(0, rank), factor };
}

function swapRows(matrix: Float64Array, size: number, one: number, other: number): void {
  if (one === other) return;
  for (let j = 0; j < size; j++) {
    const kept = matrix[one * size + j]!;
    matrix[one * size + j] = matrix[other * size + j]!;
    matrix[other * size + j] = kept;
  }
}

/** (L Lᵀ)⁻¹ from the factor L. */
function inverse(factor: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    column.fill(0);
    column[k] = 1;
    forward(factor, size, column);
    backward(factor, size, column);
    for (let j = 0; j < size; j++) result[j * size + k] = column[j]!;
  }
  return result;
}

/** √(largest / smallest eigenvalue) of L Lᵀ, by power and inverse iteration. */
function conditionOf(factor: Float64Array, size: number): number {
  if (size === 0) return Number.NaN;
  const startVector = (): Float64Array => Float64Array.from({ length: size }, (_, k) => 1 + 0.1 * Math.sin(k + 1));
  const normalize = (vector: Float64Array): void => {
    const length = lengthOf(vector);
    for (let k = 0; k < size; k++) vector[k]! /= length;
  };
  const grown = startVector();
  let largest = 0;
  const middle = new Float64Array(size);
  for (let step = 0; step < POWER_STEPS; step++) {
    normalize(grown);
    for (let j = 0; j < size; j++) {
      let value = 0;
      for (let k = j; k < size; k++) value += factor[k * size + j]! * grown[k]!;
      middle[j] = value;
    }
    for (let k = 0; k < size; k++) {
      let value = 0;
      for (let j = 0; j <= k; j++) value += factor[k * size + j]! * middle[j]!;
      grown[k] = value;
    }
    largest = lengthOf(grown);
  }
  const shrunk = startVector();
  let smallestInverse = 0;
  for (let step = 0; step < POWER_STEPS; step++) {
    normalize(shrunk);
    forward(factor, size, shrunk);
    backward(factor, size, shrunk);
    smallestInverse = lengthOf(shrunk);
  }
  return Math.sqrt(largest * smallestInverse);
}

function lengthOf(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
