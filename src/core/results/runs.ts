/** What a loss column measures. Kinds are never mixed in one fit. */
export type LossKind = 'nats' | 'bits-per-byte' | 'perplexity';

/**
 * Measured runs, the one shape everything after reading works on.
 * n rows (a row is one checkpoint), K training domains, M targets. Structured-clone safe.
 */
export interface Runs {
  /** Training domains, as displayed. Length K. */
  readonly domains: readonly string[];
  /** Validation targets, as displayed. Length M. */
  readonly targets: readonly string[];
  /** For each target the index of the training domain it measures, or −1. Length M. */
  readonly targetDomain: readonly number[];
  /** Shape [n × K], row-major; every row sums to 1. */
  readonly mixtures: Float64Array;
  /** Sum of the weights as written in the file, before renormalising. Length n. */
  readonly weightSums: Float64Array;
  /** Shape [n × M], row-major; NaN where the file has no number. */
  readonly losses: Float64Array;
  /** Model parameters in millions; NaN where unknown. Length n. */
  readonly modelSizes: Float64Array;
  /** Training tokens in billions; NaN where unknown. Length n. */
  readonly tokens: Float64Array;
  /** 0-based data row in the results file (in a pair: the first, or the second where it has several rows for one of the first). Length n. */
  readonly rows: Int32Array;
  /** Rows with equal numbers are checkpoints of one run (same mixture and model size and, where the file has them, name and seed). Length n. */
  readonly runIds: Int32Array;
  readonly lossKind: LossKind;
}

export const rowCount = (runs: Runs): number => runs.rows.length;

/** The runs at the given positions (not file rows), in that order. */
export function selectRuns(runs: Runs, positions: ArrayLike<number>): Runs {
  const K = runs.domains.length;
  const M = runs.targets.length;
  const n = positions.length;
  const mixtures = new Float64Array(n * K);
  const losses = new Float64Array(n * M);
  const pick = <T extends Float64Array | Int32Array>(from: T, into: T): T => {
    for (let i = 0; i < n; i++) into[i] = from[positions[i] as number] as number;
    return into;
  };
  for (let i = 0; i < n; i++) {
    const p = positions[i] as number;
    mixtures.set(runs.mixtures.subarray(p * K, p * K + K), i * K);
    losses.set(runs.losses.subarray(p * M, p * M + M), i * M);
  }
  return {
    ...runs,
    mixtures,
    losses,
    weightSums: pick(runs.weightSums, new Float64Array(n)),
    modelSizes: pick(runs.modelSizes, new Float64Array(n)),
    tokens: pick(runs.tokens, new Float64Array(n)),
    rows: pick(runs.rows, new Int32Array(n)),
    runIds: pick(runs.runIds, new Int32Array(n)),
  };
}
