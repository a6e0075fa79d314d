import { t } from '../l10n';
import { FitError } from '../errors';
import { isCounted } from '../judge/metrics';
import type { DataScale, Law, LawShape } from '../laws/law';
import { rowCount, selectRuns } from '../results/runs';
import type { Runs } from '../results/runs';
import type { Entries } from './problem';
import type { FitOptions, Mask } from './types';
import { median } from './statistics';

/**
 * Scale of runs whose file says nothing about it, in millions of parameters and billions of tokens. Any constant gives the
 * same predictions (c, A and H absorb it); these are usual for proxies. Such a fit says that its scale is unknown.
 */
export const UNKNOWN_MODEL_SIZE = 100;
export const UNKNOWN_TOKENS = 10;

/** Runs ready to fit: every row has a model size and tokens. */
export interface ScaledRuns {
  readonly runs: Runs;
  /** Undefined when no row says. */
  readonly modelSizeRange?: readonly [number, number];
  readonly tokensRange?: readonly [number, number];
  /** Rows without a value in a file where others have one; they were given the geometric mean. */
  readonly guessedModelSizes: number;
  readonly guessedTokens: number;
}

/** Puts the options' model size and tokens in place of the file's, and a stand-in where neither says. */
export function scaleRuns(runs: Runs, options: FitOptions): ScaledRuns {
  const modelSize = fill(runs.modelSizes, options.modelSize, UNKNOWN_MODEL_SIZE);
  const tokens = fill(runs.tokens, options.tokens, UNKNOWN_TOKENS);
  return {
    runs: { ...runs, modelSizes: modelSize.values, tokens: tokens.values },
    ...(modelSize.range ? { modelSizeRange: modelSize.range } : {}),
    ...(tokens.range ? { tokensRange: tokens.range } : {}),
    guessedModelSizes: modelSize.guessed,
    guessedTokens: tokens.guessed,
  };
}

function fill(
  values: Float64Array,
  replacement: number | undefined,
  unknown: number,
): { values: Float64Array; range?: readonly [number, number]; guessed: number } {
  const isKnown = (value: number): boolean => value > 0 && Number.isFinite(value);
  const given = replacement === undefined ? values : values.map(() => replacement);
  const known = given.filter(isKnown);
  if (known.length === 0) return { values: given.map(() => unknown), guessed: 0 };
  const mean = geometricMean(known);
  return {
    values: given.map((value) => (isKnown(value) ? value : mean)),
    range: [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))],
    guessed: given.length - known.length,
  };
}

export function geometricMean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += Math.log(value);
  return Math.exp(sum / values.length);
}

/** What the law is built for: the names, and where the training runs lie. */
export function shapeOf(training: Runs): LawShape {
  const scale = dataScaleOf(training);
  return {
    domains: training.domains,
    targets: training.targets,
    targetDomain: training.targetDomain,
    modelSizeVaries: varies(training.modelSizes),
    tokensVary: varies(training.tokens),
    scale,
  };
}

function varies(values: Float64Array): boolean {
  return values.some((value) => Math.abs(value / values[0]! - 1) > 1e-9);
}

function dataScaleOf(training: Runs): DataScale {
  const M = training.targets.length;
  const isLoss = (loss: number): boolean => loss > 0 && Number.isFinite(loss);
  const losses = training.targets.map((_, target) => {
    const own = training.losses.filter((loss, at) => at % M === target && isLoss(loss));
    // A target that was never measured has the scale of the others.
    return own.length > 0 ? own : training.losses.filter(isLoss);
  });
  return {
    modelSize: geometricMean(training.modelSizes),
    smallestModelSize: training.modelSizes.reduce((a, b) => Math.min(a, b)),
    tokens: geometricMean(training.tokens),
    lowestLoss: losses.map((values) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
    medianLoss: losses.map((values) => median(values)),
  };
}

/** The shape of one target of a shape. */
export function shapeOfTarget(shape: LawShape, target: number): LawShape {
  const { scale, ...rest } = shape;
  const pick = <T>(values: readonly T[]): readonly T[] => [values[target] as T];
  return {
    ...rest,
    targets: pick(shape.targets),
    targetDomain: pick(shape.targetDomain),
    ...(scale ? { scale: { ...scale, lowestLoss: pick(scale.lowestLoss), medianLoss: pick(scale.medianLoss) } } : {}),
  };
}

/** The runs with some of their targets only. */
export function selectTargets(runs: Runs, targets: readonly number[]): Runs {
  const M = runs.targets.length;
  const n = rowCount(runs);
  const losses = new Float64Array(n * targets.length);
  for (let run = 0; run < n; run++) {
    targets.forEach((target, at) => (losses[run * targets.length + at] = runs.losses[run * M + target]!));
  }
  return {
    ...runs,
    targets: targets.map((target) => runs.targets[target]!),
    targetDomain: targets.map((target) => runs.targetDomain[target]!),
    losses,
  };
}

/** The runs with only the losses that count under a mask; the others missing. */
export function onlyCounted(runs: Runs, mask: Mask): Runs {
  const M = runs.targets.length;
  const losses = runs.losses.map((loss, at) => (isCounted(runs, Math.floor(at / M), at % M, mask) ? loss : Number.NaN));
  return { ...runs, losses };
}

/** Targets that the law can serve (all, or those it says nothing against one by one). */
export function servedTargets(law: Law, shape: LawShape): readonly number[] {
  const everyTarget = Array.from(shape.targets.keys());
  const reason = law.unavailable(shape);
  if (reason === undefined) return everyTarget;
  const served = everyTarget.filter((target) => law.unavailable(shapeOfTarget(shape, target)) === undefined);
  if (served.length > 0) return served;
  throw new FitError('law-unavailable', reason, t('Choose another law: overlap serves every set of runs.'));
}

/** The training and held-out runs of a split by file rows; all runs train when there is no split. */
export function splitRuns(
  runs: Runs,
  split: { readonly train: readonly number[]; readonly validation: readonly number[] } | undefined,
): { readonly training: Runs; readonly validation: Runs | undefined } {
  if (!split) return { training: runs, validation: undefined };
  const positionOf = new Map(Array.from(runs.rows, (row, position) => [row, position]));
  // Rows that reading dropped are known to the reader's report; a split may still name them.
  const positions = (rows: readonly number[]): number[] =>
    rows.map((row) => positionOf.get(row) ?? -1).filter((position) => position >= 0);
  const validation = positions(split.validation);
  return {
    training: selectRuns(runs, positions(split.train)),
    validation: validation.length > 0 ? selectRuns(runs, validation) : undefined,
  };
}

/** The entries that count. */
export function entriesOf(runs: Runs, mask: Mask): Entries {
  const M = runs.targets.length;
  const n = rowCount(runs);
  const at = new Int32Array(n + 1);
  const target: number[] = [];
  const loss: number[] = [];
  for (let run = 0; run < n; run++) {
    for (let i = 0; i < M; i++) {
      if (!isCounted(runs, run, i, mask)) continue;
      target.push(i);
      loss.push(runs.losses[run * M + i]!);
    }
    at[run + 1] = target.length;
  }
  return {
    mixtures: runs.mixtures,
    modelSizes: runs.modelSizes,
    tokens: runs.tokens,
    at,
    target: Int32Array.from(target),
    loss: Float64Array.from(loss),
  };
}
