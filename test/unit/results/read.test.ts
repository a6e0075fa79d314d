import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ResultsError } from '../../../src/core/errors';
import { readResults } from '../../../src/core/results/read';
import type { ColumnRole, FileBytes, ResultsOptions, ResultsReading } from '../../../src/core/results/types';

const file = (text: string | Uint8Array, name = 'results.csv'): FileBytes => ({
  name,
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
});
const read = (text: string, options: ResultsOptions = {}, name?: string): ResultsReading =>
  readResults([file(text, name)], options);
const roles = (entries: Record<string, ColumnRole>): ResultsOptions => ({ roles: new Map(Object.entries(entries)) });
const rolesOf = (reading: ResultsReading): string[] => reading.columns.map(({ role, subject }) => `${role}:${subject}`);
const codes = (notes: readonly { readonly code: string }[]): string[] => notes.map(({ code }) => code);
const mixture = (reading: ResultsReading, row: number): number[] => {
  const K = reading.runs.domains.length;
  return [...reading.runs.mixtures.slice(row * K, row * K + K)].map((weight) => Number(weight.toFixed(9)));
};
const refusal = (run: () => unknown): ResultsError => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ResultsError, String(error));
    assert.ok(error.hint.length > 10, 'a refusal says what to do');
    return error;
  }
  assert.fail('nothing was refused');
};

const HEADER = 'weight_a,weight_b,a_loss,b_loss';
const SMALL = `${HEADER}\n0.25,0.75,3.5,2.5\n0.5,0.5,3.25,2.75\n1,0,3,4\n`;
const EXPECTED = {
  domains: ['a', 'b'],
  mixtures: [0.25, 0.75, 0.5, 0.5, 1, 0],
  losses: [3.5, 2.5, 3.25, 2.75, 3, 4],
};
const assertSmall = (reading: ResultsReading, what = ''): void => {
  assert.deepEqual(reading.runs.domains, EXPECTED.domains, what);
  assert.deepEqual(reading.runs.targets, EXPECTED.domains, what);
  assert.deepEqual([...reading.runs.mixtures], EXPECTED.mixtures, what);
  assert.deepEqual([...reading.runs.losses], EXPECTED.losses, what);
  assert.deepEqual([...reading.runs.targetDomain], [0, 1], what);
  assert.deepEqual([...reading.runs.rows], [0, 1, 2], what);
  assert.deepEqual(reading.dropped, [], what);
  assert.deepEqual(reading.repaired, [], what);
};

