import type { LawModel } from '../laws/law';
import type { Runs } from '../results/runs';
import { entriesOf, selectTargets, shapeOfTarget } from './data';
import { diagnose } from './diagnosis';
import type { Diagnosis } from './diagnosis';
import { fitModel, searchCount } from './multistart';
import type { ModelFit } from './multistart';
import type { OptimizerResult } from './optimizer';
import type { FitOptions, FitProgress, StartResult } from './types';

/** A fit of the whole law, however it was come by. θ in the order of the model's parameters. */
export interface WholeFit {
  readonly theta: Float64Array;
  readonly starts: readonly StartResult[];
  /** The start that `theta` comes from; for a law fitted target by target, that of the target that converged worst. */
  readonly best: number;
  readonly objective: number;
  readonly minimised: number;
  readonly diagnosis: Diagnosis;
}

/**
 * All parameters at once.
 * @param known searches by start, when they were made elsewhere
 */
export function fitJointly(
  model: LawModel,
  training: Runs,
  options: FitOptions,
  onProgress: (progress: FitProgress) => void,
  known?: readonly (KnownSearches | undefined)[],
): WholeFit {
  const report = progressOf(searchCount(options.starts), onProgress);
  const entries = entriesOf(training, options.mask);
  const searches = known?.flatMap((one) => one?.searches ?? []);
  const fit = fitModel(model, training, entries, options, options.seed, report, searches);
  const { theta, starts, best } = fit;
  const { objective, minimised } = starts[best]!;
  return { theta, starts, best, objective, minimised, diagnosis: diagnose(fit) };
}

/**
 * What one of the independent searches of a fit came to. For a separable law all starts of one target, the best to its end;
 * for a law fitted as a whole the search from one start.
 */
export type KnownSearches = Pick<ModelFit, 'searches'>;

/**
 * A separable law: one small fit a target, each with its own best start.
 * @param known searches by target, when they were made elsewhere; undefined for a target without losses
 */
export function fitTargetByTarget(
  model: LawModel,
  training: Runs,
  options: FitOptions,
  onProgress: (progress: FitProgress) => void,
  known?: readonly (KnownSearches | undefined)[],
): WholeFit {
  const { targets } = model.shape;
  const report = progressOf(searchCount(options.starts) * targets.length, onProgress);
  const fits = targets.flatMap((_, target) => {
    if (known && !known[target]) return [];
    return fitTarget(model, training, options, target, () => report(), known?.[target]?.searches) ?? [];
  });
  return join(model, options, fits);
}

/** undefined when no loss of the target counts. */
export function fitTarget(
  { law, shape }: LawModel,
  training: Runs,
  options: FitOptions,
  target: number,
  onSearch: () => void = () => undefined,
  known?: readonly OptimizerResult[],
): ModelFit | undefined {
  const own = selectTargets(training, [target]);
  const entries = entriesOf(own, options.mask);
  if (entries.loss.length === 0) return undefined;
  const model = law.build(shapeOfTarget(shape, target), options);
  return fitModel(model, own, entries, options, options.seed + target, onSearch, known);
}

function join(model: LawModel, options: FitOptions, fits: readonly ModelFit[]): WholeFit {
  const place = new Map(model.parameters.map(({ name }, p) => [name, p]));
  const places = fits.map((fit) => fit.model.parameters.map(({ name }) => place.get(name)!));
  const theta = Float64Array.from(model.parameters, ({ lower, upper }) => Math.min(upper, Math.max(lower, 0)));
  fits.forEach((fit, f) => fit.theta.forEach((value, p) => (theta[places[f]![p]!] = value)));
  const sum = (of: (start: StartResult) => number, s: number): number =>
    fits.reduce((total, fit) => total + of(fit.starts[s]!), 0);
  const starts = Array.from({ length: options.starts }, (_, s): StartResult => {
    const slowest = fits.reduce((one, other) =>
      other.starts[s]!.iterations > one.starts[s]!.iterations ? other : one,
    );
    return {
      objective: sum((start) => start.objective, s),
      minimised: sum((start) => start.minimised, s),
      iterations: sum((start) => start.iterations, s),
      stop: slowest.starts[s]!.stop,
    };
  });
  const bestOf = (of: (start: StartResult) => number): number =>
    fits.reduce((total, fit) => total + of(fit.starts[fit.best]!), 0);
  const minimised = bestOf((start) => start.minimised);
  const best = starts.reduce((one, start, s) => (start.minimised < starts[one]!.minimised ? s : one), 0);
  return {
    theta,
    starts,
    best,
    objective: bestOf((start) => start.objective),
    minimised,
    diagnosis: joinDiagnoses(model, fits.map(diagnose), places),
  };
}

function joinDiagnoses(
  model: LawModel,
  parts: readonly Diagnosis[],
  places: readonly (readonly number[])[],
): Diagnosis {
  const standardErrors = new Float64Array(model.parameters.length).fill(Number.NaN);
  parts.forEach((part, f) => part.standardErrors.forEach((value, p) => (standardErrors[places[f]![p]!] = value)));
  return {
    gradientNorm: Math.max(...parts.map((part) => part.gradientNorm)),
    kinks: parts.flatMap((part, f) => part.kinks.map((parameter) => places[f]![parameter]!)),
    rank: parts.reduce((sum, part) => sum + part.rank, 0),
    condition: Math.max(...parts.map((part) => part.condition)),
    activeBounds: parts.flatMap((part, f) =>
      part.activeBounds.map(({ parameter, bound }) => ({ parameter: places[f]![parameter]!, bound })),
    ),
    undetermined: parts.flatMap((part, f) => part.undetermined.map((parameter) => places[f]![parameter]!)),
    confounded: parts.flatMap((part, f) =>
      part.confounded.map((pair) => ({
        ...pair,
        first: places[f]![pair.first]!,
        second: places[f]![pair.second]!,
      })),
    ),
    standardErrors,
  };
}

function progressOf(total: number, onProgress: (progress: FitProgress) => void): (start?: StartResult) => void {
  let done = 0;
  let best: StartResult | undefined;
  return (start) => {
    done++;
    if (start && !(best && best.minimised <= start.minimised)) best = start;
    onProgress({ phase: 'fitting', done, total, ...(best ? { best: best.objective } : {}) });
  };
}
