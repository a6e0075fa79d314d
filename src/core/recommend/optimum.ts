import type { NamedConstraint } from './constraints';
import { projectOnto } from './constraints';
import { solveQuadratic } from './quadratic';

/** A smooth function of a mixture h [K]; writes ∂F/∂h (h free) into `gradient` and returns F. */
export interface MixtureObjective {
  (mixture: Float64Array, gradient: Float64Array): number;
  /** Writes ∂²F/∂h∂h [K × K]. Without it the Hessian comes from differences of the gradient. */
  readonly hessian?: ((mixture: Float64Array, hessian: Float64Array) => void) | undefined;
}

export interface Optimum {
  readonly mixture: Float64Array;
  readonly value: number;
  /** Largest component of the projected gradient. */
  readonly kktResidual: number;
  /** One for each constraint; positive where a limit holds the optimum. */
  readonly multipliers: Float64Array;
  readonly iterations: number;
}

/** A limit closer than this counts as active. */
const ACTIVE = 1e-9;

/**
 * Minimises F over a polytope by sequential quadratic programming with the exact Hessian where F has one, damped by τ · diag(1/h) – the
 * metric of mirror descent on the simplex, in which a small weight moves in proportion to its size – until the step lowers F
 * (Levenberg's rule). Every iterate is feasible.
 *
 * Only the curvature along the limits that hold matters, and F need not be convex across them: a multiple of the normals'
 * outer products is added for each, which changes nothing for steps along them (Nocedal & Wright, Numerical Optimization,
 * §18.2). Without it the damping that makes the whole Hessian positive definite slows the weights that are free.
 */
export function minimizeOnPolytope(
  objective: MixtureObjective,
  constraints: readonly NamedConstraint[],
  start: Float64Array,
  maxIterations = 100,
): Optimum {
  const K = start.length;
  // A weight held at 0 by an equality comes back as a rounding error of either sign.
  let h = projectOnto(start, constraints).map((weight) => Math.max(0, weight));
  let g = new Float64Array(K);
  let value = objective(h, g);
  let tau = 0;
  let optimality = projectedGradient(h, g, constraints);
  let iterations = 0;
  let trialGradient = new Float64Array(K);
  const hessian = new Float64Array(K * K);
  for (; iterations < maxIterations && optimality.residual > 1e-11; iterations++) {
    const holding = constraints.filter((c, p) => c.equality || optimality.multipliers[p]! > 0);
    if (objective.hessian) objective.hessian(h, hessian);
    else differenceHessian(objective, h, g, heldWeights(holding, K), hessian);
    const curvature = 1e-4 * optimality.residual;
    addOuterProducts(hessian, holding, K);
    const smallest = hessianScale(hessian, h);
    let accepted = false;
    for (let attempt = 0; attempt < 40; attempt++) {
      const step = newtonStep(hessian, g, h, tau, curvature, constraints);
      if (step) {
        const trial = h.map((v, j) => Math.max(0, v + step[j]!));
        const trialValue = objective(trial, trialGradient);
        const predicted = -dot(g, step);
        const resolution = 4 * Number.EPSILON * Math.abs(value);
        if (trialValue < value - 1e-4 * Math.max(0, predicted - resolution) || predicted < resolution) {
          const next = projectedGradient(trial, trialGradient, constraints);
          // Where F no longer resolves the step, the gradient decides.
          accepted = predicted >= resolution || next.residual < optimality.residual;
          if (!accepted) break;
          h = trial;
          value = trialValue;
          [g, trialGradient] = [trialGradient, g];
          optimality = next;
          tau = tau > 100 * smallest ? tau / 10 : 0;
          break;
        }
      }
      tau = Math.max(10 * tau, smallest);
    }
    if (!accepted) break;
  }
  let sum = 0;
  for (const v of h) sum += v;
  return {
    mixture: h.map((v) => v / sum),
    value,
    kktResidual: optimality.residual,
    multipliers: optimality.multipliers,
    iterations,
  };
}

/** Smallest damping worth trying: a millionth of the largest curvature in the metric diag(1/h). */
function hessianScale(H: Float64Array, h: Float64Array): number {
  const K = h.length;
  let largest = 0;
  for (let j = 0; j < K; j++) largest = Math.max(largest, Math.abs(H[j * K + j]!) * h[j]!);
  return 1e-6 * largest || 1e-12;
}

