import { addOuterProduct } from './curvature';
import type { Layout } from './capacity-parameters';
import type { LawShape } from './law';

/**
 * The fraction g_i of the training tokens that count for target i, with its derivatives: what tells Eq. 3 from the
 * overlap law.
 */
export interface TokensSeen {
  /** Call before the others when the mixture changes. */
  prepare(mixture: Float64Array): void;
  /** ln g_i */
  log(theta: Float64Array, mixture: Float64Array, target: number): number;
  /** How many parameters of a target belong to this term. */
  parameterCount(target: number): number;
  /** ln g_i as well as ∂ln g_i/∂θ for this term's own parameters in their order, written from `at` on. */
  logAndSlopes(theta: Float64Array, mixture: Float64Array, target: number, slopes: Float64Array, at: number): number;
  /** Adds factor·∂ln g_i/∂h_j to row `target` of a Jacobian [M × K]: the derivative of a loss, factor being ∂L/∂ln g. */
  mixture(theta: Float64Array, mixture: Float64Array, target: number, factor: number, jacobian: Float64Array): void;
  /** Adds ∂²q/∂h_j∂h_k of q ∝ g_i^−a, of which `value` is there, to the lower triangle of `hessian` [K × K]. */
  curvature(
    theta: Float64Array,
    mixture: Float64Array,
    target: number,
    a: number,
    value: number,
    hessian: Float64Array,
  ): void;
}

/** Eq. 3: g_i = max(h_i, floor), or h_i + ε_i(1 − h_i) when the floor is fitted. */
export class OwnTokens implements TokensSeen {
  constructor(
    private readonly shape: LawShape,
    private readonly layout: Layout,
    private readonly minWeight: number | 'fitted',
  ) {}

  parameterCount(): number {
    return this.minWeight === 'fitted' ? 1 : 0;
  }

  prepare(): void {
    // Nothing depends on more than one weight.
  }

  log(theta: Float64Array, mixture: Float64Array, target: number): number {
    return Math.log(this.seen(theta, mixture[this.shape.targetDomain[target]!]!, target));
  }

  logAndSlopes(theta: Float64Array, mixture: Float64Array, target: number, slopes: Float64Array, at: number): number {
    const h = mixture[this.shape.targetDomain[target]!]!;
    const seen = this.seen(theta, h, target);
    if (this.minWeight === 'fitted') slopes[at] = (1 - h) / seen;
    return Math.log(seen);
  }

  mixture(theta: Float64Array, mixture: Float64Array, target: number, factor: number, jacobian: Float64Array): void {
    const domain = this.shape.targetDomain[target]!;
    const h = mixture[domain]!;
    jacobian[target * mixture.length + domain]! +=
      (factor * this.slope(theta, h, target)) / this.seen(theta, h, target);
  }

  curvature(
    theta: Float64Array,
    mixture: Float64Array,
    target: number,
    a: number,
    value: number,
    hessian: Float64Array,
  ): void {
    const domain = this.shape.targetDomain[target]!;
    const h = mixture[domain]!;
    const slope = this.slope(theta, h, target) / this.seen(theta, h, target);
    hessian[domain * (mixture.length + 1)]! += a * (a + 1) * value * slope * slope;
  }

  /** ∂g/∂h */
  private slope(theta: Float64Array, h: number, target: number): number {
    return this.minWeight === 'fitted' ? 1 - theta[this.layout.floor + target]! : h > this.minWeight ? 1 : 0;
  }

  private seen(theta: Float64Array, h: number, target: number): number {
    if (this.minWeight !== 'fitted') return Math.max(h, this.minWeight);
    return h + theta[this.layout.floor + target]! * (1 - h);
  }
}

/**
 * The weight below which more or less of a domain makes no difference to what it adds to others. Files round weights to
 * three decimals; it also keeps the gain of a first token of a new domain finite.
 */
const SMALLEST_WEIGHT = 1e-4;
const LOG_SMALLEST = Math.log(SMALLEST_WEIGHT);

/**
 * Overlap: g_i^γ_i = φ(h_i) + Σ_{j≠i} T_ij φ(h_j) with φ(h) = (h + δ)^γ_i − δ^γ_i. At γ = 1 it is h_i + Σ T_ij h_j; γ < 1
 * says that a pool of several domains is worth more than its sum (what a domain can teach others runs out).
 */
export class PooledTokens implements TokensSeen {
  /** ln(h_j + δ). Length K. */
  private readonly logWeights: Float64Array;
  /** ∂ln g_i/∂h_j of one target. Length K. */
  private readonly slopes: Float64Array;

  constructor(
    private readonly shape: LawShape,
    private readonly layout: Layout,
  ) {
    this.logWeights = new Float64Array(shape.domains.length);
    this.slopes = new Float64Array(shape.domains.length);
  }

