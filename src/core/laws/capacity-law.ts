import type { Random } from '../random';
import { CapacityAllocation } from './capacity';
import { layoutOf, parametersOf, startOf } from './capacity-parameters';
import type { DataTerm, Layout } from './capacity-parameters';
import { OwnTokens, PooledTokens } from './tokens-seen';
import type { TokensSeen } from './tokens-seen';
import type { CoupledJacobian, Law, LawModel, LawOptions, LawShape, ParameterSpec } from './law';

/**
 * Eq. 1, Eq. 3 and the overlap law in one: L_i = c_i·x_i*(h,N)^(−b_i) + A_i·(D·g_i)^(−a_i) + E_i, where the data term is
 * absent (Eq. 1), or sees the tokens of the target's own domain (Eq. 3) or of all of them (overlap; tokens-seen.ts).
 * A target that measures no training domain has no capacity term. Overlap also has B_i·N^(−β_i) when model sizes vary and
 * G_i·D^(−δ_i) when tokens vary: the gain of scale that no mixture changes.
 */
export class CapacityLawModel implements LawModel, CoupledJacobian {
  readonly parameters: readonly ParameterSpec[];
  readonly own: readonly Int32Array[];
  readonly shared: Int32Array;
  readonly coupled: CoupledJacobian = this;
  readonly minWeight?: number;
  private readonly layout: Layout;
  private readonly allocation: CapacityAllocation;
  private readonly tokensSeen: TokensSeen | undefined;
  private readonly fixedMinAllocation: number;
  private readonly ownRow: Float64Array;
  private readonly couplings: Float64Array;
  private readonly sharedRow: Float64Array;

  constructor(
    readonly law: Law,
    readonly shape: LawShape,
    options: LawOptions,
    dataTerm: DataTerm,
  ) {
    const layout = layoutOf(shape, options, dataTerm);
    this.layout = layout;
    this.parameters = parametersOf(shape, layout);
    this.allocation = new CapacityAllocation(layout.capacityDomains);
    this.fixedMinAllocation = options.minAllocation === 'fitted' ? Number.NaN : options.minAllocation;
    if (dataTerm === 'own') this.tokensSeen = new OwnTokens(shape, layout, options.minWeight);
    if (dataTerm === 'overlap') this.tokensSeen = new PooledTokens(shape, layout);
    if (dataTerm === 'own' && options.minWeight !== 'fitted') this.minWeight = options.minWeight;
    this.own = shape.targetDomain.map((domain, target) => ownParameters(layout, domain, target));
    this.shared = Int32Array.from({ length: 2 * layout.capacityDomains + (layout.H >= 0 ? 1 : 0) }, (_, k) =>
      k < 2 * layout.capacityDomains ? k : layout.H,
    );
    this.ownRow = new Float64Array(this.own.reduce((sum, indices) => sum + indices.length, 0));
    this.couplings = new Float64Array(shape.targets.length);
    this.sharedRow = new Float64Array(this.shared.length);
  }

  predict(theta: Float64Array, mixture: Float64Array, modelSize: number, tokens: number, losses: Float64Array): void {
    const { layout, shape, tokensSeen } = this;
    this.allocate(theta, mixture, modelSize);
    tokensSeen?.prepare(mixture);
    const logModelSize = Math.log(modelSize);
    const logTokens = Math.log(tokens);
    for (let i = 0; i < losses.length; i++) {
      const domain = shape.targetDomain[i]!;
      let loss = theta[layout.E + i]!;
      if (domain >= 0) loss += this.capacityLoss(theta, domain);
      if (layout.B >= 0) loss += power(theta, layout.B, layout.beta, i, logModelSize);
      if (layout.G >= 0) loss += power(theta, layout.G, layout.delta, i, logTokens);
      if (tokensSeen) loss += power(theta, layout.A, layout.a, i, logTokens + tokensSeen.log(theta, mixture, i));
      losses[i] = loss;
    }
  }

  evaluate(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    own: Float64Array,
    coupling: Float64Array,
    shared: Float64Array,
  ): void {
    const { layout, shape, allocation, tokensSeen } = this;
    this.allocate(theta, mixture, modelSize);
    tokensSeen?.prepare(mixture);
    this.sharedDerivatives(theta, shared);
    const logModelSize = Math.log(modelSize);
    const logTokens = Math.log(tokens);
    let at = 0;
    for (let i = 0; i < losses.length; i++) {
      const domain = shape.targetDomain[i]!;
      let loss = theta[layout.E + i]!;
      coupling[i] = 0;
      let minAllocationDerivative = 0;
      if (domain >= 0) {
        const c = theta[layout.c + domain]!;
        const b = theta[layout.b + domain]!;
        const y = this.capacityLoss(theta, domain);
        const logX = allocation.logCapacity[domain]!;
        loss += y;
        if (allocation.sensitivity[domain]! > 0) {
          const r = (b * y) / (b + 1);
          coupling[i] = r;
          own[at++] = (y - r) / c;
          own[at++] = -logX * y - r * (1 / b - logX);
        } else {
          own[at++] = y / c;
          own[at++] = -logX * y;
          minAllocationDerivative = (-b * y) / allocation.capacity[domain]!;
        }
      }
      own[at++] = 1;
      const modelSizeTerm = layout.B >= 0 ? power(theta, layout.B, layout.beta, i, logModelSize) : 0;
      const tokensTerm = layout.G >= 0 ? power(theta, layout.G, layout.delta, i, logTokens) : 0;
      loss += modelSizeTerm;
      loss += tokensTerm;
      if (tokensSeen) {
        const logSeen = logTokens + tokensSeen.logAndSlopes(theta, mixture, i, own, at + 2);
        const q = power(theta, layout.A, layout.a, i, logSeen);
        const perLogSeen = -theta[layout.a + i]! * q;
        loss += q;
        own[at++] = q / theta[layout.A + i]!;
        own[at++] = -logSeen * q;
        for (const end = at + tokensSeen.parameterCount(i); at < end; at++) own[at]! *= perLogSeen;
      }
      if (layout.B >= 0) {
        own[at++] = modelSizeTerm / theta[layout.B + i]!;
        own[at++] = -logModelSize * modelSizeTerm;
      }
      if (layout.G >= 0) {
        own[at++] = tokensTerm / theta[layout.G + i]!;
        own[at++] = -logTokens * tokensTerm;
      }
      if (domain >= 0 && layout.H >= 0) own[at++] = minAllocationDerivative;
      losses[i] = loss;
    }
  }

