import type { Random } from '../random';
import { CapacityAllocation } from './capacity';
import { addCapacityCurvature } from './capacity-curvature';
import { layoutOf, parametersOf, startOf } from './capacity-parameters';
import type { DataTerm, Layout } from './capacity-parameters';
import { OwnTokens, PooledTokens } from './tokens-seen';
import type { TokensSeen } from './tokens-seen';
import { mirror } from './curvature';
import type { CoupledJacobian, Law, LawModel, LawOptions, LawShape, ParameterSpec } from './law';

/**
 * Eq. 1, Eq. 3 and the overlap law in one: L_i = c_i·x_i*(h,N)^(−b_i) + A_i·(D·g_i)^(−a_i) + E_i, where the data term is
 * absent (Eq. 1), or sees the tokens of the target's own domain (Eq. 3) or of all of them (overlap; tokens-seen.ts).
 * A target that measures no training domain has no capacity term. Overlap also has B_i·N^(−β_i) when model sizes or tokens
 * vary and G_i·D^(−δ_i) when tokens vary: the gain of scale that no mixture changes. With one model size B_i·N^(−β_i) cannot be
 * told from E_i; its prior, a usual language model's gain, carries over to other sizes better than no gain at all.
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
  /** What θ, mixture and model size decide alone, the same for all checkpoints of a run: of each target, [M] each … */
  private readonly capacityLosses: Float64Array;
  private readonly modelSizeTerms: Float64Array;
  private readonly logSeen: Float64Array;
  private readonly coupling: Float64Array;
  /** … its capacity term's own derivatives in c, b and H, and those of ln g from `seenAt` on. */
  private readonly capacitySlopes: Float64Array;
  private readonly seenSlopes: Float64Array;
  private readonly seenAt: Int32Array;
  private readonly sharedSlopes: Float64Array;

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
    const ofTargets = (width = 1): Float64Array => new Float64Array(width * shape.targets.length);
    [this.capacityLosses, this.modelSizeTerms, this.logSeen, this.coupling] = [
      ofTargets(),
      ofTargets(),
      ofTargets(),
      ofTargets(),
    ];
    this.capacitySlopes = ofTargets(3);
    this.seenAt = new Int32Array(shape.targets.length + 1);
    shape.targets.forEach((_, i) => {
      this.seenAt[i + 1] = this.seenAt[i]! + (this.tokensSeen?.parameterCount(i) ?? 0);
    });
    this.seenSlopes = new Float64Array(this.seenAt[shape.targets.length]!);
    this.sharedSlopes = new Float64Array(this.shared.length);
  }

  predict(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    again = false,
  ): void {
    const { layout, tokensSeen, capacityLosses, modelSizeTerms, logSeen } = this;
    if (!again) this.prepare(theta, mixture, modelSize);
    const logTokens = Math.log(tokens);
    for (let i = 0; i < losses.length; i++) {
      let loss = theta[layout.E + i]! + capacityLosses[i]! + modelSizeTerms[i]!;
      if (tokensSeen) loss += power(theta, layout.A, layout.a, i, logTokens + logSeen[i]!);
      if (layout.G >= 0) loss += power(theta, layout.G, layout.delta, i, logTokens);
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
    again = false,
  ): void {
    const { layout, shape, tokensSeen, capacityLosses, modelSizeTerms, capacitySlopes, seenSlopes, seenAt } = this;
    if (!again) this.prepareSlopes(theta, mixture, modelSize);
    coupling.set(this.coupling);
    shared.set(this.sharedSlopes);
    const logModelSize = Math.log(modelSize);
    const logTokens = Math.log(tokens);
    let at = 0;
    for (let i = 0; i < losses.length; i++) {
      const hasDomain = shape.targetDomain[i]! >= 0;
      let loss = theta[layout.E + i]! + capacityLosses[i]! + modelSizeTerms[i]!;
      if (hasDomain) {
        own[at++] = capacitySlopes[3 * i]!;
        own[at++] = capacitySlopes[3 * i + 1]!;
      }
      own[at++] = 1;
      if (tokensSeen) {
        const logSeen = logTokens + this.logSeen[i]!;
        const q = power(theta, layout.A, layout.a, i, logSeen);
        const perLogSeen = -theta[layout.a + i]! * q;
        loss += q;
        own[at++] = q / theta[layout.A + i]!;
        own[at++] = -logSeen * q;
        for (let k = seenAt[i]!; k < seenAt[i + 1]!; k++) own[at++] = perLogSeen * seenSlopes[k]!;
      }
      if (layout.B >= 0) {
        own[at++] = modelSizeTerms[i]! / theta[layout.B + i]!;
        own[at++] = -logModelSize * modelSizeTerms[i]!;
      }
      if (layout.G >= 0) {
        const tokensTerm = power(theta, layout.G, layout.delta, i, logTokens);
        loss += tokensTerm;
        own[at++] = tokensTerm / theta[layout.G + i]!;
        own[at++] = -logTokens * tokensTerm;
      }
      if (hasDomain && layout.H >= 0) own[at++] = capacitySlopes[3 * i + 2]!;
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

  mixtureHessian(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    weights: Float64Array,
    hessian: Float64Array,
  ): void {
    const { layout, shape, tokensSeen, allocation } = this;
    this.prepareTerms(theta, mixture, modelSize);
    hessian.fill(0);
    const losses = new Float64Array(mixture.length);
    const logTokens = Math.log(tokens);
    for (let i = 0; i < weights.length; i++) {
      const w = weights[i]!;
      const domain = shape.targetDomain[i]!;
      if (domain >= 0) losses[domain]! += w * this.capacityLosses[i]!;
      if (!tokensSeen || w === 0) continue;
      const q = power(theta, layout.A, layout.a, i, logTokens + tokensSeen.log(theta, mixture, i));
      tokensSeen.curvature(theta, mixture, i, theta[layout.a + i]!, w * q, hessian);
    }
    if (layout.capacityDomains > 0) addCapacityCurvature(allocation, theta, layout.b, mixture, losses, hessian);
    mirror(hessian, mixture.length);
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

  private prepare(theta: Float64Array, mixture: Float64Array, modelSize: number): void {
    const { tokensSeen, logSeen } = this;
    this.prepareTerms(theta, mixture, modelSize);
    if (tokensSeen) for (let i = 0; i < logSeen.length; i++) logSeen[i] = tokensSeen.log(theta, mixture, i);
  }

  private prepareSlopes(theta: Float64Array, mixture: Float64Array, modelSize: number): void {
    const { layout, shape, allocation, tokensSeen, capacityLosses, capacitySlopes, coupling, seenSlopes, seenAt } =
      this;
    this.prepareTerms(theta, mixture, modelSize);
    this.sharedDerivatives(theta, this.sharedSlopes);
    coupling.fill(0);
    for (let i = 0; i < coupling.length; i++) {
      if (tokensSeen) this.logSeen[i] = tokensSeen.logAndSlopes(theta, mixture, i, seenSlopes, seenAt[i]!);
      const domain = shape.targetDomain[i]!;
      if (domain < 0) continue;
      const y = capacityLosses[i]!;
      const c = theta[layout.c + domain]!;
      const b = theta[layout.b + domain]!;
      const logX = allocation.logCapacity[domain]!;
      const isActive = allocation.sensitivity[domain]! > 0;
      const r = isActive ? (b * y) / (b + 1) : 0;
      coupling[i] = r;
      capacitySlopes[3 * i] = (y - r) / c;
      capacitySlopes[3 * i + 1] = -logX * y - r * (1 / b - logX);
      capacitySlopes[3 * i + 2] = isActive ? 0 : (-b * y) / allocation.capacity[domain]!;
    }
  }

  /** The terms that do not see the tokens. */
  private prepareTerms(theta: Float64Array, mixture: Float64Array, modelSize: number): void {
    const { layout, shape, capacityLosses, modelSizeTerms } = this;
    this.allocate(theta, mixture, modelSize);
    this.tokensSeen?.prepare(mixture);
    const logModelSize = Math.log(modelSize);
    for (let i = 0; i < capacityLosses.length; i++) {
      const domain = shape.targetDomain[i]!;
      capacityLosses[i] = domain >= 0 ? this.capacityLoss(theta, domain) : 0;
      if (layout.B >= 0) modelSizeTerms[i] = power(theta, layout.B, layout.beta, i, logModelSize);
    }
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
