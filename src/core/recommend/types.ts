/** Σ_{j ∈ domains} h_j between two limits. */
export interface GroupLimit {
  readonly label: string;
  /** Positions of the domains. */
  readonly domains: readonly number[];
  readonly min?: number;
  readonly max?: number;
}

/** What to minimise and within which limits. K domains, M targets. All weights are fractions. */
export interface RecommendOptions {
  /** Millions of parameters. */
  readonly modelSize: number;
  /** Billions of tokens. */
  readonly tokens: number;
  /** Weight of each target's loss; normalised to sum 1. Length M. Default: equal. */
  readonly targetWeights?: readonly number[];
  /** Least weight of each domain. Length K. NaN or absent: `defaultFloor(K)`, since laws say nothing about domains left out. */
  readonly lower?: readonly number[];
  /** Greatest weight of each domain. Length K. Default: 1. */
  readonly upper?: readonly number[];
  /** Weight that a domain is held at (NaN: free). Its default least weight does not apply. Length K. */
  readonly fixed?: readonly number[];
  readonly groups?: readonly GroupLimit[];
  /** Billions of tokens that exist of each domain (NaN: no limit known), and how often they may be repeated. */
  readonly available?: readonly number[];
  readonly maxEpochs?: number;
  /** Adds kl · KL(h ‖ prior), in nats, to the objective. */
  readonly prior?: readonly number[];
  readonly kl?: number;
  /** No domain may move further than this from `current`. */
  readonly current?: readonly number[];
  readonly maxChange?: number;
  readonly starts?: number;
  readonly seed?: number;
  /** Searches from this mixture only: for optima known to lie near it. */
  readonly startAt?: readonly number[];
}

export interface Binding {
  /** In words: "wikipedia ≥ 0.1 %", "web ≤ 50 %", "books = 10 % (more would be better)". */
  readonly constraint: string;
  /** Nats gained per unit of weight by which the limit is relaxed; a hundredth of it is the gain of one percentage point. */
  readonly multiplier: number;
}

export interface Recommendation {
  /** Sums to 1. Length K. */
  readonly mixture: readonly number[];
  /** Predicted losses at that mixture. Length M. */
  readonly losses: readonly number[];
  /** Σ w_i L_i, without the KL term. */
  readonly objective: number;
  /** Largest component of the projected gradient of what was minimised, in nats per unit of weight: 0 at an exact optimum. */
  readonly kktResidual: number;
  readonly modelSize: number;
  readonly tokens: number;
  /** Sums to 1. Length M. */
  readonly targetWeights: readonly number[];
  readonly bindings: readonly Binding[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}
