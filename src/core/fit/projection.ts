import type { LeastSquaresProblem, Optimizer, OptimizerOptions, OptimizerResult } from './optimizer';
import type { LawProblem } from './problem';

/** A column keeps less than this part of its length beside the others: it says nothing that they do not. */
const DEPENDENT = 1e-10;

/**
 * Variable projection (Golub & Pereyra 1973): parameters in which the losses are linear are not searched but given, at every
 * point, the values that are best for the others: linear least squares within their bounds. The Jacobian is Kaufman's
 * (1975), what is left of the others' columns beside the linear ones'; Jᵀr is exact.
 *
 * This is exact only for squared errors without a prior. A robust loss makes the inner problem nonlinear, and so does a prior
 * on the logarithm of a parameter; solving it by iterations costs more than the search saves (docs/solver.md).
 */
export class ProjectedProblem implements LeastSquaresProblem {
  readonly parameterCount: number;
  readonly residualCount: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Parameters searched, and those projected out; θ and z of all of them. */
  private readonly searched: Int32Array;
  private readonly linear: Int32Array;
  private readonly theta: Float64Array;
  private readonly whole: Float64Array;
  private readonly settledAt: Float64Array;
  /** Observed losses less what does not depend on the linear parameters, and a column for each of those. [n] each */
  private readonly wanted: Float64Array;
  private readonly columns: readonly Float64Array[];
  private readonly least: LinearLeastSquares;
  private readonly losses: Float64Array;
  private readonly lawRows: Float64Array;
  private readonly rows: Float64Array;

  /** For a problem of squared errors without a prior that has linear parameters and others; undefined for any other. */
  static of(problem: LawProblem): ProjectedProblem | undefined {
    const linearCount = problem.model.parameters.filter(({ isLinear }) => isLinear).length;
    const isExact = problem.objective.loss === 'squared' && problem.priorWeight.length === 0;
    return isExact && linearCount > 0 && linearCount < problem.parameterCount
      ? new ProjectedProblem(problem)
      : undefined;
  }

  private constructor(private readonly problem: LawProblem) {
    const { parameters } = problem.model;
    const indices = Int32Array.from(parameters.keys());
    this.linear = indices.filter((p) => parameters[p]!.isLinear === true);
    this.searched = indices.filter((p) => parameters[p]!.isLinear !== true);
    this.parameterCount = this.searched.length;
    this.residualCount = problem.residualCount;
    this.lower = Float64Array.from(this.searched, (p) => problem.lower[p]!);
    this.upper = Float64Array.from(this.searched, (p) => problem.upper[p]!);
    this.theta = new Float64Array(parameters.length);
    this.whole = new Float64Array(parameters.length);
    this.settledAt = new Float64Array(this.parameterCount).fill(Number.NaN);
    this.wanted = new Float64Array(this.residualCount);
    this.columns = Array.from(this.linear, () => new Float64Array(this.residualCount));
    const bound = (of: 'lower' | 'upper') => Float64Array.from(this.linear, (p) => parameters[p]![of]);
    this.least = new LinearLeastSquares(this.columns, this.wanted, bound('lower'), bound('upper'));
    this.losses = new Float64Array(problem.model.shape.targets.length);
    this.lawRows = new Float64Array(this.losses.length * parameters.length);
    this.rows = new Float64Array(this.residualCount * parameters.length);
  }

  /** Searches from the nonlinear part of a start. Everything is in terms of all parameters. */
  minimize(engine: Optimizer, start: Float64Array, options: OptimizerOptions): OptimizerResult {
    const search = engine.minimize(
      this,
      Float64Array.from(this.searched, (p) => start[p]!),
      options,
    );
    this.settle(search.z);
    return { ...search, z: this.whole.slice() };
  }

  residuals(z: Float64Array, residuals: Float64Array): void {
    this.settle(z);
    const { columns, wanted, least } = this;
    for (let e = 0; e < residuals.length; e++) {
      let residual = -wanted[e]!;
      for (let k = 0; k < columns.length; k++) residual += columns[k]![e]! * least.values[k]!;
      residuals[e] = residual;
    }
  }

  jacobian(z: Float64Array, residuals: Float64Array, jacobian: Float64Array): void {
    const { problem, whole, rows, searched, residualCount: n } = this;
    const P = problem.parameterCount;
    const Q = searched.length;
    this.settle(z);
    problem.jacobian(whole, residuals, rows);
    for (let q = 0; q < Q; q++) {
      for (let e = 0; e < n; e++) jacobian[e * Q + q] = rows[e * P + searched[q]!]!;
      for (const direction of this.least.directions()) {
        let along = 0;
        for (let e = 0; e < n; e++) along += direction[e]! * jacobian[e * Q + q]!;
        for (let e = 0; e < n; e++) jacobian[e * Q + q]! -= along * direction[e]!;
      }
    }
  }

  /** Puts the best linear parameters for z into `whole`. */
  private settle(z: Float64Array): void {
    // A Jacobian is asked for where residuals were just before.
    if (this.settledAt.every((value, q) => value === z[q])) return;
    this.settledAt.set(z);
    const { problem, searched, linear, whole, theta, wanted, columns, losses, lawRows, least } = this;
    const { model, entries, parameterCount: P } = problem;
    const K = model.shape.domains.length;
    for (let q = 0; q < searched.length; q++) whole[searched[q]!] = z[q]!;
    problem.toTheta(whole, theta);
    for (let k = 0; k < linear.length; k++) theta[linear[k]!] = 1;
    for (let r = 0; r < entries.modelSizes.length; r++) {
      const mixture = entries.mixtures.subarray(r * K, r * K + K);
      model.parameterJacobian(theta, mixture, entries.modelSizes[r]!, entries.tokens[r]!, losses, lawRows);
      for (let e = entries.at[r]!; e < entries.at[r + 1]!; e++) {
        const target = entries.target[e]!;
        let rest = losses[target]!;
        for (let k = 0; k < linear.length; k++) rest -= columns[k]![e] = lawRows[target * P + linear[k]!]!;
        wanted[e] = entries.loss[e]! - rest;
      }
    }
    least.solve();
    for (let k = 0; k < linear.length; k++) theta[linear[k]!] = least.values[k]!;
    const settled = problem.fromTheta(theta);
    for (let k = 0; k < linear.length; k++) whole[linear[k]!] = settled[linear[k]!]!;
  }
}

