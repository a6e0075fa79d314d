import assert from 'node:assert/strict';
import { mixlaw, smallResults, type Outcome } from './support';

const FIT = ['fit', 'runs/results.csv', '--law', 'quantization', '--starts', '3', '--set', 'model-size=100,tokens=2'];
const files = { 'runs/results.csv': smallResults() };

/** What the commands print, as a script sees it. */
interface FitAnswer {
  readonly law: string;
  readonly parameterCount: number;
  readonly parameters: readonly object[];
  readonly objective: number;
  readonly seconds: number;
  readonly metrics: {
    readonly train: Readonly<Record<'all' | 'positive', { mre: number; n: number }>>;
    readonly validation?: Readonly<Record<'all' | 'positive', { mre: number; n: number }>>;
  };
  readonly starts: readonly { readonly objective: number; readonly iterations: number }[];
  readonly certificate: { readonly parameterCount: number };
  readonly dataset: {
    readonly usedRows: number;
    readonly trainRows: number;
    readonly domains: readonly string[];
    readonly targets: readonly string[];
  };
}
interface PredictAnswer {
  readonly mixture: Readonly<Record<string, number>>;
  readonly modelSize: number;
  readonly tokens: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly mean: number;
  readonly kktResidual: number;
}
interface InspectAnswer {
  readonly kind: string;
  readonly domains: readonly string[];
  readonly columns: readonly { readonly reason: string }[];
  readonly mixtures: readonly { readonly weights: readonly { readonly domain: string; readonly raw: number }[] }[];
  readonly problems: readonly object[];
  readonly files: readonly InspectAnswer[];
}

function json<T>(outcome: Outcome): T {
  assert.equal(outcome.code, 0, outcome.err);
  return JSON.parse(outcome.out) as T;
}

