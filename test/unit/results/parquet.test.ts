import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { ResultsError } from '../../../src/core/errors';
import { readResults } from '../../../src/core/results/read';
import type { ResultsReading } from '../../../src/core/results/types';

type Write = Parameters<typeof parquetWriteBuffer>[0];

const written = (options: Write): Uint8Array => new Uint8Array(parquetWriteBuffer(options));
const read = (bytes: Uint8Array, name = 'runs.parquet'): ResultsReading => readResults([{ name, bytes }]);

const columns: Write['columnData'] = [
  { name: 'run_id', data: [9007199254740993n, 9007199254740995n, 9007199254740997n], type: 'INT64' },
  { name: 'model_size', data: ['70M', '160M', '160M'], type: 'STRING' },
  { name: 'n_tokens', data: [1_000_000_000n, 2_000_000_000n, 2_000_000_000n], type: 'INT64' },
  { name: 'weight___proto__', data: [0.25, 0.5, 1], type: 'DOUBLE' },
  { name: 'weight_code', data: [0.75, 0.5, 0], type: 'DOUBLE' },
  { name: '__proto___loss', data: [3.5, null, 2.5], type: 'DOUBLE' },
  { name: 'code_loss', data: [2.5, 2.25, NaN], type: 'DOUBLE' },
  { name: '__index_level_0__', data: [0, 1, 2], type: 'INT32' },
];

describe('Parquet', () => {
  const expect = (reading: ResultsReading): void => {
    assert.equal(reading.files[0]?.format, 'Parquet');
    assert.deepEqual(reading.runs.domains, ['__proto__', 'code']);
    assert.deepEqual([...reading.runs.mixtures], [0.25, 0.75, 0.5, 0.5, 1, 0]);
    assert.deepEqual([...reading.runs.losses], [3.5, 2.5, NaN, 2.25, 2.5, NaN]);
    assert.deepEqual([...reading.runs.modelSizes], [70, 160, 160]);
    assert.deepEqual([...reading.runs.tokens], [1, 2, 2]);
    assert.equal(reading.missingLosses, 2);
  };

  it('reads what pandas and polars write: snappy, zstd, uncompressed, several row groups', () => {
    expect(read(written({ columnData: columns })));
    expect(read(written({ columnData: columns, codec: 'UNCOMPRESSED' })));
    expect(read(written({ columnData: columns, rowGroupSize: 2 })));
    const zstd = { ZSTD: rawZstd };
    expect(read(written({ columnData: columns, codec: 'ZSTD', compressors: zstd })));
  });

  it('reads a view into a larger buffer, and a pair of Parquet and CSV', () => {
    const bytes = written({ columnData: columns });
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 7);
    expect(read(larger.subarray(7, 7 + bytes.length)));
    const weights = written({
      columnData: [
        { name: 'run', data: ['x', 'y'], type: 'STRING' },
        { name: 'web', data: [0.25, 0.5], type: 'FLOAT' },
        { name: 'code', data: [0.75, 0.5], type: 'FLOAT' },
      ],
    });
    const losses = { name: 'l.csv', bytes: new TextEncoder().encode('run,web_loss\ny,3\nx,2\n') };
    const pair = readResults([{ name: 'w.parquet', bytes: weights }, losses]);
    assert.deepEqual([...pair.runs.losses], [2, 3]);
  });

  it('lays long tables out by run', () => {
    const reading = read(
      written({
        columnData: [
          { name: 'run', data: ['x', 'x', 'y', 'y'], type: 'STRING' },
          { name: 'domain', data: ['a', 'b', 'a', 'b'], type: 'STRING' },
          { name: 'weight', data: [0.25, 0.75, 0.5, 0.5], type: 'DOUBLE' },
          { name: 'loss', data: [3, 2, 2.5, 2.25], type: 'DOUBLE' },
        ],
      }),
    );
    assert.equal(reading.files[0]?.format, 'Parquet, long');
    assert.deepEqual([...reading.runs.losses], [3, 2, 2.5, 2.25]);
  });

  it('refuses what is broken, encrypted by an unknown codec, or claims too much; never with a defect', () => {
    const good = written({ columnData: columns });
    const refused = (bytes: Uint8Array): ResultsError | undefined => {
      try {
        read(bytes);
        return undefined;
      } catch (error) {
        assert.ok(error instanceof ResultsError, String(error));
        assert.match(`${error.message} ${error.location.file ?? ''}`, /runs\.parquet/);
        return error;
      }
    };
    assert.equal(refused(good.subarray(0, 40))?.code, 'invalid-parquet');
    assert.equal(refused(Uint8Array.of(0x50, 0x41, 0x52, 0x31))?.code, 'invalid-parquet');
    const brotli = written({ columnData: columns, codec: 'BROTLI', compressors: { BROTLI: (bytes) => bytes } });
    assert.match(refused(brotli)?.hint ?? '', /snappy/);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = good.slice();
        for (const [at, value] of edits) bytes[at] = value;
        refused(bytes);
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});

/** A Zstandard frame of one raw block. */
function rawZstd(bytes: Uint8Array): Uint8Array {
  const size = bytes.length;
  const block = (size << 3) | 1;
  const header = [
    0x28,
    0xb5,
    0x2f,
    0xfd,
    0xa0,
    size,
    size >> 8,
    size >> 16,
    size >> 24,
    block,
    block >> 8,
    block >> 16,
  ];
  return Uint8Array.from([...header.map((byte) => byte & 0xff), ...bytes]);
}
