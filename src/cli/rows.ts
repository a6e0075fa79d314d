import { FitError, type MixlawError } from '../core/errors';
import { baseName, loadFile } from '../core/pipeline/files';
import { decodeText } from './data';
import type { Io } from './io';

/** Data rows, the first being 0. */
export interface Rows {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

const MAX_BYTES = 50_000_000;

/** One split: `{"train": […], "validation": […]}`. */
export async function readSplit(path: string, io: Io): Promise<Rows> {
  const invalid = invalidRows(path, 'Write {"train": [0, 1, 2], "validation": [3, 4]}.');
  return rowsOf(await readJson(path, io, invalid), invalid, '');
}

/** One split, or several: `{"splits": [{"train": […], "validation": […]}, …]}`. */
export async function readSplits(path: string, io: Io): Promise<readonly Rows[]> {
  const invalid = invalidRows(
    path,
    'Write {"train": [0, 1, 2], "validation": [3, 4]}, or {"splits": [{"train": …, "validation": …}, …]}.',
  );
  const parsed = await readJson(path, io, invalid);
  if (typeof parsed !== 'object' || parsed === null || !('splits' in parsed)) return [rowsOf(parsed, invalid, '')];
  if (!Array.isArray(parsed.splits) || parsed.splits.length === 0) throw invalid('has “splits” that are no list');
  return parsed.splits.map((split: unknown, i) => rowsOf(split, invalid, `split ${i + 1} `));
}

type Invalid = (what: string) => MixlawError;

const invalidRows =
  (path: string, hint: string): Invalid =>
  (what) =>
    new FitError('bad-rows', `${baseName(path)} ${what}.`, hint, { file: path });

async function readJson(path: string, io: Io, invalid: Invalid): Promise<unknown> {
  const { bytes } = await loadFile(io.disk, path, MAX_BYTES);
  try {
    return JSON.parse(decodeText(bytes, path)) as unknown;
  } catch (error) {
    throw invalid(`is not JSON (${(error as Error).message})`);
  }
}

function rowsOf(value: unknown, invalid: Invalid, which: string): Rows {
  const has = which === '' ? 'has' : `has a ${which}with`;
  if (typeof value !== 'object' || value === null || !('train' in value)) throw invalid(`${has} no list “train”`);
  const validation = 'validation' in value ? value.validation : [];
  if (!isRowList(value.train)) throw invalid(`${has} a “train” that is not a list of row numbers`);
  if (!isRowList(validation)) throw invalid(`${has} a “validation” that is not a list of row numbers`);
  const training = new Set(value.train);
  const both = validation.find((row) => training.has(row));
  if (both !== undefined) throw invalid(`${has} row ${both} in both “train” and “validation”`);
  return { train: value.train, validation };
}

const isRowList = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((row) => Number.isInteger(row) && row >= 0);
