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
    const slope = this.minWeight === 'fitted' ? 1 - theta[this.layout.floor + target]! : h > this.minWeight ? 1 : 0;
    jacobian[target * mixture.length + domain]! += (factor * slope) / this.seen(theta, h, target);
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

  constructor(
    private readonly shape: LawShape,
    private readonly layout: Layout,
  ) {
    this.logWeights = new Float64Array(shape.domains.length);
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
    const { layout, logWeights } = this;
    const K = mixture.length;
    const gamma = theta[layout.pooling + target]!;
    const { at: first, domains } = layout.overlap[target]!;
    const own = this.shape.targetDomain[target]!;
    const scale = factor / this.pool(theta, mixture, target);
    const slope = (j: number): number => scale * Math.exp((gamma - 1) * logWeights[j]!);
    if (own >= 0) jacobian[target * K + own]! += slope(own);
    for (let k = 0; k < domains.length; k++) {
      const j = domains[k]!;
      jacobian[target * K + j]! += theta[first + k]! * slope(j);
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
