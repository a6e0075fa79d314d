import { backward, cholesky, forward } from '../fit/cholesky';

/**
 * The weights w ≥ 0, Σw = 1 that minimise mean_r (Σ_l w_l e_lr)² + shrinkage·scale·Σ_l w_l², where scale is the mean
 * square of the best single column: a little shrinkage toward the even blend settles columns that are nearly the same.
 * Exact, by an active set as in Lawson & Hanson's non-negative least squares (1974).
 * @param errors errors of L predictions on the same n entries. With Σw = 1 the blend's error is the blend of the errors.
 * @param importance of each entry; all alike when absent.
 */
export function simplexWeights(
  errors: readonly Float64Array[],
  shrinkage: number,
  importance?: Float64Array,
): Float64Array {
  const matrix = secondMoments(errors, importance);
  const L = errors.length;
  const diagonal = Array.from({ length: L }, (_, a) => matrix[a * L + a]!);
  const ridge = shrinkage * Math.min(...diagonal) + 1e-12 * Math.max(...diagonal);
  for (let a = 0; a < L; a++) matrix[a * L + a]! += ridge;

  const weights = new Float64Array(L);
  const first = diagonal.indexOf(Math.min(...diagonal));
  let active = [first];
  weights[first] = 1;
  // Each round lowers the objective; the number of rounds is of the order of L.
  for (let round = 0; round < 20 * L; round++) {
    active = settle(matrix, weights, active);
    const slopes = Array.from({ length: L }, (_, a) => weights.reduce((sum, w, b) => sum + matrix[a * L + b]! * w, 0));
    const level = active.reduce((sum, a) => sum + weights[a]! * slopes[a]!, 0);
    const entering = slopes.reduce((least, slope, a) => (slope < slopes[least]! ? a : least), 0);
    if (active.includes(entering) || slopes[entering]! >= level * (1 - 1e-12)) break;
    active = [...active, entering].sort((a, b) => a - b);
  }
  return weights;
}

/**
 * Moves the weights to the optimum over the active columns, dropping those that would become negative on the way.
 * On a fixed set the optimum is A⁻¹1, scaled to sum to 1.
 */
function settle(matrix: Float64Array, weights: Float64Array, active: readonly number[]): number[] {
  const L = weights.length;
  let kept = [...active];
  for (;;) {
    const size = kept.length;
    const factor = Float64Array.from({ length: size * size }, (_, at) => {
      return matrix[kept[Math.floor(at / size)]! * L + kept[at % size]!]!;
    });
    const goal = new Float64Array(size).fill(1);
    if (!cholesky(factor, size)) return kept;
    forward(factor, size, goal);
    backward(factor, size, goal);
    const sum = goal.reduce((total, value) => total + value, 0);
    let step = 1;
    kept.forEach((a, i) => {
      const change = goal[i]! / sum - weights[a]!;
      if (change < 0) step = Math.min(step, -weights[a]! / change);
    });
    kept.forEach((a, i) => (weights[a]! += step * (goal[i]! / sum - weights[a]!)));
    const left = kept.filter((a, i) => step === 1 || weights[a]! > 1e-14 || goal[i]! > 0);
    for (const a of kept) if (!left.includes(a)) weights[a] = 0;
    if (left.length === size) return kept;
    kept = left;
  }
}

/** mean_r of importance·e_a·e_b, [L × L]. */
function secondMoments(errors: readonly Float64Array[], importance: Float64Array | undefined): Float64Array {
  const L = errors.length;
  const n = errors[0]?.length ?? 0;
  const matrix = new Float64Array(L * L);
  for (let a = 0; a < L; a++) {
    const weighted = importance ? errors[a]!.map((error, r) => error * importance[r]!) : errors[a]!;
    for (let b = 0; b <= a; b++) {
      const other = errors[b]!;
      let sum = 0;
      for (let r = 0; r < n; r++) sum += weighted[r]! * other[r]!;
      matrix[a * L + b] = matrix[b * L + a] = sum / n;
    }
  }
  return matrix;
}
