/**
 * How a model's capacity is shared out among domains (Dai & Zheng 2026, arXiv 2606.08167, behind Eq. 1 and Eq. 3):
 * x* minimises Σ h_i c_i x_i^(−b_i) subject to Σ (x_i − H) ≤ N − H and x_i ≥ H.
 *
 * The optimum is x_i = max(H, (h_i b_i c_i / λ)^(1/(b_i+1))) with λ such that Σ x_i = N + (K−1)H.
 */

/** Relative error of Σ x_i that is taken for a defect. */
const SELF_CHECK = 1e-9;
const CONVERGED = 1e-13;
/** Excess from which Newton's next step, which squares it times less than a hundredth, is the last. */
const NEAR = 1e-5;
const MAX_STEPS = 100;

/** Solves for x* and keeps what its derivatives need. One object a model: `allocate` overwrites it and allocates nothing. */
export class CapacityAllocation {
  /** x*, millions of parameters. Length K. */
  readonly capacity: Float64Array;
  /** ln x*. Length K. */
  readonly logCapacity: Float64Array;
  /** s_i = x_i/(b_i+1) where x_i > H, else 0. Length K. */
  readonly sensitivity: Float64Array;
  /** Σ s_i; 0 when no domain has more than H. */
  totalSensitivity = 0;
  /** Domains with x_i > H. */
  activeCount = 0;
  /** ln λ; −∞ when the capacity leaves nothing to share out (N ≤ H). */
  logMultiplier = Number.NEGATIVE_INFINITY;
  private readonly logNumerator: Float64Array;

  constructor(readonly domainCount: number) {
    this.capacity = new Float64Array(domainCount);
    this.logCapacity = new Float64Array(domainCount);
    this.sensitivity = new Float64Array(domainCount);
    this.logNumerator = new Float64Array(domainCount);
  }

  /**
   * @param mixture h [K]
   * @param parameters holds c [K] from `c` and b [K] from `b`, all positive
   * @param minAllocation H, millions of parameters
   * @param modelSize N, millions of parameters
   */
  allocate(
    mixture: Float64Array,
    parameters: Float64Array,
    c: number,
    b: number,
    minAllocation: number,
    modelSize: number,
  ): void {
    const K = this.domainCount;
    const { capacity, logCapacity, logNumerator } = this;
    const logFloor = Math.log(minAllocation);
    const total = modelSize + (K - 1) * minAllocation;
    // One domain alone taking all of N bounds the root from the left: there Σ x ≥ total.
    const logModelSize = Math.log(modelSize);
    let u = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < K; i++) {
      const numerator = Math.log(mixture[i]! * parameters[b + i]! * parameters[c + i]!);
      logNumerator[i] = numerator;
      u = Math.max(u, numerator - (parameters[b + i]! + 1) * logModelSize);
    }
    if (!(modelSize > minAllocation) || u === Number.NEGATIVE_INFINITY) {
      this.shareNothing(minAllocation, logFloor);
      return;
    }
    // ln Σ x(u) is convex and decreasing in u = ln λ (a log-sum of exponentials and constants), so Newton on it from the
    // left climbs to the root without overshooting; because it is almost straight, a few steps reach the last digits.
    let sum = 0;
    for (let step = 0; step < MAX_STEPS; step++) {
      sum = 0;
      let slope = 0;
      for (let i = 0; i < K; i++) {
        const power = 1 / (parameters[b + i]! + 1);
        const logX = (logNumerator[i]! - u) * power;
        if (logX > logFloor) {
          const x = Math.exp(logX);
          capacity[i] = x;
          logCapacity[i] = logX;
          sum += x;
          slope += x * power;
        } else {
          capacity[i] = minAllocation;
          logCapacity[i] = logFloor;
          sum += minAllocation;
        }
      }
      const excess = Math.log(sum / total);
      if (Math.abs(excess) <= CONVERGED || slope === 0) break;
      const change = (excess * sum) / slope;
      if (u + change === u) break;
      u += change;
      if (Math.abs(excess) <= NEAR) {
        sum = this.follow(change, parameters, b, logFloor);
        break;
      }
    }
    this.logMultiplier = u;
    this.check(sum, total);
    this.differentiate(parameters, b, minAllocation);
  }

  /** Takes x along a last, tiny change of u without an exponential: to third order, below rounding. Returns Σ x. */
  private follow(change: number, parameters: Float64Array, b: number, logFloor: number): number {
    const { capacity, logCapacity } = this;
    let sum = 0;
    for (let i = 0; i < this.domainCount; i++) {
      if (logCapacity[i]! > logFloor) {
        const step = change / (parameters[b + i]! + 1);
        logCapacity[i]! -= step;
        capacity[i]! *= 1 - step + 0.5 * step * step;
      }
      sum += capacity[i]!;
    }
    return sum;
  }

  private shareNothing(minAllocation: number, logFloor: number): void {
    this.capacity.fill(minAllocation);
    this.logCapacity.fill(logFloor);
    this.sensitivity.fill(0);
    this.totalSensitivity = 0;
    this.activeCount = 0;
    this.logMultiplier = Number.NEGATIVE_INFINITY;
  }

  /** A solver that stops early leaves laws that look fitted but do not depend on N and h: never let that pass. */
  private check(sum: number, total: number): void {
    if (!(Math.abs(sum - total) <= SELF_CHECK * total)) {
      throw new Error(`Capacity allocation is wrong: Σx = ${sum}, capacity = ${total}`);
    }
  }

  private differentiate(parameters: Float64Array, b: number, minAllocation: number): void {
    this.totalSensitivity = 0;
    this.activeCount = 0;
    for (let i = 0; i < this.domainCount; i++) {
      const active = this.capacity[i]! > minAllocation;
      const s = active ? this.capacity[i]! / (parameters[b + i]! + 1) : 0;
      this.sensitivity[i] = s;
      this.totalSensitivity += s;
      if (active) this.activeCount++;
    }
  }
}