describe('reading results: spellings of one table', () => {
  const tab = SMALL.replaceAll(',', '\t');
  const spellings: Record<string, string> = {
    comma: SMALL,
    tab,
    semicolon: SMALL.replaceAll(',', ';'),
    'semicolon and decimal comma': SMALL.replaceAll(',', ';').replaceAll('.', ','),
    'tab and decimal comma': tab.replaceAll('.', ','),
    bar: SMALL.replaceAll(',', ' | '),
    spaces: SMALL.replaceAll(',', '   '),
    'byte-order mark': `\ufeff${SMALL}`,
    CRLF: SMALL.replaceAll('\n', '\r\n'),
    CR: SMALL.replaceAll('\n', '\r'),
    'no final newline': SMALL.trimEnd(),
    'CRLF without a final newline': SMALL.replaceAll('\n', '\r\n').trimEnd(),
    quoted: SMALL.replace(/[^,\n]+/g, '"$&"'),
    'blank lines': SMALL.replaceAll('\n', '\n\n'),
    'blank header of an index': SMALL.split('\n')
      .map((line, i) => (line === '' ? '' : `${i === 0 ? '' : i},${line}`))
      .join('\n'),
    'row names without a header': SMALL.split('\n')
      .map((line, i) => (line === '' || i === 0 ? line : `${i},${line}`))
      .join('\n'),
    'trailing delimiters': SMALL.replaceAll('\n', ',\n'),
    'spaces around cells': SMALL.replaceAll(',', ' , '),
  };
  for (const [name, text] of Object.entries(spellings)) it(name, () => assertSmall(read(text), name));

  const records = [
    { weight_a: 0.25, weight_b: 0.75, a_loss: 3.5, b_loss: 2.5 },
    { weight_a: 0.5, weight_b: 0.5, a_loss: 3.25, b_loss: 2.75 },
    { weight_a: 1, weight_b: 0, a_loss: 3, b_loss: 4 },
  ];
  const column = (name: keyof (typeof records)[0]): number[] => records.map((record) => record[name]);
  const names = ['weight_a', 'weight_b', 'a_loss', 'b_loss'] as const;
  const nested = records.map(({ weight_a, weight_b, a_loss, b_loss }) => ({
    weights: { a: weight_a, b: weight_b },
    losses: { a: a_loss, b: b_loss },
  }));
  const jsons: Record<string, string> = {
    'JSON records': JSON.stringify(records),
    'JSON columns': JSON.stringify(Object.fromEntries(names.map((name) => [name, column(name)]))),
    'JSON columns by row name': JSON.stringify(
      Object.fromEntries(names.map((name) => [name, Object.fromEntries(column(name).map((cell, i) => [i, cell]))])),
    ),
    'JSON rows by name': JSON.stringify(Object.fromEntries(records.map((record, i) => [`run-${i}`, record]))),
    'JSON columns and data': JSON.stringify({
      columns: names,
      index: [0, 1, 2],
      data: records.map((record) => names.map((name) => record[name])),
    }),
    'JSON records in an object': JSON.stringify({ project: 'x', runs: records }),
    'JSON nested records': JSON.stringify(nested),
    JSONL: records.map((record) => JSON.stringify(record)).join('\n'),
    'JSONL nested, blank lines': nested.map((record) => `${JSON.stringify(record)}\n\n`).join(''),
    'numbers in quotes': JSON.stringify(records.map((r) => ({ ...r, a_loss: String(r.a_loss) }))),
  };
  for (const [name, text] of Object.entries(jsons)) it(name, () => assertSmall(read(text, {}, 'results.json'), name));

  it('JSON whatever the file is called', () => assertSmall(read(jsons['JSONL'] as string, {}, 'results.txt')));

  it('UTF-16 with a byte-order mark', () => {
    for (const littleEndian of [true, false]) {
      const bytes = new Uint8Array(2 * SMALL.length + 2);
      const view = new DataView(bytes.buffer);
      view.setUint16(0, 0xfeff, littleEndian);
      for (let i = 0; i < SMALL.length; i++) view.setUint16(2 * i + 2, SMALL.charCodeAt(i), littleEndian);
      assertSmall(readResults([file(bytes)]));
    }
  });
});

