import { domainNames } from '../../../examples/ngram-lab/lab';
import type { Scale } from '../../../examples/ngram-lab/sweep';
import { fitLaw } from '../../../src/core/fit/fit';
import { predictorOf } from '../../../src/core/fit/predictor';
import type { Predictor } from '../../../src/core/fit/types';
import { bootstrapFit } from '../../../src/core/judge/bootstrap';
import { compareLaws } from '../../../src/core/judge/tournament';
import { laws } from '../../../src/core/laws/registry';
import type { Gain } from '../../../src/core/recommend/confidence';
import { confidenceOf } from '../../../src/core/recommend/confidence';
import { recommend } from '../../../src/core/recommend/recommend';
import { readResults } from '../../../src/core/results/read';
import type { Runs } from '../../../src/core/results/runs';
import { averageOf } from './average';
import type { TargetWeighting } from './setting';
import { targetScales, weightedLoss, weightings } from './setting';

/** A way to choose a mixture, and what it chose. */
export interface Choice {
  /** `recommended`, the id of a law, `uniform`, `proportional`, `target weights` or `best proxy`. */
  readonly strategy: string;
  readonly mixture: readonly number[];
  /** Predicted target-weighted loss, for choices that rest on a law. */
  readonly predicted?: number;
}

/** What is decided from one set of proxies for one target weighting at one scale, before anything is trained there. */
export interface Case {
  readonly seed: number;
  readonly scale: Scale;
  readonly weighting: string;
  readonly choices: readonly Choice[];
  /** 90 % intervals of what the recommendation gains over other mixtures. */
  readonly gains: readonly Gain[];
  /** Predicted losses of the recommendation with 90 % intervals, in the order of the domains. */
  readonly losses: readonly { readonly value: number; readonly low: number; readonly high: number }[];
}

export interface SeedDecisions {
  readonly seed: number;
  /** The laws behind the recommendation, best first, with their error under cross-validation (a fraction). */
  readonly consensus: readonly { readonly law: string; readonly mre: number }[];
  readonly cases: readonly Case[];
}

export interface SeedTask {
  readonly seed: number;
  /** Text of the results file of the proxies. */
  readonly csv: string;
  readonly proportional: readonly number[];
  /** Training bytes that exist of each domain. */
  readonly available: readonly number[];
  readonly replicates: number;
}

const STARTS = 2;
const CONSENSUS_LAWS = 3;

/**
 * The recommendation of the closed loop: the laws are compared by cross-validation among the proxies; the predicted losses of the best
 * three are averaged; the mixture with the lowest target-weighted average is recommended. Its uncertainty is the spread over
 * bootstrap fits of those laws, so that it contains their disagreement.
 */
