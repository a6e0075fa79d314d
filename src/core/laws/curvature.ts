/** Adds factor · u uᵀ to the lower triangle of a matrix [K × K]. */
export function addOuterProduct(matrix: Float64Array, factor: number, u: Float64Array): void {
  const K = u.length;
  for (let j = 0; j < K; j++) {
    const scaled = factor * u[j]!;
    if (scaled === 0) continue;
    for (let k = 0; k <= j; k++) matrix[j * K + k]! += scaled * u[k]!;
  }
}

/** Writes the lower triangle of a matrix [K × K] over its upper one. */
export function mirror(matrix: Float64Array, K: number): void {
  for (let j = 0; j < K; j++) for (let k = 0; k < j; k++) matrix[k * K + j] = matrix[j * K + k]!;
}
