import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readResults } from '../../../src/core/results/read';
import { codes, fileOf, lines, readAll, refusal, roleOf, rowsOf } from './support/reading';

describe('Mixing Laws logs', () => {
  const line = (run: string, step: number, target: string, loss: string): string =>
    `/ckpt/exp-1/${run}/${step}\tdata/pile/the_pile.valid.${target}.bin\t${loss}`;
  const log = lines(
    line('70M_3-0.125-0-0-0.125-0.75', 13000, 'Github', '1.87'),
    line('70M_3-0.125-0-0-0.125-0.75', 13000, 'Pile-CC', '3.5'),
    line('70M_3-0.125-0-0-0.125-0.75', 14000, 'Github', '1.75'),
    line('160M_4-0.5-0.5-0-0-0', 13000, 'Github', '1.5'),
  );

  it('reads size, mixture and step from the path, a row for each run and step', () => {
    const reading = readAll({ 'log.tsv': log }, { checkpoints: 'all' });
    assert.equal(reading.files[0]?.format, 'Mixing Laws log');
    assert.deepEqual(reading.runs.domains, ['w1', 'w2', 'w3', 'w4', 'w5']);
    assert.deepEqual(reading.runs.targets, ['Github', 'Pile-CC']);
    assert.deepEqual([...reading.runs.modelSizes], [70, 70, 160]);
    assert.deepEqual([...reading.runs.mixtures.slice(0, 5)], [0.125, 0, 0, 0.125, 0.75]);
    assert.deepEqual([...reading.runs.losses], [1.87, 3.5, 1.75, NaN, 1.5, NaN]);
    const last = readAll({ 'log.tsv': log });
    assert.deepEqual([...last.runs.losses], [1.75, NaN, 1.5, NaN]);
    assert.deepEqual(
      last.dropped.map(({ row, line: at, code }) => [row, at, code]),
      [[0, 1, 'earlier-checkpoint']],
    );
  });

  it('reads exponents, runs without a number, CRLF, and lists lines it cannot read and cells that repeat', () => {
    const nasty = [
      line('70M_1e-05-0.24999-0.75', 500, 'Github', '2.5'),
      line('70M_1e-05-0.24999-0.75', 500, 'Github', '2.75'),
      'nonsense',
      line('70M_0.5-0.5', 500, 'Github', '2.5'),
      '',
      line('1.4B_0.2-0.3-5E-1', 500, 'Github', 'nan'),
      line('1.4B_0.2-0.3-5E-1', 500, 'ArXiv', '2e0'),
    ].join('\r\n');
    const reading = readAll({ 'log.txt': `\ufeff${nasty}` });
    assert.equal(reading.runs.domains.length, 3);
    assert.ok(Math.abs((reading.runs.mixtures[0] as number) - 1e-5) < 1e-15);
    assert.deepEqual([...reading.runs.losses], [2.5, NaN, NaN, 2]);
    assert.deepEqual([...reading.runs.modelSizes], [70, 1400]);
    assert.deepEqual(
      reading.dropped.map(({ line: at, code }) => [at, code]),
      [
        [3, 'not-a-record'],
        [4, 'not-a-record'],
      ],
    );
    assert.deepEqual(codes(reading.repaired), ['repeated-value']);
    assert.match(reading.repaired[0]?.reason ?? '', /Github/);
  });

  it('is not seen in tables with paths', () => {
    const table = 'path\tweight_a\tweight_b\ta_loss\nx/70M_0.5-0.5/100\t0.5\t0.5\t3\n';
    assert.equal(readAll({ 'r.tsv': table }).files[0]?.format, 'TSV');
  });
});

