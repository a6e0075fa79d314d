import type { CurrentMixture, Freshness, Stock } from '../src/core/contract/panel';
import type { FitDocument, JsonNumber } from '../src/core/fitfile/types';
import { PredictionError } from '../src/core/errors';
import { predictorOf } from '../src/core/fit/predictor';
import { membersOf, predictorOfDocument } from '../src/core/fitfile/consensus';
import type { Predictor } from '../src/core/fit/types';
import type { Law } from '../src/core/laws/law';
import { laws } from '../src/core/laws/registry';
import type { LossKind, Runs } from '../src/core/results/runs';

/** One measured loss beside the law's. */
export interface Entry {
  /** Position in the observations. */
  readonly position: number;
  /** 0-based data row of the results file. */
  readonly row: number;
  readonly target: number;
  readonly observed: number;
  readonly predicted: number;
  /** (predicted − observed) / observed. */
  readonly error: number;
  readonly validation: boolean;
  /** The target's own domain has a weight above 0 in that run (always so for a target that is no domain). */
  readonly positive: boolean;
}

/** The runs of a document, with NaN where it says null. n rows, K domains, M targets. */
export interface Observations {
  readonly count: number;
  readonly rows: readonly number[];
  readonly mixtures: readonly Float64Array[];
  readonly losses: readonly Float64Array[];
  /** Millions of parameters, as the fit saw them. */
  readonly modelSizes: Float64Array;
  /** Billions of tokens, likewise. */
  readonly tokens: Float64Array;
  readonly validation: readonly boolean[];
}

/** A fit document made ready for the page: fixed until the host shows another. */
export interface Session {
  readonly fileName: string;
  readonly document: FitDocument;
  readonly freshness: Freshness;
  readonly current: CurrentMixture | undefined;
  /** What the settings say of the tokens that exist. */
  readonly stock: Stock | undefined;
  readonly predictor: Predictor;
  /** Of the document's own fit; the predictor may rest on others besides. */
  readonly law: Law | undefined;
  /** What the predictor's laws depend on, as far as they are known. */
  readonly usesModelSize: boolean;
  readonly usesTokens: boolean;
  readonly observations: Observations;
  /** The same runs as the core takes them. */
  readonly runs: Runs;
  /** Every measured loss that has a prediction; computed when first asked for. */
  entries(): readonly Entry[];
  /** Smallest and largest model size measured (millions); undefined when the data does not say. */
  readonly modelSizeRange: readonly [number, number] | undefined;
  /** Smallest and largest number of tokens measured (billions); undefined when the data does not say. */
  readonly tokensRange: readonly [number, number] | undefined;
}

const number = (value: JsonNumber | undefined): number => value ?? NaN;
const numbers = (values: readonly JsonNumber[], override: number | undefined): Float64Array =>
  Float64Array.from(values, (value) => override ?? number(value));

/** Rows one after the other. In plain loops: documents have hundreds of thousands of numbers. */
function flat(rows: readonly (readonly JsonNumber[])[], width: number): Float64Array {
  const values = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as readonly JsonNumber[];
    for (let k = 0; k < width; k++) values[i * width + k] = row[k] ?? NaN;
  }
  return values;
}

const rowsOf = (values: Float64Array, count: number): Float64Array[] =>
  Array.from({ length: count }, (_, i) =>
    values.subarray((i * values.length) / count, ((i + 1) * values.length) / count),
  );

export function openSession(
  document: FitDocument,
  fileName: string,
  freshness: Freshness,
  current: CurrentMixture | undefined,
  stock?: Stock,
): Session {
  const { fit } = document;
  const mixtures = flat(document.observations.mixtures, fit.domains.length);
  const losses = flat(document.observations.losses, fit.targets.length);
  const observations = observationsOf(document, mixtures, losses);
  // What is recommended rests on all laws of the document; how well the fit fits is a matter of its own law.
  const predictor = predictorOfDocument(document);
  const members = membersOf(document).map((member) => laws.find((law) => law.id === member.fit.law));
  let entries: readonly Entry[] | undefined;
  const fits = current?.mixture.length === fit.domains.length;
  return {
    fileName,
    document,
    freshness,
    current: fits ? current : undefined,
    stock: stock?.available.length === fit.domains.length ? stock : undefined,
    predictor,
    law: laws.find((law) => law.id === fit.law),
    usesModelSize: members.some((law) => law?.usesModelSize ?? true),
    usesTokens: members.some((law) => law?.usesTokens ?? true),
    observations,
    runs: runsOf(document, observations, mixtures, losses),
    entries: () => (entries ??= entriesOf(document, observations, predictorOf(fit))),
    modelSizeRange: fit.modelSizeRange,
    tokensRange: fit.tokensRange,
  };
}

function observationsOf(document: FitDocument, mixtures: Float64Array, losses: Float64Array): Observations {
  const { observations, fit } = document;
  const heldOut = new Set(fit.rows.validation);
  const count = observations.rows.length;
  return {
    count,
    rows: observations.rows,
    mixtures: rowsOf(mixtures, count),
    losses: rowsOf(losses, count),
    modelSizes: numbers(observations.modelSizes, fit.options.modelSize),
    tokens: numbers(observations.tokens, fit.options.tokens),
    validation: observations.rows.map((row) => heldOut.has(row)),
  };
}

function runsOf(document: FitDocument, observations: Observations, mixtures: Float64Array, losses: Float64Array): Runs {
  const { domains, targets, targetDomain } = document.fit;
  return {
    domains,
    targets,
    targetDomain,
    mixtures,
    weightSums: new Float64Array(observations.count).fill(1),
    losses,
    modelSizes: observations.modelSizes,
    tokens: observations.tokens,
    rows: Int32Array.from(observations.rows),
    runIds: Int32Array.from(document.observations.runIds),
    lossKind: document.data.lossKind as LossKind,
  };
}

function entriesOf(document: FitDocument, observations: Observations, predictor: Predictor): Entry[] {
  const { targets, targetDomain } = document.fit;
  const predicted = new Float64Array(targets.length);
  const entries: Entry[] = [];
  for (let position = 0; position < observations.count; position++) {
    const mixture = observations.mixtures[position] as Float64Array;
    if (!predictRow(predictor, mixture, observations, position, predicted)) continue;
    for (let target = 0; target < targets.length; target++) {
      const observed = observations.losses[position]?.[target] ?? NaN;
      const prediction = predicted[target] as number;
      if (!Number.isFinite(observed) || !Number.isFinite(prediction)) continue;
      const domain = targetDomain[target] ?? -1;
      entries.push({
        position,
        row: observations.rows[position] as number,
        target,
        observed,
        predicted: prediction,
        error: (prediction - observed) / observed,
        validation: observations.validation[position] === true,
        positive: domain < 0 || (mixture[domain] as number) > 0,
      });
    }
  }
  return entries;
}

/** False where the law needs a scale that this row does not have. */
function predictRow(
  predictor: Predictor,
  mixture: Float64Array,
  { modelSizes, tokens }: Observations,
  position: number,
  losses: Float64Array,
): boolean {
  try {
    predictor.predict(mixture, modelSizes[position] as number, tokens[position] as number, losses);
    return true;
  } catch (error) {
    if (error instanceof PredictionError) return false;
    throw error;
  }
}

/** Smallest and largest finite number, or undefined when there is none. */
export function rangeOf(values: Iterable<number>): readonly [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}
