import type { Runs } from '../results/runs';
import type { Covariance } from './covariance';
import { solvePositive } from './held-out';
import { groupsOf } from './splits';

/** Rows that may be wrong together: the number of its group for each row, −1 for those that are in none. */
export interface Grouped {
  readonly of: Int32Array;
  readonly count: number;
}

/**
 * What leaving each group out would do to a fit, in the coordinates of `Covariance.settled` (of unit variance): leaving out
 * group g moves the parameters by Σ_k moves[g · rank + k] · direction_k.
 */
export interface LeftOut {
  readonly moves: Float64Array;
  readonly count: number;
}

/** A variance with the number of independent contributions it was estimated from, less one. */
export interface RobustVariance {
  readonly variance: number;
  readonly degrees: number;
}

/** How far a law was carried in compute, and what had been foretold with less. */
export interface Reach {
  /** Rows of more than half the largest compute are group 0, to be left out; the others −1. */
  readonly upper: Grouped;
  /** Largest compute of the runs, and of those that are not left out. Millions of parameters × billions of tokens. */
  readonly largest: number;
  readonly below: number;
}

/** Fewer scales say nothing of how wrong a law is about scale: leaving one of two out leaves the exponent open. */
const FEWEST_SCALES = 3;

/**
 * The ways in which runs may be wrong together: a law that is wrong about a mixture is so at all its scales and checkpoints,
 * and one that is wrong about a scale is so for all its mixtures. The second only where scales are shared by runs and there
 * are at least three.
 */
export function groupings(runs: Runs): Grouped[] {
  const mixtures = groupsOf(runs, 'run');
  const scales = scalesOf(runs);
  const groups = [{ of: mixtures, count: new Set(mixtures).size }];
  if (areShared(scales)) groups.push(scales);
  return groups;
}

/** The runs of the upper octave of compute, which the law of the others had to foretell; undefined as for scales in `groupings`. */
export function reachOf(runs: Runs): Reach | undefined {
  const scales = scalesOf(runs);
  if (!areShared(scales)) return undefined;
  const compute = runs.modelSizes.map((modelSize, row) => modelSize * runs.tokens[row]!);
  const largest = compute.reduce((most, one) => Math.max(most, one), 0);
  const of = Int32Array.from(compute, (one) => (one > (largest / 2) * (1 + 1e-6) ? 0 : -1));
  const below = compute.reduce((most, one, row) => (of[row] === 0 ? most : Math.max(most, one)), 0);
  const rest = new Set(scales.of.filter((_, row) => of[row] !== 0));
  return rest.size >= 2 && below > 0 ? { upper: { of, count: 1 }, largest, below } : undefined;
}

/**
 * How many times as far a prediction reaches beyond the runs, in the logarithm of compute, as the upper octave of the runs
 * lies beyond the others: an error of extrapolating grows in proportion. 0 within the runs.
 */
export const reachTo = ({ largest, below }: Reach, modelSize: number, tokens: number): number =>
  Math.max(0, Math.log((modelSize * tokens) / largest)) / Math.log(largest / below);

const areShared = ({ of, count }: Grouped): boolean => count >= FEWEST_SCALES && count <= of.length / 2;

function scalesOf({ modelSizes, tokens }: Runs): Grouped {
  const numbers = new Map<string, number>();
  const of = Int32Array.from(modelSizes, (modelSize, row) => {
    const key = `${modelSize.toPrecision(3)} ${tokens[row]!.toPrecision(3)}`;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
  return { of, count: numbers.size };
}

/** Rows of J in the settled directions: U = J Dᵀ. [n × rank] row-major. */
export function inSettledDirections(jacobian: Float64Array, P: number, { settled }: Covariance): Float64Array {
  const rank = settled.length;
  const rows = new Float64Array((jacobian.length / P) * rank);
  for (let e = 0; e * P < jacobian.length; e++) {
    settled.forEach((direction, k) => {
      let sum = 0;
      for (let p = 0; p < P; p++) sum += jacobian[e * P + p]! * direction[p]!;
      rows[e * rank + k] = sum;
    });
  }
  return rows;
}

/**
 * The jackknife over groups of a linear(ised) fit, without a fit: leaving out group g moves the parameters, in settled
 * directions, by (I − UᵀU)⁻¹ Uᵀ r over the entries of the group (Cook & Weisberg 1982, §3.2).
 * @param rows U of the entries, by a covariance of unit variance. [n × rank] row-major
 * @param residuals that are minimised. Length n
 * @param at entries of row r are at[r] … at[r + 1] − 1
 */
export function leaveOut(
  rows: Float64Array,
  rank: number,
  residuals: Float64Array,
  at: Int32Array,
  { of, count }: Grouped,
): LeftOut {
  const moves = new Float64Array(count * rank);
  const entries = Array.from({ length: count }, (): number[] => []);
  for (let r = 0; r + 1 < at.length; r++) for (let e = at[r]!; e < at[r + 1]!; e++) entries[of[r]!]?.push(e);
  entries.forEach((own, group) => {
    const along = new Float64Array(own.length * rank);
    own.forEach((e, a) => along.set(rows.subarray(e * rank, e * rank + rank), a * rank));
    const into = moves.subarray(group * rank, group * rank + rank);
    const r = own.map((e) => residuals[e]!);
    // That is Uᵀ (I − UUᵀ)⁻¹ r too: whichever matrix is smaller.
    const m = own.length;
    if (m <= rank) pulled(along, rank, solvePositive(rest(along, m, rank, rank, 1), r), into);
    else {
      pulled(along, rank, r, into);
      into.set(solvePositive(rest(along, rank, m, 1, rank), [...into]));
    }
  });
  return { moves, count };
}

/** I − A Aᵀ of an [m × n] matrix with the given strides; its lower triangle. */
function rest(values: Float64Array, m: number, n: number, rowStride: number, columnStride: number): Float64Array {
  const matrix = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let k = 0; k < n; k++) {
        sum += values[a * rowStride + k * columnStride]! * values[b * rowStride + k * columnStride]!;
      }
      matrix[a * m + b] = (a === b ? 1 : 0) - sum;
    }
  }
  return matrix;
}

