import type { Mask } from '../fit/types';
import { bend } from '../fit/robust';
import type { Runs } from '../results/runs';
import { isCounted } from './metrics';
import { simplexWeights } from './simplex-weights';

/** Held-out predictions of one law for some rows, [n × M]. */
export interface Column {
  readonly law: string;
  readonly losses: Float64Array;
}

const SHRINKAGE = 0.1;
/** Relative errors beyond this count linearly, so that one broken run does not choose the blend. */
const KNEE = 0.02;
const ROUNDS = 5;

/**
 * Weights of a blend of laws (stacking, Wolpert 1992; Breiman 1996): non-negative, summing to 1, least robust relative
 * error of the blend on rows that none of the laws was fitted to.
 * @param rows positions in the runs that the columns predict
 */
export function stackWeights(
  runs: Runs,
  rows: readonly number[],
  columns: readonly Column[],
  targets: readonly number[],
  mask: Mask,
): Float64Array {
  const M = runs.targets.length;
  const entries = rows.flatMap((row, at) =>
    targets.filter((target) => isCounted(runs, row, target, mask)).map((target) => ({ row, at, target })),
  );
  const errors = columns.map(({ losses }) =>
    Float64Array.from(entries, ({ row, at, target }) => losses[at * M + target]! / runs.losses[row * M + target]! - 1),
  );
  let weights = simplexWeights(errors, SHRINKAGE);
  for (let round = 0; round < ROUNDS; round++) {
    const importance = Float64Array.from(entries, (_, r) => {
      const error = errors.reduce((sum, column, l) => sum + weights[l]! * column[r]!, 0);
      return error === 0 ? 1 : (bend(error, KNEE) / error) ** 2;
    });
    weights = simplexWeights(errors, SHRINKAGE, importance);
  }
  return weights;
}

/** Σ_l w_l of the columns. */
export function blend(columns: readonly Column[], weights: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(columns[0]!.losses.length);
  columns.forEach(({ losses }, l) => {
    // A law of no weight does not spoil the blend where it has no prediction.
    if (weights[l] !== 0) losses.forEach((loss, at) => (sum[at]! += weights[l]! * loss));
  });
  return sum;
}
