import { aimedLoss } from './compute/curves';
import type { Session } from './session';

/** A mixture with a name, its predicted losses [M] and their target-weighted mean, at the chosen scale. */
export interface Candidate {
  readonly id: string;
  readonly label: string;
  readonly mixture: Float64Array;
  readonly losses: Float64Array;
  readonly mean: number;
}

/** A candidate that has not been predicted. */
export type Named = Pick<Candidate, 'id' | 'label' | 'mixture'>;

export function meanMixture({ observations, predictor }: Session): Float64Array {
  const mean = new Float64Array(predictor.domains.length);
  for (const mixture of observations.mixtures) {
    for (let j = 0; j < mean.length; j++) mean[j] = (mean[j] as number) + (mixture[j] as number) / observations.count;
  }
  return mean;
}

/** In proportion to the tokens that exist; undefined where they are not known of every domain. */
export function proportionalTo(available: readonly (number | undefined)[]): Float64Array | undefined {
  const tokens = available.filter((value) => value !== undefined);
  const sum = tokens.reduce((total, value) => total + value, 0);
  if (tokens.length < available.length || !(sum > 0)) return undefined;
  return Float64Array.from(tokens, (value) => value / sum);
}

/** Position of the run with the lowest target-weighted measured loss, among runs measured on every weighted target. */
export function bestRun({ observations }: Session, weights: Float64Array): number {
  let best = -1;
  let lowest = Infinity;
  observations.losses.forEach((losses, position) => {
    const mean = aimedLoss(losses, { weights });
    if (mean < lowest) [best, lowest] = [position, mean];
  });
  return best;
}
