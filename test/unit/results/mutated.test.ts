import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ResultsError } from '../../../src/core/errors';
import { readResults } from '../../../src/core/results/read';
import { fileOf, lines } from './support/reading';

/** One small sample of each layout: what one wrong byte makes of it must still be answered. */
const samples: readonly (readonly (readonly [string, string])[])[] = [
  [
    ['ratios.csv', lines('Unnamed: 0,run,name,index,a:x,a:y', '0,r1,n,0,0.25,0.75', '1,r2,n,1,0.5,0.5')],
    ['metrics.csv', lines('Unnamed: 0,run,name,index,arc (BPB v2)', '0,r2,n,1,0.5', '1,r1,n,0,0.75')],
  ],
  [
    [
      'log.tsv',
      lines('/c/70M_3-1e-05-0.99999/100\tx.valid.Github.bin\t1.5', '/c/70M_4-0.5-0.5/100\tx.valid.Github.bin\t2'),
    ],
  ],
  [
    [
      'chart.csv',
      lines('"Step","x - a_loss","x - a_loss__MIN","x - a_loss__MAX","y - a_loss"', '1,3,3,3,2', '2,2,2,2,1'),
    ],
    ['w.csv', lines('run,weight_a,weight_b', 'x,0.5,0.5', 'y,1,0')],
  ],
  [
    [
      'r1.json',
      '{"results":{"w":{"bits_per_byte,none":0.5,"acc,none":1}},"versions":{},"config":{"model_num_parameters":7e7}}',
    ],
    [
      'r2.json',
      '{"results":{"w":{"bits_per_byte,none":0.75,"acc,none":1}},"versions":{},"config":{"model_num_parameters":7e7,"model_args":"pretrained=a/b"}}',
    ],
    ['w.csv', lines('run,weight_a,weight_b', 'r1,0.5,0.5', 'r2,1,0')],
  ],
  [
    [
      'long.jsonl',
      ['a', 'b']
        .flatMap((d) => [1, 2].map((i) => `{"index":${i},"domain":"${d}","loss":${i},"weight":0.5}`))
        .join('\n'),
    ],
  ],
  [
    ['r1/config.yaml', 'train_domain_weights: &w\n  a: 0.5\n  b: 0.5\nlr: 1e-3\n'],
    ['r1/metrics.json', '{"losses":{"a":3,"b":2}}'],
    ['r2/config.yaml', 'train_domain_weights:\n  a: 0.25\n  b: 0.75\n'],
    ['r2/metrics.json', '{"losses":{"a":2.5,"b":NaN}}'],
  ],
];

const POOL = [
  '"',
  ',',
  '\n',
  '\t',
  '{',
  '}',
  '[',
  ']',
  ':',
  '-',
  '0',
  '1e999',
  'null',
  '__proto__',
  ' - ',
  '\u0000',
  '\u202e',
  '&w',
  '*w',
  'e',
];

describe('reading results: mutated layouts', () => {
  const mutation = fc.record({
    file: fc.nat(10),
    at: fc.nat(500),
    remove: fc.nat(6),
    insert: fc.constantFrom(...POOL, ''),
  });

  samples.forEach((sample, i) => {
    it(`sample ${i + 1} reads, and any change of it gives a reading or a refusal, twice the same`, () => {
      assert.ok(readResults(sample.map(([name, text]) => fileOf(name, text))).runs.rows.length >= 2);
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
          const texts = sample.map(([, text]) => text);
          for (const { file, at, remove, insert } of mutations) {
            const k = file % texts.length;
            const text = texts[k] as string;
            const start = at % (text.length + 1);
            texts[k] = text.slice(0, start) + insert + text.slice(start + remove);
          }
          const answer = (): unknown => {
            try {
              return readResults(sample.map(([name], k) => fileOf(name, texts[k] as string)));
            } catch (error) {
              assert.ok(error instanceof ResultsError, error instanceof Error ? error.stack : String(error));
              return error.toJSON();
            }
          };
          const first = answer();
          assert.deepEqual(answer(), first);
          if (typeof first !== 'object' || first === null || !('runs' in first)) return;
          const { runs, dropped, repaired } = first as ReturnType<typeof readResults>;
          const K = runs.domains.length;
          for (let row = 0; row < runs.rows.length; row++) {
            const sum = runs.mixtures.slice(row * K, row * K + K).reduce((a, b) => a + b, 0);
            assert.ok(Math.abs(sum - 1) < 1e-9);
          }
          for (const { file, row, line, reason } of [...dropped, ...repaired])
            assert.ok(file < sample.length && row >= 0 && line >= 1 && reason !== '');
        }),
        { numRuns: 80 },
      );
    });
  });
});
