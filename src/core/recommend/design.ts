import type { Predictor } from '../fit/types';
import { Random } from '../random';
import type { NamedConstraint } from './constraints';
import { projectOnto } from './constraints';
import { centred, covariance } from './regret';

export type DesignKind = 'decision' | 'd-optimal' | 'space-filling';

/** A proxy run worth making. */
export interface ProposedRun {
  readonly mixture: readonly number[];
  /** Millions of parameters, billions of tokens. */
  readonly modelSize: number;
  readonly tokens: number;
  /** 6 N D. */
  readonly flops: number;
  /** Share of the remaining decision variance this run removes, given those before it; absent for space-filling designs. */
  readonly reduction?: number;
}

export interface DesignOptions {
  readonly kind: DesignKind;
  readonly runs: number;
  /** Scale of the new proxies. */
  readonly modelSize: number;
  readonly tokens: number;
  /** Noise of one measured loss, standard deviation in nats. */
  readonly noise: number;
  readonly seed: number;
  /** Mixtures tried for each proposal. */
  readonly candidates?: number;
}

/** Where the decision will be taken. */
export interface Decision {
  /** Rival mixtures, best first: the recommendation and the optima of the ensemble. */
  readonly rivals: readonly (readonly number[])[];
  readonly targetWeights: readonly number[];
  readonly modelSize: number;
  readonly tokens: number;
}

/**
 * The next proxy runs, greedily. `decision` chooses the run whose losses, were they measured, would most reduce the variance
 * of the loss differences between rival mixtures at the target scale; the ensemble of fits stands for what is not known, and
 * each proposal is absorbed by an ensemble Kalman update (Evensen 1994) before the next is chosen, so that proposals do not
 * repeat each other. `d-optimal` does the same with the losses of the candidates themselves as the quantities to learn.
 * `space-filling` takes the candidate furthest from all others. Same seed, same runs.
 */
export function proposeRuns(
  ensemble: readonly Predictor[],
  decision: Decision,
  constraints: readonly NamedConstraint[],
  options: DesignOptions,
): ProposedRun[] {
  const candidates = candidateMixtures(ensemble[0]!.domains.length, constraints, decision, options);
  const flops = 6 * options.modelSize * 1e6 * options.tokens * 1e9;
  const propose = (c: number, reduction?: number): ProposedRun => ({
    mixture: [...candidates[c]!],
    modelSize: options.modelSize,
    tokens: options.tokens,
    flops,
    ...(reduction === undefined ? {} : { reduction }),
  });
  if (options.kind === 'space-filling') return furthest(candidates, options.runs).map((c) => propose(c));

  const observed = candidates.map((mixture) => centredLosses(ensemble, mixture, options.modelSize, options.tokens));
  const wanted =
    options.kind === 'decision' ? centredGaps(ensemble, decision) : observed.map((losses) => meanOf(losses));
  const proposals: ProposedRun[] = [];
  const taken = new Set<number>();
  for (let round = 0; round < Math.min(options.runs, candidates.length); round++) {
    const before = wanted.reduce((sum, q) => sum + variance(q), 0);
    let best = 0;
    let bestGain = -1;
    for (let c = 0; c < candidates.length; c++) {
      // What the law has wrong at a mixture is wrong there again: repeats teach less than the noise model says.
      if (taken.has(c)) continue;
      const gain = explained(observed[c]!, wanted, options.noise);
      if (gain > bestGain) {
        bestGain = gain;
        best = c;
      }
    }
    taken.add(best);
    proposals.push(propose(best, before > 0 ? Math.min(1, bestGain / before) : 0));
    for (const losses of observed[best]!.map((loss) => loss.slice()))
      absorb(losses, [...wanted, ...observed.flat()], options.noise);
  }
  return proposals;
}

