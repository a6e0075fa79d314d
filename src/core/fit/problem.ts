import type { LawModel } from '../laws/law';
import { CoupledLinearization } from './coupled';
import { NormalLinearization } from './normal-equations';
import type { LeastSquaresProblem, Linearization } from './optimizer';
import { bend, bendSlope } from './robust';
import { median } from './statistics';

/** What is fitted: one loss of one run for one target. Column layout, n entries, sorted by run. */
export interface Entries {
  /** Shape [R × K]; one row a run. */
  readonly mixtures: Float64Array;
  readonly modelSizes: Float64Array;
  readonly tokens: Float64Array;
  /** Entries of run r are at[r] … at[r+1] − 1. Length R + 1. */
  readonly at: Int32Array;
  readonly target: Int32Array;
  readonly loss: Float64Array;
}

export interface Objective {
  /** Huber on relative residuals, or plain squares of residuals in the loss's unit. */
  readonly loss: 'huber' | 'squared';
  readonly huberScale: number;
  /** Weight of the prior, relative to the loss; 0 is none. */
  readonly prior: number;
}

/** How a residual in the loss's unit enters the sum of squares. */
export interface ResidualShape {
  /** Multiplies the difference predicted − observed. Length n. */
  readonly scale: Float64Array;
  /** Scaled residuals beyond ±knee count linearly; Infinity for plain squares. */
  readonly knee: number;
}

/**
 * A law model and its training entries as a least-squares problem in the searched space z (ln(θ + offset) for positive parameters).
 * Residuals: one an entry, then one a parameter for the prior when there is one.
 */
export class LawProblem implements LeastSquaresProblem {
  readonly parameterCount: number;
  readonly residualCount: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly shape: ResidualShape;
  /** Prior residual p is priorWeight_p·(z_p − priorCenter_p), bent at priorKnee_p. Empty without a prior. */
  readonly priorWeight: Float64Array;
  readonly priorCenter: Float64Array;
  readonly priorKnee: Float64Array;
  /** Block by block where the model tells its coupled structure; normal equations where a prior keeps them well conditioned. */
  readonly linearization?: () => Linearization;
  /** 1 for runs with the mixture and model size of the run before: another checkpoint. Length R. */
  readonly again: Uint8Array;
  private readonly isLog: Uint8Array;
  private readonly offset: Float64Array;
  private readonly theta: Float64Array;
  private readonly losses: Float64Array;
  private readonly rows: Float64Array;

  constructor(
    readonly model: LawModel,
    readonly entries: Entries,
    readonly objective: Objective,
  ) {
    const { parameters, shape } = model;
    const P = parameters.length;
    this.parameterCount = P;
    this.isLog = Uint8Array.from(parameters, (spec) => (spec.scale === 'log' ? 1 : 0));
    this.offset = Float64Array.from(parameters, (spec) => spec.offset ?? 0);
    this.lower = this.fromTheta(Float64Array.from(parameters, (spec) => spec.lower));
    this.upper = this.fromTheta(Float64Array.from(parameters, (spec) => spec.upper));
    this.shape = residualShape(entries, objective);
    // In squared loss the residuals carry the loss's unit; the prior is given that unit too.
    const unit = objective.loss === 'huber' ? 1 : median(entries.loss);
    const hasPrior = objective.prior > 0 && parameters.some((spec) => spec.prior);
    this.priorWeight = hasPrior
      ? Float64Array.from(parameters, ({ prior }) =>
          prior ? (objective.prior * unit * prior.weight) / prior.width : 0,
        )
      : new Float64Array(0);
    this.priorCenter = hasPrior
      ? Float64Array.from(parameters, ({ prior }) => prior?.center ?? 0)
      : new Float64Array(0);
    this.priorKnee = this.priorWeight.map((weight, p) => {
      const { width = 1, linearBeyond = Number.POSITIVE_INFINITY } = parameters[p]!.prior ?? {};
      return weight > 0 ? weight * width * linearBeyond : Number.POSITIVE_INFINITY;
    });
    this.residualCount = entries.loss.length + this.priorWeight.length;
    this.again = repeats(entries, shape.domains.length);
    this.theta = new Float64Array(P);
    this.losses = new Float64Array(shape.targets.length);
    this.rows = new Float64Array(shape.targets.length * P);
    const { coupled } = model;
    if (coupled) this.linearization = () => new CoupledLinearization(this, coupled);
    else if (hasPrior) this.linearization = () => new NormalLinearization(this);
  }

  /** Searched space → the parameters' own units. */
  toTheta(z: Float64Array, theta: Float64Array): void {
    for (let p = 0; p < z.length; p++) theta[p] = this.isLog[p] === 1 ? Math.exp(z[p]!) - this.offset[p]! : z[p]!;
  }