describe('reading results: cells', () => {
  it('takes empty, NaN, None, null and inf cells for missing, never for zero', () => {
    for (const cell of ['', ' ', 'NaN', 'nan', 'None', 'null', 'NA', 'N/A', 'inf', '-inf', 'Infinity', '-', '"NaN"']) {
      const reading = read(`${HEADER}\n0.5,0.5,${cell},2.5\n0.25,0.75,3,2\n`);
      assert.equal(reading.missingLosses, 1, cell);
      assert.ok(Number.isNaN(reading.runs.losses[0]), cell);
      assert.deepEqual(reading.repaired, [], cell);
    }
  });

  it('reads what Python writes as JSON: NaN and Infinity', () => {
    const reading = read(
      '[{"weight_a": 0.5, "weight_b": 0.5, "a_loss": NaN, "b_loss": 2, "note": "NaN, Infinity"},\n{"weight_a": 1, "weight_b": 0, "a_loss": 3, "b_loss": -Infinity}]',
      {},
      'r.json',
    );
    assert.equal(reading.missingLosses, 2);
    assert.equal(reading.runs.losses[1], 2);
  });

  it('drops a row with a missing weight, and says that 0 has to be written', () => {
    const reading = read(`${HEADER}\n,1,3,2.5\n0.25,0.75,3,2\n`);
    assert.deepEqual(codes(reading.dropped), ['missing-weight']);
    assert.match(reading.dropped[0]?.reason ?? '', /write 0/);
    assert.deepEqual([...reading.runs.rows], [1]);
  });

  it('names row, line and column of text in a number cell', () => {
    const reading = read(`${HEADER}\n\n0.25,0.75,3,2\nhalf,0.5,3,2.5\n0.5,0.5,diverged,2.5\n0.5,0.5,diverged,\n`);
    assert.deepEqual(
      reading.dropped.map(({ row, line, code }) => ({ row, line, code })),
      [
        { row: 1, line: 4, code: 'text-in-weight' },
        { row: 3, line: 6, code: 'no-losses' },
      ],
    );
    assert.match(reading.dropped[0]?.reason ?? '', /“weight_a” holds “half”/);
    assert.match(reading.dropped[1]?.reason ?? '', /diverged/);
    assert.deepEqual(
      reading.repaired.map(({ row, line, code }) => ({ row, line, code })),
      [{ row: 2, line: 5, code: 'text-in-loss' }],
    );
    assert.match(reading.repaired[0]?.reason ?? '', /“a_loss” holds “diverged”/);
  });

  it('drops negative weights and weights summing to 0; a rounding error below 0 is 0', () => {
    const reading = read(`${HEADER}\n-0.5,1.5,3,2\n0,0,3,2\n-1e-17,1,3,2\n`);
    assert.deepEqual(codes(reading.dropped), ['negative-weight', 'zero-weights']);
    assert.deepEqual(mixture(reading, 0), [0, 1]);
  });

  it('takes no number beyond those of a computer for a weight', () => {
    const reading = read(`${HEADER}\n0.5e999,0.5,3,2\n0.5e999%,0.5,3,2\n0.5,0.5,3,2\n1,0,3,2\n0,1,3,2\n`);
    assert.deepEqual(codes(reading.dropped), ['text-in-weight', 'text-in-weight']);
    assert.deepEqual(mixture(reading, 0), [0.5, 0.5]);
  });

  it('takes losses of 0 and below for missing and says so', () => {
    const reading = read(`${HEADER}\n0.5,0.5,0,2\n1,0,-3,2\n`);
    assert.deepEqual(codes(reading.repaired), ['impossible-loss', 'impossible-loss']);
    assert.equal(reading.missingLosses, 2);
  });

  it('drops ragged rows and keeps counting rows and lines', () => {
    const reading = read(`${HEADER}\n0.5,0.5,3\n0.25,0.75,3,2\n0.25,0.75,3,2,1\n"0.5","0.5","3\n","2"\n1,0,3,2,,\n`);
    assert.deepEqual(
      reading.dropped.map(({ row, line, code }) => ({ row, line, code })),
      [
        { row: 0, line: 2, code: 'ragged-row' },
        { row: 2, line: 4, code: 'ragged-row' },
      ],
    );
    assert.deepEqual([...reading.runs.rows], [1, 3, 4]);
    assert.match(reading.dropped[0]?.reason ?? '', /3 cells where the header has 4/);
  });

  it('keeps the good lines of a JSONL file that was cut off', () => {
    const reading = read(
      '{"weight_a":0.5,"weight_b":0.5,"a_loss":3}\n{"weight_a":1,"weight_b":0,"a_loss":4}\n{"weight_a":1,"wei',
      {},
      'log.jsonl',
    );
    assert.equal(reading.runs.rows.length, 2);
    assert.deepEqual(
      reading.dropped.map(({ row, line, code }) => ({ row, line, code })),
      [{ row: 2, line: 3, code: 'invalid-json' }],
    );
  });
});

describe('reading results: weights', () => {
  it('renormalises each row, keeps the sum, and notes only what is beyond rounding', () => {
    const rows = ['0.499,0.499,3,2', '0.5,0.503,3,2', '0.4,0.4,3,2'].concat(new Array<string>(40).fill('0.3,0.7,3,2'));
    const reading = read(`${HEADER}\n${rows.join('\n')}\n`);
    assert.deepEqual(
      reading.repaired.map(({ row, line, code }) => ({ row, line, code })),
      [{ row: 2, line: 4, code: 'renormalised' }],
    );
    assert.match(reading.repaired[0]?.reason ?? '', /sum to 0\.8/);
    assert.ok(Math.abs((reading.runs.weightSums[2] as number) - 0.8) < 1e-12);
    for (const row of [0, 1, 2]) assert.ok(Math.abs(mixture(reading, row).reduce((a, b) => a + b) - 1) < 1e-8);
    assert.deepEqual(mixture(reading, 2), [0.5, 0.5]);
  });

  it('says when weights are percentages, amounts, or sum to anything', () => {
    const percent = read(`${HEADER}\n25,75,3,2\n50%,50,3,2\n`.replace('50%', '50'));
    assert.ok(codes(percent.warnings).includes('weights-in-percent'));
    assert.deepEqual(percent.repaired, []);
    assert.deepEqual(mixture(percent, 0), [0.25, 0.75]);
    const tokens = read(`${HEADER}\n10B,30B,3,2\n20B,20B,3,2\n`);
    assert.ok(codes(tokens.warnings).includes('weights-as-amounts'));
    assert.deepEqual(mixture(tokens, 0), [0.25, 0.75]);
    const varied = read(`${HEADER}\n1,3,3,2\n10,2,3,2\n`);
    assert.ok(codes(varied.warnings).includes('weights-sum-varies'));
    assert.deepEqual(varied.repaired, []);
    const signs = read(`${HEADER}\n25 %,75 %,3,2\n50%,50%,3,2\n`);
    assert.deepEqual(mixture(signs, 0), [0.25, 0.75]);
  });
});

