import type { Predictor } from '../fit/types';
import { Random } from '../random';
import type { Decision } from './design';

/** A run to be made: millions of parameters, billions of tokens. */
export interface PlannedRun {
  readonly mixture: readonly number[];
  readonly modelSize: number;
  readonly tokens: number;
}

/** Expected loss of deciding with what is known, above that of the best rival. In the loss's unit. */
export interface ExpectedRegret {
  readonly before: number;
  readonly after: number;
}

/**
 * What planned runs are expected to do to the regret of the decision between rival mixtures. Each fit of the ensemble is
 * taken for the truth once: it gives the losses of the planned runs (with noise), the others are updated by them as
 * linear-Gaussian regression says (the ensemble Kalman update, Evensen 1994), the rival that then looks best is chosen, and
 * the truth says what that costs. Preposterior analysis (Raiffa & Schlaifer 1961).
 * @param noise of one measured loss, standard deviation in the loss's unit
 */
export function expectedRegret(
  ensemble: readonly Predictor[],
  decision: Decision,
  runs: readonly PlannedRun[],
  noise: number,
  seed: number,
): ExpectedRegret {
  const B = ensemble.length;
  const rivals = decision.rivals.map((mixture) => ({
    mixture,
    modelSize: decision.modelSize,
    tokens: decision.tokens,
  }));
  const total = decision.targetWeights.reduce((sum, w) => sum + w, 0);
  const weights = decision.targetWeights.map((w) => w / total);
  /** Target-weighted loss of each rival for each fit. [R][B] */
  const worth = rivals.map((rival) =>
    Float64Array.from(ensemble, (predictor) =>
      lossesOf(predictor, rival).reduce((sum, loss, i) => sum + weights[i]! * loss, 0),
    ),
  );
  const observed = runs.flatMap((run) => transposed(ensemble.map((predictor) => lossesOf(predictor, run))));
  const n = observed.length;
  const centredWorth = worth.map(centred);
  const centredObserved = observed.map(centred);
  // S = cov(y) + noise² I, factored once; K = cov(worth, y) S⁻¹.
  const S = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) S[a * n + b] = covariance(centredObserved[a]!, centredObserved[b]!);
    S[a * n + a]! += noise * noise || 1e-12 * S[a * n + a]! || 1e-300;
  }
  const solve = choleskySolver(S, n);
  const gains = centredWorth.map((values) => solve(centredObserved.map((y) => covariance(values, y))));

  const random = new Random(seed);
  const means = worth.map((values) => values.reduce((sum, v) => sum + v, 0) / B);
  const regretOf = (truth: number, estimates: readonly number[]): number => {
    const chosen = estimates.indexOf(Math.min(...estimates));
    return worth[chosen]![truth]! - Math.min(...worth.map((values) => values[truth]!));
  };
  let before = 0;
  let after = 0;
  for (let truth = 0; truth < B; truth++) {
    before += regretOf(truth, means) / B;
    const surprise = centredObserved.map((y) => y[truth]! + noise * random.normal());
    const estimates = means.map((mean, r) => mean + surprise.reduce((sum, value, o) => sum + gains[r]![o]! * value, 0));
    after += regretOf(truth, estimates) / B;
  }
  return { before, after };
}

function lossesOf(predictor: Predictor, { mixture, modelSize, tokens }: PlannedRun): Float64Array {
  const losses = new Float64Array(predictor.targets.length);
  predictor.predict(Float64Array.from(mixture), modelSize, tokens, losses);
  return losses;
}

const transposed = (rows: readonly Float64Array[]): Float64Array[] =>
  Array.from(rows[0] ?? [], (_, i) => Float64Array.from(rows, (row) => row[i]!));

export function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.map((v) => v - mean);
}

/** Of centred values. */
export function covariance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / Math.max(1, a.length - 1);
}

/** Factors the lower triangle of a positive definite matrix [n × n] in place and solves with it. */
function choleskySolver(A: Float64Array, n: number): (b: readonly number[]) => Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= A[i * n + k]! * A[j * n + k]!;
      A[i * n + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / A[j * n + j]!;
    }
  }
  return (b) => {
    const x = Float64Array.from(b);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) x[i]! -= A[i * n + k]! * x[k]!;
      x[i]! /= A[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) x[i]! -= A[k * n + i]! * x[k]!;
      x[i]! /= A[i * n + i]!;
    }
    return x;
  };
}
