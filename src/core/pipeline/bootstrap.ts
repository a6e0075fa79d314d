import { parseFitDocument, runsOf, serializeFitDocument } from '../fitfile/document';
import type { BootstrapSummary, FitDocument } from '../fitfile/types';
import { predictorOf } from '../fit/predictor';
import type { Fit, FitProgress } from '../fit/types';
import { quantile } from '../judge/bootstrap';
import { inLanes, type Executor, type Replicate } from '../judge/executor';
import { knownFit } from '../judge/refit';
import { deviation } from '../judge/scores';
import { selectRuns, type Runs } from '../results/runs';

const COVERAGE = 0.9;

/** The rows a document's law was fitted to. */
export function trainingRuns(document: FitDocument): Runs {
  const runs = runsOf(document);
  const train = new Set(document.fit.rows.train);
  return selectRuns(
    runs,
    Array.from(runs.rows.keys()).filter((at) => train.has(runs.rows[at]!)),
  );
}

/** Fits the law to resampled runs, searching from the optimum of the document's fit; replicates are numbered from 0. */
export function bootstrapReplicates(
  executor: Executor,
  document: FitDocument,
  seed: number,
  replicates: readonly number[],
  onProgress: (progress: FitProgress) => void = () => undefined,
): Promise<Replicate[]> {
  const runs = trainingRuns(document);
  const { options } = document.fit;
  const from = knownFit(document.fit);
  const total = replicates.length;
  return inLanes(
    replicates,
    executor.lanes,
    (replicate) => executor.replicate({ runs, options, seed, replicate, from }),
    (done) => onProgress({ phase: 'fitting', done, total, message: `bootstrap fit ${done} of ${total}` }),
  );
}

/** The document with what the replicates say about its parameters and about the losses of the recommended mixture. */
export function withBootstrap(document: FitDocument, seed: number, replicates: readonly Replicate[]): FitDocument {
  const { fit, recommendation } = document;
  const usable = replicates.filter(
    ({ parameters }) => parameters.length === fit.parameters.length && parameters.every((value) => value !== null),
  );
  const column = (p: number): number[] => usable.map(({ parameters }) => parameters[p]!);
  const losses = usable.map((replicate) => lossesOf(fit, replicate, recommendation));
  const bootstrap: BootstrapSummary = {
    seed,
    replicates: replicates.length,
    failed: replicates.length - usable.length,
    coverage: COVERAGE,
    parameters: fit.parameters.map(({ name }, p) => ({ name, ...spreadOf(column(p)) })),
    recommendedLosses: fit.targets.map((target, i) => ({ target, ...spreadOf(losses.map((values) => values[i]!)) })),
  };
  return { ...document, bootstrap };
}

/** A document as it comes out of its text: what another process would have. */
export const reread = (document: FitDocument): FitDocument =>
  parseFitDocument(serializeFitDocument(document), 'fit document');

function lossesOf(fit: Fit, { parameters }: Replicate, at: FitDocument['recommendation']): Float64Array {
  const drawn = { ...fit, parameters: fit.parameters.map((known, p) => ({ ...known, value: parameters[p]! })) };
  const losses = new Float64Array(fit.targets.length);
  predictorOf(drawn).predict(Float64Array.from(at.mixture), at.modelSize, at.tokens, losses);
  return losses;
}

function spreadOf(values: readonly number[]): { lower: number; upper: number; deviation: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (probability: number): number => (sorted.length === 0 ? NaN : quantile(sorted, probability));
  return { lower: at((1 - COVERAGE) / 2), upper: at((1 + COVERAGE) / 2), deviation: deviation(values) };
}