describe('reading results: roles of columns', () => {
  it('knows ids, sizes, tokens, weights, losses and what is none of them', () => {
    const reading = read(
      'run,seed,model_size,n_tokens,lr,weight_decay,step,weight_a,weight_b,a_loss,b_val_loss,acc,a_loss_stderr,note\n' +
        'x,1,122M,2B,0.001,0.1,100,0.5,0.5,3,2,0.4,0.01,ok\n' +
        'y,2,1.3B,20.0B,0.001,0.1,100,0.25,0.75,3,2,0.4,0.01,good\n',
    );
    assert.deepEqual(
      reading.columns.map(({ name, role, subject }) => [name, role, subject].join(' ')),
      [
        'run id ',
        'seed id ',
        'model_size model-size ',
        'n_tokens tokens ',
        'lr ignored ',
        'weight_decay ignored ',
        'step ignored ',
        'weight_a weight a',
        'weight_b weight b',
        'a_loss loss a',
        'b_val_loss loss b',
        'acc ignored ',
        'a_loss_stderr ignored ',
        'note ignored ',
      ],
    );
    assert.ok(reading.columns.every(({ reason }) => reason !== ''));
    assert.deepEqual([...reading.runs.modelSizes], [122, 1300]);
    assert.deepEqual([...reading.runs.tokens], [2, 20]);
  });

  it('decides what plain sizes and tokens count, and says so', () => {
    const at = (size: string, tokens: string): ResultsReading =>
      read(`model_size,tokens,${HEADER}\n${size},${tokens},0.5,0.5,3,2\n${size},${tokens},1,0,3,2\n`);
    const reasonOf = (reading: ResultsReading, name: string): string =>
      reading.columns.find((column) => column.name === name)?.reason ?? '';
    const millions = at('200', '25');
    assert.equal(millions.runs.modelSizes[0], 200);
    assert.equal(millions.runs.tokens[0], 25);
    assert.match(reasonOf(millions, 'model_size'), /millions of parameters, by their magnitude/);
    assert.match(reasonOf(millions, 'tokens'), /billions of tokens, by their magnitude/);
    const absolute = at('122000000.0', '1998000000');
    assert.equal(absolute.runs.modelSizes[0], 122);
    assert.equal(absolute.runs.tokens[0], 1.998);
    assert.match(reasonOf(absolute, 'model_size'), /plain numbers are parameters/);
    const named = read(`params_b,tokens_m,${HEADER}\n7,500,0.5,0.5,3,2\n7,500,1,0,3,2\n`);
    assert.equal(named.runs.modelSizes[0], 7000);
    assert.equal(named.runs.tokens[0], 0.5);
    assert.match(reasonOf(named, 'params_b'), /column’s name/);
  });

  it('lets options replace and the file name suggest a model size', () => {
    const given = read(SMALL, { modelSize: 200, tokens: 2500 });
    assert.deepEqual([...given.runs.modelSizes], [200, 200, 200]);
    assert.deepEqual([...given.runs.tokens], [2500, 2500, 2500]);
    const named = read(SMALL, {}, 'loss_60m.csv');
    assert.equal(named.runs.modelSizes[0], 60);
    assert.ok(codes(named.warnings).includes('model-size-from-name'));
    assert.ok(Number.isNaN(read(SMALL, {}, 'loss_60m_1b.csv').runs.modelSizes[0]));
    assert.equal(read(SMALL, { modelSize: 5 }, 'loss_60m.csv').runs.modelSizes[0], 5);
  });

  it('falls back on rows that sum to 1, and takes the numbers beside them for losses', () => {
    const reading = read(
      'run_id,dropout,dclm:science,dclm:code,wikipedia,humaneval (BPB v2),arc (BPB v2)\n' +
        'r1,0,0.2,0.3,0.5,0.8,0.9\nr2,0,0.1,0.6,0.3,0.7,0.95\nr3,0,0.6,0.2,0.2,0.75,0.85\n',
    );
    assert.deepEqual(rolesOf(reading), [
      'id:',
      'ignored:',
      'weight:dclm:science',
      'weight:dclm:code',
      'weight:wikipedia',
      'loss:humaneval (BPB v2)',
      'loss:arc (BPB v2)',
    ]);
    assert.match(reading.columns[2]?.reason ?? '', /rows sum to 1/);
    assert.equal(reading.runs.lossKind, 'bits-per-byte');
  });

  it('does not take similar losses for weights because they sum to nearly the same', () => {
    const error = refusal(() => read('id,x,y,z\n1,3.01,3.02,2.99\n2,3.02,3.0,3.0\n3,3.0,3.01,3.01\n'));
    assert.equal(error.code, 'no-weight-columns');
  });

  it('prefers a set of names whose rows sum alike, and says what it left out', () => {
    const reading = read(
      'mlp_ratio,clip_ratio,weight_a,weight_b,ratio_a,ratio_b,a_loss,b_loss\n4,1,0.5,0.5,0.1,0.9,3,2\n4,1,0.25,0.75,0.1,0.9,3,2\n',
    );
    assert.deepEqual(reading.runs.domains, ['a', 'b']);
    assert.deepEqual(mixture(reading, 1), [0.25, 0.75]);
    assert.match(reading.columns.find(({ name }) => name === 'ratio_a')?.reason ?? '', /another set of weights/);
  });

  it('recognises the affixes in use', () => {
    const affixes = [
      'weight_#',
      'w_#',
      'train_#',
      'mix_#',
      'ratio_#',
      'prop_#',
      'proportion_#',
      'p_#',
      'mixture/#',
    ].concat(
      [
        'mix/#',
        'params.mix.#',
        'config.data.train_weights.#',
        '#_weight',
        '#_ratio',
        '#_prop',
        '#_proportion',
        '#_frac',
      ],
      ['#_pct', 'weights.#', 'mixing_ratio.#'],
    );
    for (const affix of affixes) {
      const names = ['arxiv', 'the_pile_c4'].map((domain) => affix.replace('#', domain));
      const reading = read(`${names.join(',')},arxiv_loss\n0.5,0.5,3\n0.25,0.75,2\n`);
      assert.deepEqual(reading.runs.domains, ['arxiv', 'c4'], affix);
    }
    const losses = [
      '#_loss',
      '#_val_loss',
      '#_eval_loss',
      '#_nll',
      '#_ce',
      '#_bpb',
      '#_ppl',
      '#/loss',
      'loss_#',
    ].concat(
      [
        'metric/#',
        'eval/#',
        'val/#',
        'metrics.#',
        'valid_#',
        'metric/#_val_loss',
        'eval/#/loss',
        'losses.#',
        'val_loss.#',
      ],
      ['eval_#_loss', 'eval_loss/#', 'val/#_loss', '#_bits_per_byte', '#_perplexity'],
    );
    for (const affix of losses) {
      const reading = read(`weight_a,weight_b,${affix.replace('#', 'arxiv')}\n0.5,0.5,3\n0.25,0.75,2\n`);
      assert.deepEqual(reading.runs.targets, ['arxiv'], affix);
    }
  });

  it('leaves averages and the training loss out, unless there is nothing else', () => {
    const text = (extra: string): string =>
      `weight_a,weight_b,loss,avg_loss,train_loss,eval/macro_loss${extra && `,${extra}`}\n` +
      `0.5,0.5,3,3,3,3${extra && ',2'}\n0.25,0.75,3,3,3,3${extra && ',2'}\n`;
    assert.deepEqual(read(text('a_loss')).runs.targets, ['a']);
    assert.ok(!read(text('')).runs.targets.includes('train_loss'));
    assert.deepEqual(read('weight_a,weight_b,train_loss\n0.5,0.5,3\n1,0,2\n').runs.targets, ['train_loss']);
    assert.deepEqual(read(text('a_loss'), roles({ avg_loss: 'loss' })).runs.targets, ['avg_loss', 'a']);
  });

  it('keeps kinds of losses apart: the commonest stays, the others are ignored with the reason', () => {
    const reading = read('weight_a,weight_b,a_loss,b_loss,a_ppl,a_bpb\n0.5,0.5,3,2,20,1\n1,0,3,2,20,1\n');
    assert.equal(reading.runs.lossKind, 'nats');
    assert.deepEqual(reading.runs.targets, ['a', 'b']);
    assert.match(reading.columns.find(({ name }) => name === 'a_ppl')?.reason ?? '', /perplexities/);
    assert.equal(codes(reading.warnings).filter((code) => code === 'other-loss-kind').length, 2);
    const text = 'weight_a,weight_b,a_loss,a_ppl,apple_loss\n0.5,0.5,3,20,2\n1,0,3,20,2\n';
    assert.deepEqual(read(text).runs.targets, ['a', 'apple']);
    assert.equal(read(text, roles({ a_ppl: 'loss' })).runs.lossKind, 'perplexity');
    const error = refusal(() => read(text, roles({ a_ppl: 'loss', a_loss: 'loss' })));
    assert.equal(error.code, 'mixed-loss-kinds');
  });

  it('warns about losses no model has', () => {
    const reading = read(`${HEADER}\n0.5,0.5,45,3\n1,0,60,3\n`);
    assert.ok(codes(reading.warnings).includes('implausible-losses'));
  });

  it('follows the user, column by column', () => {
    const text = 'x,y,z,u,v,k\n0.2,0.3,0.6,3,2,1e9\n0.5,0.3,0.4,3.1,2.1,1e9\n';
    const reading = read(
      text,
      roles({ x: 'weight', y: 'weight', z: 'weight', u: 'loss', v: 'ignored', k: 'tokens', gone: 'loss' }),
    );
    assert.deepEqual(rolesOf(reading), ['weight:x', 'weight:y', 'weight:z', 'loss:u', 'ignored:', 'tokens:']);
    assert.ok(reading.columns.every(({ reason }) => reason.startsWith('you said so')));
    assert.ok(codes(reading.warnings).includes('unknown-columns'));
    assert.deepEqual([...reading.runs.tokens], [1, 1]);
  });

  it('lets steps stand for tokens when told', () => {
    const text = `run_tag,step,${HEADER}\na,1000,0.5,0.5,3,2\na,2000,0.5,0.5,2.9,1.9\nb,1000,1,0,3,2\n`;
    const silent = read(text, { checkpoints: 'all' });
    const warning = silent.warnings.find(({ code }) => code === 'checkpoints-without-tokens');
    assert.match(warning?.message ?? '', /role of “step” to tokens/);
    assert.deepEqual([...silent.runs.runIds], [0, 0, 1]);
    const told = read(text, roles({ step: 'tokens' }));
    assert.deepEqual([...told.runs.tokens], [1000, 2000, 1000]);
    assert.ok(!codes(told.warnings).includes('checkpoints-without-tokens'));
  });

  it('takes a `model` column for sizes only when its cells are sizes', () => {
    const text = (cell: string): string => `model,${HEADER}\n${cell},0.5,0.5,3,2\n${cell},1,0,3,2\n`;
    assert.equal(read(text('70M')).runs.modelSizes[0], 70);
    assert.equal(read(text('tinyllama')).columns[0]?.role, 'ignored');
  });

  it('reads M and N together as parameters and tokens', () => {
    const reading = read(`M,N,${HEADER}\n200M,8B,0.5,0.5,3,2\n200M,8B,1,0,3,2\n`);
    assert.equal(reading.runs.modelSizes[0], 200);
    assert.equal(reading.runs.tokens[0], 8);
  });

  it('matches targets and domains by name and alias, never by position', () => {
    const reading = read(
      'weight_pile_cc,weight_wikipedia_en,weight_book,weight_arxiv,ArXiv_loss,CommonCrawl_loss,wiki_loss,openhermes_loss,Books_loss\n' +
        '0.1,0.2,0.3,0.4,3,3,3,3,3\n0.4,0.3,0.2,0.1,3,3,3,3,3\n',
    );
    assert.deepEqual([...reading.runs.targetDomain], [3, 0, 1, -1, 2]);
    assert.match(reading.warnings.find(({ code }) => code === 'targets-without-domain')?.message ?? '', /“openhermes”/);
  });

  it('reads names that are special in JavaScript like any other', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const header = [...names.map((n) => `weight_${n}`), ...names.map((n) => `${n}_loss`)].join(',');
    const reading = read(`${header}\n0.1,0.2,0.3,0.4,1,2,3,4\n0.4,0.3,0.2,0.1,4,3,2,1\n`);
    assert.deepEqual(reading.runs.domains, names);
    assert.deepEqual([...reading.runs.targetDomain], [0, 1, 2, 3]);
    const bare =
      '[{"__proto__":0.5,"constructor":0.5,"valueOf_loss":3},{"__proto__":0.25,"constructor":0.75,"valueOf_loss":2}]';
    const json = read(bare, {}, 'r.json');
    assert.deepEqual(json.runs.domains, ['__proto__', 'constructor']);
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
  });
});

