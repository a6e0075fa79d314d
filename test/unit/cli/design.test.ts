import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readMixtures } from '../../../src/core/mixtures/read';
import { configFormats, designFiles, type DesignFile } from '../../../src/core/pipeline/designFiles';
import { readResults } from '../../../src/core/results/read';
import { mixlaw, smallResults, type Outcome } from './support';

interface Answer {
  readonly kind: string;
  readonly runs: readonly {
    readonly run: string;
    readonly mixture: Readonly<Record<string, number>>;
    readonly modelSize: number | null;
    readonly tokens: number | null;
    readonly flops: number | null;
    readonly reduction: number | null;
  }[];
  readonly flops: number;
  readonly regret: { readonly before: number; readonly after: number };
  readonly target: { readonly modelSize: number; readonly tokens: number };
  readonly files: readonly string[];
}

const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
/** For tests that need a program: skipped, saying so, where it is not installed. */
function need(this: Mocha.Context, program: string): void {
  if (isThere(program)) return;
  console.log(`    (skipped: there is no ${program})`);
  this.skip();
}

/** Prints each word it is given on a line of its own. */
const PRINT = "import sys; print('\\n'.join(sys.argv[1:]))";

describe('mixlaw design', () => {
  let document: string;
  let folder: string;
  before(async () => {
    const fit = ['fit', 'r.csv', '--starts', '1', '--set', 'model-size=100,tokens=2', '--out', 'f'];
    document = (await mixlaw(fit, { 'r.csv': smallResults() })).files.get('f')!;
    folder = mkdtempSync(join(tmpdir(), "mixlaw design's "));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (flags: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
    mixlaw(['design', 'r.mixlaw.json', ...flags, '--bootstrap', '8'], { 'r.mixlaw.json': document, ...files });
  const ask = async (...flags: string[]): Promise<Answer> => {
    const { code, out, err } = await run([...flags, '--json']);
    assert.equal(code, 0, err);
    return JSON.parse(out) as Answer;
  };
  /** Puts the files of an outcome on the real disk. */
  const unpack = ({ files }: Outcome): void => {
    for (const [path, text] of files) {
      if (path === 'r.mixlaw.json') continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };

  it('proposes runs at the scale of the others, with what each costs and removes', async () => {
    const { kind, runs, flops, regret, target } = await ask('--runs', '4');
    assert.equal(kind, 'decision');
    assert.equal(runs.length, 4);
    for (const { mixture, ...one } of runs) {
      assert.ok(Math.abs(Object.values(mixture).reduce((a, b) => a + b) - 1) < 1e-9);
      assert.deepEqual([one.modelSize, one.tokens, one.flops], [100, 2, 6 * 100e6 * 2e9]);
      assert.ok(one.reduction! >= 0 && one.reduction! <= 1);
    }
    assert.equal(flops, 4 * 6 * 100e6 * 2e9);
    assert.ok(regret.after <= regret.before + 1e-12 && regret.before >= 0);
    assert.deepEqual(target, { modelSize: 100, tokens: 2 });
    const spread = await ask('--runs', '3', '--kind', 'space-filling', '--model-size', '50M', '--for-tokens', '40B');
    assert.deepEqual([spread.runs[0]!.reduction, spread.runs[0]!.modelSize, spread.target.tokens], [null, 50, 40]);
  });

  it('keeps the limits, caps by what a proxy draws, and repeats itself for a seed', async () => {
    const limits = ['--max', 'web=0.4', '--group', 'rest: code+books >= 0.65', '--available', 'code=100M'];
    const line = ['--runs', '5', ...limits, '--max-epochs', '2'];
    const { runs } = await ask(...line);
    for (const { mixture } of runs) {
      assert.ok(mixture['web']! <= 0.4 + 1e-9 && mixture['code']! + mixture['books']! >= 0.65 - 1e-9);
      // Two epochs of 100M tokens out of 2B.
      assert.ok(mixture['code']! <= 0.1 + 1e-9);
    }
    assert.equal((await run([...line, '--json'])).out, (await run([...line, '--json'])).out);
    assert.notDeepEqual((await ask(...line, '--seed', '7')).runs, runs);
  });

  it('makes no more runs than the budget pays for', async () => {
    // A run costs 1.2e18.
    assert.equal((await ask('--budget', '3.7e18')).runs.length, 3);
    assert.equal((await ask('--budget', '6e18', '--runs', '2')).runs.length, 2);
    const { code, err } = await run(['--budget', '1e18']);
    assert.equal(code, 1);
    assert.match(err, /costs 1\.20e18 FLOPs, more than the budget/);
  });

  it('writes a results file that waits for its losses', async () => {
    const { files, err } = await run(['next', '--runs', '3', '--export', 'csv']);
    assert.match(err, /Wrote 1 files? to next/);
    const table = files.get('next/design.csv')!;
    const [header, first] = table.split('\n');
    // The columns of the results: what is filled in is read below them.
    assert.equal(header, 'weight_web,weight_code,weight_books,loss_web,loss_code,loss_books');
    assert.match(first!, /^[\d.]+,[\d.]+,[\d.]+,,,$/);
    const filled = table.replaceAll(/,,,$/gm, ',2.1,2.2,2.3');
    const together = { 'r.csv': smallResults(), 'next/design.csv': filled };
    const line = ['fit', 'r.csv', 'next/design.csv', '--starts', '1', '--set', 'model-size=100,tokens=2', '--json'];
    const { code, out, err: said } = await mixlaw(line, together);
    assert.equal(code, 0, said);
    assert.match(out, /"usedRows": 31\b/, 'all 28 runs and the three new ones');
  });

  it('writes a results file of its own where the results were a pair of files', async () => {
    const runs = [
      { mixture: [0.5, 0.25, 0.25], modelSize: 100, tokens: 2, flops: 1 },
      { mixture: [0.2, 0.4, 0.4], modelSize: 60.5, tokens: 0.3, flops: 1 },
    ];
    const domains = ['web, clean', 'a"b', '__proto__'];
    const [{ path, text }] = designFiles({ domains, targets: domains, runs, formats: [] }) as [DesignFile];
    assert.equal(path, 'design.csv');
    const filled = text.replaceAll(/,,,$/gm, ',2.1,2.2,2.3');
    const reading = readResults([{ name: 'design.csv', bytes: Buffer.from(filled) }]);
    assert.deepEqual(reading.runs.domains, domains);
    assert.deepEqual(reading.runs.targets, domains);
    assert.deepEqual(
      [...reading.runs.mixtures],
      runs.flatMap(({ mixture }) => mixture),
    );
    assert.deepEqual([...reading.runs.modelSizes], [100, 60.5]);
    assert.deepEqual([...reading.runs.tokens], [2, 0.3]);
  });

  it('writes configs that are read back as the mixtures proposed, in every format', async () => {
    const formats = configFormats();
    const { files, out } = await run(['next', '--runs', '2', '--export', formats.join(), '--json']);
    const answer = JSON.parse(out) as Answer;
    for (const format of formats) {
      const own = [...files].filter(([path]) => path.startsWith(`next/configs/${format}/`));
      assert.equal(own.length, 2, format);
      own.forEach(([path, text], i) => {
        const options = { domains: ['web', 'code', 'books'] };
        const { mixtures } = readMixtures(path.split('/').at(-1)!, text, options);
        const read = new Map(
          mixtures[0]?.weights.map(({ domain, fraction }) => [domain.replace(/^train_/, ''), fraction]),
        );
        for (const [domain, weight] of Object.entries(answer.runs[i]!.mixture)) {
          assert.ok(Math.abs((read.get(domain) ?? NaN) - weight) < 2e-6, `${path}: ${domain}\n${text}`);
        }
      });
    }
  });

  it('replaces nothing unless told to, and then all', async () => {
    const there = { 'next/configs/regmix/run-002.yaml': 'precious' };
    const line = ['next/', '--runs', '2', '--export', 'regmix'];
    const refused = await run(line, there);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /next\/configs\/regmix\/run-002\.yaml is there already; nothing was written/);
    assert.deepEqual([...refused.files.keys()].sort(), ['next/configs/regmix/run-002.yaml', 'r.mixlaw.json']);
    const forced = await run([...line, '--force'], there);
    assert.equal(forced.code, 0);
    assert.doesNotMatch(forced.files.get('next/configs/regmix/run-002.yaml')!, /precious/);
  });

  /** A command with everything that a shell might take for its own. */
  const nasty = [
    'python3 -c "$P" --config {config} --name={id}',
    `'a b' "c'd" 'e"f' '$(touch pwned)' '\`touch pwned\`' ';' '&&' '*' '\\' 'é😀' --n {model_size} --d={tokens} {index}/{nothing}`,
  ].join(' ');
  const expected = (name: string, index: number, config: string): string[] => [
    ...['--config', config, `--name=${name}`, 'a b', "c'd", 'e"f', '$(touch pwned)', '`touch pwned`', ';', '&&', '*'],
    ...['\\', 'é😀', '--n', '100000000', '--d=2000000000', `${index}/{nothing}`],
  ];
  const command = nasty.replace('"$P"', `"${PRINT.replaceAll('\\', '\\\\')}"`);

  it('writes a Slurm array script that hands every word of the command on as it is', async function () {
    for (const program of ['bash', 'python3']) need.call(this, program);
    const line = ['out dir', '--runs', '3', '--export', 'megatron', '--launcher', 'slurm', '--command', command];
    const outcome = await run(line);
    assert.equal(outcome.code, 0, outcome.err);
    unpack(outcome);
    const script = join('out dir', 'slurm-array.sh');
    assert.match(readFileSync(join(folder, script), 'utf8'), /^#SBATCH --array=1-3$/m);
    // As sbatch does: a copy of the script elsewhere, in the folder that it was submitted from.
    const task = (id: string | undefined) => {
      writeFileSync(join(folder, 'slurm_script'), readFileSync(join(folder, script)));
      const environment = { ...process.env, ...(id === undefined ? {} : { SLURM_ARRAY_TASK_ID: id }) };
      return spawnSync('bash', ['slurm_script'], { cwd: folder, env: environment, encoding: 'utf8' });
    };
    for (const index of [1, 2, 3]) {
      const { status, stdout, stderr } = task(String(index));
      assert.equal(status, 0, stderr);
      const config = `out dir/configs/megatron/run-00${index}.sh`;
      assert.deepEqual(stdout.trimEnd().split('\n'), expected(`run-00${index}`, index, config));
      assert.match(stderr, new RegExp(`run ${index} of 3: run-00${index}`));
    }
    assert.match(task('4').stderr, /There are 3 runs; number 4 is none of them/);
    assert.match(task(undefined).stderr, /submit this with sbatch/);
    assert.equal(spawnSync('bash', ['-c', 'ls pwned'], { cwd: folder }).status === 0, false);
    rmSync(join(folder, 'out dir', 'configs'), { recursive: true });
    const lost = task('1');
    assert.equal(lost.status, 2);
    assert.match(lost.stderr, /submit from the folder where mixlaw design was called/);
  });

  it('lets the exit code of the command through', async function () {
    need.call(this, 'bash');
    const line = ['exit', '--runs', '1', '--export', 'regmix', '--launcher', 'slurm', '--command', "bash -c 'exit 7'"];
    unpack(await run(line));
    const script = join(folder, 'exit', 'slurm-array.sh');
    const environment = { ...process.env, SLURM_ARRAY_TASK_ID: '1' };
    assert.equal(spawnSync('bash', [script], { cwd: folder, env: environment }).status, 7);
  });

  it('writes a SkyPilot task whose script is the same', async function () {
    for (const program of ['bash', 'python3']) need.call(this, program);
    const line = ['sky', '--runs', '2', '--export', 'regmix', '--launcher', 'skypilot', '--command', command];
    const outcome = await run(line);
    unpack(outcome);
    const { parse } = await import('yaml');
    const task = parse(outcome.files.get('sky/skypilot.yaml')!) as { run: string; envs: Record<string, string> };
    assert.deepEqual(task.envs, { MIXLAW_RUN: '1' });
    const environment = { ...process.env, MIXLAW_RUN: '2' };
    const { stdout, status, stderr } = spawnSync('bash', ['-c', task.run], {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout.trimEnd().split('\n'), expected('run-002', 2, 'sky/configs/regmix/run-002.yaml'));
  });

  it('writes a Ray job in Python that compiles and fills the command in', async function () {
    need.call(this, 'python3');
    const line = ['ray', '--runs', '2', '--export', 'regmix', '--launcher', 'ray', '--command', command];
    const outcome = await run(line);
    assert.equal(outcome.code, 0, outcome.err);
    unpack(outcome);
    const script = join(folder, 'ray', 'ray_design.py');
    assert.equal(spawnSync('python3', ['-m', 'py_compile', script], { encoding: 'utf8' }).stderr, '');
    // Without a cluster: the function that a task runs.
    const call = 'import ray_design as job, sys; sys.exit(job.launch(job.RUNS[1]))';
    const environment = { ...process.env, PYTHONPATH: join(folder, 'ray'), PYTHONIOENCODING: 'utf-8' };
    const done = spawnSync('python3', ['-c', call], { cwd: folder, env: environment, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    assert.deepEqual(done.stdout.trimEnd().split('\n'), expected('run-002', 2, 'ray/configs/regmix/run-002.yaml'));
  });

  it('prints tables for people', async () => {
    const { out } = await run(['--runs', '2']);
    assert.match(out, /^2 runs of 100M parameters and 2B tokens, for the decision at 100M parameters, 2B tokens/);
    assert.match(out, /^Expected regret of the recommendation: [\d.]+ nats now, [\d.]+ nats with these runs/m);
    assert.match(out, /^Compute: 1\.20e18 FLOPs each \(6 N D\), 2\.40e18 in all\.$/m);
  });

  for (const [flags, exit, words] of [
    [[], 2, /--runs says how many/],
    [['--runs', '2', '--export', 'regmix'], 2, /A folder to write to is needed/],
    [['next', '--runs', '2', '--export', 'regmx'], 2, /Did you mean regmix\?/],
    [['next', '--runs', '2', '--launcher', 'slurm', '--export', 'regmix'], 2, /--launcher and --command go together/],
    [['next', '--runs', '2', '--launcher', 'slurm', '--command', 'x'], 2, /--launcher needs --export/],
    [
      ['n', '--runs', '2', '--export', 'regmix', '--launcher', 'slurm', '--command', "a 'b"],
      1,
      /a quote is not closed/,
    ],
    [['n', '--runs', '2', '--export', 'regmix', '--launcher', 'slurm', '--command', 'a\nb'], 1, /line end/],
    [['n\n', '--runs', '2'], 2, /control character/],
    [['--runs', '2', '--max', 'web=0.1', '--max', 'code=0.1', '--max', 'books=0.1'], 1, /cannot hold together/],
    [['--runs', '0'], 2, /at least 1/],
  ] as const) {
    it(`explains ${JSON.stringify(flags.join(' '))}`, async () => {
      const { code, err } = await run(flags);
      assert.equal(code, exit, err);
      assert.match(err, words);
    });
  }
});
