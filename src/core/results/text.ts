import { t } from '../l10n';
import { ResultsError } from '../errors';
import { locate } from '../json';
import { formatCount } from '../quantity';
import { quoted } from '../words';
import type { FileBytes } from './types';

/** Files beyond this are not results of proxy runs (a run is a row); reading them would only fill the memory. */
export const DEFAULT_MAX_BYTES = 100_000_000;

/** Refuses a file by its size alone: callers who know the size can ask before reading. Throws `file-too-large`. */
export function refuseTooLarge(name: string, bytes: number, maxBytes = DEFAULT_MAX_BYTES): void {
  if (bytes <= maxBytes) return;
  const megabytes = (count: number): string => `${formatCount(Math.round(count / 1e6))} MB`;
  throw new ResultsError(
    'file-too-large',
    t('{0} is {1}; results files up to {2} are read.', quoted(name), megabytes(bytes), megabytes(maxBytes)),
    t('Keep one row for each run or checkpoint, or raise the limit (setting mixlaw.maxFileSizeMB, flag --max-size).'),
    { file: name },
  );
}

const MAGIC: readonly (readonly [readonly number[], string, string])[] = [
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file', 'Export it as CSV: pandas.read_parquet(…).to_csv(…, index=False).'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive or an Excel workbook', 'Export the sheet as CSV, or unpack the archive.'],
  [[0x1f, 0x8b], 'a gzip archive', 'Unpack it first.'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a Zstandard archive', 'Unpack it first.'],
];

/**
 * Bytes to text: UTF-8 with or without byte-order mark, or UTF-16 with one; every line end becomes `\n`.
 * Throws `empty-file`, `binary-file`, `invalid-utf8` (with line and column).
 */
export function decodeText(file: FileBytes): string {
  const { name, bytes } = file;
  for (const [magic, what, remedy] of MAGIC) {
    if (magic.every((byte, i) => bytes[i] === byte))
      throw new ResultsError('binary-file', t('{0} is {1}, not text.', quoted(name), what), remedy, { file: name });
  }
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  if (encoding === 'utf-8' && bytes.subarray(0, 65_536).includes(0))
    throw new ResultsError(
      'binary-file',
      t('{0} is a binary file, not text.', quoted(name)),
      t('Export the results as CSV, TSV, JSON or JSONL in UTF-8.'),
      { file: name },
    );
  const text = decode(bytes, encoding, name);
  if (text.trim() === '')
    throw new ResultsError(
      'empty-file',
      t('{0} is empty.', quoted(name)),
      t('A results file has a header line and one row per run: mixture weights and validation losses.'),
      { file: name },
    );
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function decode(bytes: Uint8Array, encoding: string, name: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const lenient = new TextDecoder(encoding).decode(bytes);
    const location = locate(lenient, Math.max(0, lenient.indexOf('\ufffd')));
    throw new ResultsError(
      'invalid-utf8',
      t(
        '{0} is not valid {1}: line {2}, column {3}.',
        quoted(name),
        encoding.toUpperCase(),
        location.line,
        location.column,
      ),
      t('Save the file in the encoding UTF-8.'),
      { file: name, ...location },
    );
  }
}
