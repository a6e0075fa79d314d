import { createHash } from 'node:crypto';
import { domainNames } from '../../../examples/ngram-lab/lab';
import type { Scale } from '../../../examples/ngram-lab/sweep';
import { predictorOf } from '../../../src/core/fit/predictor';
import type { Fit } from '../../../src/core/fit/types';
import { membersOf, predictorOfDocument } from '../../../src/core/fitfile/consensus';
import { inThisThread } from '../../../src/core/judge/inThisThread';
import { laws } from '../../../src/core/laws/registry';
import { advise } from '../../../src/core/pipeline/advise';
import type { LoadedFile } from '../../../src/core/pipeline/files';
import { fitResults, type FitInput } from '../../../src/core/pipeline/fitResults';
import type { Gain } from '../../../src/core/recommend/confidence';
import { recommend } from '../../../src/core/recommend/recommend';
import type { RecommendOptions } from '../../../src/core/recommend/types';
import { readResults } from '../../../src/core/results/read';
import type { Runs } from '../../../src/core/results/runs';
import type { TargetWeighting } from './setting';
import { MAX_EPOCHS, targetScales, weightedLoss, weightings } from './setting';

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
  /** Codes of the guards that are shown with the recommendation. */
  readonly guards: readonly string[];
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
}

/**
 * The recommendation of the closed loop is the product's own, by the functions behind
 *
 *   mixlaw fit proxies.csv --law auto --out proxies.mixlaw.json
 *   mixlaw recommend proxies.mixlaw.json --model-size N --tokens D --targets … --available … --max-epochs 1
 *
 * and for each law alone `mixlaw fit proxies.csv --law …` with the same `recommend`.
 */
export async function decide({ seed, csv, proportional, available }: SeedTask): Promise<SeedDecisions> {
  const bytes = new TextEncoder().encode(csv);
  const file: LoadedFile = {
    name: 'proxies.csv',
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const input = (law: string): FitInput => ({
    files: [file],
    documentNames: ['proxies.csv'],
    results: {},
    options: { law },
  });
  const { document } = await fitResults(inThisThread, input('auto'));
  const members = new Map(membersOf(document).map(({ fit }) => [fit.law, fit]));
  const fitOf = async (law: string): Promise<Fit> =>
    members.get(law) ?? (await fitResults(inThisThread, input(law))).document.fit;
  const predictors = await Promise.all(
    laws.map(async ({ id }) => ({ law: id, predictor: predictorOf(await fitOf(id)) })),
  );
  const { runs } = readResults([file]);
  const cases = targetScales.flatMap((scale) =>
    weightings.map((weighting): Case => {
      const unlimited: RecommendOptions = {
        modelSize: scale.modelSize / 1e6,
        tokens: scale.tokens / 1e9,
        targetWeights: weighting.weights,
        seed: document.fit.options.seed,
      };
      const options: RecommendOptions = {
        ...unlimited,
        available: available.map((tokens) => tokens / 1e9),
        maxEpochs: MAX_EPOCHS,
      };
      const rules: Choice[] = [
        { strategy: 'uniform', mixture: domainNames.map(() => 1 / domainNames.length) },
        { strategy: 'proportional', mixture: proportional },
        { strategy: 'target weights', mixture: weighting.weights },
        {
          strategy: 'target weights, one epoch',
          mixture: capped(
            weighting.weights,
            available.map((tokens) => (MAX_EPOCHS * tokens) / scale.tokens),
          ),
        },
        { strategy: 'best proxy', mixture: bestProxy(runs, weighting) },
      ];
      const { recommendation, confidence, guards } = advise(
        document,
        options,
        rules.map(({ strategy, mixture }) => ({ label: strategy, mixture })),
      );
      const free = recommend(predictorOfDocument(document), unlimited);
      const byLaw = predictors.map(({ law, predictor }): Choice => {
        const { mixture, objective } = recommend(predictor, options);
        return { strategy: law, mixture, predicted: objective };
      });
      return {
        seed,
        scale,
        weighting: weighting.name,
        choices: [
          { strategy: 'recommended', mixture: recommendation.mixture, predicted: recommendation.objective },
          { strategy: 'recommended, repetition not limited', mixture: free.mixture, predicted: free.objective },
          ...rules,
          ...byLaw,
        ],
        gains: confidence.gains,
        losses: confidence.losses,
        guards: guards.map(({ code }) => code),
      };
    }),
  );
  const { fit, consensus } = document;
  const behind = consensus?.members ?? [{ law: fit.law, error: errorOf(document.comparison!.rows, fit.law) }];
  return { seed, consensus: behind.map(({ law, error }) => ({ law, mre: error })), cases };
}

const errorOf = (rows: readonly { law: string; mre: { all: number | null } }[], law: string): number =>
  rows.find((row) => row.law === law)?.mre.all ?? NaN;

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
