import { backward, forward } from './cholesky';

/**
 * A symmetric matrix JᵀJ as blocks that touch each other only through shared parameters (an arrowhead). A dense matrix is
 * one block that shares nothing. p parameters a block, s shared.
 */
export interface Arrowhead {
  readonly blocks: readonly ArrowheadBlock[];
  readonly shared: Int32Array;
  /** [s × s] */
  readonly sharedNormal: Float64Array;
}

export interface ArrowheadBlock {
  readonly parameters: Int32Array;
  /** [p × p] */
  readonly normal: Float64Array;
  /** Block × shared part [p × s]. */
  readonly border: Float64Array;
}

/** A dense matrix [P × P] as an arrowhead. */
export function denseArrowhead(normal: Float64Array, size: number): Arrowhead {
  const block = { parameters: Int32Array.from({ length: size }, (_, p) => p), normal, border: new Float64Array(0) };
  return { blocks: [block], shared: new Int32Array(0), sharedNormal: new Float64Array(0) };
}

/** Squared length of a column of unit length below which it is a combination of the others. */
const RANK_TOLERANCE = 1e-13;
const POWER_STEPS = 50;

interface FactoredBlock {
  /** The numerically independent parameters, in the order of the factor's rows. Length r. */
  readonly parameters: readonly number[];
  /** L of the block [r × r]. */
  readonly factor: Float64Array;
  /** L⁻¹ times the border, [r × columns]. */
  readonly border: Float64Array;
}

/** Part of a covariance matrix, in units of 1/scale: variances [r] and covariances [r × r] of some parameters. */
export interface Covariance {
  readonly parameters: readonly number[];
  readonly matrix: Float64Array;
}

/**
 * Rank-revealing Cholesky factor F Fᵀ of an arrowhead scaled to a unit diagonal: blocks first, then what they leave of the
 * shared parameters (Schur complement). For positive semidefinite matrices the ranks of the parts add up to the whole's.
 */
export class ArrowheadFactor {
  readonly rank: number;
  private readonly blocks: readonly FactoredBlock[];
  /** The independent shared parameters and L of their Schur complement. */
  private readonly last: FactoredBlock;

  /**
   * @param scale multiplies rows and columns, 1/√diagonal. [P]
   * @param keep 1 for the parameters to take part. [P]
   */
  constructor(arrowhead: Arrowhead, scale: Float64Array, keep: Uint8Array) {
    const { shared } = arrowhead;
    const kept = Array.from(shared.keys()).filter((k) => keep[shared[k]!] === 1);
    const s = kept.length;
    const schur = new Float64Array(s * s);
    kept.forEach((k, i) =>
      kept.forEach((j, m) => {
        const unit = scale[shared[k]!]! * scale[shared[j]!]!;
        schur[i * s + m] = unit * arrowhead.sharedNormal[k * shared.length + j]!;
      }),
    );
    const factored = arrowhead.blocks.map((block) => factorBlock(block, shared, kept, scale, keep));
    for (const { border, parameters } of factored) {
      for (let k = 0; k < parameters.length; k++) {
        for (let i = 0; i < s; i++) {
          const value = border[k * s + i]!;
          if (value === 0) continue;
          for (let j = 0; j < s; j++) schur[i * s + j]! -= value * border[k * s + j]!;
        }
      }
    }
    const { order, factor } = pivotedCholesky(schur, s);
    this.last = { parameters: order.map((k) => shared[kept[k]!]!), factor, border: new Float64Array(0) };
    this.blocks = factored.map((block) => ({ ...block, border: selectColumns(block.border, s, order) }));
    this.rank = this.blocks.reduce((sum, { parameters }) => sum + parameters.length, order.length);
  }

  /** √(largest / smallest eigenvalue), by power and inverse iteration; NaN when nothing is left. */
  condition(): number {
    if (this.rank === 0) return Number.NaN;
    const largest = this.growth((vector) => this.multiply(vector));
    const smallestInverse = this.growth((vector) => this.solve(vector));
    return Math.sqrt(largest * smallestInverse);
  }