function candidateMixtures(
  K: number,
  constraints: readonly NamedConstraint[],
  decision: Decision,
  options: DesignOptions,
): Float64Array[] {
  const random = new Random(options.seed);
  const mixtures: Float64Array[] = [];
  const count = options.candidates ?? Math.max(200, 3 * options.runs);
  for (let c = 0; c < count; c++) {
    const draw = random.simplex(K);
    // Half of them near the rivals, where the decision is taken; half anywhere.
    const rival = decision.rivals[c % Math.max(1, decision.rivals.length)];
    const mixture = c % 2 === 0 && rival ? draw.map((v, j) => 0.3 * v + 0.7 * rival[j]!) : draw;
    mixtures.push(projectOnto(Float64Array.from(mixture), constraints));
  }
  return mixtures;
}

function furthest(candidates: readonly Float64Array[], count: number): number[] {
  const chosen = [0];
  const distance = candidates.map((mixture) => euclidean(mixture, candidates[0]!));
  while (chosen.length < Math.min(count, candidates.length)) {
    const next = distance.indexOf(Math.max(...distance));
    chosen.push(next);
    candidates.forEach((mixture, c) => (distance[c] = Math.min(distance[c]!, euclidean(mixture, candidates[next]!))));
  }
  return chosen;
}

function euclidean(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum;
}

/** For each target the ensemble's losses at a mixture, minus their mean. Shape [M][B]. */
function centredLosses(
  ensemble: readonly Predictor[],
  mixture: Float64Array,
  modelSize: number,
  tokens: number,
): Float64Array[] {
  const M = ensemble[0]!.targets.length;
  const rows = Array.from({ length: M }, () => new Float64Array(ensemble.length));
  const losses = new Float64Array(M);
  ensemble.forEach((predictor, b) => {
    predictor.predict(mixture, modelSize, tokens, losses);
    for (let i = 0; i < M; i++) rows[i]![b] = losses[i]!;
  });
  return rows.map(centred);
}

/** The ensemble's loss differences between each rival and the first, at the target scale. */
function centredGaps(ensemble: readonly Predictor[], decision: Decision): Float64Array[] {
  const at = decision.rivals.map((rival) =>
    centredLosses(ensemble, Float64Array.from(rival), decision.modelSize, decision.tokens),
  );
  const weighted = at.map((losses) => {
    const sum = new Float64Array(ensemble.length);
    losses.forEach((loss, i) => loss.forEach((v, b) => (sum[b]! += decision.targetWeights[i]! * v)));
    return sum;
  });
  return weighted.slice(1).map((values) => values.map((v, b) => v - weighted[0]![b]!));
}

function meanOf(losses: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(losses[0]!.length);
  for (const loss of losses) loss.forEach((v, b) => (sum[b]! += v / losses.length));
  return sum;
}

const variance = (a: Float64Array): number => covariance(a, a);

/** Variance of `wanted` explained by measuring `losses`, one after the other. */
function explained(losses: readonly Float64Array[], wanted: readonly Float64Array[], noise: number): number {
  let total = 0;
  const left = wanted.map((q) => q.slice());
  const rest = losses.map((loss) => loss.slice());
  for (let i = 0; i < rest.length; i++) {
    const before = left.reduce((sum, q) => sum + variance(q), 0);
    absorb(rest[i]!.slice(), [...left, ...rest.slice(i + 1)], noise);
    total += before - left.reduce((sum, q) => sum + variance(q), 0);
  }
  return total;
}

/** Deterministic square-root Kalman update of centred quantities by one noisy measurement (Whitaker & Hamill 2002). */
function absorb(measured: Float64Array, quantities: readonly Float64Array[], noise: number): void {
  const total = variance(measured) + noise * noise;
  if (!(total > 0)) return;
  const damping = 1 / (1 + Math.sqrt((noise * noise) / total));
  for (const q of quantities) {
    const gain = (damping * covariance(q, measured)) / total;
    for (let b = 0; b < q.length; b++) q[b]! -= gain * measured[b]!;
  }
}
