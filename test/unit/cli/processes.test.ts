import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { smallResults } from './support';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

/** Stands in for Ray: tasks run where they are asked for. */
const RAY = `
def init(**_):
    pass

def put(value):
    return value

def get(tasks):
    return tasks

def remote(**_):
    def wrap(function):
        function.remote = function
        return function
    return wrap
`;

describe('mixlaw in real processes', () => {
  let folder: string;
  let cli: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixlaw-'));
    cli = join(folder, 'dist/cli.js');
    const entryPoints = { cli: join(root, 'src/cli.ts'), worker: join(root, 'src/worker/entry.ts') };
    await build({
      entryPoints,
      outdir: join(folder, 'dist'),
      bundle: true,
      platform: 'node',
      mainFields: ['module', 'main'],
    });
    await writeFile(join(folder, 'results.csv'), smallResults());
  });
  after(() => rm(folder, { recursive: true }));

  const mixlaw = (...line: string[]) => execute(process.execPath, [cli, ...line], { cwd: folder });
  const text = (name: string) => readFile(join(folder, name), 'utf8');

  it('compares in threads, in one process and in three, to the same bytes', async () => {
    const line = ['compare', 'results.csv', '--laws', 'additive,linear,stack', '--starts', '1', '--repeats', '2'];
    await mixlaw(...line, '--out', 'one.json', '--threads', '2');
    await Promise.all([1, 2, 3].map((i) => mixlaw(...line, '--shard', `${i}/3`, '--out', `part${i}.json`)));
    await mixlaw('merge', 'part2.json', 'part3.json', 'part1.json', '--out', 'merged.json');
    assert.equal(await text('merged.json'), await text('one.json'));
  });

  it('bootstraps by the script for Slurm, as one process does', async () => {
    const script = join(root, 'examples/cluster/slurm-array.sh');
    for (const task of ['1', '2']) {
      const env = {
        ...process.env,
        MIXLAW: `${process.execPath} ${cli}`,
        SLURM_ARRAY_TASK_ID: task,
        SLURM_ARRAY_TASK_COUNT: '2',
        SLURM_CPUS_PER_TASK: '2',
      };
      await execute('bash', [script, 'results.csv', '5', 'parts', '--law', 'linear'], { cwd: folder, env });
    }
    await mixlaw('merge', 'parts/part-00001.json', 'parts/part-00002.json', '--out', 'slurm.mixlaw.json');
    await mixlaw('fit', 'results.csv', '--law', 'linear', '--bootstrap', '5', '--out', 'whole.mixlaw.json');
    assert.equal(await text('slurm.mixlaw.json'), await text('whole.mixlaw.json'));
    assert.equal(JSON.parse(await text('slurm.mixlaw.json')).bootstrap.replicates, 5);
  });

  it('bootstraps by the script for Ray, as one process does', async function () {
    if (spawnSync('python3', ['--version']).status !== 0) {
      console.log('    (skipped: no python3)');
      this.skip();
    }
    await mkdir(join(folder, 'ray'));
    await writeFile(join(folder, 'ray/ray.py'), RAY);
    await copyFile(join(root, 'examples/cluster/ray_bootstrap.py'), join(folder, 'ray/ray_bootstrap.py'));
    const options = ['--replicates', '5', '--shards', '3', '--mixlaw', `${process.execPath} ${cli}`];
    const line = ['ray/ray_bootstrap.py', 'results.csv', 'ray.mixlaw.json', ...options, '--', '--law', 'linear'];
    await execute('python3', line, { cwd: folder });
    await mixlaw('fit', 'results.csv', '--law', 'linear', '--bootstrap', '5', '--out', 'whole.mixlaw.json');
    assert.equal(await text('ray.mixlaw.json'), await text('whole.mixlaw.json'));
  });

  it('exits with 1 and says which parts are missing', async () => {
    const line = [
      'compare',
      'results.csv',
      '--laws',
      'linear',
      '--repeats',
      '1',
      '--shard',
      '1/2',
      '--out',
      'half.json',
    ];
    await mixlaw(...line);
    await assert.rejects(mixlaw('merge', 'half.json'), (error: { code?: number; stderr?: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr ?? '', /Shards 2\/2 are missing/);
      return true;
    });
  });
});
