import { residualNoise } from '../../src/core/pipeline/advise';
import type { FitDocument } from '../../src/core/fitfile/types';
import type { Uncertainty } from '../../src/core/judge/uncertainty';
import { uncertaintyOf } from '../../src/core/judge/uncertainty';
import { feasibleSet } from '../../src/core/recommend/constraints';
import { recommend, targetWeightedLoss } from '../../src/core/recommend/recommend';
import type { DomainRange } from '../../src/core/recommend/region';
import { nearOptimalRegion } from '../../src/core/recommend/region';
import { scaleDrift } from '../../src/core/recommend/scale-drift';
import type { TradeOffPoint } from '../../src/core/recommend/trade-off';
import { tradeOff } from '../../src/core/recommend/trade-off';
import type { Recommendation, RecommendOptions } from '../../src/core/recommend/types';
import type { Session } from '../session';
import { openSession } from '../session';

/** Coverage of every interval of the page. */
export const COVERAGE = 0.9;

/** Where a loss would be measured, in the loss's unit. */
export interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A scale to predict at and how much each target counts. Millions of parameters, billions of tokens. */
export interface At {
  readonly modelSize: number;
  readonly tokens: number;
  readonly targetWeights: readonly number[];
}

export interface MixtureLosses {
  /** A new run's loss on each target. Length M. */
  readonly losses: readonly Range[];
  /** A new run's target-weighted mean. */
  readonly mean: Range;
}

/** How much lower the mean loss of a mixture is than another's; above 0 is better. */
export interface Gain extends Range {
  /** That the mixture is the better one, if the law is right. */
  readonly probability: number;
}

export interface Region {
  /** Weights each domain can take before the mean loss rises by `rise`, the others re-optimised. Length K. */
  readonly ranges: readonly DomainRange[];
  /** A standard deviation of a run's mean loss. */
  readonly rise: number;
}

/** A point of a curve whose interval is wanted; `target` below 0 means the target-weighted mean. */
export interface CurvePoint {
  readonly mixture: Float64Array;
  readonly modelSize: number;
  readonly tokens: number;
}

/** What takes longer than a frame, and is therefore asked for and answered later. One interface types both sides. */
export interface EvidenceCalls {
  losses(of: At & { readonly mixture: Float64Array }): MixtureLosses;
  gains(of: At & { readonly mixture: Float64Array; readonly others: readonly Float64Array[] }): readonly Gain[];
  /** As `gains`, of each target by itself. Length M. */
  changes(of: At & { readonly mixture: Float64Array; readonly other: Float64Array }): readonly Gain[];
  region(of: { readonly options: RecommendOptions; readonly mixture: readonly number[] }): Region;
  band(of: {
    readonly points: readonly CurvePoint[];
    readonly target: number;
    readonly targetWeights: readonly number[];
  }): readonly Range[];
  tradeOff(of: {
    readonly options: RecommendOptions;
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly steps: number;
  }): readonly TradeOffPoint[];
  drift(of: {
    readonly options: RecommendOptions;
    readonly modelSizes: readonly number[];
    readonly tokens: readonly number[];
  }): readonly Recommendation[];
  recommend(of: { readonly options: RecommendOptions }): Recommendation;
}

export type EvidenceName = keyof EvidenceCalls;

/** The answers for one document. What is the same for all questions is computed with the first that needs it. */
export function answersFor(document: FitDocument): EvidenceCalls {
  const session: Session = openSession(document, '', 'unknown', undefined);
  const { predictor, runs } = session;
  const { fit } = document;
  let known: Uncertainty | undefined;
  const uncertainty = (): Uncertainty => (known ??= uncertaintyOf(fit, runs));
  let noise: readonly number[] | undefined;
  return {
    losses: ({ mixture, modelSize, tokens, targetWeights }) => ({
      losses: uncertainty().intervals(mixture, modelSize, tokens, COVERAGE).map(plain),
      mean: uncertainty().weightedMean(mixture, targetWeights, modelSize, tokens, COVERAGE),
    }),
    gains: ({ mixture, others, modelSize, tokens, targetWeights }) =>
      others.map((other) => uncertainty().gain(mixture, other, targetWeights, modelSize, tokens, COVERAGE)),
    changes: ({ mixture, other, modelSize, tokens }) =>
      fit.targets.map((_, i) => {
        const alone = fit.targets.map((__, k) => (k === i ? 1 : 0));
        return uncertainty().gain(mixture, other, alone, modelSize, tokens, COVERAGE);
      }),
    region({ options, mixture }) {
      noise ??= residualNoise(document, predictor);
      const weights = Float64Array.from(options.targetWeights ?? fit.targets.map(() => 1 / fit.targets.length));
      const rise = Math.sqrt(noise.reduce((sum, sd, i) => sum + ((weights[i] ?? 0) * sd) ** 2, 0));
      const objective = targetWeightedLoss(predictor, options, weights);
      const optimum = Float64Array.from(mixture);
      const value = objective(optimum, new Float64Array(optimum.length));
      const set = feasibleSet(fit.domains, options);
      return { ranges: nearOptimalRegion(objective, set, { mixture: optimum, value }, rise), rise };
    },
    band: ({ points, target, targetWeights }) =>
      points.map(({ mixture, modelSize, tokens }) => {
        if (target < 0) return uncertainty().weightedMean(mixture, targetWeights, modelSize, tokens, COVERAGE);
        const interval = uncertainty().intervals(mixture, modelSize, tokens, COVERAGE)[target];
        return interval ? plain(interval) : { value: NaN, low: NaN, high: NaN };
      }),
    tradeOff: ({ options, a, b, steps }) => tradeOff(predictor, options, a, b, steps),
    drift: ({ options, modelSizes, tokens }) => scaleDrift(predictor, options, modelSizes, tokens),
    recommend: ({ options }) => recommend(predictor, options),
  };
}

const plain = ({
  predicted,
  lower,
  upper,
}: {
  readonly predicted: number;
  readonly lower: number;
  readonly upper: number;
}): Range => ({ value: predicted, low: lower, high: upper });
