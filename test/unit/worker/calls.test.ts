import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FitProgress } from '../../../src/core/fit/types';
import { serializeFitDocument } from '../../../src/core/fitfile/document';
import { setTranslations } from '../../../src/core/l10n';
import { collectTexts } from '../../../scripts/texts';
import { calls } from '../../../src/worker/calls';
import { WorkerClient } from '../../../src/worker/client';
import { fitDocument } from '../../fixtures/fitDocument';
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

  it('gives the same bytes in every language, and errors in the reader’s', async () => {
    // Everything that says something: a file that cannot be read, a scale counted from a config, rows that are left out.
    const runs = join(folder, 'runs');
    await mkdir(runs);
    const [header, ...rows] = smallResults().trimEnd().split('\n');
    const shares = rows.map((row) => row.split(','));
    for (const [i, cells] of shares.entries()) {
      const [web, code, books, ...losses] = cells;
      const config = {
        train_domain_weights: { web: Number(web), code: Number(code), books: Number(books) },
        model: { n_layers: 4, d_model: 64, vocab_size: 1000 },
        max_steps: 100,
      };
      await writeFile(join(runs, `run_${i}.json`), JSON.stringify(config));
      await writeFile(
        join(runs, `run_${i}_losses.csv`),
        `${header!.split(',').slice(3).join(',')}\n${losses.join(',')}\n`,
      );
    }
    await writeFile(join(runs, 'broken.csv'), '"');
    const broken = smallResults() + '0.5,0.5,NaN,1,1,1\n';
    await writeFile(results, broken);
    const fitOf = async (path: string, law: string = OPTIONS.law): Promise<string> => {
      const request = { data: { paths: [path] }, options: { ...OPTIONS, law }, documentFolder: folder };
      return (await calls.fit(request, () => undefined)).text;
    };
    const all = async (): Promise<string[]> => [await fitOf(results), await fitOf(runs), await fitOf(results, 'auto')];
    const english = await all();
    for (const part of ['unreadable-file', 'counted from the architecture'])
      assert.ok(english[1]!.includes(part), part);
    const { texts } = collectTexts(join(import.meta.dirname, '../../..'));
    setTranslations(Object.fromEntries(texts.map((text) => [text, `¡${text}!`])));
    try {
      assert.deepEqual(await all(), english);
      await writeFile(results, '');
      await assert.rejects(async () => calls.inspect({ paths: [results] }, () => undefined), /^ResultsError: ¡.*!$/);
    } finally {
      setTranslations(undefined);
    }
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

  it('finds a data row in the file that it is from, where there is one file for each run', async () => {
    const paths = await Promise.all(
      ['a', 'b', 'c'].map(async (run, i) => {
        const path = join(folder, `run-${run}.csv`);
        await writeFile(
          path,
          `weight_a,weight_b,loss_a\n0.${i + 1},0.${9 - i},2.${i}\n\n0.${i + 2},0.${8 - i},3.${i}\n`,
        );
        return path;
      }),
    );
    const data = { paths };
    assert.deepEqual(await calls.placeOfRow({ data, row: 3 }, () => undefined), { path: paths[1], line: 4 });
    assert.equal(await calls.placeOfRow({ data, row: 6 }, () => undefined), undefined);
  });

  it('does not warn of roles that the settings hold for other files', async () => {
    await writeFile(results, 'weight_a,weight_b,loss_a\n0.1,0.9,2\n0.5,0.5,3\n');
    const roles = new Map([['elsewhere', 'ignored' as const]]);
    const { warnings } = await calls.inspect({ paths: [results], roles }, () => undefined);
    assert.ok(!warnings.some(({ code }) => code === 'unknown-columns'));
  });

  it('tells how sure predictions are, of the document as it is on disk', async () => {
    const document = fitDocument({ domains: 3, runs: 20 });
    const path = join(folder, 'r.mixlaw.json');
    const question = { path, mixture: [0.2, 0.3, 0.5], recommended: [...document.recommendation.mixture] };
    const scale = { modelSize: 310, tokens: 10 };
    assert.equal(await calls.intervals({ ...question, ...scale }, () => undefined), undefined);
    await writeFile(path, serializeFitDocument(document));
    const answer = await calls.intervals({ ...question, ...scale }, () => undefined);
    assert.equal(answer?.targets.length, 3);
    await writeFile(path, serializeFitDocument(fitDocument({ domains: 3, runs: 20, seed: 8 })));
    assert.notDeepEqual(await calls.intervals({ ...question, ...scale }, () => undefined), answer);
  });

  it('finds the line of a data row, whatever stands between', async () => {
    await writeFile(results, 'weight_a,weight_b,loss_a,note\n0.5,0.5,1,"two\nlines"\n\n0.1,0.9,2,x\n');
    const data = { paths: [results] };
    assert.deepEqual(await calls.placeOfRow({ data, row: 1 }, () => undefined), { path: results, line: 5 });
    assert.equal(await calls.placeOfRow({ data, row: 9 }, () => undefined), undefined);
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
