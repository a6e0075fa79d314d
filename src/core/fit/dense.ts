import { denseArrowhead } from './arrowhead';
import type { Arrowhead } from './arrowhead';
import type { LeastSquaresProblem, Linearization } from './optimizer';

/**
 * Dense linearisation by Householder QR: J = Q R once a point, then each damped step from R alone. It never forms JᵀJ, so
 * it keeps all the digits an ill-conditioned problem has (Björck 1996, ch. 2).
 */
export class DenseLinearization implements Linearization {
  private readonly rows: Float64Array;
  /** J, then its factor, column-major [n × P]. */
  private readonly columns: Float64Array;
  private readonly residuals: Float64Array;
  private readonly scratch: Float64Array;
  /** R [P × P], column-major, upper triangle; and Qᵀr [P]. */
  private readonly triangle: Float64Array;
  private readonly projected: Float64Array;
  /** The damped system [R; √damping] and its right-hand side. */
  private readonly damped: Float64Array;
  private readonly dampedSide: Float64Array;

  constructor(private readonly problem: LeastSquaresProblem) {
    const { residualCount: n, parameterCount: P } = problem;
    this.rows = new Float64Array(n * P);
    this.columns = new Float64Array(Math.max(n, P) * P);
    this.residuals = new Float64Array(Math.max(n, P));
    this.scratch = new Float64Array(n);
    this.triangle = new Float64Array(P * P);
    this.projected = new Float64Array(P);
    this.damped = new Float64Array(2 * P * P);
    this.dampedSide = new Float64Array(2 * P);
  }

  sumOfSquares(z: Float64Array): number {
    this.problem.residuals(z, this.scratch);
    let sum = 0;
    for (let k = 0; k < this.scratch.length; k++) sum += this.scratch[k]! * this.scratch[k]!;
    return sum;
  }

  linearize(z: Float64Array, gradient: Float64Array, columnNorms: Float64Array): number {
    const { residualCount: n, parameterCount: P } = this.problem;
    const { rows, columns, residuals, triangle, projected } = this;
    const height = Math.max(n, P);
    this.problem.jacobian(z, this.scratch, rows);
    residuals.fill(0);
    residuals.set(this.scratch);
    columns.fill(0);
    let sum = 0;
    for (let k = 0; k < n; k++) {
      sum += residuals[k]! * residuals[k]!;
      for (let p = 0; p < P; p++) columns[p * height + k] = rows[k * P + p]!;
    }
    for (let p = 0; p < P; p++) {
      let dot = 0;
      let norm = 0;
      for (let k = 0; k < n; k++) {
        const value = columns[p * height + k]!;
        dot += value * residuals[k]!;
        norm += value * value;
      }
      gradient[p] = dot;
      columnNorms[p] = norm;
    }
    triangularize(columns, residuals, height, P);
    triangle.fill(0);
    for (let p = 0; p < P; p++) {
      for (let k = 0; k <= p; k++) triangle[p * P + k] = columns[p * height + k]!;
      projected[p] = residuals[p]!;
    }
    return sum;
  }

  solve(damping: Float64Array, held: Uint8Array, step: Float64Array): boolean {
    const P = this.problem.parameterCount;
    const { damped, dampedSide, triangle, projected } = this;
    damped.fill(0);
    for (let p = 0; p < P; p++) {
      dampedSide[p] = -projected[p]!;
      dampedSide[P + p] = 0;
      if (held[p] === 1) {
        damped[p * 2 * P + P + p] = 1;
      } else {
        for (let k = 0; k <= p; k++) damped[p * 2 * P + k] = triangle[p * P + k]!;
        damped[p * 2 * P + P + p] = Math.sqrt(damping[p]!);
      }
    }
    triangularize(damped, dampedSide, 2 * P, P);
    for (let p = P - 1; p >= 0; p--) {
      let value = dampedSide[p]!;
      for (let q = p + 1; q < P; q++) value -= damped[q * 2 * P + p]! * step[q]!;
      step[p] = value / damped[p * 2 * P + p]!;
      if (!Number.isFinite(step[p]!)) return false;
    }
    for (let p = 0; p < P; p++) if (held[p] === 1) step[p] = 0;
    return true;
  }

  squaredLength(step: Float64Array): number {
    const P = this.problem.parameterCount;
    let sum = 0;
    for (let k = 0; k < P; k++) {
      let value = 0;
      for (let p = k; p < P; p++) value += this.triangle[p * P + k]! * step[p]!;
      sum += value * value;
    }
    return sum;
  }

  arrowhead(): Arrowhead {
    const P = this.problem.parameterCount;
    const normal = new Float64Array(P * P);
    for (let p = 0; p < P; p++) {
      for (let q = 0; q <= p; q++) {
        let value = 0;
        for (let k = 0; k <= q; k++) value += this.triangle[p * P + k]! * this.triangle[q * P + k]!;
        normal[p * P + q] = value;
        normal[q * P + p] = value;
      }
    }
    return denseArrowhead(normal, P);
  }
}

/** Householder QR in place: `columns` [height × width], column-major, becomes R on and above its diagonal; `side` becomes Qᵀ side. */
export function triangularize(columns: Float64Array, side: Float64Array, height: number, width: number): void {
  for (let p = 0; p < width; p++) {
    const pivot = p * height;
    let norm = 0;
    for (let k = p; k < height; k++) norm += columns[pivot + k]! * columns[pivot + k]!;
    norm = Math.sqrt(norm);
    if (norm === 0) continue;
    const head = columns[pivot + p]!;
    const alpha = head > 0 ? -norm : norm;
    const first = head - alpha;
    // H = I − v vᵀ/β with v = (first, columns below), β = −alpha·first.
    const beta = -alpha * first;
    columns[pivot + p] = first;
    for (let q = p + 1; q < width; q++) {
      const other = q * height;
      let dot = 0;
      for (let k = p; k < height; k++) dot += columns[pivot + k]! * columns[other + k]!;
      if (dot === 0) continue;
      dot /= beta;
      for (let k = p; k < height; k++) columns[other + k]! -= dot * columns[pivot + k]!;
    }
    let dot = 0;
    for (let k = p; k < height; k++) dot += columns[pivot + k]! * side[k]!;
    dot /= beta;
    for (let k = p; k < height; k++) side[k]! -= dot * columns[pivot + k]!;
    columns[pivot + p] = alpha;
  }
}
