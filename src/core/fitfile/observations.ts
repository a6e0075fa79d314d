import type { Fit } from '../fit/types';
import { rowCount, type Runs } from '../results/runs';
import type { FitDocument, JsonNumber } from './types';

const toJson = (value: number | undefined): JsonNumber =>
  value === undefined || !Number.isFinite(value) ? null : value;
const fromJson = (value: JsonNumber | undefined): number => value ?? NaN;

/** The rows a fit used (train and validation), in the order of the runs, with the losses of the fit's own targets. */
export function observationsOf(runs: Runs, fit: Pick<Fit, 'targets' | 'rows'>): FitDocument['observations'] {
  const K = runs.domains.length;
  const M = runs.targets.length;
  const used = new Set([...fit.rows.train, ...fit.rows.validation]);
  const positions = Array.from({ length: rowCount(runs) }, (_, i) => i).filter((i) => used.has(runs.rows[i] as number));
  // A law can leave targets out that measure no domain.
  const targets = fit.targets.map((target) => runs.targets.indexOf(target));
  return {
    rows: positions.map((i) => runs.rows[i] as number),
    runIds: positions.map((i) => runs.runIds[i] as number),
    mixtures: positions.map((i) => [...runs.mixtures.subarray(i * K, i * K + K)]),
    losses: positions.map((i) => targets.map((target) => toJson(runs.losses[i * M + target]))),
    modelSizes: positions.map((i) => toJson(runs.modelSizes[i])),
    tokens: positions.map((i) => toJson(runs.tokens[i])),
  };
}

/**
 * The runs of a fit document, for drawing them and judging laws on them again without the results file. Weights are
 * normalised already (weightSums are 1).
 */
export function runsOf({ data, fit, observations }: FitDocument): Runs {
  return {
    domains: fit.domains,
    targets: fit.targets,
    targetDomain: fit.targetDomain,
    mixtures: Float64Array.from(observations.mixtures.flat()),
    weightSums: new Float64Array(observations.rows.length).fill(1),
    losses: Float64Array.from(observations.losses.flat(), fromJson),
    modelSizes: Float64Array.from(observations.modelSizes, fromJson),
    tokens: Float64Array.from(observations.tokens, fromJson),
    rows: Int32Array.from(observations.rows),
    runIds: Int32Array.from(observations.runIds),
    lossKind: data.lossKind,
  };
}
