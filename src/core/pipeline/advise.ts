import { selectTargets } from '../fit/data';
import { predictorOf } from '../fit/predictor';
import type { Fit, Predictor } from '../fit/types';
import { membersOf } from '../fitfile/consensus';
import type { ConsensusMember, FitDocument, FittedConsensus } from '../fitfile/types';
import { runsOf } from '../fitfile/document';
import type { Replicate } from '../judge/executor';
import { uncertaintyOf } from '../judge/uncertainty';
import type { Runs } from '../results/runs';
import { confidenceFromCovariance, confidenceOf, type ComparedMixture, type Confidence } from '../recommend/confidence';
import { agreementOf, averageOf, opinionsOn, pooledConfidence } from '../recommend/consensus';
import { feasibleSet } from '../recommend/constraints';
import { guardsFor, type Guard } from '../recommend/guards';
import { recommend, targetWeightedLoss } from '../recommend/recommend';
import { nearOptimalRegion, type DomainRange } from '../recommend/region';
import { seedNoise } from '../recommend/seed-noise';
import type { Recommendation, RecommendOptions } from '../recommend/types';

export type { ComparedMixture } from '../recommend/confidence';

/** What the laws of a consensus say of one recommendation; their fits are in the document. */
export interface Consensus extends Omit<FittedConsensus, 'members'> {
  readonly members: readonly Omit<ConsensusMember, 'fit'>[];
}

/** A recommendation with everything that should be read beside it. */
export interface Advice {
  readonly recommendation: Recommendation;
  readonly confidence: Confidence;
  /** How far each domain can move before the loss rises by `rise`, the others re-optimised. Length K. */
  readonly region: readonly DomainRange[];
  /** One standard deviation of a run's target-weighted loss, in the loss's unit. */
  readonly rise: number;
  /** Runs repeated with other seeds, or – an overestimate – the residuals of the law. */
  readonly riseFrom: 'repeats' | 'residuals';
  /** Worst first. */
  readonly guards: readonly Guard[];
  /** Present when the recommendation rests on several laws: what each says of it, and where they agree. */
  readonly consensus?: Consensus;
}

/** Entries × parameters² above which the covariance of a fit is not worth waiting for. */
const MOST_WORK = 3e10;

/**
 * Recommends a mixture from a fit document – that of its consensus, when it holds several laws – and says how sure that is:
 * by the spread of an ensemble where there is one, else by the covariance of the parameters (of each law, pooled); for
 * another predictor without an ensemble, by the scatter of the runs alone.
 * @param compared what the gain is measured against
 * @param ensemble fits of resampled runs
 * @param other minimised in place of what the document holds, for the same domains and targets
 * @throws PredictionError for limits that conflict or target weights that make no sense
 */
export function advise(
  document: FitDocument,
  options: RecommendOptions,
  compared: readonly ComparedMixture[],
  ensemble: readonly Predictor[] = [],
  other?: Predictor,
): Advice {
  const { fit } = document;
  const members = membersOf(document).map((member) => ({ ...member, predictor: predictorOf(member.fit) }));
  const predictor = other ?? averageOf(members);
  const recommendation = recommend(predictor, options);
  const runs = runsAtScale(document);
  const noise = residualNoise(document, predictor);
  const { targetWeights } = recommendation;
  const repeated = seedNoise(selectTargets(runs, places(runs.targets, predictor.targets)), targetWeights);
  const scatter = Math.sqrt(noise.reduce((sum, sd, i) => sum + (targetWeights[i]! * sd) ** 2, 0));
  const rise = repeated?.deviation ?? scatter;
  const isOfDocument = other === undefined && ensemble.length === 0;
  const confidence =
    isOfDocument && members.every(({ fit: own }) => isQuick(own))
      ? pooledConfidence(
          members.map(({ fit: own, weight }) => ({
            weight,
            confidence: confidenceFromCovariance(recommendation, uncertaintyOf(own, runsOf(document)), compared),
          })),
        )
      : confidenceOf(recommendation, predictor, ensemble, compared, noise, options);
  const objective = targetWeightedLoss(predictor, options, targetWeights);
  const mixture = Float64Array.from(recommendation.mixture);
  const value = objective(mixture, new Float64Array(mixture.length));
  const region = nearOptimalRegion(objective, feasibleSet(fit.domains, options), { mixture, value }, rise);
  const guards = guardsFor({
    runs,
    mixture: recommendation.mixture,
    modelSize: options.modelSize,
    tokens: options.tokens,
    ...(options.available ? { available: options.available } : {}),
    gains: confidence.gains,
  });
  const riseFrom = repeated ? 'repeats' : 'residuals';
  const advice = { recommendation, confidence, region, rise, riseFrom, guards } as const;
  if (other !== undefined || !document.consensus) return advice;
  const predictors = members.map((member) => member.predictor);
  const opinions = opinionsOn(recommendation, predictors, options);
  const judged = document.consensus.members.map(({ law, weight, error }, i) => ({
    law,
    weight,
    error,
    ...opinions[i]!,
  }));
  return { ...advice, consensus: { members: judged, domains: agreementOf(opinions) } };
}

