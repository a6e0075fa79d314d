import assert from 'node:assert/strict';
import { codes, lines, readAll, refusal, roleOf, rowsOf } from './support/reading';

describe('Olmix swarms', () => {
  const ratios = lines(
    'Unnamed: 0,run,name,index,dclm:science,dclm:code,wiki',
    '0,r-a,swarm-0000,0,0.25,0.25,0.5',
    '1,r-b,swarm-0001,1,0.5,0.25,0.25',
    '2,r-c,swarm-0002,2,0.125,0.375,0.5',
  );

  it('reads ratios and metrics as bits per byte, joined on the run', () => {
    const metrics = lines(
      'Unnamed: 0,run,name,index,eval/downstream/arc (BPB v2),eval/downstream/arc (accuracy v2),mbpp',
      '0,r-c,swarm-0002,2,0.9,0.25,1.5',
      '1,r-a,swarm-0000,0,0.8,0.5,1.25',
      '2,r-b,swarm-0001,1,0.7,0.375,',
    );
    const reading = readAll({ 'ratios.csv': ratios, 'metrics.csv': metrics });
    assert.deepEqual(reading.runs.domains, ['dclm:science', 'dclm:code', 'wiki']);
    assert.equal(reading.runs.lossKind, 'bits-per-byte');
    assert.match(roleOf(reading, 'eval/downstream/arc (BPB v2)'), /^loss/);
    assert.equal(roleOf(reading, 'eval/downstream/arc (accuracy v2)'), 'ignored');
    assert.deepEqual([...reading.runs.losses].slice(0, 1), [0.8]);
  });

  it('takes metrics that do not say their kind for bits per byte, nasty files included', () => {
    const metrics = '\ufeff,run_id,name,arc,humaneval\r\n0,r-b,x,0.5,0.75\r\n1,r-d,x,1,1\r\n2,r-a,x,0.625,NaN';
    const reading = readAll({ 'swarm_metrics.csv': metrics, 'swarm_ratios.csv': ratios.replace('run,', 'run_id,') });
    assert.equal(reading.runs.lossKind, 'bits-per-byte');
    assert.match(reading.columns.find(({ name }) => name === 'arc')?.reason ?? '', /bits per byte, as Olmix measures/);
    assert.deepEqual(
      reading.dropped.map(({ file, code }) => `${file} ${code}`),
      ['0 unmatched-id', '1 unmatched-id'],
    );
    assert.equal(reading.missingLosses, 1);
  });

  it('leaves a pair of other files in nats', () => {
    const losses = lines('index,arc,mbpp', '0,2.5,3', '1,2.25,3.5', '2,2.125,3.25');
    assert.equal(readAll({ 'ratios.csv': ratios, 'losses.csv': losses }).runs.lossKind, 'nats');
  });
});

describe('W&B runs table', () => {
  const header =
    '"Name","State","Created","Runtime","parameter_count","throughput/total_tokens","trainer.train_batch_size","model.hidden_dim","data.train_weights.web","data.train_weights.code","eval/paloma/macro_loss","eval/paloma/c4_en/loss","eval/paloma/code/loss","eval/paloma/c4_en/bpb","train/loss"';
  const row = (name: string, state: string, web: string, code: string, c4: string, bpb = '0.9'): string =>
    `"${name}","${state}","2025-01-01T00:00:00.000Z","3600","154147328","2.5e9","512","768","${web}","${code}","3.1","${c4}","2.25","${bpb}","2.9"`;

  it('finds weights in the config and losses among the metrics', () => {
    const reading = readAll({
      'wandb_export_2025-01-01.csv': lines(
        header,
        row('swift-1', 'finished', '0.75', '0.25', '3.25'),
        row('calm, "2"'.replaceAll('"', '""'), 'finished', '0.5', '0.5', '3.5'),
      ),
    });
    assert.deepEqual(reading.runs.domains, ['web', 'code']);
    assert.deepEqual(reading.runs.targets, ['paloma/c4_en', 'paloma/code']);
    assert.ok(Math.abs((reading.runs.modelSizes[0] as number) - 154.147328) < 1e-9);
    assert.equal(reading.runs.tokens[1], 2.5);
    assert.equal(reading.runs.lossKind, 'nats');
    assert.ok(codes(reading.warnings).includes('other-loss-kind'));
    for (const name of ['eval/paloma/macro_loss', 'train/loss', 'model.hidden_dim', 'trainer.train_batch_size'])
      assert.equal(roleOf(reading, name), 'ignored', name);
    assert.ok(!codes(reading.warnings).includes('unfinished-runs'));
  });

  it('keeps empty cells missing and says which runs did not finish', () => {
    const reading = readAll({
      'wandb.csv': lines(header, row('a', 'crashed', '0.75', '0.25', ''), row('b', 'finished', '0.5', '0.5', '3.5')),
    });
    assert.equal(reading.missingLosses, 1);
    const warning = reading.warnings.find(({ code }) => code === 'unfinished-runs');
    assert.match(warning?.message ?? '', /1 .*crashed/);
  });
});

