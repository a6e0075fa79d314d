/** Cholesky factor in place, lower triangle of a row-major [size × size] matrix; false when it is not positive definite. */
export function cholesky(matrix: Float64Array, size: number): boolean {
  for (let k = 0; k < size; k++) {
    for (let j = 0; j <= k; j++) {
      let value = matrix[k * size + j]!;
      for (let q = 0; q < j; q++) value -= matrix[k * size + q]! * matrix[j * size + q]!;
      if (j < k) {
        matrix[k * size + j] = value / matrix[j * size + j]!;
      } else {
        if (!(value > 0)) return false;
        matrix[k * size + k] = Math.sqrt(value);
      }
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
