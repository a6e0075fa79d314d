import { t } from '../l10n';
import { FitError } from '../errors';
import { maskedMetrics } from '../judge/metrics';
import { lawById } from '../laws/registry';
import type { LawModel, ParameterSpec } from '../laws/law';
import { rowCount } from '../results/runs';
import type { Runs } from '../results/runs';
import { certify } from './certificate';
import { entriesOf, onlyCounted, scaleRuns, selectTargets, servedTargets, shapeOf, splitRuns } from './data';
import type { ScaledRuns } from './data';
import { fitJointly, fitTarget, fitTargetByTarget } from './strategies';
import type { KnownSearches } from './strategies';
import { searchFrom } from './multistart';
import { completeOptions } from './options';
import { predictRuns } from './predictor';
import type { Certificate, Fit, FitOptions, FitProgress, FittedParameter } from './types';

export { defaultFitOptions } from './options';

/**
 * Fits a law to runs.
 * @param options what differs from `defaultFitOptions` and the law's own defaults
 * @param split 0-based file rows to train on and to hold out; all runs train when absent. Held-out runs decide nothing.
 * @param known the independent searches, when they were made elsewhere (`searchAlone`)
 * @throws FitError when the options make no sense, the law does not apply, or there is too little to fit
 */
export function fitLaw(
  runs: Runs,
  options: Partial<FitOptions>,
  split?: Split,
  onProgress: (progress: FitProgress) => void = () => undefined,
  known?: readonly (KnownSearches | undefined)[],
): Fit {
  const { complete, law, scaled, training, validation, counted, shape, model } = prepare(runs, options, split);
  const fitted = law.separable
    ? fitTargetByTarget(model, counted, complete, onProgress, known)
    : fitJointly(model, counted, complete, onProgress, known);
  const { theta, starts, best, diagnosis } = fitted;
  const certificate = certify({
    model,
    training,
    options: complete,
    diagnosis,
    starts,
    best,
    entries: entriesOf(training, complete.mask).loss.length,
    dataNotes: dataNotes(runs, training, scaled, model),
  });
  const bounds = new Map(diagnosis.activeBounds.map(({ parameter, bound }) => [parameter, bound]));
  return {
    law: law.id,
    domains: training.domains,
    targets: training.targets,
    targetDomain: training.targetDomain,
    modelSizeVaries: shape.modelSizeVaries,
    tokensVary: shape.tokensVary,
    options: complete,
    parameters: model.parameters.map((spec, p) =>
      fittedParameter(spec, theta[p]!, diagnosis.standardErrors[p]!, bounds.get(p)),
    ),
    objective: fitted.objective,
    minimised: fitted.minimised,
    metrics: {
      train: maskedMetrics(training, predictRuns(model, theta, training)),
      ...(validation ? { validation: maskedMetrics(validation, predictRuns(model, theta, validation)) } : {}),
    },
    certificate,
    starts,
    rows: { train: Array.from(training.rows), validation: validation ? Array.from(validation.rows) : [] },
    ...(scaled.modelSizeRange ? { modelSizeRange: scaled.modelSizeRange } : {}),
    ...(scaled.tokensRange ? { tokensRange: scaled.tokensRange } : {}),
  };
}