describe('mixlaw fit', () => {
  it('prints one JSON object with everything a script needs', async () => {
    const outcome = await mixlaw([...FIT, '--json'], files);
    const fit = json<FitAnswer>(outcome);
    assert.equal(fit.law, 'quantization');
    assert.equal(fit.parameterCount, fit.parameters.length);
    assert.ok(fit.objective >= 0 && fit.seconds > 0);
    assert.ok(fit.metrics.train.all.mre < 0.05, 'a fraction, and a good fit');
    assert.equal(fit.metrics.train.all.n, 28 * 3);
    assert.equal(fit.metrics.validation, undefined);
    assert.equal(fit.starts.length, 3);
    assert.ok(fit.starts.every((start) => start.iterations > 0));
    assert.equal(fit.certificate.parameterCount, fit.parameterCount);
    assert.equal(fit.dataset.usedRows, 28);
    assert.equal(outcome.err, '');
    assert.deepEqual([...outcome.files.keys()], ['runs/results.csv'], 'nothing is written without --out');
  });

  it('writes the document where --out says, the same bytes each time', async () => {
    const write = async () =>
      (await mixlaw([...FIT, '--out', 'fits/a.mixlaw.json'], files)).files.get('fits/a.mixlaw.json')!;
    const [first, second] = [await write(), await write()];
    assert.equal(first, second);
    const document = JSON.parse(first);
    assert.equal(document.data.files[0].name, '../runs/results.csv');
    assert.equal(document.fit.options.seed, 1);
  });

  it('holds rows out as --rows says, and reports both', async () => {
    const rows = JSON.stringify({ train: Array.from({ length: 20 }, (_, i) => i), validation: [25, 22, 23] });
    const fit = json<FitAnswer>(
      await mixlaw([...FIT, '--json', '--rows', 'rows.json'], { ...files, 'rows.json': rows }),
    );
    assert.equal(fit.metrics.train.all.n, 60);
    assert.equal(fit.metrics.validation?.all.n, 9);
    assert.equal(fit.dataset.trainRows, 20);
  });

  for (const [text, words] of [
    ['[1, 2]', /no list “train”/],
    ['{"train": [0.5]}', /“train” that is not a list of row numbers/],
    ['{"train": [0, 1], "validation": [1]}', /row 1 in both/],
    ['{"train": ', /is not JSON/],
    ['{"train": [0, 1, 2], "validation": [900]}', /900|row/],
  ] as const) {
    it(`refuses --rows with ${text}`, async () => {
      const { code, err } = await mixlaw([...FIT, '--rows', 'rows.json'], { ...files, 'rows.json': text });
      assert.equal(code, 1);
      assert.match(err, words);
    });
  }

  it('takes the user’s word on columns', async () => {
    const plain = smallResults().replace(/^.*\n/, 'a,b,c,"x,1",y,z\n');
    const roles = ['--weights', 'a,b,c', '--losses', 'x\\,1', '--losses', 'y', '--ignore', 'z'];
    const line = ['fit', 'r.csv', '--law', 'log-linear', '--starts', '1', '--json', ...roles];
    const fit = json<FitAnswer>(await mixlaw(line, { 'r.csv': plain }));
    assert.deepEqual(fit.dataset.domains, ['a', 'b', 'c']);
    assert.deepEqual(fit.dataset.targets, ['x,1', 'y']);
  });

  it('prints tables for people, and progress only to a terminal', async () => {
    const quiet = await mixlaw(FIT, files);
    assert.match(quiet.out, /28 of 28 rows, 3 domains, 3 targets/);
    assert.match(quiet.out, /^ {2}train +all +\d/m);
    assert.match(quiet.out, /Recommended mixture/);
    assert.equal(quiet.err, '');
    assert.match((await mixlaw(FIT, files, { interactive: true })).err, /\r.*(reading|fitting)/);
  });

  it('joins weights and losses whatever their order', async () => {
    const rows = smallResults()
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const csv = (cells: string[][]): string => `${cells.map((row) => row.join(',')).join('\n')}\n`;
    const id = (i: number): string => (i === 0 ? 'index' : String(100 + i));
    const weights = csv(rows.map((row, i) => [id(i), ...row.slice(0, 3)]));
    const losses = csv(
      rows.map((row, i) => [id(i), ...row.slice(3)]).map((row, i, all) => (i === 0 ? row : all[all.length - i]!)),
    );
    const line = [
      'fit',
      'w.csv',
      'l.csv',
      '--law',
      'quantization',
      '--starts',
      '2',
      '--set',
      'model-size=100,tokens=2',
      '--json',
    ];
    const pair = json<FitAnswer>(await mixlaw(line, { 'w.csv': weights, 'l.csv': losses }));
    const single = json<FitAnswer>(
      await mixlaw(
        [...FIT, '--starts', '2', '--json'].filter((_, i) => i !== 4 && i !== 5),
        files,
      ),
    );
    assert.ok(Math.abs(pair.objective - single.objective) < 1e-9 * Math.max(1, single.objective));
  });

  for (const [what, csv, code] of [
    ['no losses', 'weight_a,weight_b\n0.5,0.5\n0.4,0.6\n', 'no-loss-columns'],
    ['no weights', 'loss_a,loss_b\n1,2\n3,4\n', 'no-weight-columns'],
    ['only rows that cannot be used', 'weight_a,weight_b,loss_a,loss_b\n0,0,1,2\n0,0,1,2\n', 'all-rows-dropped'],
    ['nothing in it', '', undefined],
    ['no rows', 'weight_a,weight_b,loss_a,loss_b\n', 'no-rows'],
    ['one run', 'weight_a,weight_b,loss_a,loss_b\n0.5,0.5,1,2\n', undefined],
  ] as const) {
    it(`exits with 1 and says what to do for a file with ${what}`, async () => {
      const { code: exit, out, err } = await mixlaw(['fit', 'r.csv', '--json'], { 'r.csv': csv });
      assert.equal(exit, 1, out);
      const { error } = JSON.parse(out);
      if (code !== undefined) assert.equal(error.code, code);
      assert.notEqual(error.hint, '');
      assert.ok(err.includes(error.hint.slice(0, 20)));
    });
  }

  it('refuses a file over --max-size', async () => {
    const { code, out } = await mixlaw([...FIT, '--json', '--max-size', '0.0001'], files);
    assert.equal(code, 1);
    assert.equal(JSON.parse(out).error.code, 'file-too-large');
  });
});