  /**
   * Of the inverse: for each block its own parameters followed by the shared ones. Covariances between blocks are left
   * out. Without shared parameters the blocks are all there is; without blocks the shared ones stand alone.
   */
  *covariances(): Generator<Covariance> {
    const { last } = this;
    const s = last.parameters.length;
    const sharedInverse = inverse(last.factor, s);
    if (this.blocks.length === 0) yield { parameters: last.parameters, matrix: sharedInverse };
    for (const { parameters, factor, border } of this.blocks) {
      const r = parameters.length;
      const n = r + s;
      const matrix = new Float64Array(n * n);
      const own = inverse(factor, r);
      // M = L⁻ᵀ·border, column by column; the block's covariance is own + M·shared·Mᵀ, its cross covariance −M·shared.
      const m = Float64Array.from(border);
      const column = new Float64Array(r);
      for (let j = 0; j < s; j++) {
        for (let k = 0; k < r; k++) column[k] = m[k * s + j]!;
        backward(factor, r, column);
        for (let k = 0; k < r; k++) m[k * s + j] = column[k]!;
      }
      for (let k = 0; k < r; k++) {
        for (let j = 0; j < s; j++) {
          let cross = 0;
          for (let i = 0; i < s; i++) cross -= m[k * s + i]! * sharedInverse[i * s + j]!;
          matrix[k * n + r + j] = matrix[(r + j) * n + k] = cross;
        }
      }
      for (let k = 0; k < r; k++) {
        for (let q = 0; q < r; q++) {
          let value = own[k * r + q]!;
          for (let j = 0; j < s; j++) value -= matrix[k * n + r + j]! * m[q * s + j]!;
          matrix[k * n + q] = value;
        }
      }
      for (let k = 0; k < s; k++) matrix.set(sharedInverse.subarray(k * s, k * s + s), (r + k) * n + r);
      yield { parameters: [...parameters, ...last.parameters], matrix };
    }
  }

  /** Length that an iteration settles to stretch a unit vector by. `advance` works in place on [rank]. */
  private growth(advance: (vector: Float64Array) => void): number {
    const vector = Float64Array.from({ length: this.rank }, (_, k) => 1 + 0.1 * Math.sin(k + 1));
    let length = 0;
    for (let step = 0; step < POWER_STEPS; step++) {
      const before = lengthOf(vector);
      for (let k = 0; k < vector.length; k++) vector[k]! /= before;
      advance(vector);
      length = lengthOf(vector);
    }
    return length;
  }

  /** v ← F Fᵀ v */
  private multiply(vector: Float64Array): void {
    const s = this.last.parameters.length;
    const tail = vector.subarray(vector.length - s);
    const result = new Float64Array(s);
    multiplyTransposed(this.last.factor, s, tail, result);
    multiplyLower(this.last.factor, s, result);
    let at = 0;
    for (const { parameters, factor, border } of this.blocks) {
      const r = parameters.length;
      const part = vector.subarray(at, at + r);
      const middle = new Float64Array(r);
      multiplyTransposed(factor, r, part, middle);
      for (let k = 0; k < r; k++) for (let j = 0; j < s; j++) middle[k]! += border[k * s + j]! * tail[j]!;
      for (let k = 0; k < r; k++) for (let j = 0; j < s; j++) result[j]! += border[k * s + j]! * middle[k]!;
      multiplyLower(factor, r, middle);
      part.set(middle);
      at += r;
    }
    tail.set(result);
  }

  /** v ← F⁻ᵀ F⁻¹ v */
  private solve(vector: Float64Array): void {
    const s = this.last.parameters.length;
    const tail = vector.subarray(vector.length - s);
    const eachBlock = (visit: (block: FactoredBlock, part: Float64Array) => void): void => {
      let at = 0;
      for (const block of this.blocks) visit(block, vector.subarray(at, (at += block.parameters.length)));
    };
    eachBlock(({ factor, border, parameters: { length: r } }, part) => {
      forward(factor, r, part);
      for (let k = 0; k < r; k++) for (let j = 0; j < s; j++) tail[j]! -= border[k * s + j]! * part[k]!;
    });
    forward(this.last.factor, s, tail);
    backward(this.last.factor, s, tail);
    eachBlock(({ factor, border, parameters: { length: r } }, part) => {
      for (let k = 0; k < r; k++) for (let j = 0; j < s; j++) part[k]! -= border[k * s + j]! * tail[j]!;
      backward(factor, r, part);
    });
  }
}