/** Rows of the file to train on and to hold out. */
export interface Split {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

/** Everything before the search. */
function prepare(runs: Runs, options: Partial<FitOptions>, split: Split | undefined) {
  const complete = completeOptions(options);
  const law = lawById(complete.law);
  const scaled = scaleRuns(runs, complete);
  const parts = splitRuns(scaled.runs, split);
  if (rowCount(parts.training) === 0) {
    throw new FitError(
      'no-training-rows',
      t('No run is left to fit.'),
      t('Check the training rows against the results file.'),
    );
  }
  const served = servedTargets(law, shapeOf(parts.training));
  const training = selectTargets(parts.training, served);
  const validation = parts.validation && selectTargets(parts.validation, served);
  checkTraining(training, complete);
  // Bounds, priors and starts follow the losses that count, as the residuals do.
  const counted = onlyCounted(training, complete.mask);
  const shape = shapeOf(counted);

  const model = law.build(shape, complete);
  return { complete, law, scaled, training, validation, counted, shape, model };
}

/** How many searches a fit has that need nothing of each other: one a target, or one a start for a law fitted as a whole. */
export function independentSearches(runs: Runs, options: Partial<FitOptions>, split?: Split): number {
  const { law, model, complete } = prepare(runs, options, split);
  return law.separable ? model.shape.targets.length : complete.starts;
}

/**
 * One of the independent searches: what `fitLaw` does for it, to be made wherever there is a thread.
 * @returns undefined when no loss of the target counts
 */
export function searchAlone(
  runs: Runs,
  options: Partial<FitOptions>,
  split: Split | undefined,
  index: number,
): KnownSearches | undefined {
  const { law, complete, counted, model } = prepare(runs, options, split);
  if (!law.separable) {
    return { searches: [searchFrom(index, model, counted, entriesOf(counted, complete.mask), complete)] };
  }
  const fit = fitTarget(model, counted, complete, index);
  return fit && { searches: fit.searches };
}

function checkTraining(training: Runs, options: FitOptions): void {
  if (rowCount(training) < 2) {
    throw new FitError(
      'too-few-runs',
      t('There is one run; a law needs runs with different mixtures.'),
      t('Add the results of more proxy runs, at least a few for each domain.'),
    );
  }
  if (entriesOf(training, options.mask).loss.length === 0) {
    throw new FitError(
      'no-losses',
      t('No loss of the training runs counts.'),
      t('Check the loss columns, or use the mask “all”.'),
    );
  }
}

function fittedParameter(
  spec: ParameterSpec,
  value: number,
  standardError: number,
  atBound: FittedParameter['atBound'],
): FittedParameter {
  return {
    name: spec.name,
    symbol: spec.symbol,
    ...(spec.domain === undefined ? {} : { domain: spec.domain }),
    ...(spec.target === undefined ? {} : { target: spec.target }),
    value,
    unit: spec.unit,
    ...(Number.isFinite(standardError) ? { standardError } : {}),
    ...(atBound ? { atBound } : {}),
  };
}

function dataNotes(runs: Runs, training: Runs, scaled: ScaledRuns, model: LawModel): Certificate['notes'] {
  const { law } = model;
  const notes: Certificate['notes'][number][] = [];
  const left = runs.targets.filter((target) => !training.targets.includes(target));
  if (left.length > 0) {
    notes.push({
      severity: 'warning',
      code: 'targets-left-out',
      message: `${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} not fitted: ${law.title} needs a target to be a training domain.`,
    });
  }
  const failed = training.losses.reduce((count, loss) => count + (loss <= 0 ? 1 : 0), 0);
  if (failed > 0) {
    notes.push({
      severity: 'warning',
      code: 'losses-not-positive',
      message: `${failed} losses are 0 or below, which no loss can be; they were left out.`,
    });
  }
  if (law.usesModelSize && scaled.modelSizeRange === undefined) {
    notes.push({
      severity: 'info',
      code: 'model-size-unknown',
      message: 'The model size of the runs is unknown: the fit cannot tell how losses change with it.',
    });
  }
  if (law.usesTokens && scaled.tokensRange === undefined) {
    notes.push({
      severity: 'info',
      code: 'tokens-unknown',
      message: 'The training tokens of the runs are unknown: the fit cannot tell how losses change with them.',
    });
  }
  const guessed = (count: number, what: string): void => {
    if (count === 0) return;
    notes.push({
      severity: 'warning',
      code: 'scale-guessed',
      message: `${count} rows have no ${what}; they were given the mean of the others.`,
    });
  };
  if (law.usesModelSize) guessed(scaled.guessedModelSizes, 'model size');
  if (law.usesTokens) guessed(scaled.guessedTokens, 'number of tokens');
  return notes;
}
