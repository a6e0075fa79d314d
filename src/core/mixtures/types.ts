/** Half-open range of UTF-16 offsets in the text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export type WeightUnit = 'fraction' | 'percent' | 'tokens' | 'relative';

/** One domain's weight as written. */
export interface MixtureWeight {
  /** Name as written in the config (shortest telling form for paths). */
  readonly domain: string;
  /** The number as written; NaN is never let through. */
  readonly raw: number;
  /** Share of the mixture after normalising, in [0, 1]. */
  readonly fraction: number;
  /** The number token. */
  readonly range: TextRange;
  /** The name token, where there is one. */
  readonly nameRange?: TextRange;
  /** The number token is a literal of its own, so that it can be rewritten in place. */
  readonly editable: boolean;
}

/** One mixture found in a file. */
export interface Mixture {
  /** "train", "stage 2 (decay)" … */
  readonly label: string;
  readonly unit: WeightUnit;
  /** Sum of the raw weights. */
  readonly sum: number;
  readonly weights: readonly MixtureWeight[];
  /** The whole construct, for hovers and lenses. */
  readonly range: TextRange;
  /** Millions of parameters, when the file says. */
  readonly modelSize?: number;
  /** Billions of tokens, when the file says. */
  readonly tokens?: number;
}

export interface MixtureProblem {
  readonly code: string;
  readonly message: string;
  readonly range: TextRange;
}

export interface MixtureReading {
  /** `not-a-mixture`: weights of another meaning (keep-fractions, repetition factors), explained in `problems`. */
  readonly kind: 'mixture' | 'not-a-mixture' | 'unknown';
  /** Framework: `regmix`, `doremi`, `levanter`, … */
  readonly format: string;
  readonly mixtures: readonly Mixture[];
  readonly problems: readonly MixtureProblem[];
}
