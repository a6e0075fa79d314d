/** Half-open range of UTF-16 offsets in the text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Replaces `range` by `newText`. */
export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

export type WeightUnit = 'fraction' | 'percent' | 'tokens' | 'relative';

/** A number as written, and where. */
export interface NumberToken {
  readonly raw: number;
  readonly range: TextRange;
  /** A literal of its own, so that it can be rewritten in place (not an expression, an alias or a loop's body). */
  readonly editable: boolean;
}

/** One domain's weight as written. */
export interface MixtureWeight {
  /** Name as written in the config (shortest telling form for paths). */
  readonly domain: string;
  /** The number as written; NaN is never let through. The sum of the parts when a path is listed more than once. */
  readonly raw: number;
  /** Share of the mixture after normalising, in [0, 1]. */
  readonly fraction: number;
  /** The number token. */
  readonly range: TextRange;
  /** The name token, where there is one. */
  readonly nameRange?: TextRange;
  /** The number token is a literal of its own, so that it can be rewritten in place. */
  readonly editable: boolean;
  /** All number tokens of this domain, when it is listed more than once (the first is `range`). */
  readonly parts?: readonly NumberToken[];
  /** Nested mixtures: the weights of the enclosing groups, outermost first; the share is the product along the path. */
  readonly factors?: readonly NumberToken[];
  /** Nested mixtures that are normalised level by level: the sums of the inner levels, multiplied; 1 when absent. */
  readonly divisor?: number;
}

/** One mixture found in a file. */
export interface Mixture {
  /** "train", "stage 2 (decay)" … */
  readonly label: string;
  readonly unit: WeightUnit;
  /** Sum of the raw weights (of the products along the path, where mixtures are nested). */
  readonly sum: number;
  readonly weights: readonly MixtureWeight[];
  /** The whole construct, for hovers and lenses. */
  readonly range: TextRange;
  /** Millions of parameters, when the file says (all of them; the active ones of a mixture of experts). */
  readonly modelSize?: number;
  /** Billions of tokens, when the file says. */
  readonly tokens?: number;
  /** How model size and tokens were found, what was assumed and what is missing. */
  readonly scale?: MixtureScale;
}

/** Model size and tokens as the file tells them. */
export interface MixtureScale {
  /** Millions of parameters with embeddings, all experts counted. */
  readonly totalParameters?: number;
  /** Millions of parameters without embedding and output matrices. */
  readonly nonEmbeddingParameters?: number;
  /** Millions of parameters used per token, for a mixture of experts. */
  readonly activeParameters?: number;
  /** One sentence per source, assumption or missing part. */
  readonly notes: readonly string[];
  /** Not in the file: taken from what the user assumes. */
  readonly assumed?: readonly ('modelSize' | 'tokens' | 'dataParallelSize')[];
}

export type ProblemSeverity = 'error' | 'warning' | 'information';

export interface MixtureProblem {
  readonly code: string;
  readonly message: string;
  readonly range: TextRange;
  /** `warning` when absent. */
  readonly severity?: ProblemSeverity;
}

export interface MixtureReading {
  /** `not-a-mixture`: weights of another meaning (keep-fractions, repetition factors), explained in `problems`. */
  readonly kind: 'mixture' | 'not-a-mixture' | 'unknown';
  /** Framework: `regmix`, `doremi`, `levanter`, … */
  readonly format: string;
  readonly mixtures: readonly Mixture[];
  readonly problems: readonly MixtureProblem[];
}