describe('W&B charts', () => {
  const triple = (run: string, metric: string): string =>
    ['', '__MIN', '__MAX'].map((end) => `"${run} - ${metric}${end}"`).join(',');
  const weights = lines('run_name,weight_a,weight_b', 'x - 1,0.25,0.75', 'y,0.5,0.5', 'never,1,0');

  it('turns curves into runs and joins them with their weights by name', () => {
    const chart = lines(
      `"Step",${triple('x - 1', 'eval/a/loss')},${triple('y', 'eval/a/loss')}`,
      '"100","3.5","3.5","3.5","","",""',
      '"200","","","","3.25","3.25","3.25"',
      '"300","3","3","3","2.75","2.75","2.75"',
    );
    const all = readAll({ 'chart.csv': chart, 'weights.csv': weights }, { checkpoints: 'all' });
    assert.equal(all.files[0]?.format, 'W&B chart CSV');
    assert.deepEqual(
      rowsOf(all).map(({ mixture, losses }) => [mixture.get('a'), losses.get('a')]),
      [
        [0.25, 3.5],
        [0.25, 3],
        [0.5, 3.25],
        [0.5, 2.75],
      ],
    );
    assert.deepEqual(
      all.dropped.map(({ code, file, reason }) => `${file} ${code} ${reason}`),
      ['1 unmatched-id id “never” is not in “chart.csv”'],
    );
    const last = readAll({ 'weights.csv': weights, 'chart.csv': chart });
    assert.deepEqual([...last.runs.losses], [3, 2.75]);
    assert.deepEqual(last.checkpoints, { used: 'last', by: 'steps', said: false, runs: 2, leftOut: 2 });
    assert.deepEqual(
      last.dropped.filter(({ code }) => code === 'earlier-checkpoint').map(({ row, line }) => [row, line]),
      [
        [0, 2],
        [2, 3],
      ],
    );
  });

  it('puts the charts of several metrics side by side', () => {
    const chart = (metric: string, x: number, y: number): string =>
      lines(`"Step",${triple('x - 1', metric)},${triple('y', metric)}`, `10,${x},${x},${x},${y},${y},${y}`);
    const reading = readAll({
      'a.csv': chart('a_loss', 3, 2.5),
      'b.csv': chart('b_loss', 4, 3.5),
      'weights.csv': weights,
    });
    assert.deepEqual(reading.runs.targets, ['a', 'b']);
    assert.deepEqual([...reading.runs.losses], [3, 4, 2.5, 3.5]);
    assert.deepEqual(reading.columns.map(({ file }) => file).includes(2), true);
  });

  it('leaves tables alone that only look like charts', () => {
    const reading = readAll({
      'r.csv': lines('step,weight_a,weight_b,a - x_loss', '1,0.5,0.5,3', '2,0.25,0.75,2.5'),
    });
    assert.equal(reading.files[0]?.format, 'CSV');
    assert.equal(reading.runs.rows.length, 2);
  });
});

describe('MLflow search_runs', () => {
  const header =
    'run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.web_loss,metrics.code_loss,metrics.train_loss,metrics.accuracy,params.mix.web,params.mix.code,params.lr,params.model_size,tags.mlflow.source.name,tags.attempt';
  const row = (id: string, status: string, web: string, code: string, loss: string): string =>
    `${id},12,${status},s3://x/${id},2025-01-01 00:00:00,2025-01-01 01:00:00,${loss},2.5,2.0,0.5,${web},${code},0.001,70M,train.py,3.5`;

  it('reads parameters that are text as weights, metrics as losses, and no tag', () => {
    const reading = readAll({
      'runs.csv': lines(
        header,
        row('a1', 'FINISHED', '0.25', '0.75', '3'),
        row('b2', 'FINISHED', '"0.5"', '0.5', '3.25'),
      ),
    });
    assert.deepEqual(reading.runs.domains, ['web', 'code']);
    assert.deepEqual(reading.runs.targets, ['web', 'code']);
    assert.deepEqual([...reading.runs.modelSizes], [70, 70]);
    assert.equal(roleOf(reading, 'tags.attempt'), 'ignored');
    assert.equal(roleOf(reading, 'metrics.accuracy'), 'ignored');
    assert.equal(roleOf(reading, 'metrics.train_loss'), 'ignored');
    assert.equal(roleOf(reading, 'params.lr'), 'ignored');
  });

  it('takes None, exponents and records of JSON', () => {
    const reading = readAll({
      'runs.csv': lines(
        header,
        row('a1', 'FAILED', '1e-05', '0.99999', 'None'),
        row('b2', 'RUNNING', '0.5', '0.5', '3'),
      ),
    });
    assert.equal(reading.missingLosses, 1);
    assert.ok(Math.abs((rowsOf(reading)[0]?.mixture.get('web') ?? 0) - 1e-5) < 1e-12);
    assert.match(reading.warnings.find(({ code }) => code === 'unfinished-runs')?.message ?? '', /2 /);
    const json = JSON.stringify([
      { run_id: 'a', 'params.weight_a': '0.5', 'params.weight_b': '0.5', 'metrics.a_loss': 3, 'tags.x': 1 },
      { run_id: 'b', 'params.weight_a': '1', 'params.weight_b': '0', 'metrics.a_loss': 2, 'tags.x': 0 },
    ]);
    assert.deepEqual([...readAll({ 'runs.json': json }).runs.mixtures], [0.5, 0.5, 1, 0]);
  });
});

