/**
 * Cholesky factor in place, lower triangle of a row-major [size × size] matrix; false when it is not positive definite.
 * Column by column, four rows at a time: their sums do not wait for each other.
 */
export function cholesky(matrix: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const pivotRow = j * size;
    let pivot = matrix[pivotRow + j]!;
    for (let q = 0; q < j; q++) pivot -= matrix[pivotRow + q]! * matrix[pivotRow + q]!;
    if (!(pivot > 0)) return false;
    const diagonal = Math.sqrt(pivot);
    matrix[pivotRow + j] = diagonal;
    let k = j + 1;
    for (; k + 3 < size; k += 4) {
      const a = k * size;
      const b = a + size;
      const c = b + size;
      const d = c + size;
      let valueA = matrix[a + j]!;
      let valueB = matrix[b + j]!;
      let valueC = matrix[c + j]!;
      let valueD = matrix[d + j]!;
      for (let q = 0; q < j; q++) {
        const factor = matrix[pivotRow + q]!;
        valueA -= matrix[a + q]! * factor;
        valueB -= matrix[b + q]! * factor;
        valueC -= matrix[c + q]! * factor;
        valueD -= matrix[d + q]! * factor;
      }
      matrix[a + j] = valueA / diagonal;
      matrix[b + j] = valueB / diagonal;
      matrix[c + j] = valueC / diagonal;
      matrix[d + j] = valueD / diagonal;
    }
    for (; k < size; k++) {
      let value = matrix[k * size + j]!;
      for (let q = 0; q < j; q++) value -= matrix[k * size + q]! * matrix[pivotRow + q]!;
      matrix[k * size + j] = value / diagonal;
    }
  }
  return true;
}

/** Solves L y = side in place. */
export function forward(factor: Float64Array, size: number, side: Float64Array): void {
  for (let k = 0; k < size; k++) {
    let value = side[k]!;
    for (let j = 0; j < k; j++) value -= factor[k * size + j]! * side[j]!;
    side[k] = value / factor[k * size + k]!;
  }
}

/** Solves Lᵀ x = side in place. */
export function backward(factor: Float64Array, size: number, side: Float64Array): void {
  for (let k = size - 1; k >= 0; k--) {
    let value = side[k]!;
    for (let j = k + 1; j < size; j++) value -= factor[j * size + k]! * side[j]!;
    side[k] = value / factor[k * size + k]!;
  }
}