/** Adds Uᵀ r to `into`. */
function pulled(along: Float64Array, rank: number, r: ArrayLike<number>, into: Float64Array): void {
  for (let a = 0; a < r.length; a++) for (let k = 0; k < rank; k++) into[k]! += along[a * rank + k]! * r[a]!;
}

/** Adds to `into` by how much leaving each group out moves a sum whose derivative along direction k is `along[k]`. */
function addMoves({ moves, count }: LeftOut, along: Float64Array, into: Float64Array): void {
  const rank = along.length;
  for (let group = 0; group < count; group++) {
    for (let k = 0; k < rank; k++) into[group]! += moves[group * rank + k]! * along[k]!;
  }
}

/** Variance of a sum by how much leaving each group out moves it (Efron & Stein 1981; CR3 of Cameron & Miller 2015). */
function jackknifeVariance(moves: Float64Array): RobustVariance {
  const G = moves.length;
  return { variance: ((G - 1) / G) * moves.reduce((sum, move) => sum + move * move, 0), degrees: Math.max(1, G - 1) };
}

/** What is known of a fit by leaving runs out, in the same order for all blocks of a fit. */
export interface Jackknife {
  /** By mixtures and, where runs share them, scales. */
  readonly groups: readonly LeftOut[];
  readonly reach?: Reach & { readonly leftOut: LeftOut };
}

/** By how much a sum of predictions moves when each group is left out, over all blocks. */
export class Moves {
  private readonly groups: Float64Array[];
  private readonly upper = new Float64Array(1);

  constructor(private readonly like: Jackknife) {
    this.groups = like.groups.map(({ count }) => new Float64Array(count));
  }

  /** @param along derivatives of the sum along the settled directions of unit variance of a block */
  add({ groups, reach }: Jackknife, along: Float64Array): void {
    groups.forEach((leftOut, i) => addMoves(leftOut, along, this.groups[i]!));
    if (reach) addMoves(reach.leftOut, along, this.upper);
  }

  /**
   * By how much a prediction may be too high because it reaches beyond the runs: the upper octave of compute, foretold from
   * the others, would be off by the change that leaving it out makes, and that as many times as the prediction reaches.
   */
  drift(modelSize: number, tokens: number): number {
    const { reach } = this.like;
    return reach ? this.upper[0]! * reachTo(reach, modelSize, tokens) : 0;
  }

  /**
   * The largest of the variances that the covariance of the parameters and the jackknives tell, with the degrees of freedom of
   * it together with the noise of a run (Satterthwaite 1946). The drift is not in it.
   * @param degrees of freedom of the variance by the covariance, and of the noise
   */
  widen(variance: number, degrees: number, noise: number): RobustVariance {
    let largest: RobustVariance = { variance, degrees };
    for (const moves of this.groups) {
      const robust = jackknifeVariance(moves);
      if (robust.variance > largest.variance) largest = robust;
    }
    if (largest.variance === variance) return largest;
    const total = largest.variance + noise;
    const own = Math.min(degrees, largest.degrees);
    return {
      variance: largest.variance,
      degrees: total ** 2 / (largest.variance ** 2 / own + noise ** 2 / degrees),
    };
  }
}
