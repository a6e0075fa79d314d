import type { Fit, Predictor } from '../fit/types';
import type { Aliases } from '../mixtures/names';
import type { Mixture, MixtureScale } from '../mixtures/types';
import { OUTSIDE } from '../recommend/guards';
import { nearestInHull } from '../recommend/hull';
import { matchMixture, type MatchedMixture } from './currentMixture';

/** A scale to predict at, and where it comes from. */
export interface AssessedScale {
  /** Millions of parameters. */
  readonly modelSize: number;
  /** Billions of tokens. */
  readonly tokens: number;
  /** The config says so, rather than the fit. */
  readonly modelSizeFromConfig: boolean;
  readonly tokensFromConfig: boolean;
  /** What the config does not say and the user assumes; counted as the config's above. */
  readonly assumed?: MixtureScale['assumed'];
}

/** What a fit says about a config's mixture. K domains, M targets. */
export interface Assessment extends AssessedScale {
  readonly matched: MatchedMixture;
  /** Predicted losses, length M. */
  readonly losses: Float64Array;
  readonly meanLoss: number;
  /** Share of the tokens that would have to move to reach a blend of measured mixtures; 0 inside the convex hull. */
  readonly outside: number;
  readonly modelSizeBeyond: boolean;
  readonly tokensBeyond: boolean;
}

/** What an assessment needs of a fit document. */
export interface Assessor {
  readonly fit: Fit;
  readonly predictor: Predictor;
  /** Measured mixtures, [n × K] row-major. */
  readonly measured: Float64Array;
  /** Where the config says nothing: millions of parameters, billions of tokens. */
  readonly modelSize: number;
  readonly tokens: number;
}

/** Undefined when the mixture is about other data than the fit. @throws PredictionError where the law cannot be evaluated. */
export function assessMixture(mixture: Mixture, assessor: Assessor, aliases: Aliases = []): Assessment | undefined {
  const { fit, predictor, measured } = assessor;
  const matched = matchMixture(mixture, fit.domains, aliases);
  if (!matched) return undefined;
  const modelSize = mixture.modelSize ?? assessor.modelSize;
  const tokens = mixture.tokens ?? assessor.tokens;
  const losses = new Float64Array(fit.targets.length);
  predictor.predict(matched.fractions, modelSize, tokens, losses);
  return {
    matched,
    modelSize,
    tokens,
    modelSizeFromConfig: mixture.modelSize !== undefined,
    tokensFromConfig: mixture.tokens !== undefined,
    ...(mixture.scale?.assumed ? { assumed: mixture.scale.assumed } : {}),
    losses,
    meanLoss: meanOf(losses),
    outside: measured.length > 0 ? nearestInHull(measured, matched.fractions).outside : 0,
    modelSizeBeyond: fit.modelSizeRange !== undefined && isBeyond(modelSize, fit.modelSizeRange),
    tokensBeyond: fit.tokensRange !== undefined && isBeyond(tokens, fit.tokensRange),
  };
}

/** So far from the measured mixtures that a prediction rests on the law rather than on the data. */
export const isOutsideMeasured = ({ outside }: Pick<Assessment, 'outside'>): boolean => outside > OUTSIDE;

type Range = readonly [number, number];
/** Sizes are rounded when they are written down: a tenth of a percent is no extrapolation. */
export const isBeyond = (value: number, [least, greatest]: Range): boolean =>
  value < least * 0.999 || value > greatest * 1.001;

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** The different mixtures among the rows of a fit document, [n × K] row-major: checkpoints of a run share theirs. */
export function differentMixtures(mixtures: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from([...new Map(mixtures.map((mixture) => [mixture.join(), mixture])).values()].flat());
}
