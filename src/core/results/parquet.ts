import { parquetMetadata, parquetRead, parquetSchema } from 'hyparquet';
import { decompressGzip, decompressLz4Raw, decompressZstd } from 'hyparquet-compressors';
import { ResultsError } from '../errors';
import { type Json, putCell } from './json';
import { type Table, TableBuilder } from './table';
import { refuseTooLarge } from './text';
import { quoted } from '../words';
import type { FileBytes } from './types';

export const isParquet = (bytes: Uint8Array): boolean => [0x50, 0x41, 0x52, 0x31].every((byte, i) => bytes[i] === byte);

/** What the columns of a file may unpack to, as a multiple of the largest file accepted: they are compressed well. */
const MOST_UNPACKED = 10;
/** More runs than anyone has; a file that claims more rows than this is refused before they are made. */
const MAX_ROWS = 5_000_000;

/** Parquet → Table; nested columns get dotted names. Throws `invalid-parquet`, `too-many-rows`, `file-too-large`. */
export async function readParquet({ name, bytes }: FileBytes, maxBytes: number): Promise<Table> {
  const buffer = bytes.slice().buffer;
  try {
    const metadata = parquetMetadata(buffer);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const rowCount = Number(metadata.num_rows);
    if (rowCount > MAX_ROWS || metadata.row_groups.some(({ num_rows }) => Number(num_rows) > MAX_ROWS))
      throw new ResultsError(
        'too-many-rows',
        `${quoted(name)} says it has more than ${MAX_ROWS} rows.`,
        'Keep one row for each run or checkpoint.',
        { file: name },
      );
    const unpacked = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
    refuseTooLarge(name, unpacked / MOST_UNPACKED, maxBytes);
    let rows: readonly (readonly unknown[])[] = [];
    await parquetRead({
      file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
      metadata,
      geoparquet: false,
      compressors: { GZIP: decompressGzip, ZSTD: (input) => decompressZstd(input), LZ4_RAW: decompressLz4Raw },
      onComplete: (complete) => (rows = complete),
    });
    return tableOf(name, names, rows);
  } catch (error) {
    if (error instanceof ResultsError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new ResultsError(
      'invalid-parquet',
      `${quoted(name)} cannot be read as Parquet: ${quoted(what.replace(/^parquet /, ''), 200)}.`,
      'Write it again with the compression snappy, zstd, gzip or none, or export it as CSV: pandas.read_parquet(…).to_csv(…, index=False).',
      { file: name },
    );
  }
}

function tableOf(name: string, names: readonly string[], rows: readonly (readonly unknown[])[]): Table {
  const builder = new TableBuilder(name, 'Parquet');
  rows.forEach((cells, i) => {
    builder.startRow(i + 1);
    names.forEach((column, k) => putCell(builder, column, plain(cells[k], 0)));
  });
  return builder.build();
}

/** Deeper than `putCell` looks. */
const MAX_DEPTH = 8;

/** A Parquet value as JSON has it; 64-bit integers that a double cannot hold become text, so that ids stay apart. */
function plain(value: unknown, depth: number): Json {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined;
  if (value instanceof Uint8Array) return undefined;
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as ArrayLike<unknown>, (cell) => plain(cell, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, cell]) => [key, plain(cell, depth + 1)]));
}