export function decide({ seed, csv, proportional, available, replicates }: SeedTask): SeedDecisions {
  const { runs } = readResults([{ name: 'proxies.csv', bytes: new TextEncoder().encode(csv) }]);
  const tournament = compareLaws(runs, {
    splits: { kind: 'folds', folds: 4 },
    stack: false,
    fit: { starts: 1 },
  });
  const consensus = tournament.rows
    .filter((row) => row.kind === 'law' && row.mre.all !== null)
    .slice(0, CONSENSUS_LAWS)
    .map((row) => ({ law: row.law, mre: row.mre.all! }));
  const predictors = new Map(laws.map(({ id }) => [id, predictorOf(fitLaw(runs, { law: id, starts: STARTS }))]));
  const point = averageOf(consensus.map(({ law }) => predictors.get(law)!));
  const ensemble = consensus.flatMap(({ law }) =>
    Array.from({ length: replicates }, (_, replicate) =>
      predictorOf(bootstrapFit(runs, { law, starts: 1 }, seed, replicate)),
    ),
  );
  const noise = residualNoise(runs, point);
  const cases = targetScales.flatMap((scale) =>
    weightings.map((weighting): Case => {
      const options = {
        modelSize: scale.modelSize / 1e6,
        tokens: scale.tokens / 1e9,
        targetWeights: weighting.weights,
      };
      const recommendation = recommend(point, options);
      const fixed: Choice[] = [
        { strategy: 'uniform', mixture: domainNames.map(() => 1 / domainNames.length) },
        { strategy: 'proportional', mixture: proportional },
        { strategy: 'target weights', mixture: weighting.weights },
        { strategy: 'best proxy', mixture: bestProxy(runs, weighting) },
      ];
      const byLaw = [...predictors].map(([strategy, predictor]): Choice => {
        const { mixture, objective } = recommend(predictor, options);
        return { strategy, mixture, predicted: objective };
      });
      const confidence = confidenceOf(
        recommendation,
        point,
        ensemble,
        fixed.map(({ strategy, mixture }) => ({ label: strategy, mixture })),
        noise.map((relative, i) => relative * recommendation.losses[i]!),
        options,
      );
      // A count that doubles teaches an n-gram model nothing: who knows that, caps every domain at one epoch.
      const once = recommend(point, { ...options, available: available.map((bytes) => bytes / 1e9), maxEpochs: 1 });
      const withinOneEpoch: Choice[] = [
        { strategy: 'recommended, one epoch', mixture: once.mixture, predicted: once.objective },
        {
          strategy: 'target weights, one epoch',
          mixture: capped(
            weighting.weights,
            available.map((bytes) => bytes / scale.tokens),
          ),
        },
      ];
      const recommended = {
        strategy: 'recommended',
        mixture: recommendation.mixture,
        predicted: recommendation.objective,
      };
      return {
        seed,
        scale,
        weighting: weighting.name,
        choices: [recommended, ...withinOneEpoch, ...fixed, ...byLaw],
        gains: confidence.gains,
        losses: confidence.losses,
      };
    }),
  );
  return { seed, consensus, cases };
}

/** The mixture with weights over their cap cut to it, and what was cut given to the others in proportion. */
export function capped(mixture: readonly number[], caps: readonly number[]): number[] {
  const full = new Set<number>();
  for (;;) {
    const left = 1 - [...full].reduce((sum, j) => sum + caps[j]!, 0);
    const others = mixture.reduce((sum, weight, j) => sum + (full.has(j) ? 0 : weight), 0);
    const scaled = mixture.map((weight, j) => (full.has(j) ? caps[j]! : (weight * left) / others));
    const over = scaled.findIndex((weight, j) => !full.has(j) && weight > caps[j]! + 1e-12);
    if (over < 0) return scaled;
    full.add(over);
  }
}

/** Of the proxies of the largest scale, the mixture that measured best: what most people do. */
function bestProxy(runs: Runs, weighting: TargetWeighting): readonly number[] {
  const K = runs.domains.length;
  const largest = Math.max(...runs.modelSizes.map((size, row) => size * runs.tokens[row]!));
  let best = { value: Infinity, row: 0 };
  for (let row = 0; row < runs.rows.length; row++) {
    if (runs.modelSizes[row]! * runs.tokens[row]! < largest) continue;
    const value = weightedLoss([...runs.losses.subarray(row * K, row * K + K)], weighting.weights);
    if (value < best.value) best = { value, row };
  }
  return [...runs.mixtures.subarray(best.row * K, best.row * K + K)];
}

/** Relative noise of a run by target: robust standard deviation of the residuals, as no proxy is repeated. */
function residualNoise(runs: Runs, point: Predictor): number[] {
  const K = runs.domains.length;
  const predicted = new Float64Array(K);
  const errors: number[][] = runs.targets.map(() => []);
  for (let row = 0; row < runs.rows.length; row++) {
    point.predict(runs.mixtures.subarray(row * K, row * K + K), runs.modelSizes[row]!, runs.tokens[row]!, predicted);
    errors.forEach((list, i) => list.push(Math.abs(runs.losses[row * K + i]! / predicted[i]! - 1)));
  }
  return errors.map((list) => 1.4826 * list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!);
}