describe('lm-evaluation-harness', () => {
  const output = (run: string, wikitext: number, more: object = {}): string =>
    JSON.stringify({
      results: {
        wikitext: {
          alias: 'wikitext',
          'word_perplexity,none': 2 ** (5 * wikitext),
          'word_perplexity_stderr,none': 'N/A',
          'byte_perplexity,none': 2 ** wikitext,
          'byte_perplexity_stderr,none': 'N/A',
          'bits_per_byte,none': wikitext,
          'bits_per_byte_stderr,none': 'N/A',
        },
        arc_easy: { alias: 'arc', 'acc,none': 0.4, 'acc_stderr,none': 0.01, 'acc_norm,none': 0.5 },
        gsm8k: { 'exact_match,strict-match': 0.1, 'odd_metric,none': 0.7 },
      },
      higher_is_better: { arc_easy: { acc: true }, gsm8k: { odd_metric: true } },
      versions: { wikitext: 2 },
      config: {
        model: 'hf',
        model_args: `pretrained=/ckpt/${run}/step-5000,dtype=bfloat16`,
        model_num_parameters: 70e6,
      },
      ...more,
    });
  const weights = lines('run,weight_a,weight_b', 'r1,0.25,0.75', 'r2,0.5,0.5', 'r3,1,0');
  const files = {
    'r1/results_2025-01-01T10-00-00.123456.json': output('r1', 0.75),
    'r2/results_2025-01-01T11-00-00.123456.json': output('r2', 0.625),
    'r3/results_2025-01-02T00-00-00.000001.json': output('r3', 0.875),
  };

  it('joins one output a run with the weights, in bits per byte', () => {
    const reading = readAll({ ...files, 'weights.csv': weights });
    assert.equal(reading.runs.lossKind, 'bits-per-byte');
    assert.deepEqual(reading.runs.targets, ['wikitext']);
    assert.deepEqual([...reading.runs.losses], [0.75, 0.625, 0.875]);
    assert.deepEqual([...reading.runs.modelSizes], [70, 70, 70]);
    const reason = (name: string): string => reading.columns.find((column) => column.name === name)?.reason ?? '';
    assert.match(reason('wikitext/word_perplexity'), /perplexities, while the other losses are bits per byte/);
    assert.match(reason('arc_easy/acc'), /higher is better/);
    assert.match(reason('gsm8k/odd_metric'), /higher is better/);
    assert.match(reason('gsm8k/exact_match,strict-match'), /higher is better/);
    assert.match(reason('arc_easy/acc_stderr'), /spread/);
  });

  it('joins on the model’s path when the file names tell nothing', () => {
    const reading = readAll({
      'x.json': output('r2', 0.5),
      'y.json': output('r1', 0.25).replaceAll(',none', ''),
      'weights.csv': weights,
    });
    assert.deepEqual([...reading.runs.losses], [0.25, 0.5].reverse());
    assert.deepEqual(rowsOf(reading)[0]?.mixture.get('a'), 0.5);
  });

  it('refuses accuracies as losses, with the reason', () => {
    const scores = JSON.stringify({ results: { arc: { 'acc,none': 0.5 } }, versions: {} });
    assert.equal(refusal(() => readAll({ 'a.json': scores, 'weights.csv': weights })).code, 'no-loss-columns');
    const said = lines('run,weight_a,weight_b,arc_acc', 'r1,0.25,0.75,0.5', 'r2,0.5,0.5,0.25');
    const error = refusal(() => readAll({ 'r.csv': said }, { roles: new Map([['arc_acc', 'loss']]) }));
    assert.equal(error.code, 'score-as-loss');
    assert.match(error.hint, /lowest/);
  });

  it('reads names that are special in JavaScript', () => {
    const hostile =
      '{"results":{"__proto__":{"bits_per_byte,none":1.5},"constructor":{"bits_per_byte,none":2}},"versions":{}}';
    const reading = readAll({ 'r1.json': hostile, 'r2.json': hostile, 'weights.csv': weights });
    assert.deepEqual([...reading.runs.targets], ['__proto__', 'constructor']);
  });
});
