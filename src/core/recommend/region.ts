import { PredictionError } from '../errors';
import type { NamedConstraint } from './constraints';
import type { MixtureObjective, Optimum } from './optimum';
import { minimizeOnPolytope } from './optimum';

export interface DomainRange {
  readonly low: number;
  readonly high: number;
}

/**
 * The near-optimal region: for each domain the least and greatest weight it can take, all others re-optimised, before the
 * objective rises by `rise` (nats) above the optimum – usually one standard deviation of seed noise. Length K.
 *
 * The square root of the rise is close to linear in the distance moved, so that a bracketed secant needs few optimisations.
 */
export function nearOptimalRegion(
  objective: MixtureObjective,
  constraints: readonly NamedConstraint[],
  optimum: Pick<Optimum, 'mixture' | 'value'>,
  rise: number,
): DomainRange[] {
  return Array.from(optimum.mixture, (weight, j) => ({
    low: weight - reach(objective, constraints, optimum, rise, j, -1),
    high: weight + reach(objective, constraints, optimum, rise, j, +1),
  }));
}

/** How far domain j can move in one direction; exact to 1e-4 of a unit of weight. */
function reach(
  objective: MixtureObjective,
  constraints: readonly NamedConstraint[],
  optimum: Pick<Optimum, 'mixture' | 'value'>,
  rise: number,
  j: number,
  direction: 1 | -1,
): number {
  const at = optimum.mixture[j]!;
  const room = direction > 0 ? 1 - at : at;
  const goal = Math.sqrt(rise);
  let warm: Float64Array = optimum.mixture;
  /** √rise at distance t; Infinity where no feasible mixture is left. */
  const height = (t: number): number => {
    const normal = new Float64Array(optimum.mixture.length);
    normal[j] = 1;
    const pinned = { label: '', normal, bound: at + direction * t, equality: true };
    try {
      const best = minimizeOnPolytope(objective, [pinned, ...constraints], warm, 30);
      warm = best.mixture;
      return Math.sqrt(Math.max(0, best.value - optimum.value));
    } catch (error) {
      if (error instanceof PredictionError && error.code === 'infeasible-limits') return Infinity;
      throw error;
    }
  };
  let low = 0;
  let lowHeight = 0;
  let high = room;
  let highHeight = height(room);
  if (highHeight <= goal) return room;
  for (let i = 0; i < 30 && high - low > 1e-4; i++) {
    const secant = low + ((high - low) * (goal - lowHeight)) / (highHeight - lowHeight);
    // Kept off the ends, or the bracket shrinks from one side only.
    const margin = 0.05 * (high - low);
    const t =
      Number.isFinite(secant) && secant > low
        ? Math.min(Math.max(secant, low + margin), high - margin)
        : (low + high) / 2;
    const h = height(Number.isFinite(highHeight) ? t : (low + high) / 2);
    const tested = Number.isFinite(highHeight) ? t : (low + high) / 2;
    if (h <= goal) {
      low = tested;
      lowHeight = h;
    } else {
      high = tested;
      highHeight = h;
    }
  }
  return low;
}
