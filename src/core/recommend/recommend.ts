import { t } from '../l10n';
import { PredictionError } from '../errors';
import type { Predictor } from '../fit/types';
import { Random } from '../random';
import type { NamedConstraint } from './constraints';
import { feasibleSet, WEIGHTS_SUM } from './constraints';
import type { MixtureObjective, Optimum } from './optimum';
import { minimizeOnPolytope } from './optimum';
import type { Recommendation, RecommendOptions } from './types';

const DEFAULT_STARTS = 4;

/**
 * The mixture h that minimises Σ_i w_i L_i(h, N, D) [+ kl · KL(h ‖ prior)] within the limits of `options`: the best of several
 * deterministic and seeded starts, with the optimality residual that says how exact it is.
 * @throws PredictionError for limits that cannot hold together, or target weights that are negative, of wrong length or all 0.
 */
export function recommend(predictor: Predictor, options: RecommendOptions): Recommendation {
  const targetWeights = normalizedTargetWeights(predictor, options.targetWeights);
  const constraints = feasibleSet(predictor.domains, options);
  const objective = targetWeightedLoss(predictor, options, targetWeights);
  let best: Optimum | undefined;
  for (const start of startingMixtures(predictor, targetWeights, options)) {
    const optimum = minimizeOnPolytope(objective, constraints, start);
    if (!best || optimum.value < best.value - 1e-13 * Math.abs(best.value)) best = optimum;
  }
  if (!best || !Number.isFinite(best.value)) {
    throw new PredictionError(
      'no-optimum',
      t('The law gives no finite loss anywhere within the limits.'),
      t('Check the fit (its parameters may have run away), or choose another law.'),
    );
  }
  const losses = new Float64Array(predictor.targets.length);
  predictor.predict(best.mixture, options.modelSize, options.tokens, losses);
  return {
    mixture: [...best.mixture],
    losses: [...losses],
    objective: losses.reduce((sum, loss, i) => sum + targetWeights[i]! * loss, 0),
    kktResidual: best.kktResidual,
    modelSize: options.modelSize,
    tokens: options.tokens,
    targetWeights: [...targetWeights],
    bindings: bindingsOf(best, constraints),
    warnings: warningsOf(best, predictor.domains),
  };
}

/** F(h) = Σ w_i L_i(h, N, D) + kl · Σ h_j ln(h_j / p_j), with its exact gradient and, where the predictor has one, Hessian. */
export function targetWeightedLoss(
  predictor: Predictor,
  options: Pick<RecommendOptions, 'modelSize' | 'tokens' | 'prior' | 'kl'>,
  targetWeights: ArrayLike<number>,
): MixtureObjective {
  const K = predictor.domains.length;
  const M = predictor.targets.length;
  const losses = new Float64Array(M);
  const jacobian = new Float64Array(M * K);
  const { prior, kl = 0 } = options;
  const valueAndGradient = (mixture: Float64Array, gradient: Float64Array): number => {
    predictor.gradient(mixture, options.modelSize, options.tokens, losses, jacobian);
    let value = 0;
    gradient.fill(0);
    for (let i = 0; i < M; i++) {
      const w = targetWeights[i]!;
      if (w === 0) continue;
      value += w * losses[i]!;
      for (let j = 0; j < K; j++) gradient[j]! += w * jacobian[i * K + j]!;
    }
    if (prior && kl > 0) {
      for (let j = 0; j < K; j++) gradient[j]! += kl * (logRatio(mixture[j]!, prior[j]!) + 1);
    }
    return value + divergenceCost(mixture, options);
  };
  if (!predictor.hessian) return valueAndGradient;
  const weights = Float64Array.from(targetWeights);
  return Object.assign(valueAndGradient, {
    hessian(mixture: Float64Array, hessian: Float64Array): void {
      predictor.hessian!(mixture, options.modelSize, options.tokens, weights, hessian);
      if (!prior || kl === 0) return;
      for (let j = 0; j < K; j++) hessian[j * (K + 1)]! += kl / Math.max(mixture[j]!, LEAST);
    },
  });
}

