/** A linear constraint on x [n]: normal · x ≥ bound, or = bound. */
export interface LinearConstraint {
  readonly normal: Float64Array;
  readonly bound: number;
  readonly equality: boolean;
}

export type QuadraticResult =
  | {
      readonly feasible: true;
      readonly x: Float64Array;
      /** One for each constraint; ≥ 0 for inequalities, 0 when not active. */
      readonly multipliers: Float64Array;
    }
  /** Positions of constraints that cannot all hold. */
  | { readonly feasible: false; readonly conflict: readonly number[] }
  /** The Hessian is not positive definite, or a number is not finite. */
  | { readonly feasible: undefined };

/**
 * Minimises ½ xᵀGx + gᵀx under linear constraints, for positive definite G [n × n] and g [n].
 *
 * Dual active-set method of Goldfarb & Idnani (Mathematical Programming 27, 1983): starts at the unconstrained minimum and
 * adds violated constraints one by one, so that it needs no feasible start and finds a conflicting set when there is none.
 * J = L⁻ᵀ Q and the triangular R are kept up to date by Givens rotations; one change of the active set costs O(n²).
 */
export function solveQuadratic(
  hessian: Float64Array,
  gradient: Float64Array,
  constraints: readonly LinearConstraint[],
): QuadraticResult {
  const n = gradient.length;
  if (!gradient.every(Number.isFinite)) return { feasible: undefined };
  const J = inverseTransposedCholesky(hessian, n);
  if (!J) return { feasible: undefined };
  const x = new Float64Array(n);
  // x = −G⁻¹g = −J Jᵀ g
  const d = transposedProduct(J, gradient, n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += J[i * n + k]! * d[k]!;
    x[i] = -sum;
  }
  const R = new Float64Array(n * n);
  const active: number[] = [];
  const u: number[] = [];
  const multipliers = new Float64Array(constraints.length);
  const isActive = new Uint8Array(constraints.length);
  // Rows are scaled so that "most violated" does not depend on how a constraint was written.
  const norms = constraints.map((c) => Math.sqrt(dot(c.normal, c.normal)) || 1);
  // Most limits are on one weight alone.
  const supports = constraints.map(({ normal }) => Int32Array.from(normal.keys()).filter((i) => normal[i] !== 0));
  const slack = (p: number): number => {
    const { normal, bound } = constraints[p]!;
    let sum = -bound;
    for (const i of supports[p]!) sum += normal[i]! * x[i]!;
    return sum / norms[p]!;
  };
  const tolerance = 1e-13;
  const z = new Float64Array(n);

  for (let guard = 0; guard < 50 * (n + constraints.length); guard++) {
    const p = mostViolated(constraints, isActive, slack, tolerance);
    if (p < 0) {
      active.forEach((c, k) => (multipliers[c] = u[k]! / norms[c]!));
      return { feasible: true, x, multipliers };
    }
    const sign = constraints[p]!.equality && slack(p) > 0 ? -1 : 1;
    const normal = constraints[p]!.normal.map((v) => (sign * v) / norms[p]!);
    let added = 0;
    for (;;) {
      const q = active.length;
      const direction = transposedProduct(J, normal, n);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = q; k < n; k++) sum += J[i * n + k]! * direction[k]!;
        z[i] = sum;
      }
      const r = backSubstitute(R, direction, q, n);
      let t1 = Infinity;
      let leaving = -1;
      for (let k = 0; k < q; k++) {
        if (constraints[active[k]!]!.equality || r[k]! <= 0) continue;
        const t = u[k]! / r[k]!;
        if (t < t1) {
          t1 = t;
          leaving = k;
        }
      }
      const curvature = dot(z, normal);
      let reach = 0;
      for (let k = 0; k < n; k++) reach += direction[k]! * direction[k]!;
      const full = curvature > 1e-14 * reach ? -(sign * slack(p)) / curvature : Infinity;
      const t = Math.min(t1, full);
      if (t === Infinity) {
        const conflict = active.filter((_, k) => Math.abs(r[k]!) > 1e-9);
        return { feasible: false, conflict: [...conflict, p].sort((a, b) => a - b) };
      }
      for (let k = 0; k < q; k++) u[k]! -= t * r[k]!;
      added += t;
      if (full !== Infinity) for (let i = 0; i < n; i++) x[i]! += t * z[i]!;
      if (t === full) {
        if (sign < 0) flipLast(direction, n);
        addConstraint(J, R, direction, q, n);
        active.push(p);
        u.push(sign * added);
        isActive[p] = 1;
        break;
      }
      isActive[active[leaving]!] = 0;
      dropConstraint(J, R, leaving, q, n);
      active.splice(leaving, 1);
      u.splice(leaving, 1);
    }
  }
  // Cycling needs degenerate data beyond rounding; the caller treats it as "not positive definite" and regularises.
  return { feasible: undefined };
}