  /** γ and a row of T. */
  parameterCount(target: number): number {
    return 1 + this.layout.overlap[target]!.domains.length;
  }

  prepare(mixture: Float64Array): void {
    for (let j = 0; j < mixture.length; j++) this.logWeights[j] = Math.log(mixture[j]! + SMALLEST_WEIGHT);
  }

  log(theta: Float64Array, mixture: Float64Array, target: number): number {
    return Math.log(this.pool(theta, mixture, target)) / theta[this.layout.pooling + target]!;
  }

  logAndSlopes(theta: Float64Array, mixture: Float64Array, target: number, slopes: Float64Array, at: number): number {
    const { layout, logWeights } = this;
    const gamma = theta[layout.pooling + target]!;
    const { at: first, domains } = layout.overlap[target]!;
    const own = this.shape.targetDomain[target]!;
    const atZero = Math.exp(gamma * LOG_SMALLEST);
    const atZeroSlope = atZero * LOG_SMALLEST;
    let pool = 0;
    let slope = 0;
    if (own >= 0 && mixture[own]! > 0) {
      const power = Math.exp(gamma * logWeights[own]!);
      pool = power - atZero;
      slope = power * logWeights[own]! - atZeroSlope;
    }
    for (let k = 0; k < domains.length; k++) {
      const j = domains[k]!;
      if (mixture[j]! > 0) {
        const power = Math.exp(gamma * logWeights[j]!);
        const overlap = theta[first + k]!;
        slopes[at + 1 + k] = power - atZero;
        pool += overlap * (power - atZero);
        slope += overlap * (power * logWeights[j]! - atZeroSlope);
      } else {
        slopes[at + 1 + k] = 0;
      }
    }
    const scale = 1 / (gamma * pool);
    for (let k = 1; k <= domains.length; k++) slopes[at + k]! *= scale;
    const logSeen = Math.log(pool) / gamma;
    slopes[at] = scale * slope - logSeen / gamma;
    return logSeen;
  }

  mixture(theta: Float64Array, mixture: Float64Array, target: number, factor: number, jacobian: Float64Array): void {
    this.addSlopes(theta, mixture, target, factor, jacobian, target * mixture.length);
  }

  /** Adds factor·∂ln g_i/∂h_j to `row` from `start` on. */
  private addSlopes(
    theta: Float64Array,
    mixture: Float64Array,
    target: number,
    factor: number,
    row: Float64Array,
    start: number,
  ): void {
    const { layout, logWeights } = this;
    const gamma = theta[layout.pooling + target]!;
    const { at: first, domains } = layout.overlap[target]!;
    const own = this.shape.targetDomain[target]!;
    const scale = factor / this.pool(theta, mixture, target);
    const slope = (j: number): number => scale * Math.exp((gamma - 1) * logWeights[j]!);
    if (own >= 0) row[start + own]! += slope(own);
    for (let k = 0; k < domains.length; k++) {
      const j = domains[k]!;
      row[start + j]! += theta[first + k]! * slope(j);
    }
  }

  curvature(
    theta: Float64Array,
    mixture: Float64Array,
    target: number,
    a: number,
    value: number,
    hessian: Float64Array,
  ): void {
    const { slopes } = this;
    const K = mixture.length;
    const gamma = theta[this.layout.pooling + target]!;
    slopes.fill(0);
    this.addSlopes(theta, mixture, target, 1, slopes, 0);
    // With v = ∂ln g/∂h and P = g^γ: ∂v_j/∂h_k = (γ − 1) v_j/(h_j + δ) where j = k, less γ v_j v_k.
    addOuterProduct(hessian, a * (a + gamma) * value, slopes);
    for (let j = 0; j < K; j++) {
      hessian[j * (K + 1)]! += (a * value * (1 - gamma) * slopes[j]!) / (mixture[j]! + SMALLEST_WEIGHT);
    }
  }

  /** g^γ */
  private pool(theta: Float64Array, mixture: Float64Array, target: number): number {
    const { layout, logWeights } = this;
    const gamma = theta[layout.pooling + target]!;
    const { at: first, domains } = layout.overlap[target]!;
    const own = this.shape.targetDomain[target]!;
    const atZero = Math.exp(gamma * LOG_SMALLEST);
    let pool = own >= 0 && mixture[own]! > 0 ? Math.exp(gamma * logWeights[own]!) - atZero : 0;
    for (let k = 0; k < domains.length; k++) {
      const j = domains[k]!;
      if (mixture[j]! > 0) pool += theta[first + k]! * (Math.exp(gamma * logWeights[j]!) - atZero);
    }
    return pool;
  }
}
