import { t } from '../l10n';
import { decompress } from 'fzstd';
import { type DecodedArray, parquetMetadata, parquetSchema, type SchemaTree } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { readColumn } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { getTreePath } from 'hyparquet/src/schema.js';
import { ResultsError } from '../errors';
import { type Json, putCell } from './json';
import { type ColumnDecoder, refuseUnlikely, unpackedBytes } from './parquet-pages';
import { type Table, TableBuilder } from './table';
import { DEFAULT_MAX_BYTES, refuseTooLarge } from './text';
import { quoted } from '../words';
import type { FileBytes } from './types';

type Metadata = ReturnType<typeof parquetMetadata>;
type RowGroup = Metadata['row_groups'][number];

export const isParquet = (bytes: Uint8Array): boolean => [0x50, 0x41, 0x52, 0x31].every((byte, i) => bytes[i] === byte);

/** What a file may unpack to, as a multiple of the largest file accepted: columns are compressed well. */
const MOST_UNPACKED = 10;
/** More rows than any results file has; one that claims more is refused before they are made. */
const MAX_ROWS = 5_000_000;

/** Snappy, the default of pandas, is built into hyparquet; zstd is the default of polars. */
const compressors = { ZSTD: (input: Uint8Array): Uint8Array => decompress(input) };

/**
 * Parquet → Table; nested columns get dotted names. The pages are decoded one after the other by hyparquet's own
 * functions: its reader of whole files waits for reads of a remote file, and here the bytes are all there.
 * Throws `invalid-parquet`, `file-too-large`.
 */
export function readParquet({ name, bytes }: FileBytes, maxBytes = DEFAULT_MAX_BYTES): Table {
  try {
    const metadata = parquetMetadata(bytes, { geoparquet: false });
    const schema = parquetSchema(metadata);
    const groups = metadata.row_groups.filter(({ num_rows }) => num_rows !== 0n);
    const rowCount = groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
    const named = schema.children.every(({ element }) => typeof element.name === 'string');
    refuseUnlikely(
      rowCount <= MAX_ROWS && schema.children.length > 0 && named,
      'number of rows, or the list of columns,',
    );
    const budget = { name, left: MOST_UNPACKED * maxBytes, maxBytes };
    const builder = new TableBuilder(name, 'Parquet');
    let row = 0;
    for (const group of groups) {
      const columns = schema.children.map((column) => columnOf(column, group, schema, bytes, budget));
      for (let i = 0; i < Number(group.num_rows); i++) {
        builder.startRow(++row);
        schema.children.forEach(({ element }, k) => putCell(builder, element.name, plain(columns[k]?.[i], 0)));
      }
    }
    return builder.build();
  } catch (error) {
    if (error instanceof ResultsError) throw error;
    // What hyparquet stumbles over says nothing to a user; its own errors do.
    const told = error instanceof Error && error.constructor === Error ? error.message : 'it is damaged or cut off';
    throw new ResultsError(
      'invalid-parquet',
      t('{0} cannot be read as Parquet: {1}.', quoted(name), quoted(told.replace(/^parquet /, ''), 200)),
      t(
        'Write it again with the compression snappy, zstd or none, or export it as CSV: pandas.read_parquet(…).to_csv(…, index=False).',
      ),
      { file: name },
    );
  }
}

/** What the pages of a file may still unpack to, in bytes. */
interface Budget {
  readonly name: string;
  readonly maxBytes: number;
  left: number;
}

/** The cells of a column in a row group, its nested columns put together. */
function columnOf(
  column: SchemaTree,
  group: RowGroup,
  schema: SchemaTree,
  bytes: Uint8Array,
  budget: Budget,
): DecodedArray {
  const cells = new Map<string, DecodedArray>();
  for (const { meta_data: chunk } of group.columns) {
    if (chunk?.path_in_schema[0] !== column.element.name) continue;
    const schemaPath = getTreePath(schema, chunk.path_in_schema);
    const { element } = schemaPath.at(-1) as SchemaTree;
    const start = Number(chunk.dictionary_page_offset ?? 0n) || Number(chunk.data_page_offset);
    const length = Number(chunk.total_compressed_size);
    refuseUnlikely(start > 0 && length >= 0 && start + length <= bytes.length, 'place of a column');
    // A copy: hyparquet makes typed arrays of the buffer below its view.
    const view = new DataView(bytes.slice(start, start + length).buffer);
    const rows = Number(group.num_rows);
    const decoder: ColumnDecoder = {
      pathInSchema: chunk.path_in_schema,
      type: chunk.type,
      codec: chunk.codec,
      element,
      schemaPath,
      parsers: DEFAULT_PARSERS,
      compressors,
    };
    budget.left -= unpackedBytes(view, decoder, budget.left);
    if (budget.left < 0)
      refuseTooLarge(`${budget.name}, unpacked,`, 2 * MOST_UNPACKED * budget.maxBytes, budget.maxBytes);
    const selection = { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows };
    const { data } = readColumn({ view, offset: 0 }, selection, decoder);
    cells.set(
      chunk.path_in_schema.join('.'),
      data.flatMap((page) => Array.from(page as ArrayLike<unknown>)),
    );
  }
  assembleNested(cells, column, DEFAULT_PARSERS);
  return cells.get(column.element.name) ?? [];
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
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || value instanceof Uint8Array) return undefined;
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as ArrayLike<unknown>, (cell) => plain(cell, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, cell]) => [key, plain(cell, depth + 1)]));
}