/** kl · KL(h ‖ prior), in nats; 0 without a prior. */
export function divergenceCost(
  mixture: ArrayLike<number>,
  { prior, kl = 0 }: Pick<RecommendOptions, 'prior' | 'kl'>,
): number {
  if (!prior || kl === 0) return 0;
  let sum = 0;
  for (let j = 0; j < prior.length; j++) sum += Math.max(mixture[j]!, LEAST) * logRatio(mixture[j]!, prior[j]!);
  return kl * sum;
}

const LEAST = 1e-12;
/** A domain that the prior leaves out may be had at a price. */
const LEAST_PRIOR = 1e-9;
const logRatio = (h: number, p: number): number => Math.log(Math.max(h, LEAST) / Math.max(p, LEAST_PRIOR));

/** Target weights with sum 1, equal where none are given. Length M. @throws PredictionError `bad-target-weights` */
export function normalizedTargetWeights(predictor: Predictor, weights: readonly number[] | undefined): Float64Array {
  const M = predictor.targets.length;
  const given = weights ?? new Array<number>(M).fill(1);
  const sum = given.reduce((a, b) => a + b, 0);
  if (given.length !== M || given.some((w) => !(w >= 0)) || !(sum > 0) || !Number.isFinite(sum)) {
    throw new PredictionError(
      'bad-target-weights',
      t('Target weights must be {0} non-negative numbers, one for each target, not all 0.', M),
      t('The targets are: {0}.', predictor.targets.join(', ')),
    );
  }
  return Float64Array.from(given, (w) => w / sum);
}

/** Uniform, the target weights themselves (what capacity competition alone recommends), and seeded random mixtures. */
function startingMixtures(
  predictor: Predictor,
  targetWeights: Float64Array,
  options: RecommendOptions,
): Float64Array[] {
  if (options.startAt) return [Float64Array.from(options.startAt)];
  const K = predictor.domains.length;
  const starts: Float64Array[] = [new Float64Array(K).fill(1 / K)];
  const byTarget = new Float64Array(K);
  predictor.targetDomain.forEach((domain, i) => {
    if (domain >= 0) byTarget[domain]! += targetWeights[i]!;
  });
  if (byTarget.some((w) => w > 0)) starts.push(byTarget);
  if (options.current) starts.push(Float64Array.from(options.current));
  const random = new Random(options.seed ?? 0);
  const count = options.starts ?? DEFAULT_STARTS;
  while (starts.length < count) starts.push(random.simplex(K));
  // With equal target weights two of them are one.
  return starts.filter((start, s) => !starts.slice(0, s).some((other) => isSame(start, other)));
}

const isSame = (one: Float64Array, other: Float64Array): boolean => one.every((h, j) => Math.abs(h - other[j]!) < 1e-9);

function bindingsOf(optimum: Optimum, constraints: readonly NamedConstraint[]): Recommendation['bindings'] {
  const bindings: { constraint: string; multiplier: number }[] = [];
  constraints.forEach(({ label, equality }, p) => {
    const multiplier = optimum.multipliers[p]!;
    if (p === WEIGHTS_SUM || Math.abs(multiplier) <= 1e-9) return;
    const better = multiplier > 0 ? 'less' : 'more';
    if (equality)
      bindings.push({ constraint: `${label} (${better} would be better)`, multiplier: Math.abs(multiplier) });
    else if (multiplier > 0) bindings.push({ constraint: label, multiplier });
  });
  return bindings.sort((a, b) => b.multiplier - a.multiplier);
}

function warningsOf(optimum: Optimum, domains: readonly string[]): Recommendation['warnings'] {
  const warnings: { code: string; message: string }[] = [];
  optimum.mixture.forEach((weight, j) => {
    if (domains.length > 1 && weight > 0.95) {
      warnings.push({
        code: 'vertex-optimum',
        message: `Nearly all weight is on ${domains[j]}: the law sees no reason to mix. Do not train on this without more runs near it.`,
      });
    }
  });
  if (optimum.kktResidual > 1e-6) {
    warnings.push({
      code: 'inexact-optimum',
      message: `The optimum is exact only to ${optimum.kktResidual.toExponential(1)} of loss per unit of weight: a domain sits where the law has a kink.`,
    });
  }
  return warnings;
}
