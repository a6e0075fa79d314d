import type { Scale } from '../../../examples/ngram-lab/sweep';
import { domainNames } from '../../../examples/ngram-lab/lab';
import { Random } from '../../../src/core/random';
import type { TargetWeighting } from './setting';
import { RANDOM_MIXTURES, weightedLoss } from './setting';
import type { MeasuredRuns } from './truth';

const ROUNDS = [0.35, 0.22, 0.14];
const POINTS_PER_ROUND = 16;
const PARENTS = 6;
const LEAST_WEIGHT = 1e-3;

/** Losses of a mixture at the target scale, mean over draws of training text. */
export interface Measured {
  readonly mixture: readonly number[];
  readonly losses: readonly number[];
}

/** Trains mixtures at one target scale. */
export class Trials {
  constructor(
    private readonly runs: MeasuredRuns,
    readonly scale: Scale,
    private readonly drawSeeds: readonly number[],
  ) {}

  async measure(mixtures: readonly (readonly number[])[], label: string): Promise<Measured[]> {
    const { runs, scale, drawSeeds } = this;
    const draws = drawSeeds.length;
    const losses = await runs.measure(
      mixtures.flatMap((mixture) => drawSeeds.map((seed) => ({ mixture, ...scale, seed }))),
      `${scale.modelSize / 1000}K, ${label}`,
    );
    return mixtures.map((mixture, i) => {
      const mine = losses.slice(i * draws, (i + 1) * draws);
      return { mixture, losses: domainNames.map((_, t) => mine.reduce((sum, run) => sum + run[t]!, 0) / draws) };
    });
  }
}

export const randomMixtures = (seed: number): number[][] => {
  const random = new Random(seed);
  return Array.from({ length: RANDOM_MIXTURES }, () => [...random.simplex(domainNames.length)]);
};

/**
 * The best mixture by trying: an evolution strategy at the target scale itself, from the target weights and the best known
 * points; log-normal steps that shrink from round to round, the mean of the best points as the next centre. What no user can afford.
 */
export async function directSearch(
  trials: Trials,
  weighting: TargetWeighting,
  known: readonly Measured[],
): Promise<Measured[]> {
  const random = new Random(17);
  const value = ({ losses }: Measured): number => weightedLoss(losses, weighting.weights);
  const points = [...known];
  for (const [round, step] of ROUNDS.entries()) {
    const best = [...points].sort((a, b) => value(a) - value(b)).slice(0, round === 0 ? 1 : PARENTS);
    const center = normalized(domainNames.map((_, j) => best.reduce((sum, { mixture }) => sum + mixture[j]!, 0)));
    const tried = [center];
    while (tried.length < POINTS_PER_ROUND) {
      tried.push(normalized(center.map((weight) => Math.max(weight, LEAST_WEIGHT) * Math.exp(step * random.normal()))));
    }
    points.push(...(await trials.measure(tried, `search ${weighting.name} ${round + 1}`)));
  }
  return points;
}

export function normalized(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
