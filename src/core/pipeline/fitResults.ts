import { t } from '../l10n';
import { FitError } from '../errors';
import type { FitDocument, NamedMixture } from '../fitfile/types';
import { makeFitDocument } from '../fitfile/document';
import { UNKNOWN_MODEL_SIZE, UNKNOWN_TOKENS } from '../fit/data';
import type { Fit, FitProgress, RequestedOptions } from '../fit/types';
import { autoOptions } from '../judge/auto';
import { AUTO, type Comparison } from '../judge/comparison';
import { runUnits, type Executor } from '../judge/executor';
import { fitInLanes } from '../judge/fitInLanes';
import { settledOptions } from '../judge/prior';
import { readResults } from '../results/read';
import type { ResultsOptions, ResultsReading } from '../results/types';
import { conclude, planOf, prepareComparison, type CompareRequest, type PreparedComparison } from './comparePlan';
import { recommendTogether, lawsAsGoodAsBest } from './consensus';
import type { LoadedFile } from './files';

export interface FitInput {
  readonly files: readonly LoadedFile[];
  /** What the document calls each file: its path relative to the document, with `/`. */
  readonly documentNames: readonly string[];
  readonly results: ResultsOptions;
  readonly options: RequestedOptions;
  /** 0-based data rows; all rows train when absent. */
  readonly split?: { readonly train: readonly number[]; readonly validation: readonly number[] };
  /** Kept in the document if it was made of the same files. */
  readonly comparison?: Comparison;
  /** Mixtures named in an earlier document of the same data; kept if the domains are still the same. */
  readonly whatIfs?: { readonly domains: readonly string[]; readonly mixtures: readonly NamedMixture[] };
}

export interface FitOutcome {
  readonly document: FitDocument;
  /** Time of the fit alone: neither reading nor recommending. */
  readonly seconds: number;
}

/**
 * The main job, the same in the editor and on the command line: results files → runs → fit → recommended mixture →
 * document. Same input, same document, however many threads the executor has.
 *
 * Fits the law that is named; when that is `auto`, the law that predicts best under cross-validation among the training
 * rows and those as good, whose average is then what the recommendation minimises. The document holds
 * the comparison that chose: the one given, if it was made of the same files, or a new one.
 * @throws ResultsError, FitError
 */
export async function fitResults(
  executor: Executor,
  input: FitInput,
  onProgress?: (progress: FitProgress) => void,
): Promise<FitOutcome> {
  onProgress?.({ phase: 'reading', done: 0, total: 1 });
  const reading = readResults(input.files, input.results);
  if (input.split) refuseRowsBeyond(reading.totalRows, input.split);
  // A comparison of other data would mislead.
  const known = comparisonOfFiles(input);
  const comparison =
    known ?? (input.options.law === AUTO ? await comparisonToChoose(executor, input, reading, onProgress) : undefined);
  return fitReading(executor, input, reading, comparison, onProgress);
}

async function comparisonToChoose(
  executor: Executor,
  input: FitInput,
  reading: ResultsReading,
  onProgress?: (progress: FitProgress) => void,
): Promise<Comparison> {
  const prepared = prepareAuto(reading, input.options, input.split);
  const plan = planOf(prepared);
  const results = await runUnits(executor, prepared.runs, plan, plan.units, onProgress);
  return conclude(prepared, plan, results, hashesOf(input.files));
}

/** The comparison that chooses a law: within the training rows, so that held-out rows can still judge the choice. */
export function prepareAuto(
  reading: ResultsReading,
  options: RequestedOptions,
  split: FitInput['split'],
): PreparedComparison {
  if (split) refuseRowsBeyond(reading.totalRows, split);
  const within = split ? { within: split.train } : {};
  const candidates = prepareComparison(reading, within).runs;
  return prepareComparison(reading, {
    ...autoOptions(candidates, settledOptions(options)),
    ...within,
  } as CompareRequest);
}

export const hashesOf = (files: readonly LoadedFile[]): string[] => files.map(({ sha256 }) => sha256);

export function stampsOf(input: Pick<FitInput, 'files' | 'documentNames'>, reading: ResultsReading) {
  return input.files.map(({ bytes, sha256 }, i) => ({
    name: input.documentNames[i] as string,
    bytes: bytes.length,
    sha256,
    format: reading.files[i]?.format ?? '',
  }));
}

async function fitReading(
  executor: Executor,
  input: FitInput,
  reading: ResultsReading,
  comparison: Comparison | undefined,
  onProgress?: (progress: FitProgress) => void,
): Promise<FitOutcome> {
  const report = (phase: FitProgress['phase']): void => onProgress?.({ phase, done: 0, total: 1 });
  const split = input.split && { train: [...input.split.train], validation: [...input.split.validation] };
  const chosen = input.options.law === AUTO && comparison ? lawsAsGoodAsBest(comparison) : [undefined];
  const before = performance.now();
  const judged: { readonly fit: Fit; readonly error: number }[] = [];
  for (const law of chosen) {
    const options = { ...input.options, ...(law ? { law: law.law } : {}) };
    judged.push({
      fit: await fitInLanes(executor, reading.runs, options, split, onProgress),
      error: law?.error ?? NaN,
    });
  }
  const { fit } = judged[0]!;
  const seconds = (performance.now() - before) / 1000;
  report('recommending');
  const { recommendation, consensus } = recommendTogether(judged, { ...targetScale(fit), seed: fit.options.seed });
  report('writing');
  return {
    document: makeFitDocument({
      files: stampsOf(input, reading),
      reading,
      fit,
      recommendation,
      ...(consensus ? { consensus } : {}),
      ...(comparison ? { comparison } : {}),
      ...(input.whatIfs?.domains.join('\0') === fit.domains.join('\0') ? { whatIfs: input.whatIfs.mixtures } : {}),
    }),
    seconds,
  };
}

const comparisonOfFiles = ({ comparison, files }: FitInput): Comparison | undefined =>
  comparison?.files.join() === hashesOf(files).join() ? comparison : undefined;

/** Rows that were dropped may well be in a split, rows that never were may not. */
function refuseRowsBeyond(totalRows: number, { train, validation }: NonNullable<FitInput['split']>): void {
  const beyond = [...train, ...validation].find((row) => row >= totalRows);
  if (beyond === undefined) return;
  throw new FitError(
    'bad-rows',
    t('The split names row {0}, but the file has {1} rows (0 … {2}).', beyond, totalRows, totalRows - 1),
    t('Count data rows from 0, the header not among them.'),
  );
}

/** The largest model and the most tokens measured: where people ask first. The fit's own stand-ins where the data says none. */
export function targetScale(fit: Fit): { readonly modelSize: number; readonly tokens: number } {
  return {
    modelSize: fit.modelSizeRange?.[1] ?? fit.options.modelSize ?? UNKNOWN_MODEL_SIZE,
    tokens: fit.tokensRange?.[1] ?? fit.options.tokens ?? UNKNOWN_TOKENS,
  };
}
