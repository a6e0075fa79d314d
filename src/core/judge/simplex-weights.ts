/**
 * The weights w ≥ 0, Σw = 1 that minimise mean_r (Σ_l w_l e_lr)² + shrinkage·scale·Σ_l (w_l − 1/L)², where scale is the
 * mean square of the best single column: a little shrinkage toward the even blend settles columns that are nearly the
 * same. Accelerated projected gradient on the L × L normal matrix (Beck & Teboulle 2009); convex, one optimum.
 * @param errors errors of L predictions on the same n entries. With Σw = 1 the blend's error is the blend of the errors.
 * @param importance of each entry; all alike when absent.
 */
export function simplexWeights(
  errors: readonly Float64Array[],
  shrinkage: number,
  importance?: Float64Array,
): Float64Array {
  const L = errors.length;
  const n = errors[0]?.length ?? 0;
  const matrix = new Float64Array(L * L);
  for (let a = 0; a < L; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let r = 0; r < n; r++) sum += errors[a]![r]! * errors[b]![r]! * (importance ? importance[r]! : 1);
      matrix[a * L + b] = matrix[b * L + a] = sum / n;
    }
  let least = Infinity;
  let trace = 0;
  for (let a = 0; a < L; a++) {
    least = Math.min(least, matrix[a * L + a]!);
    trace += matrix[a * L + a]!;
  }
  const ridge = shrinkage * least;
  const step = 1 / (trace + ridge || 1);

  let weights = new Float64Array(L).fill(1 / L);
  let ahead = weights;
  let momentum = 1;
  for (let iteration = 0; iteration < 2000; iteration++) {
    const next = new Float64Array(L);
    for (let a = 0; a < L; a++) {
      let slope = ridge * (ahead[a]! - 1 / L);
      for (let b = 0; b < L; b++) slope += matrix[a * L + b]! * ahead[b]!;
      next[a] = ahead[a]! - step * slope;
    }
    projectToSimplex(next);
    const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const push = (momentum - 1) / nextMomentum;
    let change = 0;
    const previous = weights;
    ahead = next.map((value, a) => value + push * (value - previous[a]!));
    for (let a = 0; a < L; a++) change = Math.max(change, Math.abs(next[a]! - previous[a]!));
    weights = next;
    momentum = nextMomentum;
    if (change < 1e-9) break;
  }
  return weights;
}

/** Euclidean projection onto {w ≥ 0, Σw = 1}, in place (Duchi et al. 2008). */
export function projectToSimplex(point: Float64Array): void {
  const sorted = Float64Array.from(point).sort().reverse();
  let sum = 0;
  let shift = 0;
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k]!;
    const candidate = (sum - 1) / (k + 1);
    if (sorted[k]! > candidate) shift = candidate;
  }
  for (let a = 0; a < point.length; a++) point[a] = Math.max(0, point[a]! - shift);
}
