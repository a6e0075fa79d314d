import { FitError } from '../errors';
import type { FitDocument } from '../fitfile/types';
import { makeFitDocument } from '../fitfile/document';
import { UNKNOWN_MODEL_SIZE, UNKNOWN_TOKENS } from '../fit/data';
import { fitLaw } from '../fit/fit';
import { predictorOf } from '../fit/predictor';
import type { Fit, FitOptions, FitProgress } from '../fit/types';
import { recommend } from '../recommend/recommend';
import { readResults } from '../results/read';
import type { ResultsOptions } from '../results/types';
import type { LoadedFile } from './files';

export interface FitInput {
  readonly files: readonly LoadedFile[];
  /** What the document calls each file: its path relative to the document, with `/`. */
  readonly documentNames: readonly string[];
  readonly results: ResultsOptions;
  readonly options: Partial<FitOptions>;
  /** 0-based data rows; all rows train when absent. */
  readonly split?: { readonly train: readonly number[]; readonly validation: readonly number[] };
}

export interface FitOutcome {
  readonly document: FitDocument;
  /** Time of the fit alone: neither reading nor recommending. */
  readonly seconds: number;
}

/**
 * The main job, the same in the editor and on the command line: results files → runs → fit → recommended mixture →
 * document. Same input, same document.
 * @throws ResultsError, FitError
 */
export function fitResults(input: FitInput, onProgress?: (progress: FitProgress) => void): FitOutcome {
  const report = (phase: FitProgress['phase']): void => onProgress?.({ phase, done: 0, total: 1 });
  report('reading');
  const reading = readResults(input.files, input.results);
  const split = input.split && { train: [...input.split.train], validation: [...input.split.validation] };
  if (split) refuseRowsBeyond(reading.totalRows, split);
  const before = performance.now();
  const fit = fitLaw(reading.runs, input.options, split, onProgress);
  const seconds = (performance.now() - before) / 1000;
  report('recommending');
  const recommendation = recommend(predictorOf(fit), { ...targetScale(fit), seed: fit.options.seed });
  report('writing');
  const files = input.files.map(({ bytes, sha256 }, i) => ({
    name: input.documentNames[i] as string,
    bytes: bytes.length,
    sha256,
    format: reading.files[i]?.format ?? '',
  }));
  return { document: makeFitDocument({ files, reading, fit, recommendation }), seconds };
}

/** Rows that were dropped may well be in a split, rows that never were may not. */
function refuseRowsBeyond(totalRows: number, { train, validation }: NonNullable<FitInput['split']>): void {
  const beyond = [...train, ...validation].find((row) => row >= totalRows);
  if (beyond === undefined) return;
  throw new FitError(
    'bad-rows',
    `The split names row ${beyond}, but the file has ${totalRows} rows (0 … ${totalRows - 1}).`,
    'Count data rows from 0, the header not among them.',
  );
}

/** The largest model and the most tokens measured: where people ask first. The fit's own stand-ins where the data says none. */
export function targetScale(fit: Fit): { readonly modelSize: number; readonly tokens: number } {
  return {
    modelSize: fit.modelSizeRange?.[1] ?? fit.options.modelSize ?? UNKNOWN_MODEL_SIZE,
    tokens: fit.tokensRange?.[1] ?? fit.options.tokens ?? UNKNOWN_TOKENS,
  };
}
