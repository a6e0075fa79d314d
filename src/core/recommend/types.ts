/** What to minimise and within which limits. K domains, M targets. */
export interface RecommendOptions {
  /** Millions of parameters. */
  readonly modelSize: number;
  /** Billions of tokens. */
  readonly tokens: number;
  /** Weight of each target's loss; normalised to sum 1. Length M. Default: equal. */
  readonly targetWeights?: readonly number[];
  /** Least and greatest weight of each domain (fractions). Length K. Default: 0.001 floor (or the smallest a law can take) and 1. */
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  readonly starts?: number;
  readonly seed?: number;
}

export interface Recommendation {
  /** Sums to 1. Length K. */
  readonly mixture: readonly number[];
  /** Predicted losses at that mixture. Length M. */
  readonly losses: readonly number[];
  /** Σ w_i L_i. */
  readonly objective: number;
  /** Largest violation of the optimality conditions, relative to the gradient's spread. 0 at an exact optimum. */
  readonly kktResidual: number;
  readonly modelSize: number;
  readonly tokens: number;
  readonly targetWeights: readonly number[];
  /** Bounds that hold the optimum. */
  readonly bindings: readonly {
    readonly domain: string;
    readonly bound: 'lower' | 'upper';
    readonly multiplier: number;
  }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}