function factorBlock(
  block: ArrowheadBlock,
  shared: Int32Array,
  kept: readonly number[],
  scale: Float64Array,
  keep: Uint8Array,
): FactoredBlock {
  const p = block.parameters.length;
  const s = kept.length;
  const own = Array.from(block.parameters.keys()).filter((k) => keep[block.parameters[k]!] === 1);
  const matrix = new Float64Array(own.length * own.length);
  own.forEach((k, i) =>
    own.forEach((j, m) => {
      const unit = scale[block.parameters[k]!]! * scale[block.parameters[j]!]!;
      matrix[i * own.length + m] = unit * block.normal[k * p + j]!;
    }),
  );
  const { order, factor } = pivotedCholesky(matrix, own.length);
  const r = order.length;
  const border = new Float64Array(r * s);
  order.forEach((position, k) => {
    const row = own[position]!;
    kept.forEach((column, j) => {
      const unit = scale[block.parameters[row]!]! * scale[shared[column]!]!;
      border[k * s + j] = unit * block.border[row * shared.length + column]!;
    });
    for (let q = 0; q < k; q++) {
      const value = factor[k * r + q]!;
      for (let j = 0; j < s; j++) border[k * s + j]! -= value * border[q * s + j]!;
    }
    for (let j = 0; j < s; j++) border[k * s + j]! /= factor[k * r + k]!;
  });
  return { parameters: order.map((position) => block.parameters[own[position]!]!), factor, border };
}

/**
 * Cholesky with diagonal pivoting of a matrix whose diagonal is at most 1. `order[k]` is the row of the matrix in row k of
 * the factor [rank × rank], which holds the numerically independent rows alone.
 */
function pivotedCholesky(matrix: Float64Array, n: number): { order: number[]; factor: Float64Array } {
  const order = Array.from({ length: n }, (_, k) => k);
  const work = new Float64Array(n * n);
  const left = Float64Array.from(order, (k) => matrix[k * n + k]!);
  let rank = 0;
  for (; rank < n; rank++) {
    let pivot = rank;
    for (let k = rank + 1; k < n; k++) if (left[k]! > left[pivot]!) pivot = k;
    if (!(left[pivot]! > RANK_TOLERANCE * n)) break;
    if (pivot !== rank) {
      [order[rank], order[pivot]] = [order[pivot]!, order[rank]!];
      [left[rank], left[pivot]] = [left[pivot]!, left[rank]!];
      for (let j = 0; j < rank; j++) {
        const kept = work[rank * n + j]!;
        work[rank * n + j] = work[pivot * n + j]!;
        work[pivot * n + j] = kept;
      }
    }
    const diagonal = Math.sqrt(left[rank]!);
    work[rank * n + rank] = diagonal;
    for (let k = rank + 1; k < n; k++) {
      let value = matrix[order[k]! * n + order[rank]!]!;
      for (let q = 0; q < rank; q++) value -= work[k * n + q]! * work[rank * n + q]!;
      value /= diagonal;
      work[k * n + rank] = value;
      left[k]! -= value * value;
    }
  }
  const factor = new Float64Array(rank * rank);
  for (let k = 0; k < rank; k++) for (let j = 0; j <= k; j++) factor[k * rank + j] = work[k * n + j]!;
  return { order: order.slice(0, rank), factor };
}

function selectColumns(matrix: Float64Array, width: number, columns: readonly number[]): Float64Array {
  const rows = width === 0 ? 0 : matrix.length / width;
  const selected = new Float64Array(rows * columns.length);
  for (let k = 0; k < rows; k++) columns.forEach((j, m) => (selected[k * columns.length + m] = matrix[k * width + j]!));
  return selected;
}

/** (L Lᵀ)⁻¹ from L. */
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

/** result ← Lᵀ v */
function multiplyTransposed(factor: Float64Array, size: number, vector: Float64Array, result: Float64Array): void {
  for (let k = 0; k < size; k++) for (let j = 0; j <= k; j++) result[j]! += factor[k * size + j]! * vector[k]!;
}

/** v ← L v */
function multiplyLower(factor: Float64Array, size: number, vector: Float64Array): void {
  for (let k = size - 1; k >= 0; k--) {
    let value = 0;
    for (let j = 0; j <= k; j++) value += factor[k * size + j]! * vector[j]!;
    vector[k] = value;
  }
}

function lengthOf(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