/** Equalities enter with their own sign, whatever side they were violated on. */
function flipLast(direction: Float64Array, n: number): void {
  for (let k = 0; k < n; k++) direction[k]! *= -1;
}

function mostViolated(
  constraints: readonly LinearConstraint[],
  isActive: Uint8Array,
  slack: (p: number) => number,
  tolerance: number,
): number {
  let worst = -tolerance;
  let p = -1;
  for (let c = 0; c < constraints.length; c++) {
    if (isActive[c]) continue;
    const s = slack(c);
    if (constraints[c]!.equality) return c;
    if (s < worst) {
      worst = s;
      p = c;
    }
  }
  return p;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function transposedProduct(J: Float64Array, v: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const vi = v[i]!;
    if (vi === 0) continue;
    for (let k = 0; k < n; k++) out[k]! += J[i * n + k]! * vi;
  }
  return out;
}

/** J = L⁻ᵀ for G = L Lᵀ; undefined when G is not (numerically) positive definite. */
function inverseTransposedCholesky(G: Float64Array, n: number): Float64Array | undefined {
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = G[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!;
      if (i === j) {
        if (!(sum > 1e-14 * Math.abs(G[i * n + i]!))) return undefined;
        L[i * n + i] = Math.sqrt(sum);
      } else L[i * n + j] = sum / L[j * n + j]!;
    }
  }
  const J = new Float64Array(n * n);
  // Column c of L⁻¹ is row c of L⁻ᵀ.
  for (let c = 0; c < n; c++) {
    for (let i = c; i < n; i++) {
      let sum = i === c ? 1 : 0;
      for (let k = c; k < i; k++) sum -= L[i * n + k]! * J[c * n + k]!;
      J[c * n + i] = sum / L[i * n + i]!;
    }
  }
  return J;
}

function backSubstitute(R: Float64Array, d: Float64Array, q: number, n: number): Float64Array {
  const r = new Float64Array(q);
  for (let i = q - 1; i >= 0; i--) {
    let sum = d[i]!;
    for (let k = i + 1; k < q; k++) sum -= R[i * n + k]! * r[k]!;
    r[i] = sum / R[i * n + i]!;
  }
  return r;
}

/** Rotates the tail of `d` (= Jᵀ normal) into its first entry, the new column q of R, and J with it. */
function addConstraint(J: Float64Array, R: Float64Array, d: Float64Array, q: number, n: number): void {
  for (let k = n - 1; k > q; k--) {
    const h = Math.hypot(d[k - 1]!, d[k]!);
    if (h === 0) continue;
    const c = d[k - 1]! / h;
    const s = d[k]! / h;
    d[k - 1] = h;
    d[k] = 0;
    rotateColumns(J, k - 1, k, c, s, n);
  }
  for (let i = 0; i <= q; i++) R[i * n + q] = d[i]!;
}

/** Removes column `leaving` of R and restores the triangle. */
function dropConstraint(J: Float64Array, R: Float64Array, leaving: number, q: number, n: number): void {
  for (let k = leaving; k < q - 1; k++) for (let i = 0; i <= k + 1; i++) R[i * n + k] = R[i * n + k + 1]!;
  for (let i = 0; i < q; i++) R[i * n + q - 1] = 0;
  for (let k = leaving; k < q - 1; k++) {
    const a = R[k * n + k]!;
    const b = R[(k + 1) * n + k]!;
    const h = Math.hypot(a, b);
    if (h === 0) continue;
    const c = a / h;
    const s = b / h;
    for (let j = k; j < q - 1; j++) {
      const upper = R[k * n + j]!;
      const lower = R[(k + 1) * n + j]!;
      R[k * n + j] = c * upper + s * lower;
      R[(k + 1) * n + j] = c * lower - s * upper;
    }
    rotateColumns(J, k, k + 1, c, s, n);
  }
}

function rotateColumns(J: Float64Array, a: number, b: number, c: number, s: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const left = J[i * n + a]!;
    const right = J[i * n + b]!;
    J[i * n + a] = c * left + s * right;
    J[i * n + b] = c * right - s * left;
  }
}
