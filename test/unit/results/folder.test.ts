import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { diskOf, loadFiles, resultsPaths } from '../../../src/core/pipeline/files';
import { readResults } from '../../../src/core/results/read';
import { runNames } from '../../../src/core/results/run-names';
import { codes, lines, readAll, refusal, rowsOf } from './support/reading';

const run = (a: number, loss: number, more: object = {}): string =>
  JSON.stringify({ weights: { a, b: 1 - a }, losses: { a: loss, b: loss + 1 }, model_size: '70M', ...more });

describe('a file for each run', () => {
  it('puts files of one record together, named by the file', () => {
    const reading = readAll({ 'run_002.json': run(0.5, 3), 'run_001.json': run(0.25, 2), 'run_010.json': run(1, 4) });
    assert.deepEqual([...reading.runs.losses], [3, 4, 2, 3, 4, 5]);
    assert.deepEqual([...reading.runs.modelSizes], [70, 70, 70]);
    assert.equal(reading.totalRows, 3);
    assert.deepEqual(
      reading.files.map(({ name, rows }) => `${name} ${rows}`),
      ['run_002.json 1', 'run_001.json 1', 'run_010.json 1'],
    );
    const two = readAll({ 'run_2.json': run(0.5, 3), 'run_1.json': run(0.25, 2) });
    assert.deepEqual([...two.runs.losses], [3, 4, 2, 3]);
    const one = readAll({ 'run_2.json': run(0.5, 3) });
    assert.deepEqual([...one.runs.mixtures], [0.5, 0.5]);
  });

  it('says in which file a row was dropped, and goes on without a file that is broken', () => {
    const reading = readAll({
      'run_1.json': run(0.25, 2),
      'run_2.json': run(0, 2).replace('"b":1', '"b":-1'),
      'run_3.json': '{"weights": {"a": 0.5',
      'run_4.json': run(1, 3, { seed: 7 }),
    });
    assert.deepEqual([...reading.runs.losses], [2, 3, 3, 4]);
    assert.deepEqual(reading.dropped.map(({ file, code }) => `${file} ${code}`).sort(), [
      '1 negative-weight',
      '2 unreadable-file',
    ]);
    assert.equal(reading.files[2]?.format, 'unreadable');
  });

  it('joins config and metrics of a run by folder or by name', () => {
    const config = (weights: string): string => `# the run\nmodel_size: 160M\ntrain_domain_weights:\n${weights}\n`;
    const metrics = (loss: number): string => JSON.stringify({ step: 10, eval: { web_loss: loss, code_loss: 1 } });
    const first = config('  web: 0.25\n  code: 0.75');
    const second = config('  web: 0.5\n  code: 0.25\n  books: 0.25');
    const layouts = [
      ['r1/config.yaml', 'r1/metrics.json', 'r2/config.yaml', 'r2/metrics.json'],
      ['r1.config.yaml', 'r1.metrics.json', 'r2.config.yaml', 'r2.metrics.json'],
      ['configs/r1.yaml', 'metrics/r1.json', 'configs/r2.yaml', 'metrics/r2.json'],
    ];
    for (const [a, b, c, d] of layouts as [string, string, string, string][]) {
      const reading = readAll({ [a]: first, [b]: metrics(3), [c]: second, [d]: metrics(2) });
      const rows = rowsOf(reading);
      assert.deepEqual(
        rows.map(({ mixture, losses }) => [mixture.get('web'), mixture.get('books'), losses.get('web')]),
        [
          [0.25, 0, 3],
          [0.5, 0.25, 2],
        ],
        a,
      );
      assert.ok(!codes(reading.dropped).includes('missing-weight'));
    }
  });

  it('joins configs of runs with one table of losses by the number in their names', () => {
    const config = (a: number): string =>
      lines(
        'model_name: tinyllama_1M',
        'train:',
        `  train_the_pile_arxiv: ${a}`,
        `  train_the_pile_github: ${1 - a}`,
        'valid:',
        '  valid_the_pile_arxiv: 1.0',
        '  valid_the_pile_github: 1.0',
      );
    const losses = lines('index,metric/the_pile_arxiv_val_loss', '2,3', '1,2', '3,4');
    const reading = readAll({
      'n1.yaml': config(0.25),
      'n2.yaml': config(0.5),
      'n3.yaml': config(1),
      'loss.csv': losses,
    });
    const rows = rowsOf(reading).map(({ mixture, losses: own }) => [mixture.get('arxiv'), own.get('arxiv')]);
    assert.deepEqual(rows, [
      [0.25, 2],
      [0.5, 3],
      [1, 4],
    ]);
  });

  it('puts logs of runs below each other and takes the last checkpoint of each', () => {
    const log = (x: number): string => lines('step,a_loss,b_loss', `1,${x},9`, `2,${x - 1},8`);
    const weights = lines('run,weight_a,weight_b', 'r1,0.25,0.75', 'r2,0.5,0.5', 'r3,1,0');
    const reading = readAll({
      'logs/r1.csv': log(5),
      'logs/r2.csv': log(4),
      'logs/r3.csv': log(3),
      'weights.csv': weights,
    });
    assert.deepEqual([...reading.runs.losses], [4, 8, 3, 8, 2, 8]);
    assert.deepEqual(
      reading.dropped.map(({ file, row, line, code }) => [file, row, line, code]),
      [
        [0, 0, 2, 'earlier-checkpoint'],
        [1, 2, 2, 'earlier-checkpoint'],
        [2, 4, 2, 'earlier-checkpoint'],
      ],
    );
  });

  it('refuses files that make up more than two tables', () => {
    const error = refusal(() =>
      readAll({
        'a.csv': lines('x,y', '1,2', '3,4'),
        'b.csv': lines('u,v', '1,2', '3,4'),
        'c.csv': lines('s,t', '1,2', '3,4'),
      }),
    );
    assert.equal(error.code, 'file-shapes');
  });

  it('tells the run by the path', () => {
    const paths: readonly (readonly [string, string])[] = [
      ['runs/run_001/config.yaml', 'run_001'],
      ['run_001/eval/results_2025-01-01T10-00-00.123456.json', 'run_001'],
      ['metrics_run_001.json', 'run_001'],
      ['run_001.metrics.json', 'run_001'],
      ['wandb/run-2025_abc/files/wandb-summary.json', 'run-2025_abc'],
      ['a/x.json', 'a/x'],
      ['config.json', 'config.json'],
      ['__proto__.json', '__proto__'],
    ];
    const found = paths.map(([path]) => [path, runNames([path])[0]]);
    assert.deepEqual(found, paths);
  });
});

