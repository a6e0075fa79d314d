import type { Runs } from '../results/runs';

/** What a run's target-weighted loss scatters by when nothing but the seed changes. */
export interface SeedNoise {
  /** Standard deviation in the loss's unit. */
  readonly deviation: number;
  /** Runs beyond the first of each repeated mixture. */
  readonly degrees: number;
}

/** With fewer repeats a standard deviation is known to no better than a factor of two. */
const ENOUGH = 3;

/**
 * The floor no law gets under: the spread of Σ w_i L_i among rows with the same mixture, model size and tokens, pooled over
 * such groups. Undefined where the runs hold too few repeats. Rows that agree in every digit are copies, not repeats.
 * @param weights of the targets, sum 1; length M
 */
export function seedNoise(runs: Runs, weights: ArrayLike<number>): SeedNoise | undefined {
  const K = runs.domains.length;
  const M = runs.targets.length;
  const groups = new Map<string, Set<number>>();
  runs.rows.forEach((_, row) => {
    let loss = 0;
    for (let i = 0; i < M; i++) if (weights[i]! > 0) loss += weights[i]! * runs.losses[row * M + i]!;
    if (!Number.isFinite(loss)) return;
    const mixture = Array.from(runs.mixtures.subarray(row * K, row * K + K), (h) => h.toFixed(6));
    const key = [...mixture, runs.modelSizes[row], runs.tokens[row]].join();
    groups.set(key, (groups.get(key) ?? new Set()).add(loss));
  });
  let squares = 0;
  let degrees = 0;
  for (const group of groups.values()) {
    const losses = [...group];
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    for (const loss of losses) squares += (loss - mean) ** 2;
    degrees += losses.length - 1;
  }
  return degrees >= ENOUGH ? { deviation: Math.sqrt(squares / degrees), degrees } : undefined;
}