describe('mixlaw predict and recommend', () => {
  let document: string;
  before(async () => {
    document = (await mixlaw([...FIT, '--out', 'f'], files)).files.get('f')!;
  });
  const run = (line: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    mixlaw(line, { 'r.mixlaw.json': document, ...more });
  const predict = (mixture: string, more: Readonly<Record<string, string>> = {}) =>
    run(['predict', 'r.mixlaw.json', '--json', '--mixture', mixture], more);

  it('knows names by the aliases it is told', async () => {
    const mixture = 'crawl=0.5,code=0.3,novels=0.2';
    const unknown = await predict(mixture);
    assert.equal(unknown.code, 1);
    const aliases = ['--alias', 'crawl=web,novels=books'];
    const aliased = json<PredictAnswer>(
      await run(['predict', 'r.mixlaw.json', '--json', '--mixture', mixture, ...aliases]),
    );
    assert.deepEqual(aliased.losses, json<PredictAnswer>(await predict('web=0.5,code=0.3,books=0.2')).losses);
    const config = { 'c.json': '{"train_domain_weights": {"crawl": 0.5, "code": 0.3, "novels": 0.2}}' };
    const read = await run(['predict', 'r.mixlaw.json', '--json', '--mixture', 'c.json', ...aliases], config);
    assert.deepEqual(json<PredictAnswer>(read).losses, aliased.losses);
    const capped = await run(['recommend', 'r.mixlaw.json', '--json', '--max', 'crawl=0.2', '--alias', 'crawl=web']);
    assert.ok((JSON.parse(capped.out) as { mixture: { web: number } }).mixture.web <= 0.2 + 1e-9);
    assert.equal((await run(['predict', 'r.mixlaw.json', '--mixture', mixture, '--alias', 'crawl'])).code, 2);
  });

  it('predicts close to what was measured at a measured mixture', async () => {
    const [header, first] = smallResults()
      .split('\n')
      .map((line) => line.split(','));
    assert.equal(header?.[3], 'loss_web');
    const predicted = json<PredictAnswer>(await predict(`web=${first![0]},code=${first![1]},books=${first![2]}`));
    assert.deepEqual(Object.keys(predicted.losses), ['web', 'code', 'books']);
    for (const [i, target] of ['web', 'code', 'books'].entries()) {
      assert.ok(Math.abs(predicted.losses[target]! - Number(first![3 + i])) < 0.1, target);
    }
    const losses: number[] = Object.values(predicted.losses);
    assert.ok(Math.abs(predicted.mean - (losses[0]! + losses[1]! + losses[2]!) / 3) < 1e-12);
    assert.equal(predicted.modelSize, 100);
    assert.equal(predicted.tokens, 2);
  });

  it('scales weights to 1, matches names by meaning, and takes what is not named as 0', async () => {
    const outcome = await predict('code=1,Web=3');
    assert.deepEqual(json<PredictAnswer>(outcome).mixture, { web: 0.75, code: 0.25, books: 0 });
    assert.match(outcome.err, /sum to 4/);
  });

  it('reads the mixture from JSON and from training configs', async () => {
    const inline = json<PredictAnswer>(await predict('web=0.5,code=0.3,books=0.2')).losses;
    const weights = { books: 0.2, web: 0.5, code: 0.3 };
    for (const [name, text] of [
      ['mix.json', JSON.stringify(weights)],
      ['doremi.json', JSON.stringify({ train_domain_weights: weights, eval_domain_weights: { web: 1 } })],
    ] as const) {
      const losses = json<PredictAnswer>(await predict(name, { [name]: text })).losses;
      for (const target of Object.keys(inline)) assert.ok(Math.abs(losses[target]! - inline[target]!) < 1e-9, name);
    }
  });

  it('predicts at the scale asked for', async () => {
    const line = [
      'predict',
      'r.mixlaw.json',
      '--json',
      '--mixture',
      'web=1,code=1,books=1',
      '--model-size',
      '1.3B',
      '--tokens',
      '30B',
    ];
    const predicted = json<PredictAnswer>(await run(line));
    assert.equal(predicted.modelSize, 1300);
    assert.equal(predicted.tokens, 30);
  });

  for (const [mixture, exit, words] of [
    ['web=0.5,cod=0.5', 1, /no domain “cod”\. Did you mean code\?/],
    ['web=-1,code=2', 1, /weight of “web” is -1/],
    ['web=0', 1, /sum to 0/],
    ['web=x', 2, /name=number pairs, not “web=x”/],
    ['web=1,web=1', 2, /names “web” twice/],
    ['lost.yaml', 1, /lost\.yaml does not exist/],
    ['other.json', 1, /No mixture of this fit's domains|no domain/],
  ] as const) {
    it(`refuses --mixture ${mixture}`, async () => {
      const other = JSON.stringify({ train_domain_weights: { x: 0.5, y: 0.5 } });
      const { code, err } = await predict(mixture, { 'other.json': other });
      assert.equal(code, exit, err);
      assert.match(err, words);
    });
  }

  it('recommends a mixture that no measured one beats by prediction', async () => {
    const best = json<PredictAnswer>(await run(['recommend', 'r.mixlaw.json', '--json']));
    const weights: number[] = Object.values(best.mixture);
    assert.ok(Math.abs(weights.reduce((a, b) => a + b) - 1) < 1e-9 && weights.every((weight) => weight >= 0));
    assert.ok(best.kktResidual < 1e-6);
    for (const line of smallResults().trim().split('\n').slice(1)) {
      const [web, code, books] = line.split(',');
      const { mean } = json<PredictAnswer>(await predict(`web=${web},code=${code},books=${books}`));
      assert.ok(best.mean <= mean + 1e-9);
    }
    const again = json<PredictAnswer>(
      await predict(
        Object.entries(best.mixture)
          .map(([name, weight]) => `${name}=${weight}`)
          .join(','),
      ),
    );
    assert.ok(Math.abs(again.mean - best.mean) < 1e-9);
  });

  it('prints tables for people', async () => {
    const { out } = await run(['recommend', 'r.mixlaw.json']);
    assert.match(out, /^(info|caution|warning): .+\n\nAt 100M parameters, 2B tokens:/);
    assert.match(out, /^ {2}web +\d+\.\d % +\d+\.\d % – \d+\.\d %$/m);
  });

  it('refuses a document of a newer version, and what is no document', async () => {
    const newer = document.replace(/"schemaVersion": ?\d+/, '"schemaVersion": 999');
    for (const [text, code] of [
      [newer, 1],
      ['{"a": 1}', 1],
      ['{', 1],
    ] as const) {
      const outcome = await mixlaw(['recommend', 'x.mixlaw.json', '--json'], { 'x.mixlaw.json': text });
      assert.equal(outcome.code, code);
      assert.notEqual(JSON.parse(outcome.out).error.hint, '');
    }
  });
});

describe('mixlaw inspect', () => {
  it('tells what each column of results is taken for, and why', async () => {
    const report = json<InspectAnswer>(await mixlaw(['inspect', 'runs/results.csv', '--json'], files));
    assert.equal(report.kind, 'results');
    assert.deepEqual(report.domains, ['web', 'code', 'books']);
    assert.equal(report.columns.length, 6);
    assert.ok(report.columns.every(({ reason }) => reason !== ''));
  });

  it('tells the mixtures of a config', async () => {
    const text = JSON.stringify({ train_domain_weights: { a: 0.5, b: 0.5 }, eval_domain_weights: { a: 1 } });
    const report = json<InspectAnswer>(await mixlaw(['inspect', 'c.json', '--json'], { 'c.json': text }));
    assert.equal(report.kind, 'mixture');
    assert.equal(report.mixtures.length, 1);
    assert.deepEqual(
      report.mixtures[0]?.weights.map(({ domain, raw }) => [domain, raw]),
      [
        ['a', 0.5],
        ['b', 0.5],
      ],
    );
  });

  it('takes two files that only work together as a pair, and others one by one', async () => {
    const pair = { 'w.csv': 'index,weight_a,weight_b\n1,0.5,0.5\n2,0.1,0.9\n', 'l.csv': 'index,loss_a\n2,3\n1,4\n' };
    assert.equal(json<InspectAnswer>(await mixlaw(['inspect', 'w.csv', 'l.csv', '--json'], pair)).kind, 'results');
    const both = json<InspectAnswer>(
      await mixlaw(['inspect', 'runs/results.csv', 'w.csv', '--json'], { ...files, ...pair }),
    );
    assert.deepEqual(
      both.files.map(({ kind }) => kind),
      ['results', 'unknown'],
    );
  });

  it('gives every problem a code, a message and its place', async () => {
    const answers = [
      ['s.json', '{"dataset": "a,b", "interleave_probs": "0.5,0.6", "mix_strategy": "interleave_under"}'],
      ['r.csv', 'index,weight_a,weight_b,loss_a\n1,0.5,0.5,2\n2,0.2,0.8,\n3,0.9,0.1,x\n4,0.3,0.7,3\n'],
      ['w.csv', 'index,weight_a,weight_b\n1,0.5,0.5\n'],
    ] as const;
    for (const [name, text] of answers) {
      const report = json<InspectAnswer>(await mixlaw(['inspect', name, '--json'], { [name]: text }));
      assert.ok(Array.isArray(report.mixtures));
      assert.ok(report.problems.length > 0, name);
      for (const problem of report.problems) {
        const { code, message, range } = problem as {
          code: string;
          message: string;
          range: { start: number; end: number };
        };
        assert.match(code, /^[a-z][a-z-]+$/);
        assert.notEqual(message, '');
        assert.ok(range.start >= 0 && range.start < range.end && range.end <= text.length, `${name}: ${code}`);
      }
    }
    const dropped = json<InspectAnswer>(await mixlaw(['inspect', 'r.csv', '--json'], { 'r.csv': answers[1][1] }));
    const places = dropped.problems.map((problem) => {
      const { range } = problem as { range: { start: number; end: number } };
      return answers[1][1].slice(range.start, range.end);
    });
    assert.ok(places.includes('2,0.2,0.8,') || places.includes('3,0.9,0.1,x'), places.join(' | '));
  });

  it('assumes what it is told where a config does not say its scale', async () => {
    const text = 'tokenizer: x\ntrain_weights: {a: 0.5, b: 0.5}\nmicro_batch_size: 2\nmax_steps: 10\nseq_len: 100\n';
    const read = async (...flags: string[]) =>
      json<InspectAnswer>(await mixlaw(['inspect', 'c.yaml', '--json', ...flags], { 'c.yaml': text })).mixtures[0] as {
        modelSize?: number;
        tokens?: number;
      };
    assert.equal((await read()).tokens, undefined);
    const assumed = await read('--data-parallel-size', '4', '--model-size', '1.3B');
    assert.equal(assumed.tokens, (10 * 2 * 4 * 100) / 1e9);
    assert.equal(assumed.modelSize, 1300);
  });

  it('says of other files that they are neither, with the reason', async () => {
    const report = json<InspectAnswer>(
      await mixlaw(['inspect', 'notes.txt', '--json'], { 'notes.txt': 'hello\nworld\n' }),
    );
    assert.equal(report.kind, 'unknown');
    assert.equal(report.problems.length, 1);
    const { code } = await mixlaw(['inspect', 'lost.csv'], {});
    assert.equal(code, 1);
  });
});
