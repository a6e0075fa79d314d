import type { Predictor } from '../fit/types';
import { predictorOfDocument } from '../fitfile/consensus';
import { runsOf } from '../fitfile/document';
import type { FitDocument } from '../fitfile/types';
import { feasibleSet } from '../recommend/constraints';
import { proposeRuns, type DesignKind, type ProposedRun } from '../recommend/design';
import { recommend } from '../recommend/recommend';
import { expectedRegret, type ExpectedRegret } from '../recommend/regret';
import { seedNoise } from '../recommend/seed-noise';
import type { RecommendOptions } from '../recommend/types';
import { residualNoise } from './advise';

/** Proxy runs to make next, and what they are for. */
export interface NextRuns {
  readonly kind: DesignKind;
  readonly runs: readonly ProposedRun[];
  /** Training FLOPs of all of them, 6 N D each; NaN where the scale is not known. */
  readonly flops: number;
  /** Of the decision at the target scale. */
  readonly regret: ExpectedRegret;
  /** Noise taken for one measured loss, in the loss's unit. */
  readonly noise: number;
}

export interface NextRunsRequest {
  readonly kind: DesignKind;
  readonly runs: number;
  /** Scale of the new runs: millions of parameters, billions of tokens; NaN where the results do not say theirs. */
  readonly modelSize: number;
  readonly tokens: number;
  readonly seed: number;
}

/** Optima of the ensemble that take part in the decision. */
const RIVALS = 24;

/**
 * Proposes runs for the decision that `options` describes (targets, limits, target scale).
 * @param ensemble fits of resampled runs, at least two: what is not known yet
 * @throws PredictionError for limits that conflict
 */
export function nextRuns(
  document: FitDocument,
  options: RecommendOptions,
  ensemble: readonly Predictor[],
  request: NextRunsRequest,
): NextRuns {
  const predictor = predictorOfDocument(document);
  const best = recommend(predictor, options);
  const optima = ensemble
    .slice(0, RIVALS)
    .map((member) => recommend(member, { ...options, startAt: best.mixture }).mixture);
  const { targetWeights } = best;
  const decision = {
    rivals: [best.mixture, ...optima],
    targetWeights,
    modelSize: options.modelSize,
    tokens: options.tokens,
  };
  const noise = noiseOf(document, predictor);
  // Tokens that exist cap a proxy by what the proxy draws, not by what the target would.
  const constraints = feasibleSet(document.fit.domains, {
    ...options,
    ...(request.modelSize > 0 ? { modelSize: request.modelSize } : {}),
    ...(request.tokens > 0 ? { tokens: request.tokens } : {}),
  });
  const runs = proposeRuns(ensemble, decision, constraints, { ...request, noise });
  return {
    kind: request.kind,
    runs,
    flops: runs.reduce((sum, run) => sum + run.flops, 0),
    regret: expectedRegret(ensemble, decision, runs, noise, request.seed),
    noise,
  };
}

/** Of one loss: by repeats where there are any, else by the scatter around the law. Root mean square over targets. */
function noiseOf(document: FitDocument, predictor: Predictor): number {
  const runs = runsOf(document);
  const M = runs.targets.length;
  const repeats = runs.targets.map((_, i) => {
    const alone = new Array<number>(M).fill(0);
    alone[i] = 1;
    return seedNoise(runs, alone)?.deviation;
  });
  const known = repeats.filter((deviation) => deviation !== undefined);
  const deviations = known.length === M ? known : residualNoise(document, predictor);
  return Math.sqrt(deviations.reduce((sum, sd) => sum + sd * sd, 0) / deviations.length);
}

/** The scale that most of a fit's runs have; of several the one with more tokens. NaN where the results do not say. */
export function usualScale({ observations, fit }: FitDocument): {
  readonly modelSize: number;
  readonly tokens: number;
} {
  const rows = observations.rows.map((_, r) => ({
    modelSize: fit.options.modelSize ?? observations.modelSizes[r] ?? NaN,
    tokens: fit.options.tokens ?? observations.tokens[r] ?? NaN,
  }));
  const counts = new Map<string, { count: number; modelSize: number; tokens: number }>();
  for (const { modelSize, tokens } of rows) {
    const key = `${modelSize},${tokens}`;
    const known = counts.get(key) ?? { count: 0, modelSize, tokens };
    counts.set(key, { ...known, count: known.count + 1 });
  }
  const ranked = [...counts.values()].sort((a, b) => b.count - a.count || b.tokens - a.tokens);
  return ranked[0] ?? { modelSize: NaN, tokens: NaN };
}
