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

export const proxySeeds: readonly number[] = [1, 2, 3, 4, 5];
export const PROXY_MIXTURES = 64;
export const RANDOM_MIXTURES = 60;
/** Decides the training text of every run at the target scale: mixtures are compared on the same draw. */
export const TRUTH_SEED = 9_000_001;
/** Seeds of the repeated runs that tell the noise. */
export const NOISE_SEEDS: readonly number[] = Array.from({ length: 8 }, (_, i) => TRUTH_SEED + i);

export const weightedLoss = (losses: readonly number[], weights: readonly number[]): number =>
  losses.reduce((sum, loss, i) => sum + weights[i]! * loss, 0);