function newtonStep(
  H: Float64Array,
  g: Float64Array,
  h: Float64Array,
  tau: number,
  curvature: number,
  constraints: readonly NamedConstraint[],
): Float64Array | undefined {
  const K = g.length;
  const B = H.slice();
  for (let j = 0; j < K; j++) B[j * K + j]! += tau / Math.max(h[j]!, 1e-8);
  // Where F is flat or straight a step would be endless; this much curvature, vanishing at the optimum, keeps it in bounds.
  const ridge = 1e-12 * maxDiagonal(B, K) + curvature || 1e-12;
  for (let j = 0; j < K; j++) B[j * K + j]! += ridge;
  const shifted = constraints.map((c) => ({ ...c, bound: c.bound - dot(c.normal, h) }));
  const result = solveQuadratic(B, g, shifted);
  return result.feasible ? result.x : undefined;
}

function maxDiagonal(B: Float64Array, K: number): number {
  let largest = 0;
  for (let j = 0; j < K; j++) largest = Math.max(largest, Math.abs(B[j * K + j]!));
  return largest;
}

/** 1 for each weight that a limit on it alone holds: it will not move, and its own curvature does not matter. Length K. */
function heldWeights(holding: readonly NamedConstraint[], K: number): Uint8Array {
  const held = new Uint8Array(K);
  for (const { normal, equality } of holding) {
    const weights = equality ? [] : [...normal.keys()].filter((j) => normal[j] !== 0);
    if (weights.length === 1) held[weights[0]!] = 1;
  }
  return held;
}

/** Writes symmetrised differences of the gradient in the weights that are not held; `gradient` is the one at h. Shape [K × K]. */
function differenceHessian(
  objective: MixtureObjective,
  h: Float64Array,
  gradient: Float64Array,
  held: Uint8Array,
  H: Float64Array,
): void {
  const K = h.length;
  H.fill(0);
  const ahead = new Float64Array(K);
  const point = h.slice();
  for (let j = 0; j < K; j++) {
    if (held[j] === 1) continue;
    const kept = point[j]!;
    const step = 1e-6 * Math.max(kept, 1e-6);
    point[j] = kept + step;
    objective(point, ahead);
    point[j] = kept;
    for (let i = 0; i < K; i++) {
      // A held weight has no column of its own.
      const slope = ((ahead[i]! - gradient[i]!) / step) * (held[i] === 1 ? 1 : 0.5);
      H[i * K + j]! += slope;
      H[j * K + i]! += slope;
    }
  }
}

/** Adds ρ n nᵀ for the normal n of each limit, with ρ well above the curvature of F. */
function addOuterProducts(H: Float64Array, limits: readonly NamedConstraint[], K: number): void {
  let rho = 0;
  for (const entry of H) rho = Math.max(rho, Math.abs(entry));
  rho = 10 * K * rho || 1;
  for (const { normal } of limits) {
    for (let i = 0; i < K; i++) {
      if (normal[i] === 0) continue;
      for (let j = 0; j < K; j++) H[i * K + j]! += rho * normal[i]! * normal[j]!;
    }
  }
}

/** Projects −g onto the directions the active limits allow: 0 exactly at a first-order optimum (Moreau decomposition). */
function projectedGradient(
  h: Float64Array,
  g: Float64Array,
  constraints: readonly NamedConstraint[],
): { residual: number; multipliers: Float64Array } {
  const K = h.length;
  const multipliers = new Float64Array(constraints.length);
  const active: number[] = [];
  constraints.forEach((c, p) => {
    if (c.equality || dot(c.normal, h) - c.bound < ACTIVE) active.push(p);
  });
  const identity = new Float64Array(K * K);
  for (let j = 0; j < K; j++) identity[j * K + j] = 1;
  const result = solveQuadratic(
    identity,
    g,
    active.map((p) => ({ ...constraints[p]!, bound: 0 })),
  );
  if (!result.feasible) return { residual: Infinity, multipliers };
  active.forEach((p, k) => (multipliers[p] = result.multipliers[k]!));
  let residual = 0;
  for (const v of result.x) residual = Math.max(residual, Math.abs(v));
  return { residual, multipliers };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
