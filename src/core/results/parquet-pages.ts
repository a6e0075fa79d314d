import { parquetHeader, type readColumn } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';

/**
 * The decoder trusts what a file says about itself: one wrong byte can make it loop for ever, or fill the memory. Here the
 * pages of a column are walked before it sees them, and what cannot be right is refused.
 */

export type ColumnDecoder = Parameters<typeof readColumn>[2];
type PageHeader = ReturnType<typeof parquetHeader>;

/** More values than any results file has in a page. */
const MAX_VALUES = 5_000_000;

export function refuseUnlikely(likely: boolean, what: string): asserts likely {
  if (!likely) throw new Error(`the ${what} cannot be right`);
}

/** Bytes the pages of a column chunk unpack to, at most `most`. Throws when a page cannot be right. */
export function unpackedBytes(chunk: DataView, decoder: ColumnDecoder, most: number): number {
  const reader = { view: chunk, offset: 0 };
  let total = 0;
  while (reader.offset < chunk.byteLength - 1) {
    const page = parquetHeader(reader);
    const { compressed_page_size: size, uncompressed_page_size: unpacked } = page;
    const headers = [page.data_page_header, page.dictionary_page_header, page.data_page_header_v2];
    const counts = headers.flatMap((header) => (header ? [header.num_values] : []));
    const likely = [size, unpacked, ...counts].every((count) => Number.isInteger(count) && count >= 0);
    refuseUnlikely(likely && counts.every((count) => count <= MAX_VALUES), 'header of a page');
    refuseUnlikely(reader.offset + size <= chunk.byteLength, 'size of a page');
    total += unpacked;
    if (total > most) return total;
    refuseRuns(page, new Uint8Array(chunk.buffer, chunk.byteOffset + reader.offset, size), decoder);
    reader.offset += size;
  }
  return total;
}

/** Levels, and values by dictionary, are runs: each says how many values it holds. */
function refuseRuns(page: PageHeader, bytes: Uint8Array, decoder: ColumnDecoder): void {
  const { schemaPath, codec, compressors } = decoder;
  const levels = [getMaxRepetitionLevel(schemaPath), getMaxDefinitionLevel(schemaPath)].map(
    (most) => 32 - Math.clz32(most),
  );
  const { data_page_header: first, data_page_header_v2: second } = page;
  if (page.type === 'DATA_PAGE' && first) {
    const unpacked = decompressPage(bytes, page.uncompressed_page_size, codec, compressors);
    let offset = 0;
    for (const width of levels) {
      if (width === 0) continue;
      checkRuns(unpacked, offset + 4, width, first.num_values);
      offset += 4 + uint32(unpacked, offset);
    }
    checkValues(unpacked, offset, first.encoding, first.num_values);
  } else if (page.type === 'DATA_PAGE_V2' && second) {
    const lengths = [second.repetition_levels_byte_length, second.definition_levels_byte_length];
    const [repetition = NaN, definition = NaN] = lengths;
    const values = repetition + definition;
    const nulls = second.num_nulls >= 0 && second.num_nulls <= second.num_values;
    refuseUnlikely(nulls && lengths.every((length) => length >= 0) && values <= bytes.length, 'header of a page');
    levels.forEach((width, i) => {
      if (width > 0) checkRuns(bytes, i === 0 ? 0 : repetition, width, second.num_values);
    });
    const rest = bytes.subarray(values);
    const packed = second.is_compressed !== false;
    const unpacked = packed ? decompressPage(rest, page.uncompressed_page_size - values, codec, compressors) : rest;
    checkValues(unpacked, 0, second.encoding, second.num_values - second.num_nulls);
  }
}

function checkValues(bytes: Uint8Array, offset: number, encoding: string, count: number): void {
  const width = bytes[offset] ?? 0;
  if (encoding.endsWith('_DICTIONARY') && width > 0) checkRuns(bytes, offset + 1, width, count);
  if (encoding === 'RLE') checkRuns(bytes, offset + 4, 1, count);
}

const uint32 = (bytes: Uint8Array, offset: number): number => {
  refuseUnlikely(offset + 4 <= bytes.length, 'length of the levels');
  return new DataView(bytes.buffer, bytes.byteOffset + offset, 4).getUint32(0, true);
};

/** Writers fill the last group of bit-packed values up. */
const SURPLUS = 504;

/** Runs of the hybrid of run lengths and bit packing, until they hold `count` values of `width` bits. */
function checkRuns(bytes: Uint8Array, start: number, width: number, count: number): void {
  refuseUnlikely(width <= 32, 'width of the values');
  let offset = start;
  let seen = 0;
  // Fewer values than promised come out as empty cells; more would be written beyond the end.
  while (seen < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[offset++];
      refuseUnlikely(byte !== undefined && shift < 28, 'length of a run');
      header += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const half = Math.floor(header / 2);
    // Bit-packed values come in eights.
    const values = header % 2 === 1 ? 8 * half : half;
    refuseUnlikely(values > 0 && seen + values <= count + SURPLUS, 'length of a run');
    seen += values;
    offset += header % 2 === 1 ? half * width : Math.ceil(width / 8);
  }
}
