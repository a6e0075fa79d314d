import type { Mask } from '../fit/types';
import type { Runs } from '../results/runs';
import { isCounted } from './metrics';
import { simplexWeights } from './simplex-weights';

/** Held-out predictions of one law for some rows, [n × M]. */
export interface Column {
  readonly law: string;
  readonly losses: Float64Array;
}

/** Pull toward the even blend, relative to the square error of the best law. */
const SHRINKAGE = 0.1;
/** Relative errors above this count by their size, not their square: the mean relative error is what is judged. */
const KNEE = 0.003;
/** A law that leaves the data's range altogether somewhere is as wrong there as this, and no worse. */
const LARGEST = 0.5;
const ROUNDS = 8;
/** What all other targets together count beside a target's own entries when its weights are chosen. */
const BORROWED = 0.5;

/**
 * Weights of a blend of laws (stacking, Wolpert 1992; Breiman 1996) for each target: non-negative, summing to 1, least
 * mean relative error of the blend on rows that none of the laws was fitted to. Targets differ in which law suits them;
 * each borrows a little from the others because its own rows are few.
 * @param rows positions in the runs that the columns predict
 * @returns shape [M × L], row-major; rows of targets not in `targets` are 0
 */
export function stackWeights(
  runs: Runs,
  rows: readonly number[],
  columns: readonly Column[],
  targets: readonly number[],
  mask: Mask,
): Float64Array {
  const M = runs.targets.length;
  const L = columns.length;
  const entries = rows.flatMap((row, at) =>
    targets.filter((target) => isCounted(runs, row, target, mask)).map((target) => ({ row, at, target })),
  );
  const errors = columns.map(({ losses }) =>
    Float64Array.from(entries, ({ row, at, target }) => {
      const error = losses[at * M + target]! / runs.losses[row * M + target]! - 1;
      return Number.isFinite(error) ? Math.min(LARGEST, Math.max(-LARGEST, error)) : LARGEST;
    }),
  );
  const other = BORROWED / Math.max(1, targets.length - 1);
  const result = new Float64Array(M * L);
  for (const own of targets) {
    const share = Float64Array.from(entries, ({ target }) => (target === own ? 1 : other));
    let weights = simplexWeights(errors, SHRINKAGE, share);
    for (let round = 0; round < ROUNDS; round++) {
      const importance = share.map((value, r) => {
        let error = 0;
        for (let l = 0; l < L; l++) error += weights[l]! * errors[l]![r]!;
        return value / Math.max(Math.abs(error), KNEE);
      });
      weights = simplexWeights(errors, SHRINKAGE, importance);
    }
    result.set(weights, own * L);
  }
  return result;
}

/** Σ_l w_l of the columns, target by target, [n × M]; NaN for targets without weights. */
export function blend(columns: readonly Column[], weights: Float64Array, M: number): Float64Array {
  const L = columns.length;
  return Float64Array.from({ length: columns[0]!.losses.length }, (_, at) => {
    const first = (at % M) * L;
    let sum = 0;
    let total = 0;
    for (let l = 0; l < L; l++) {
      const weight = weights[first + l]!;
      total += weight;
      // A law of no weight does not spoil the blend where it has no prediction.
      if (weight > 0) sum += weight * columns[l]!.losses[at]!;
    }
    return total > 0 ? sum : NaN;
  });
}
