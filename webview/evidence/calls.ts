import { predictorOf } from '../../src/core/fit/predictor';
import { membersOf } from '../../src/core/fitfile/consensus';
import type { FitDocument } from '../../src/core/fitfile/types';
import type { Interval, Uncertainty } from '../../src/core/judge/uncertainty';
import { uncertaintyOf } from '../../src/core/judge/uncertainty';
import { residualNoise } from '../../src/core/pipeline/advise';
import type { Opinion } from '../../src/core/recommend/consensus';
import { opinionsOn, pooledInterval } from '../../src/core/recommend/consensus';
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
  /** What each law of the document's consensus says of a recommendation, in their order. */
  opinions(of: { readonly options: RecommendOptions; readonly recommendation: Recommendation }): readonly Opinion[];
}

export type EvidenceName = keyof EvidenceCalls;

/** The answers for one document. What is the same for all questions is computed with the first that needs it. */
export function answersFor(document: FitDocument): EvidenceCalls {
  const session: Session = openSession(document, '', 'unknown', undefined);
  const { predictor, runs } = session;
  const { fit } = document;
  const members = membersOf(document);
  let known: readonly { readonly law: Uncertainty; readonly weight: number }[] | undefined;
  const uncertainties = () =>
    (known ??= members.map((member) => ({ law: uncertaintyOf(member.fit, runs), weight: member.weight })));
  /** Of all laws that the document rests on together: wide where they disagree. */
  const pooled = (of: (law: Uncertainty) => Range): Range =>
    pooledInterval(uncertainties().map(({ law, weight }) => ({ ...of(law), weight })));
  const gain = (mixture: Float64Array, other: Float64Array, targetWeights: readonly number[], at: Scale): Gain => {
    const ask = (law: Uncertainty) => law.gain(mixture, other, targetWeights, at.modelSize, at.tokens, COVERAGE);
    const probability = uncertainties().reduce((sum, { law, weight }) => sum + weight * ask(law).probability, 0);
    return { ...pooled(ask), probability };
  };
  const mean = (mixture: Float64Array, targetWeights: readonly number[], { modelSize, tokens }: Scale): Range =>
    pooled((law) => law.weightedMean(mixture, targetWeights, modelSize, tokens, COVERAGE));
  const losses = (mixture: Float64Array, { modelSize, tokens }: Scale): Range[] => {
    const each = uncertainties().map(({ law }) => law.intervals(mixture, modelSize, tokens, COVERAGE));
    return fit.targets.map((_, i) =>
      pooledInterval(members.map(({ weight }, m) => ({ ...plain(each[m]?.[i]), weight }))),
    );
  };
  let noise: readonly number[] | undefined;
  return {
    losses: ({ mixture, targetWeights, ...at }) => ({
      losses: losses(mixture, at),
      mean: mean(mixture, targetWeights, at),
    }),
    gains: ({ mixture, others, targetWeights, ...at }) =>
      others.map((other) => gain(mixture, other, targetWeights, at)),
    changes: ({ mixture, other, ...at }) =>
      fit.targets.map((_, i) => {
        const alone = fit.targets.map((__, k) => (k === i ? 1 : 0));
        return gain(mixture, other, alone, at);
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
      points.map(({ mixture, ...at }) =>
        target < 0 ? mean(mixture, targetWeights, at) : (losses(mixture, at)[target] ?? plain(undefined)),
      ),
    tradeOff: ({ options, a, b, steps }) => tradeOff(predictor, options, a, b, steps),
    drift: ({ options, modelSizes, tokens }) => scaleDrift(predictor, options, modelSizes, tokens),
    recommend: ({ options }) => recommend(predictor, options),
    opinions: ({ options, recommendation }) =>
      opinionsOn(
        recommendation,
        members.map((member) => predictorOf(member.fit)),
        options,
      ),
  };
}

type Scale = Pick<At, 'modelSize' | 'tokens'>;

const plain = (interval: Interval | undefined): Range => ({
  value: interval?.predicted ?? NaN,
  low: interval?.lower ?? NaN,
  high: interval?.upper ?? NaN,
});
