import type { LawProblem } from '../fit/problem';
import { bendSlope } from '../fit/robust';
import type { LeftOut, Reach } from './jackknife';

/**
 * How one target's differences between mixtures were foretold beyond the runs they were fitted to: in the upper octave of compute
 * measured differences are 1 + `error` times those that the law of the other runs says.
 */
export interface Foretold {
  readonly error: number;
  /** Of the error, by how the runs scatter around that line. */
  readonly variance: number;
}

/** Fewer targets do not tell how much drifts differ from target to target. */
const FEWEST_TARGETS = 3;
/** Runs of a line beyond its two parameters, or one more for each further scale. */
const FEWEST_DEGREES = 3;

/**
 * Differences between mixtures in the upper octave, foretold by what is left when it is left out, target by target of a block;
 * targets that too few runs of it measure are passed over. No fit is made.
 * @param rows U of the entries, by a covariance of unit variance. [n × rank] row-major
 * @param minimised residuals of the entries, bent where the problem bends them. Length n
 * @param relative residuals of the entries. Length n
 * @param leftOut what leaving the upper octave out does to the fit
 */
export function foretoldDifferences(
  problem: LawProblem,
  rows: Float64Array,
  rank: number,
  minimised: Float64Array,
  relative: Float64Array,
  { upper }: Reach,
  { moves }: LeftOut,
): Foretold[] {
  const { entries, shape } = problem;
  const { at, target, loss, modelSizes, tokens } = entries;
  /** Of each target and scale: foretold and measured losses. */
  const lines = new Map<number, Map<string, { foretold: number[]; measured: number[] }>>();
  for (let r = 0; r + 1 < at.length; r++) {
    if (upper.of[r] !== 0) continue;
    const scale = `${modelSizes[r]!.toPrecision(3)} ${tokens[r]!.toPrecision(3)}`;
    for (let e = at[r]!; e < at[r + 1]!; e++) {
      let moved = 0;
      for (let k = 0; k < rank; k++) moved += rows[e * rank + k]! * moves[k]!;
      const slope = bendSlope(minimised[e]!, shape.knee) * shape.scale[e]!;
      const ofTarget = lines.get(target[e]!) ?? new Map<string, { foretold: number[]; measured: number[] }>();
      lines.set(target[e]!, ofTarget);
      const line = ofTarget.get(scale) ?? { foretold: [], measured: [] };
      ofTarget.set(scale, line);
      line.foretold.push(loss[e]! * (1 + relative[e]!) + moved / slope);
      line.measured.push(loss[e]!);
    }
  }
  return [...lines.values()].flatMap((ofScales) => {
    const line = slopeThrough([...ofScales.values()]);
    return line ? [line] : [];
  });
}

/** The slope of measured on foretold losses, each taken from its mean at its scale, less 1. */
function slopeThrough(scales: readonly { foretold: number[]; measured: number[] }[]): Foretold | undefined {
  let [runs, ff, fm, mm] = [0, 0, 0, 0];
  for (const { foretold, measured } of scales) {
    const n = foretold.length;
    const [meanForetold, meanMeasured] = [foretold, measured].map((v) => v.reduce((sum, x) => sum + x, 0) / n);
    for (let k = 0; k < n; k++) {
      const f = foretold[k]! - meanForetold!;
      const m = measured[k]! - meanMeasured!;
      ff += f * f;
      fm += f * m;
      mm += m * m;
    }
    runs += n;
  }
  const degrees = runs - scales.length - 1;
  if (degrees < FEWEST_DEGREES || !(ff > 0)) return undefined;
  const slope = fm / ff;
  return { error: slope - 1, variance: Math.max(0, mm - slope * fm) / degrees / ff };
}

/**
 * Variance between targets of the part of a difference that is lost or won per unit of reach, chance taken off: the τ² for
 * which Σ error² / (τ² + variance) is the number of targets (Paule & Mandel 1982), 0 where chance alone explains the errors.
 */
export function varianceOfDrifts(targets: readonly Foretold[]): number {
  if (targets.length < FEWEST_TARGETS) return 0;
  const excess = (between: number): number =>
    targets.reduce((sum, { error, variance }) => sum + error ** 2 / Math.max(between + variance, 1e-300), 0) -
    targets.length;
  if (!(excess(0) > 0)) return 0;
  let low = 0;
  let high = targets.reduce((most, { error }) => Math.max(most, error ** 2), 0);
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}