describe('a folder of results', () => {
  const disk = diskOf(fileSystem, (bytes) => createHash('sha256').update(bytes).digest('hex'));
  let folder: string;
  before(async () => {
    folder = await fileSystem.mkdtemp(join(tmpdir(), 'mixlaw-'));
    const files: Record<string, string> = {
      'runs/r2/config.json': JSON.stringify({ weights: { a: 0.5, b: 0.5 } }),
      'runs/r2/metrics.json': JSON.stringify({ losses: { a: 3, b: 2 } }),
      'runs/r1/config.json': JSON.stringify({ weights: { a: 0.25, b: 0.75 } }),
      'runs/r1/metrics.json': JSON.stringify({ losses: { a: 3.5, b: 1 } }),
      'runs/notes.md': '# notes',
      'runs/old.mixlaw.json': '{}',
      'runs/.hidden/metrics.json': '{}',
      'empty/notes.txt': 'x',
    };
    for (const [name, text] of Object.entries(files)) {
      await fileSystem.mkdir(dirname(join(folder, name)), { recursive: true });
      await fileSystem.writeFile(join(folder, name), text);
    }
    await fileSystem.symlink(folder, join(folder, 'runs/up'));
  });
  after(() => fileSystem.rm(folder, { recursive: true }));

  it('is its results files, by name, links and hidden ones left out', async () => {
    const paths = await resultsPaths(disk, [join(folder, 'runs')]);
    assert.deepEqual(
      paths.map((path) => path.slice(folder.length)),
      ['/runs/r1/config.json', '/runs/r1/metrics.json', '/runs/r2/config.json', '/runs/r2/metrics.json'],
    );
    const files = await loadFiles(disk, paths);
    assert.deepEqual(
      files.map(({ name }) => name),
      ['r1/config.json', 'r1/metrics.json', 'r2/config.json', 'r2/metrics.json'],
    );
    const reading = readResults(files);
    assert.deepEqual([...reading.runs.mixtures], [0.25, 0.75, 0.5, 0.5]);
    assert.deepEqual([...reading.runs.losses], [3.5, 1, 3, 2]);
  });

  it('may hold nothing, which is said, and files stay what they are', async () => {
    await assert.rejects(resultsPaths(disk, [join(folder, 'empty')]), { code: 'empty-folder' });
    assert.deepEqual(await resultsPaths(disk, ['a.csv', 'b.csv']), ['a.csv', 'b.csv']);
  });
});
