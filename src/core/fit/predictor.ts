import { FitDocumentError, PredictionError } from '../errors';
import type { LawModel, LawShape } from '../laws/law';
import { lawById } from '../laws/registry';
import { rowCount } from '../results/runs';
import type { Runs } from '../results/runs';
import { UNKNOWN_MODEL_SIZE, UNKNOWN_TOKENS } from './data';
import type { Fit, Predictor } from './types';

/**
 * A fit made ready to evaluate. Where the runs did not say their scale, the fit knows nothing of it and the argument is
 * ignored; otherwise a law that uses it refuses a scale that is not a positive number.
 * @throws FitDocumentError when the fit's parameters are not those of its law
 */
export function predictorOf(fit: Fit): Predictor {
  const shape: LawShape = {
    domains: fit.domains,
    targets: fit.targets,
    targetDomain: fit.targetDomain,
    modelSizeVaries: fit.modelSizeVaries,
    tokensVary: fit.tokensVary,
  };
  const law = lawById(fit.law);
  const model = law.build(shape, fit.options);
  const theta = parametersInOrder(fit, model);
  const modelSizeOf = (modelSize: number): number =>
    fit.modelSizeRange === undefined
      ? UNKNOWN_MODEL_SIZE
      : law.usesModelSize
        ? checked(modelSize, 'model size')
        : modelSize;
  const tokensOf = (tokens: number): number =>
    fit.tokensRange === undefined ? UNKNOWN_TOKENS : law.usesTokens ? checked(tokens, 'number of tokens') : tokens;
  return {
    domains: fit.domains,
    targets: fit.targets,
    targetDomain: fit.targetDomain,
    predict(mixture, modelSize, tokens, losses) {
      model.predict(theta, mixture, modelSizeOf(modelSize), tokensOf(tokens), losses);
    },
    gradient(mixture, modelSize, tokens, losses, jacobian) {
      model.mixtureJacobian(theta, mixture, modelSizeOf(modelSize), tokensOf(tokens), losses, jacobian);
    },
    ...(model.mixtureHessian && {
      hessian(mixture, modelSize, tokens, weights, hessian) {
        model.mixtureHessian!(theta, mixture, modelSizeOf(modelSize), tokensOf(tokens), weights, hessian);
      },
    }),
  };
}

function checked(value: number, what: string): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new PredictionError('no-scale', `This law needs a ${what} to predict at.`, `Give a ${what} above 0.`);
}

function parametersInOrder(fit: Fit, model: LawModel): Float64Array {
  const values = new Map(fit.parameters.map((parameter) => [parameter.name, parameter.value]));
  return Float64Array.from(model.parameters, ({ name }) => {
    const value = values.get(name);
    if (value !== undefined && Number.isFinite(value)) return value;
    throw new FitDocumentError(
      'parameter-missing',
      `The fit has no value for ${name} of ${model.law.title}.`,
      'Fit the runs again; the document is incomplete or was made by another version.',
    );
  });
}

/** Predicted losses of runs, shape [n × M], at each run's own mixture, model size and tokens. */
export function predictRuns(model: LawModel, theta: Float64Array, runs: Runs): Float64Array {
  const K = runs.domains.length;
  const M = runs.targets.length;
  const predicted = new Float64Array(rowCount(runs) * M);
  for (let run = 0; run < rowCount(runs); run++) {
    const mixture = runs.mixtures.subarray(run * K, run * K + K);
    model.predict(theta, mixture, runs.modelSizes[run]!, runs.tokens[run]!, predicted.subarray(run * M, run * M + M));
  }
  return predicted;
}