  fromTheta(theta: Float64Array): Float64Array {
    return theta.map((value, p) => (this.isLog[p] === 1 ? Math.log(value + this.offset[p]!) : value));
  }

  /** dθ/dz. */
  derivative(p: number, theta: Float64Array): number {
    return this.isLog[p] === 1 ? theta[p]! + this.offset[p]! : 1;
  }

  residuals(z: Float64Array, residuals: Float64Array): void {
    const { model, entries, theta, losses, shape } = this;
    const K = model.shape.domains.length;
    this.toTheta(z, theta);
    for (let r = 0; r < entries.modelSizes.length; r++) {
      const mixture = entries.mixtures.subarray(r * K, r * K + K);
      model.predict(theta, mixture, entries.modelSizes[r]!, entries.tokens[r]!, losses, this.again[r] === 1);
      for (let e = entries.at[r]!; e < entries.at[r + 1]!; e++) {
        residuals[e] = bend((losses[entries.target[e]!]! - entries.loss[e]!) * shape.scale[e]!, shape.knee);
      }
    }
    this.priorResiduals(z, residuals);
  }

  jacobian(z: Float64Array, residuals: Float64Array, jacobian: Float64Array): void {
    const { model, entries, theta, losses, rows, shape, parameterCount: P } = this;
    const K = model.shape.domains.length;
    this.toTheta(z, theta);
    for (let r = 0; r < entries.modelSizes.length; r++) {
      const mixture = entries.mixtures.subarray(r * K, r * K + K);
      model.parameterJacobian(theta, mixture, entries.modelSizes[r]!, entries.tokens[r]!, losses, rows);
      for (let e = entries.at[r]!; e < entries.at[r + 1]!; e++) {
        const target = entries.target[e]!;
        const bent = bend((losses[target]! - entries.loss[e]!) * shape.scale[e]!, shape.knee);
        const slope = bendSlope(bent, shape.knee) * shape.scale[e]!;
        residuals[e] = bent;
        for (let p = 0; p < P; p++) jacobian[e * P + p] = slope * rows[target * P + p]! * this.derivative(p, theta);
      }
    }
    const n = entries.loss.length;
    jacobian.fill(0, n * P);
    this.priorResiduals(z, residuals);
    for (let p = 0; p < this.priorWeight.length; p++) {
      jacobian[(n + p) * P + p] = this.priorWeight[p]! * bendSlope(residuals[n + p]!, this.priorKnee[p]!);
    }
  }

  /**
   * The bend of the logarithm itself: dθ/dz = d²θ/dz² where z = ln(θ + offset), so whatever the law, Σ r ∂²r/∂z² has the part
   * Σ r ∂r/∂z, the data's share of the gradient. Where it pulls a parameter down against its prior, Gauss–Newton, which
   * leaves it out, oversteps from side to side, and the damping that stops this stops all other parameters too.
   */
  curvature(z: Float64Array, gradient: Float64Array, curvature: Float64Array): void {
    for (let p = 0; p < z.length; p++) {
      curvature[p] = this.isLog[p] === 1 ? Math.max(0, gradient[p]! - this.priorGradient(p, z[p]!)) : 0;
    }
  }

  private priorGradient(p: number, z: number): number {
    if (this.priorWeight.length === 0) return 0;
    const weight = this.priorWeight[p]!;
    const residual = bend(weight * (z - this.priorCenter[p]!), this.priorKnee[p]!);
    return weight * bendSlope(residual, this.priorKnee[p]!) * residual;
  }

  private priorResiduals(z: Float64Array, residuals: Float64Array): void {
    const n = this.entries.loss.length;
    for (let p = 0; p < this.priorWeight.length; p++) {
      residuals[n + p] = bend(this.priorWeight[p]! * (z[p]! - this.priorCenter[p]!), this.priorKnee[p]!);
    }
  }
}

function residualShape(entries: Entries, objective: Objective): ResidualShape {
  if (objective.loss === 'squared') {
    return { scale: new Float64Array(entries.loss.length).fill(1), knee: Number.POSITIVE_INFINITY };
  }
  return { scale: entries.loss.map((loss) => 1 / loss), knee: objective.huberScale };
}

function repeats({ mixtures, modelSizes }: Entries, K: number): Uint8Array {
  return Uint8Array.from(modelSizes, (modelSize, r) => {
    if (r === 0 || modelSize !== modelSizes[r - 1]) return 0;
    for (let at = r * K; at < r * K + K; at++) if (mixtures[at] !== mixtures[at - K]) return 0;
    return 1;
  });
}
