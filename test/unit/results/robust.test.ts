import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ResultsError } from '../../../src/core/errors';
import { readResults } from '../../../src/core/results/read';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reading results: properties', () => {
  const share = fc.integer({ min: 0, max: 1000 });
  const table = fc
    .record({
      domains: fc.uniqueArray(fc.stringMatching(/^[A-Za-z_](?:[\w .:/-]{0,12}[\w/])?$/), {
        minLength: 2,
        maxLength: 6,
      }),
      rows: fc.integer({ min: 2, max: 12 }),
      delimiter: fc.constantFrom(',', '\t', ';', '|'),
      newline: fc.constantFrom('\n', '\r\n'),
      quoted: fc.boolean(),
      bom: fc.boolean(),
      last: fc.boolean(),
    })
    .chain((shape) =>
      fc
        .record({
          weights: fc.array(fc.array(share, { minLength: 6, maxLength: 6 }), { minLength: 12, maxLength: 12 }),
          losses: fc.array(
            fc.array(fc.option(fc.double({ min: 0.5, max: 12, noNaN: true })), { minLength: 6, maxLength: 6 }),
            {
              minLength: 12,
              maxLength: 12,
            },
          ),
        })
        .map((cells) => ({ ...shape, ...cells })),
    );

  it('reads back any table it could have been written from', () => {
    fc.assert(
      fc.property(table, (t) => {
        const K = t.domains.length;
        const cell = (text: string): string => (t.quoted ? `"${text}"` : text);
        const header = t.domains.map((name) => `weight_${name}`).concat(t.domains.map((name) => `loss_${name}`));
        const kept: { mixture: number[]; losses: number[] }[] = [];
        const body = Array.from({ length: t.rows }, (_, i) => {
          const weights = (t.weights[i] as number[]).slice(0, K).map((weight, k) => (k === 0 ? weight + 1 : weight));
          const losses = (t.losses[i] as (number | null)[]).slice(0, K).map((loss) => (i === 0 ? (loss ?? 1) : loss));
          losses[0] ??= 1;
          const sum = weights.reduce((a, b) => a + b, 0);
          kept.push({ mixture: weights.map((weight) => weight / sum), losses: losses.map((loss) => loss ?? NaN) });
          return [...weights.map(String), ...losses.map((loss) => (loss === null ? '' : String(loss)))];
        });
        const text = [header, ...body].map((row) => row.map(cell).join(t.delimiter)).join(t.newline);
        const bytes = encode((t.bom ? '\ufeff' : '') + text + (t.last ? t.newline : ''));
        const { runs, dropped } = readResults([{ name: 'results.csv', bytes }]);
        assert.deepEqual(dropped, []);
        assert.equal(runs.domains.length, K);
        assert.equal(runs.rows.length, t.rows);
        kept.forEach(({ mixture, losses }, i) => {
          mixture.forEach((weight, k) => assert.ok(Math.abs((runs.mixtures[i * K + k] as number) - weight) < 1e-12));
          assert.deepEqual([...runs.losses.slice(i * K, i * K + K)], losses);
        });
        assert.deepEqual([...runs.targetDomain], [...Array(K).keys()]);
      }),
      { numRuns: 200 },
    );
  });

  it('answers anything with a reading or a refusal, never with a defect', () => {
    const attempt = (bytes: Uint8Array, name: string): void => {
      try {
        const { runs, totalRows } = readResults([{ name, bytes }]);
        assert.ok(runs.rows.length > 0 && runs.rows.length <= totalRows);
        for (let i = 0; i < runs.rows.length; i++) {
          const K = runs.domains.length;
          const sum = runs.mixtures.slice(i * K, i * K + K).reduce((a, b) => a + b, 0);
          assert.ok(Math.abs(sum - 1) < 1e-9);
        }
      } catch (error) {
        assert.ok(error instanceof ResultsError, error instanceof Error ? error.stack : String(error));
      }
    };
    const word = fc.oneof(
      fc.constantFrom('weight_a', 'weight_b', 'a_loss', 'b_loss', 'id', '', '__proto__', 'model_size', 'n_tokens'),
      fc.constantFrom(
        '0.5',
        '1',
        '0',
        '-1',
        'NaN',
        '1e999',
        '7M',
        '"',
        '""',
        'x"y',
        '{',
        '[',
        '0,5',
        '  ',
        '%',
        '\ufeff',
      ),
      fc.string({ maxLength: 4 }),
    );
    const line = fc
      .array(word, { maxLength: 6 })
      .chain((cells) => fc.constantFrom(',', ';', '\t').map((d) => cells.join(d)));
    const lines = fc.array(line, { maxLength: 8 }).map((all) => all.join('\n'));
    const name = fc.constantFrom('r.csv', 'r.json', 'r.jsonl', 'r');
    fc.assert(
      fc.property(lines, name, (text, as) => attempt(encode(text), as)),
      { numRuns: 600 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), name, attempt), { numRuns: 500 });
    fc.assert(
      fc.property(fc.json(), name, (text, as) => attempt(encode(text), as)),
      { numRuns: 400 },
    );
  });
});