const isQuick = ({ rows, targets, parameters }: Fit): boolean =>
  rows.train.length * targets.length * parameters.length ** 2 <= MOST_WORK;

const places = (names: readonly string[], wanted: readonly string[]): number[] =>
  wanted.map((name) => names.indexOf(name));

/** The runs with the scale the fit took them for, where the user said so instead of the file. */
function runsAtScale(document: FitDocument): Runs {
  const runs = runsOf(document);
  const { modelSize, tokens } = document.fit.options;
  return {
    ...runs,
    ...(modelSize === undefined ? {} : { modelSizes: new Float64Array(runs.rows.length).fill(modelSize) }),
    ...(tokens === undefined ? {} : { tokens: new Float64Array(runs.rows.length).fill(tokens) }),
  };
}

/** Predictors of bootstrap replicates of a fit; those that could not be fitted are left out. */
export function ensembleOf(fit: Fit, replicates: readonly Replicate[]): Predictor[] {
  return replicates
    .filter(
      ({ parameters }) => parameters.length === fit.parameters.length && parameters.every((value) => value !== null),
    )
    .map(({ parameters }) =>
      predictorOf({ ...fit, parameters: fit.parameters.map((known, p) => ({ ...known, value: parameters[p]! })) }),
    );
}

/**
 * Standard deviation of a run's loss around the law, for each target, in the loss's unit: root mean square of the training
 * residuals, widened for the parameters the law spent on them. Length M.
 */
export function residualNoise(document: FitDocument, predictor: Predictor): number[] {
  const { fit } = document;
  const runs = runsAtScale(document);
  const K = fit.domains.length;
  const M = fit.targets.length;
  const train = new Set(fit.rows.train);
  const squares = new Float64Array(M);
  const counts = new Float64Array(M);
  const losses = new Float64Array(M);
  runs.rows.forEach((row, at) => {
    if (!train.has(row)) return;
    const scale = [runs.modelSizes[at]!, runs.tokens[at]!] as const;
    // A row without a scale was fitted at a stand-in: it has no residual of its own.
    if ((fit.modelSizeRange && !(scale[0] > 0)) || (fit.tokensRange && !(scale[1] > 0))) return;
    predictor.predict(runs.mixtures.subarray(at * K, at * K + K), scale[0], scale[1], losses);
    for (let i = 0; i < M; i++) {
      const residual = losses[i]! - runs.losses[at * M + i]!;
      const counted = fit.options.mask === 'all' || isPositive(fit, runs.mixtures, at, i);
      if (!counted || !Number.isFinite(residual)) continue;
      squares[i]! += residual * residual;
      counts[i]!++;
    }
  });
  const spent = fit.certificate.jacobianRank / M;
  return Array.from(squares, (sum, i) => Math.sqrt(sum / Math.max(1, counts[i]! - Math.min(spent, counts[i]! / 2))));
}

function isPositive(fit: Fit, mixtures: Float64Array, row: number, target: number): boolean {
  const domain = fit.targetDomain[target]!;
  return domain < 0 || mixtures[row * fit.domains.length + domain]! > 0;
}
