import type { LawOptions } from '../laws/law';

/** Which loss entries count: all of them, or only those whose domain has a weight above 0 in that run. */
export type Mask = 'all' | 'positive';

export type EngineId = 'mixlaw' | 'ml-levenberg-marquardt';

/** How to fit. Everything that decides the result is here and is stored with it. */
export interface FitOptions extends LawOptions {
  readonly law: string;
  readonly engine: EngineId;
  readonly mask: Mask;
  readonly seed: number;
  readonly starts: number;
  readonly loss: 'huber' | 'squared';
  /** Scale of the Huber loss on relative residuals (fraction). */
  readonly huberScale: number;
  /** Weight of the weak prior; 0 switches it off. */
  readonly prior: number;
  readonly maxIterations: number;
  /** Replaces the model size of every row, in millions. */
  readonly modelSize?: number;
  /** Replaces the tokens of every row, in billions. */
  readonly tokens?: number;
}

/** Options as asked for: `prior: 'auto'` leaves its weight to cross-validation among the training rows. */
export type RequestedOptions = Omit<Partial<FitOptions>, 'prior'> & { readonly prior?: number | 'auto' };

export interface FitProgress {
  readonly phase: 'reading' | 'fitting' | 'judging' | 'recommending' | 'writing';
  readonly done: number;
  readonly total: number;
  /** Best training objective so far; absent before the first start ends. */
  readonly best?: number;
  readonly message?: string;
}

/** Errors of predicted losses over n entries. MRE = mean |L̂ − L| / L, a fraction. MAE and RMSE in the loss's unit. */
export interface Metrics {
  readonly mre: number;
  readonly mae: number;
  readonly rmse: number;
  readonly n: number;
}

export type MaskedMetrics = Readonly<Record<Mask, Metrics>>;

export interface FittedParameter {
  readonly name: string;
  readonly symbol: string;
  readonly domain?: string;
  readonly target?: string;
  readonly value: number;
  readonly unit: string;
  /** Standard error in the parameter's own unit, when the Jacobian has the rank to tell. */
  readonly standardError?: number;
  readonly atBound?: 'lower' | 'upper';
}

export type StopReason = 'gradient' | 'objective' | 'step' | 'iterations' | 'stalled' | 'outrun';

export interface StartResult {
  /** Mean over training runs of the sum of squared residuals over the masked entries. */
  readonly objective: number;
  /** What was minimised (robust loss and prior included). */
  readonly minimised: number;
  readonly iterations: number;
  readonly stop: StopReason;
}

/** What vouches for a fit, or does not. */
export interface Certificate {
  /** Largest absolute component of the projected gradient of what was minimised, scaled by parameter and objective. */
  readonly gradientNorm: number;
  readonly converged: boolean;
  readonly activeBounds: readonly string[];
  readonly jacobianRank: number;
  readonly parameterCount: number;
  /** Ratio of largest to smallest singular value of the scaled Jacobian (smallest above the rank threshold). */
  readonly condition: number;
  /** Starts within 1 % of the best objective, and how many there were. */
  readonly agreeingStarts: number;
  readonly starts: number;
  /** (worst − best) / best of the starts' objectives. */
  readonly startSpread: number;
  /** Domains with a weight above 0 in so few training runs that their own parameters cannot be told. */
  readonly thinDomains: readonly { readonly domain: string; readonly runs: number }[];
  /** Entries whose weight was raised to the floor. */
  readonly flooredEntries: number;
  readonly entries: number;
  /** The above in plain words, worst first; empty when there is nothing to say. */
  readonly notes: readonly { readonly severity: 'warning' | 'info'; readonly code: string; readonly message: string }[];
}

/** A fitted law. Structured-clone safe. */
export interface Fit {
  readonly law: string;
  readonly domains: readonly string[];
  readonly targets: readonly string[];
  readonly targetDomain: readonly number[];
  readonly modelSizeVaries: boolean;
  readonly tokensVary: boolean;
  readonly options: FitOptions;
  /** In the order of the law model's `parameters`. */
  readonly parameters: readonly FittedParameter[];
  readonly objective: number;
  readonly minimised: number;
  readonly metrics: { readonly train: MaskedMetrics; readonly validation?: MaskedMetrics };
  readonly certificate: Certificate;
  readonly starts: readonly StartResult[];
  /** File rows (0-based) fitted on, and held out. */
  readonly rows: { readonly train: readonly number[]; readonly validation: readonly number[] };
  /** Where the runs lie; undefined when the file does not say. Millions of parameters, billions of tokens. */
  readonly modelSizeRange?: readonly [number, number];
  readonly tokensRange?: readonly [number, number];
}

/**
 * A fit made ready to evaluate. Allocation-free; K domains, M targets.
 * modelSize in millions of parameters, tokens in billions.
 */
export interface Predictor {
  readonly domains: readonly string[];
  readonly targets: readonly string[];
  readonly targetDomain: readonly number[];
  /** Writes L [M]. */
  predict(mixture: Float64Array, modelSize: number, tokens: number, losses: Float64Array): void;
  /** Writes L [M] and ∂L/∂h [M × K]. */
  gradient(
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    losses: Float64Array,
    jacobian: Float64Array,
  ): void;
  /** Writes Σ_i weights_i ∂²L_i/∂h_j∂h_k [K × K], where the law knows it; weights [M] of the targets. */
  hessian?(
    mixture: Float64Array,
    modelSize: number,
    tokens: number,
    weights: Float64Array,
    hessian: Float64Array,
  ): void;
}