describe('reading results: runs and checkpoints', () => {
  it('counts rows of one mixture and model size as checkpoints of one run', () => {
    const reading = read(
      `model_size,n_tokens,${HEADER}\n1e8,2e9,0.5,0.5,3,2\n1e8,4e9,0.5,0.5,2.9,1.9\n2e8,2e9,0.5,0.5,2.8,1.8\n1e8,2e9,1,0,3,2\n`,
    );
    assert.deepEqual([...reading.runs.runIds], [0, 0, 1, 2]);
    assert.ok(!codes(reading.warnings).includes('close-checkpoints'));
  });

  it('tells runs of one mixture and model size apart by their names and seeds', () => {
    const runIds = (names: string, cells: readonly string[]): number[] => {
      const rows = cells.map((cell, i) => `${cell},${i + 1}B,0.5,0.5,3,2`);
      return [...read(`${names},n_tokens,${HEADER}\n${rows.join('\n')}\n1x,1,9B,1,0,3,2\n`).runs.runIds];
    };
    assert.deepEqual(runIds('run,seed', ['a,1', 'a,1', 'a,2', 'b,2']), [0, 0, 1, 2, 3]);
    assert.deepEqual(runIds('name,seed', ['a,1', 'b,1.0', 'c,2']), [0, 0, 1, 2], 'a name may be that of a checkpoint');
    assert.deepEqual(runIds('run_id,lr', ['7,1', '7,2', '007,3']), [0, 0, 0, 1]);
  });

  it('the example’s runs at several numbers of tokens were trained apart: none is a checkpoint', () => {
    const text = readFileSync('examples/results.csv', 'utf8');
    const reading = read(text);
    assert.equal(new Set(reading.runs.runIds).size, 144);
    assert.equal(reading.checkpoints?.runs, 0);
    assert.ok(!codes(reading.warnings).includes('checkpoints'));
  });

  it('warns about checkpoints that nearly coincide and rows that repeat a run', () => {
    const reading = read(
      `n_tokens,${HEADER}\n19.998B,0.5,0.5,3,2\n20.0B,0.5,0.5,2.9,1.9\n20B,1,0,2.8,1.8\n20B,1,0,2.7,1.7\n`,
    );
    const message = (code: string): string => reading.warnings.find((warning) => warning.code === code)?.message ?? '';
    assert.match(message('close-checkpoints'), /rows 0 and 1 \(19\.998B and 20B tokens\)/);
    assert.match(message('repeated-runs'), /rows 2 and 3/);
    assert.equal(reading.runs.rows.length, 4);
  });

  it('reads one run, and one mixture, with a warning', () => {
    assert.ok(codes(read(`${HEADER}\n0.5,0.5,3,2\n`).warnings).includes('one-run'));
    const same = read(`model_size,${HEADER}\n1e8,0.5,0.5,3,2\n2e8,0.5,0.5,2,1\n`);
    assert.ok(codes(same.warnings).includes('one-mixture'));
    assert.ok(!codes(read(SMALL).warnings).includes('one-mixture'));
  });

  it('warns about identical columns, but not about domains that are never used', () => {
    const header = 'weight_a,weight_b,weight_c,weight_d,weight_e,a_loss,b_loss';
    const reading = read(`${header}\n0.25,0.25,0.5,0,0,3,3\n0.1,0.1,0.8,0,0,2,2\n`);
    const messages = reading.warnings.filter(({ code }) => code === 'identical-columns').map(({ message }) => message);
    assert.equal(messages.length, 2);
    assert.match(messages[0] ?? '', /“weight_a”, “weight_b”/);
    assert.match(messages[1] ?? '', /“a_loss”, “b_loss”/);
  });

  it('drops rows without model size or tokens when the others have them', () => {
    const reading = read(
      `model_size,n_tokens,${HEADER}\n1e8,2e9,0.5,0.5,3,2\n,2e9,1,0,3,2\n1e8,soon,1,0,3,2\n1e8,0,1,0,11,11\n`,
    );
    assert.deepEqual(codes(reading.dropped), ['missing-model-size', 'text-in-tokens', 'no-tokens']);
    const given = read(`model_size,${HEADER}\n1e8,0.5,0.5,3,2\n,1,0,3,2\n`, { modelSize: 100 });
    assert.deepEqual(given.dropped, []);
  });

  it('gives the same reading for the same bytes', () => {
    const once = readResults([file(SMALL)]);
    assert.deepEqual(readResults([file(SMALL)]), once);
  });
});

