import type { Random } from '../random';
import type { Runs } from '../results/runs';

/**
 * What a law is fitted to, apart from the numbers: names, which target measures which domain, which scales vary.
 * K domains, M targets.
 */
export interface LawShape {
  readonly domains: readonly string[];
  readonly targets: readonly string[];
  /** Domain index of each target, or −1. Length M. */
  readonly targetDomain: readonly number[];
  /** More than one model size (tokens) among the runs: terms in N (D) can be told apart from constants. */
  readonly modelSizeVaries: boolean;
  readonly tokensVary: boolean;
  /**
   * Where the training runs lie, so that bounds, priors and starts can follow the data's own scale.
   * Given when a law is built to be fitted; absent when it is built to predict (nothing in a prediction depends on it).
   */
  readonly scale?: DataScale;
}

/** The scale of the training runs. */
export interface DataScale {
  /** Geometric mean and least model size, millions of parameters. */
  readonly modelSize: number;
  readonly smallestModelSize: number;
  /** Geometric mean of the tokens, billions. */
  readonly tokens: number;
  /** Least and median training loss of each target, in the loss's unit. Length M. */
  readonly lowestLoss: readonly number[];
  readonly medianLoss: readonly number[];
}

/** Choices that change the law itself, not how it is fitted. */
export interface LawOptions {
  /** H of Eq. 1 and Eq. 3, the least capacity of a domain, in millions of parameters: a number, or fitted. */
  readonly minAllocation: number | 'fitted';
  /** Floor on a domain's weight h (fraction) where a law diverges at 0: a number, or fitted where the law has such a parameter. */
  readonly minWeight: number | 'fitted';
}

/** Penalty (weight·(z − center)/width)² on the searched value z, linear beyond `linearBeyond` widths (a heavy tail). */
export interface ParameterPrior {
  readonly center: number;
  readonly width: number;
  readonly weight: number;
  readonly linearBeyond?: number;
}

/** One parameter of a law for a given shape. Bounds are inclusive and in the parameter's own unit. */
export interface ParameterSpec {
  /** Unique, stable, readable: `b[wikipedia]`, `T[wikipedia←book]`, `H`. */
  readonly name: string;
  /** As in the equation: `b`, `T`, `H`. */
  readonly symbol: string;
  readonly domain?: string;
  readonly target?: string;
  /** `nats`, `million parameters`, `1` for dimensionless … */
  readonly unit: string;
  readonly lower: number;
  readonly upper: number;
  /** Positive parameters are searched in log space: z = ln(value + offset). */
  readonly scale: 'log' | 'linear';
  /** In the parameter's own unit; 0 when absent. Keeps values far below it from being searched as if they mattered. */
  readonly offset?: number;
  /**
   * All losses are linear in the values of all parameters that say so, taken together: a fit may project them out. Said
   * where that was measured to help.
   */
  readonly isLinear?: true;
  /** The weak prior, in the searched space (natural log for `log`). */
  readonly prior?: ParameterPrior;
}

/**
 * A law for one shape: pure functions of θ (values in the parameters' own units, in the order of `parameters`).
 * Mixtures have shape [K] and sum to 1; modelSize is in millions of parameters, tokens in billions; losses have shape [M].
 */
export interface LawModel {
  readonly law: Law;
  readonly shape: LawShape;
  readonly parameters: readonly ParameterSpec[];
  /**
   * Writes L_i(θ; h, N, D) into `losses` [M].
   * @param again θ, mixture and model size are those of the call before, and nothing else was called in between: a model may
   *   keep what they alone decide. Checkpoints of a run differ in their tokens only.
   */
  predict(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    again?: boolean,
  ): void;
  /** Writes ∂L_i/∂θ_p into `jacobian` [M × P], row-major (all of it, zeros included), and L into `losses`. */
  parameterJacobian(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    jacobian: Float64Array,
  ): void;
  /** Writes ∂L_i/∂h_j (h taken as free, not on the simplex) into `jacobian` [M × K], row-major, and L into `losses`. */
  mixtureJacobian(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    jacobian: Float64Array,
  ): void;
  /**
   * Writes Σ_i weights_i ∂²L_i/∂h_j∂h_k (h taken as free) into `hessian` [K × K], all of it. A law without it has a Hessian by
   * differences of its gradient, which costs K gradients.
   * @param weights of the targets, length M
   */
  mixtureHessian?(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    weights: Float64Array,
    hessian: Float64Array,
  ): void;
  /** A sensible data-driven start; different draws give different starts. */
  start(random: Random, runs: Runs): Float64Array;
  /** Fixed floor this model puts under the weights (fraction); absent when it needs none or fits it. */
  readonly minWeight?: number;
  /** How the targets hang together, for laws whose targets share parameters: makes fits of many domains cheap. */
  readonly coupled?: CoupledJacobian;
}

/**
 * A Jacobian that is block-sparse plus rank one: ∂L_i/∂θ = own_i + coupling_i · shared, where own_i lives on the few
 * parameters `own[i]` and the row `shared` (the same for every target) on the parameters `shared`.
 * Eq. 1, Eq. 3 and the overlap law have this form because capacity freed by one domain is split among all (capacity.ts).
 */
export interface CoupledJacobian {
  /** Parameters that target i depends on by itself, ascending, those not in `shared` next to each other. Length M. */
  readonly own: readonly Int32Array[];
  /** Parameters through which the targets are coupled, ascending. Parameters outside it belong to one target alone. */
  readonly shared: Int32Array;
  /**
   * Writes L [M], the own derivatives (the rows of `own` one after the other), the coupling [M] and the shared row.
   * Units as in `LawModel.parameterJacobian`; `again` as in `LawModel.predict`. Coupling and shared row are then the same.
   */
  evaluate(
    theta: Float64Array,
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    own: Float64Array,
    coupling: Float64Array,
    shared: Float64Array,
    again?: boolean,
  ): void;
}

/** A data-mixing scaling law. Adding one = one file that exports this + one line in `registry.ts`. */
export interface Law {
  readonly id: string;
  /** "Eq. 3, linear regression". */
  readonly title: string;
  /** One line, plain text: `L = c·x*(h,N)^−b + A·(D·h)^−a + E`. */
  readonly equation: string;
  /** One paragraph for the panel: what it assumes, when to trust it. */
  readonly description: string;
  readonly citation: string;
  readonly usesModelSize: boolean;
  readonly usesTokens: boolean;
  /**
   * L_i depends on no parameter of another target. Such a law is fitted one target at a time, each through a model
   * built for a shape with that target alone, and in parallel.
   */
  readonly separable: boolean;
  /** What this law takes where the user says nothing, when it differs from `defaultFitOptions`. */
  readonly defaults?: Partial<LawOptions>;
  /** Why the law cannot be fitted to this shape, in words for the user; undefined when it can. */
  unavailable(shape: LawShape): string | undefined;
  build(shape: LawShape, options: LawOptions): LawModel;
}
