import type { Scale } from '../../../examples/ngram-lab/sweep';
import { domainNames } from '../../../examples/ngram-lab/lab';

/** What somebody could want to be good at, in the lab's domains. */
export interface TargetWeighting {
  readonly name: string;
  /** Sums to 1; in the order of `domainNames`. */
  readonly weights: readonly number[];
}

const weighting = (name: string, shares: Readonly<Record<string, number>>): TargetWeighting => ({
  name,
  weights: domainNames.map((domain) => shares[domain] ?? 0),
});

export const weightings: readonly TargetWeighting[] = [
  { name: 'all alike', weights: domainNames.map(() => 1 / domainNames.length) },
  weighting('code', { compiler: 0.5, declarations: 0.3, documentation: 0.2 }),
  weighting('prose', { novel: 0.5, speeches: 0.3, documentation: 0.2 }),
];

/** Where the recommendations are tried: 20 and 53 times the compute (N·D) of the largest proxy. */
export const targetScales: readonly Scale[] = [
  { modelSize: 80_000, tokens: 2_400_000 },
  { modelSize: 160_000, tokens: 3_200_000 },
];

/**
 * Seeds that nothing was tuned on: 1 to 5, with texts drawn from 9,000,001 on, are what the recommending was developed with.
 */
export const proxySeeds: readonly number[] = [11, 12, 13, 14, 15];
/**
 * How often a text may be repeated. Laws for neural models take up to 4 epochs for nearly as good as new data (Muennighoff et al.
 * 2023); a model that counts n-grams learns nothing from reading its counts again, which who trains one knows beforehand.
 */
export const MAX_EPOCHS = 1;

export const PROXY_MIXTURES = 64;
export const RANDOM_MIXTURES = 60;
/**
 * Draws of training text at the target scale, the same for all mixtures. Losses are means over the first few; what is left of
 * the noise in a difference between two mixtures is about 0.002 nats for one draw, 0.001 for three.
 */
export const FIRST_DRAW = 9_100_001;
export const drawSeeds = (count: number, first = FIRST_DRAW): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

/** Repeated runs that tell the noise. */
export const REPEATS = 8;

export const weightedLoss = (losses: readonly number[], weights: readonly number[]): number =>
  losses.reduce((sum, loss, i) => sum + weights[i]! * loss, 0);