describe('reading results: refusals', () => {
  const cases: Record<string, () => unknown> = {
    'no-weight-columns': () => read('id,a_loss,b_loss\n1,3,2\n2,3,2\n'),
    'one-weight-column': () => read('weight_a,a_loss\n0.5,3\n0.2,2\n', roles({ weight_a: 'weight' })),
    'no-loss-columns': () => read('weight_a,weight_b,accuracy\n0.5,0.5,0.3\n1,0,0.4\n'),
    'all-rows-dropped': () => read(`${HEADER}\n0,0,3,2\n0,0,3,2\nx,1,3,2\n`),
    'no-rows': () => read(`${HEADER}\n`),
    'empty-file': () => read(' \n\n'),
    'binary-file': () => readResults([file(Uint8Array.of(1, 2, 0, 4))]),
    'duplicate-columns': () => read('weight_a,weight_a,a_loss\n0.5,0.5,3\n'),
    'no-header': () => read('0.5,0.5,3\n1,0,2\n'),
    'invalid-csv': () => read(`${HEADER}\n0.5,0.5,3,2\n"0.5,0.5,3,2\n`),
    'invalid-json': () => read('[{"weight_a": 0.5,\n "weight_b" 0.5}]', {}, 'r.json'),
    'no-records': () => read('{}', {}, 'r.json'),
    'ragged-columns': () => read('{"weight_a":[1,2],"weight_b":[1]}', {}, 'r.json'),
    'invalid-utf8': () =>
      readResults([file(Uint8Array.from([...new TextEncoder().encode(`${HEADER}\n0.5,0.5,3,`), 0xe9, 0x0a]))]),
    'file-too-large': () => readResults([file(SMALL)], { maxBytes: 10 }),
    'file-count': () => readResults([]),
    'too-many-columns': () => read(`${Array.from({ length: 10_001 }, (_, i) => `c${i}`).join(',')}\n1\n`),
  };
  for (const [code, run] of Object.entries(cases))
    it(code, () => {
      const error = refusal(run);
      assert.equal(error.code, code, error.message);
      if (code !== 'file-count') assert.match(`${error.message} ${error.location.file ?? ''}`, /results\.csv|r\.json/);
    });

  it('refuses a 200 MB file by its size, before reading it', () => {
    const error = refusal(() => readResults([file(new Uint8Array(200_000_000))]));
    assert.equal(error.code, 'file-too-large');
    assert.match(error.message, /200 MB.*100 MB/);
  });

  it('says where: line and column', () => {
    const at = (run: () => unknown): unknown => {
      const { line, column } = refusal(run).location;
      return { line, column };
    };
    assert.deepEqual(at(cases['invalid-json'] as () => unknown), { line: 2, column: 13 });
    assert.deepEqual(at(cases['invalid-utf8'] as () => unknown), { line: 2, column: 11 });
    assert.equal(refusal(cases['invalid-csv'] as () => unknown).location.line, 3);
    assert.equal(refusal(cases['all-rows-dropped'] as () => unknown).location.line, 2);
    const cutOff = refusal(() => read('[{"weight_a": NaN,\n"b": "Infinity"', {}, 'r.json'));
    assert.equal(cutOff.location.line, 2);
  });

  it('tells Parquet, Excel and archives by their first bytes', () => {
    const magic = (bytes: number[]): string => refusal(() => readResults([file(Uint8Array.from(bytes))])).message;
    assert.match(magic([0x50, 0x41, 0x52, 0x31, 0]), /Parquet/);
    assert.match(magic([0x50, 0x4b, 3, 4]), /Excel/);
    assert.match(magic([0x1f, 0x8b, 8]), /gzip/);
  });

  it('keeps text from the file harmless in messages', () => {
    const name = `evil\u202e\u0007${'x'.repeat(500)}`;
    const { message } = refusal(() => read(`${name},other\ntext,text\n`));
    assert.ok(!/[\u202e\u0007]/.test(message));
    assert.ok(message.length < 400);
  });
});