  parameterJacobian(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    jacobian: Float64Array,
  ): void {
    const { ownRow, couplings, sharedRow, own, shared } = this;
    const P = this.parameters.length;
    this.evaluate(theta, mixture, modelSize, tokens, losses, ownRow, couplings, sharedRow);
    jacobian.fill(0, 0, losses.length * P);
    let at = 0;
    for (let i = 0; i < losses.length; i++) {
      for (let k = 0; k < shared.length; k++) jacobian[i * P + shared[k]!] = couplings[i]! * sharedRow[k]!;
      const indices = own[i]!;
      for (let k = 0; k < indices.length; k++) jacobian[i * P + indices[k]!]! += ownRow[at++]!;
    }
  }

  mixtureJacobian(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    jacobian: Float64Array,
  ): void {
    const { layout, shape, tokensSeen } = this;
    const K = mixture.length;
    this.predict(theta, mixture, modelSize, tokens, losses);
    const { sensitivity, totalSensitivity } = this.allocation;
    jacobian.fill(0, 0, losses.length * K);
    const logTokens = Math.log(tokens);
    for (let i = 0; i < losses.length; i++) {
      const domain = shape.targetDomain[i]!;
      if (domain >= 0 && sensitivity[domain]! > 0) {
        const b = theta[layout.b + domain]!;
        const r = (b * this.capacityLoss(theta, domain)) / (b + 1);
        for (let j = 0; j < K; j++) {
          if (sensitivity[j]! > 0) jacobian[i * K + j]! += (r * sensitivity[j]!) / (totalSensitivity * mixture[j]!);
        }
        jacobian[i * K + domain]! -= r / mixture[domain]!;
      }
      if (!tokensSeen) continue;
      const q = power(theta, layout.A, layout.a, i, logTokens + tokensSeen.log(theta, mixture, i));
      tokensSeen.mixture(theta, mixture, i, -theta[layout.a + i]! * q, jacobian);
    }
  }

  start(random: Random): Float64Array {
    return startOf(this.parameters, random);
  }

  private allocate(theta: Float64Array, mixture: Float64Array, modelSize: number): void {
    const { layout } = this;
    if (layout.capacityDomains === 0) return;
    const minAllocation = layout.H >= 0 ? theta[layout.H]! : this.fixedMinAllocation;
    this.allocation.allocate(mixture, theta, layout.c, layout.b, minAllocation, modelSize);
  }

  /** c·x^(−b) */
  private capacityLoss(theta: Float64Array, domain: number): number {
    const { layout } = this;
    return theta[layout.c + domain]! * Math.exp(-theta[layout.b + domain]! * this.allocation.logCapacity[domain]!);
  }

  /** −Σ over active domains of s_j/S times the derivative of ln(h_j b_j c_j)/… : what one domain's change takes from all. */
  private sharedDerivatives(theta: Float64Array, shared: Float64Array): void {
    const { layout } = this;
    const { sensitivity, totalSensitivity, logCapacity, activeCount } = this.allocation;
    const K = layout.capacityDomains;
    for (let j = 0; j < K; j++) {
      const share = sensitivity[j]! > 0 ? sensitivity[j]! / totalSensitivity : 0;
      shared[j] = share / theta[layout.c + j]!;
      shared[K + j] = share * (1 / theta[layout.b + j]! - logCapacity[j]!);
    }
    // Raising H by 1 adds K − 1 to the capacity and takes one from it for every domain held at H.
    if (layout.H >= 0) shared[2 * K] = totalSensitivity > 0 ? -(activeCount - 1) / totalSensitivity : 0;
  }
}

/** A·exp(−a·ln x) with the target's own A and a. */
function power(theta: Float64Array, factor: number, exponent: number, target: number, logBase: number): number {
  return theta[factor + target]! * Math.exp(-theta[exponent + target]! * logBase);
}

function ownParameters(layout: Layout, domain: number, target: number): Int32Array {
  const indices: number[] = [];
  if (domain >= 0) indices.push(layout.c + domain, layout.b + domain);
  indices.push(layout.E + target);
  if (layout.A >= 0) indices.push(layout.A + target, layout.a + target);
  if (layout.floor >= 0) indices.push(layout.floor + target);
  const row = layout.overlap[target];
  if (layout.pooling >= 0) indices.push(layout.pooling + target);
  row?.domains.forEach((_, k) => indices.push(row.at + k));
  if (layout.B >= 0) indices.push(layout.B + target, layout.beta + target);
  if (layout.G >= 0) indices.push(layout.G + target, layout.delta + target);
  if (domain >= 0 && layout.H >= 0) indices.push(layout.H);
  return Int32Array.from(indices);
}