describe('long tables', () => {
  const weights = lines('index,weight_web,weight_code', '0,0.25,0.75', '1,0.5,0.5', '2,1,0');

  it('JSONL of index, domain and loss, counted from 1 where the weights count from 0', () => {
    const losses = [1, 2, 3]
      .flatMap((index) =>
        ['web', 'code'].map((domain, k) => JSON.stringify({ index, domain, avg_loss: index + k / 2 })),
      )
      .reverse()
      .join('\n');
    const reading = readAll({ 'weights.csv': weights, 'losses.jsonl': losses });
    assert.equal(reading.files[1]?.format, 'JSONL, long');
    assert.ok(codes(reading.warnings).includes('id-offset'));
    const rows = rowsOf(reading);
    assert.deepEqual(
      rows.map(({ mixture, losses: own }) => [mixture.get('web'), own.get('web'), own.get('code')]),
      [
        [0.25, 1, 1.5],
        [0.5, 2, 2.5],
        [1, 3, 3.5],
      ],
    );
  });

  it('CSV with a pandas index, checkpoints, None, a repeated pair and rows that are nobody’s', () => {
    const text = lines(
      ',index,domain,tokens,val_loss,acc',
      '0,0,web,1B,3.5,0.1',
      '1,0,code,1B,2.5,0.2',
      '2,0,web,2B,3.25,0.1',
      '3,0,code,2B,None,0.2',
      '4,1,web,1B,3,0.1',
      '5,1,web,1B,9,0.1',
      '6,1,code,1B,2,0.3',
      '7,,web,,3,0.1',
      '8,1,,1B,3,0.1',
      '9,1,code',
    );
    const reading = readAll({ 'losses.csv': text, 'weights.csv': weights });
    assert.deepEqual([...reading.runs.losses].slice(0, 6), [3.5, 2.5, 3.25, NaN, 3, 2]);
    assert.deepEqual([...reading.runs.tokens], [1, 2, 1]);
    assert.equal(reading.missingLosses, 1);
    assert.deepEqual(
      reading.repaired.map(({ code, line: at }) => [code, at]),
      [['repeated-value', 6]],
    );
    assert.match(reading.repaired[0]?.reason ?? '', /“web”.*line 7/);
    assert.deepEqual(
      reading.dropped.filter(({ file }) => file === 0).map(({ code, line: at }) => [code, at]),
      [
        ['missing-id', 9],
        ['missing-id', 10],
        ['ragged-row', 11],
      ],
    );
    assert.equal(roleOf(reading, 'acc'), 'ignored');
  });

  it('weights and losses by domain in one table; kinds kept by name', () => {
    const text = lines(
      'run\tdomain\tweight\tbpb',
      'r1\tweb\t0.25\t0.75',
      'r1\tcode\t0.75\t0.5',
      'r2\tweb\t0.5\t0.625',
      'r2\tcode\t0.5\t0.875',
    );
    const reading = readAll({ 'r.tsv': text });
    assert.deepEqual([...reading.runs.mixtures], [0.25, 0.75, 0.5, 0.5]);
    assert.deepEqual([...reading.runs.losses], [0.75, 0.5, 0.625, 0.875]);
    assert.equal(reading.runs.lossKind, 'bits-per-byte');
    assert.deepEqual([...reading.runs.targetDomain], [0, 1]);
  });

  it('metrics by name, as trackers list them', () => {
    const text = lines(
      'run,key,value',
      ...[1, 2].flatMap((i) => [`r${i},weight_a,${i / 4}`, `r${i},weight_b,${1 - i / 4}`, `r${i},a_loss,${2 + i}`]),
    );
    const reading = readAll({ 'r.csv': text });
    assert.deepEqual([...reading.runs.mixtures], [0.25, 0.75, 0.5, 0.5]);
    assert.deepEqual([...reading.runs.losses], [3, 4]);
  });

  it('leaves wide tables alone, also with a column called domain', () => {
    const text = lines('run,domain,weight_a,weight_b,loss', 'x,web,0.5,0.5,3', 'y,web,0.25,0.75,2', 'z,code,1,0,2.5');
    const reading = readAll({ 'r.csv': text });
    assert.equal(reading.files[0]?.format, 'CSV');
    assert.equal(reading.runs.rows.length, 3);
  });

  it('reads back any long table, whatever the order of its rows and the names of its domains', () => {
    const names = fc.uniqueArray(
      fc.constantFrom('__proto__', 'constructor', 'a b', 'x_id', 'seed', 'web', 'loss', 'acc'),
      {
        minLength: 2,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(names, fc.integer({ min: 2, max: 6 }), fc.integer(), (domains, runs, salt) => {
        const records = Array.from({ length: runs }, (_, index) =>
          domains.map((domain, k) => ({ index, domain, loss: 1 + index + k / 8, weight: 1 + ((index * k) % 3) })),
        ).flat();
        const shuffled = records
          .map((record, i) => ({ record, key: Math.imul(i + 1, salt | 1) }))
          .sort((a, b) => a.key - b.key)
          .map(({ record }) => JSON.stringify(record));
        const reading = readResults([fileOf('long.jsonl', shuffled.join('\n'))]);
        assert.deepEqual([...reading.runs.domains].sort(), [...domains].sort());
        assert.equal(reading.runs.rows.length, runs);
        for (const { losses } of rowsOf(reading)) {
          const base = (losses.get(domains[0] as string) as number) - 1;
          domains.forEach((domain, k) => assert.equal(losses.get(domain), 1 + base + k / 8));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('checkpoints', () => {
  const table = lines(
    'model_size,tokens,step,weight_a,weight_b,a_loss',
    '70M,1B,10,0.5,0.5,3',
    '70M,2B,20,0.5,0.5,2.75',
    '70M,2B,20,0.5,0.5,2.5',
    '160M,1B,10,0.5,0.5,2.25',
    '70M,,,1,0,2',
  );

  it('all where tokens tell them apart, unless told otherwise; seeds at the end are all kept', () => {
    const all = readAll({ 'r.csv': table });
    assert.equal(all.runs.rows.length, 4);
    assert.deepEqual(all.checkpoints, { used: 'all', by: 'tokens', said: false, runs: 1, leftOut: 0 });
    assert.match(
      all.warnings.find(({ code }) => code === 'checkpoints')?.message ?? '',
      /all were used.*--checkpoints/,
    );
    const last = readAll({ 'r.csv': table }, { checkpoints: 'last' });
    assert.deepEqual([...last.runs.rows], [1, 2, 3]);
    assert.deepEqual(last.checkpoints, { used: 'last', by: 'tokens', said: true, runs: 1, leftOut: 1 });
    assert.match(last.dropped[0]?.reason ?? '', /row 1 .*more tokens/);
    assert.deepEqual([...last.runs.runIds], [0, 0, 1]);
  });

  it('the last where only steps tell them apart, unless told otherwise', () => {
    const steps = table.replaceAll(/(\d+M),[^,]*,/g, '$1,,').replace('70M,,,1,0,2\n', '');
    assert.deepEqual([...readAll({ 'r.csv': steps }).runs.rows], [1, 2, 3]);
    assert.deepEqual([...readAll({ 'r.csv': steps }, { checkpoints: 'all' }).runs.rows], [0, 1, 2, 3]);
  });

  it('says nothing where every run has one row, and drops nothing where nothing orders them', () => {
    const single = readAll({ 'r.csv': lines('weight_a,weight_b,a_loss', '0.5,0.5,3', '1,0,2') });
    assert.deepEqual(single.checkpoints, { used: 'all', by: 'unknown', said: false, runs: 0, leftOut: 0 });
    assert.ok(!codes(single.warnings).includes('checkpoints'));
    const repeated = readAll(
      { 'r.csv': lines('weight_a,weight_b,a_loss', '0.5,0.5,3', '0.5,0.5,2', '1,0,2') },
      { checkpoints: 'last' },
    );
    assert.equal(repeated.runs.rows.length, 3);
    assert.ok(codes(repeated.warnings).includes('checkpoints-without-tokens'));
  });

  it('refuses nothing that it can read, and names what it cannot', () => {
    assert.equal(refusal(() => readAll({ 'c.yaml': 'a: [1,' })).code, 'invalid-yaml');
    assert.equal(refusal(() => readAll({ 'c.toml': 'a = 1' })).code, 'no-mixture');
  });
});