/** Minimises ‖Σ columns_k·values_k − wanted‖² within bounds, for a handful of columns. */
class LinearLeastSquares {
  readonly values: Float64Array;
  private readonly isFree: Uint8Array;
  private readonly orthogonal: readonly Float64Array[];
  private readonly triangle: Float64Array;
  private readonly rest: Float64Array;

  constructor(
    private readonly columns: readonly Float64Array[],
    private readonly wanted: Float64Array,
    private readonly lower: Float64Array,
    private readonly upper: Float64Array,
  ) {
    this.values = new Float64Array(columns.length);
    this.isFree = new Uint8Array(columns.length);
    this.orthogonal = columns.map(({ length }) => new Float64Array(length));
    this.triangle = new Float64Array(columns.length ** 2);
    this.rest = new Float64Array(wanted.length);
  }

  /** Orthonormal directions of the columns that no bound holds. */
  *directions(): Generator<Float64Array> {
    for (let k = 0; k < this.columns.length; k++) if (this.isFree[k] === 1) yield this.orthogonal[k]!;
  }

  /** By an active set: values beyond a bound are put on it, and let go where the sum of squares falls inwards. */
  solve(): void {
    const { columns, values, isFree, lower, upper } = this;
    isFree.fill(1);
    values.set(lower);
    for (let round = 0; round < 4 * columns.length; round++) {
      this.solveFree();
      let outside = false;
      for (let k = 0; k < columns.length; k++) {
        const bounded = Math.min(upper[k]!, Math.max(lower[k]!, values[k]!));
        if (bounded === values[k]) continue;
        values[k] = bounded;
        isFree[k] = 0;
        outside = true;
      }
      if (!outside && !this.release()) return;
    }
    // A last set that was changed without being solved has directions no more.
    for (let k = 0; k < columns.length; k++) if (values[k] === lower[k] || values[k] === upper[k]) isFree[k] = 0;
    this.solveFree();
    for (let k = 0; k < columns.length; k++) values[k] = Math.min(upper[k]!, Math.max(lower[k]!, values[k]!));
  }

  /** Lets go of the held value that the sum of squares most wants inwards; false when there is none. */
  private release(): boolean {
    const { columns, values, isFree, lower, upper, rest } = this;
    let steepest = -1;
    let most = 1e-12;
    for (let k = 0; k < columns.length; k++) {
      if (isFree[k] === 1 || !(lower[k]! < upper[k]!)) continue;
      // `rest` is what is still wanted: along the column, more of it asks for a larger value.
      const slope = dot(columns[k]!, rest) / Math.sqrt(dot(columns[k]!, columns[k]!) * dot(rest, rest) || 1);
      const inwards = values[k] === lower[k] ? slope : values[k] === upper[k] ? -slope : 0;
      if (inwards > most) [most, steepest] = [inwards, k];
    }
    if (steepest >= 0) isFree[steepest] = 1;
    return steepest >= 0;
  }

  /** The free values given the held ones, by modified Gram–Schmidt. A column that depends on those before it is held as it is. */
  private solveFree(): void {
    const { columns, values, isFree, orthogonal, triangle, rest, wanted } = this;
    const size = columns.length;
    rest.set(wanted);
    for (let k = 0; k < size; k++) if (isFree[k] === 0) addTo(rest, columns[k]!, -values[k]!);
    for (let k = 0; k < size; k++) {
      if (isFree[k] === 0) continue;
      const column = orthogonal[k]!;
      column.set(columns[k]!);
      const length = Math.sqrt(dot(column, column));
      for (let j = 0; j < k; j++) {
        if (isFree[j] === 0) continue;
        triangle[j * size + k] = dot(orthogonal[j]!, column);
        addTo(column, orthogonal[j]!, -triangle[j * size + k]!);
      }
      const left = Math.sqrt(dot(column, column));
      if (!(left > DEPENDENT * length)) {
        isFree[k] = 0;
        addTo(rest, columns[k]!, -values[k]!);
        continue;
      }
      for (let e = 0; e < column.length; e++) column[e]! /= left;
      triangle[k * size + k] = left;
    }
    for (let k = 0; k < size; k++) {
      if (isFree[k] === 0) continue;
      values[k] = dot(orthogonal[k]!, rest);
      addTo(rest, orthogonal[k]!, -values[k]!);
    }
    for (let k = size - 1; k >= 0; k--) {
      if (isFree[k] === 0) continue;
      for (let j = k + 1; j < size; j++) if (isFree[j] === 1) values[k]! -= triangle[k * size + j]! * values[j]!;
      values[k]! /= triangle[k * size + k]!;
    }
  }
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < one.length; e++) sum += one[e]! * other[e]!;
  return sum;
}

function addTo(vector: Float64Array, other: Float64Array, factor: number): void {
  for (let e = 0; e < vector.length; e++) vector[e]! += factor * other[e]!;
}
