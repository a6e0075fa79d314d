import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FitProgress } from '../../../src/core/fit/types';
import { calls } from '../../../src/worker/calls';
import { WorkerClient } from '../../../src/worker/client';
import { smallResults } from '../cli/support';

const OPTIONS = { law: 'quantization', starts: 3, modelSize: 100, tokens: 2 } as const;

describe('calls of the worker', () => {
  let folder: string;
  let results: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixlaw-'));
    results = join(folder, 'results.csv');
    await writeFile(results, smallResults());
  });
  afterEach(() => rm(folder, { recursive: true }));

  const fit = () =>
    calls.fit({ data: { paths: [results] }, options: OPTIONS, documentFolder: folder }, () => undefined);

  it('fits: the document names its data relative to itself, and holds the runs and a mixture', async () => {
    const { document, text, seconds } = await calls.fit(
      { data: { paths: [results] }, options: OPTIONS, documentFolder: join(folder, 'fits') },
      () => undefined,
    );
    assert.deepEqual(
      document.data.files.map(({ name, bytes }) => [name, bytes]),
      [['../results.csv', smallResults().length]],
    );
    assert.deepEqual(document.fit.domains, ['web', 'code', 'books']);
    assert.equal(document.observations.rows.length, 28);
    assert.ok(Math.abs(document.recommendation.mixture.reduce((a, b) => a + b) - 1) < 1e-9);
    assert.ok(seconds > 0);
    assert.ok(!text.includes(folder), 'no absolute path in the document');
  });

  it('gives the same bytes for the same input', async () => {
    assert.equal((await fit()).text, (await fit()).text);
  });

  it('writes nothing by itself', async () => {
    await fit();
    assert.deepEqual(await readdir(folder), ['results.csv']);
  });

  it('opens a document and sees whether its data is still the same', async () => {
    const path = join(folder, 'results.mixlaw.json');
    await writeFile(path, (await fit()).text);
    const freshness = async () => (await calls.open({ path }, () => undefined)).freshness;
    assert.equal(await freshness(), 'fresh');
    await appendFile(results, '\n');
    assert.equal(await freshness(), 'changed');
    await rm(results);
    assert.equal(await freshness(), 'missing');
  });

  it('does not follow an absolute path that a document names', async () => {
    const path = join(folder, 'results.mixlaw.json');
    await writeFile(path, (await fit()).text.replace('"results.csv"', JSON.stringify(results)));
    await assert.rejects(async () => calls.open({ path }, () => undefined), { name: 'FitDocumentError' });
  });

  it('tells columns also of a file that cannot be fitted', async () => {
    await writeFile(results, 'weight_a,weight_b,note\n0.5,0.5,x\n0.1,0.9,y\n');
    const request = { paths: [results] };
    await assert.rejects(async () => calls.inspect(request, () => undefined), { code: 'no-loss-columns' });
    const columns = await calls.columns(request, () => undefined);
    assert.deepEqual(
      columns.map(({ name, role }) => [name, role]),
      [
        ['weight_a', 'weight'],
        ['weight_b', 'weight'],
        ['note', 'ignored'],
      ],
    );
  });

  it('finds the line of a data row, whatever stands between', async () => {
    await writeFile(results, 'weight_a,weight_b,loss_a,note\n0.5,0.5,1,"two\nlines"\n\n0.1,0.9,2,x\n');
    assert.equal(await calls.lineOfRow({ path: results, row: 1 }, () => undefined), 5);
    assert.equal(await calls.lineOfRow({ path: results, row: 9 }, () => undefined), undefined);
  });

  it('takes the first config that is about the fit’s domains', async () => {
    const write = async (name: string, weights: object) => {
      await writeFile(
        join(folder, name),
        JSON.stringify({ train_domain_weights: weights, eval_domain_weights: weights }),
      );
      return { path: join(folder, name), label: name };
    };
    const configs = [
      { path: join(folder, 'gone.json'), label: 'gone.json' },
      await write('other.json', { arxiv: 0.5, pubmed: 0.5 }),
      await write('mine.json', { code: 0.3, web: 0.6, books: 0.1 }),
    ];
    const found = await calls.currentMixture({ configs, domains: ['web', 'code', 'books'] }, () => undefined);
    assert.deepEqual(
      found?.mixture.map((fraction) => Number(fraction.toFixed(9))),
      [0.6, 0.3, 0.1],
    );
    assert.match(found?.label ?? '', /mine\.json/);
  });
});

describe('the worker’s thread', () => {
  let client: WorkerClient;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixlaw-'));
    await writeFile(join(folder, 'results.csv'), smallResults());
    const outfile = join(folder, 'worker.cjs');
    const entryPoints = [join(import.meta.dirname, '../../../src/worker/entry.ts')];
    // A thread loads no TypeScript: it gets the bundle, as in the extension.
    await build({ entryPoints, outfile, bundle: true, platform: 'node', mainFields: ['module', 'main'] });
    client = new WorkerClient(outfile);
  });
  after(async () => {
    client.dispose();
    await rm(folder, { recursive: true });
  });

  const request = (options: object = OPTIONS) => ({
    data: { paths: [join(folder, 'results.csv')] },
    options,
    documentFolder: folder,
  });

  it('fits with progress, of which the last step always arrives', async () => {
    const steps: FitProgress[] = [];
    const { document } = await client.call('fit', request(), { onProgress: (step) => steps.push(step) });
    assert.equal(document.fit.law, 'quantization');
    assert.equal(steps[0]?.phase, 'reading');
    assert.equal(steps.at(-1)?.phase, 'writing');
  });

  it('hands on what the user can mend with code, hint and place', async () => {
    const lost = { data: { paths: [join(folder, 'lost.csv')] }, options: {}, documentFolder: folder };
    await assert.rejects(client.call('fit', lost), (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, 'file-missing');
      assert.notEqual(error.hint, '');
      return true;
    });
    await assert.rejects(client.call('fit', request({ law: 'nonsense' })), { code: 'unknown-law' });
  });

  it('cancels a fit that is under way, and fits again', async () => {
    const controller = new AbortController();
    const long = client.call('fit', request({ ...OPTIONS, starts: 100_000 }), {
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'fitting' && controller.abort(),
    });
    await assert.rejects(long, { name: 'AbortError' });
    assert.equal((await client.call('fit', request())).document.fit.law, 'quantization');
  });
});
