import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FitProgress } from '../../../src/core/fit/types';
import { inLanes, runUnits } from '../../../src/core/judge/executor';
import { inThisThread } from '../../../src/core/judge/inThisThread';
import { serializeFitDocument } from '../../../src/core/fitfile/document';
import { bootstrapReplicates } from '../../../src/core/pipeline/bootstrap';
import { conclude, planOf } from '../../../src/core/pipeline/comparePlan';
import { calls } from '../../../src/worker/calls';
import { defaultThreads, withThreads } from '../../../src/worker/executor';
import { fitInLanes } from '../../../src/core/judge/fitInLanes';
import { Random } from '../../../src/core/random';
import { WorkerClient } from '../../../src/worker/client';
import { smallResults } from '../cli/support';

const ignore = (): void => undefined;
const OPTIONS = { starts: 1, mask: 'all' } as const;

const inspected = async (paths: readonly string[]) => ({ reading: (await calls.inspect({ paths }, ignore)).runs });

/** Runs of an exponential law with noise, over six domains. */
function manyRuns(count: number): string {
  const random = new Random(3);
  const names = ['web', 'code', 'books', 'wiki', 'papers', 'forums'];
  const header = [...names.map((name) => `weight_${name}`), ...names.map((name) => `loss_${name}`)];
  const rows = Array.from({ length: count }, () => {
    const raw = names.map(() => -Math.log(1 - random.next()));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    const mixture = raw.map((weight) => weight / sum);
    return [...mixture, ...mixture.map((h) => 2 + Math.exp(-2 * h) + 0.01 * random.next())];
  });
  return [header, ...rows].map((row) => row.join(',')).join('\n');
}

describe('threads for comparisons and fits', () => {
  let folder: string;
  let entry: string;
  let data: { readonly paths: readonly string[] };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixlaw-'));
    entry = join(folder, 'worker.cjs');
    data = { paths: [join(folder, 'results.csv')] };
    await writeFile(data.paths[0]!, smallResults());
    const entryPoints = [join(import.meta.dirname, '../../../src/worker/entry.ts')];
    await build({ entryPoints, outfile: entry, bundle: true, platform: 'node', mainFields: ['module', 'main'] });
  });
  after(() => rm(folder, { recursive: true }));

  const planned = async () => {
    const made = await calls.planComparison({ data, options: OPTIONS, purpose: 'choose' }, ignore);
    const units = made.plan.units.filter(({ contender }) => ['additive', 'linear', 'mean'].includes(contender));
    return { ...made, units };
  };

  it('give what one thread gives, however many there are', async () => {
    const { prepared, plan, units } = await planned();
    const timeless = (results: readonly { seconds: number }[]) => results.map((one) => ({ ...one, seconds: 0 }));
    const here = timeless(await runUnits(inThisThread, prepared.runs, plan, units));
    for (const threads of [1, 3]) {
      const there = await withThreads(entry, (executor) => runUnits(executor, prepared.runs, plan, units), { threads });
      assert.deepEqual(timeless(there), here, `${threads} threads`);
    }
  });

  it('tell how many units are done', async () => {
    const { prepared, plan, units } = await planned();
    const steps: FitProgress[] = [];
    await withThreads(entry, (executor) => runUnits(executor, prepared.runs, plan, units, (step) => steps.push(step)));
    assert.deepEqual(
      steps.map(({ done }) => done),
      Array.from({ length: units.length + 1 }, (_, done) => done),
    );
    assert.ok(steps.every(({ phase, total }) => phase === 'judging' && total === units.length));
  });

  it('end at once when the comparison is cancelled', async () => {
    const { prepared, plan } = await planned();
    const abort = new AbortController();
    const long = withThreads(
      entry,
      (executor) => runUnits(executor, prepared.runs, plan, plan.units, ({ done }) => done === 2 && abort.abort()),
      { threads: 2, signal: abort.signal },
    );
    await assert.rejects(long, { name: 'AbortError' });
  });

  it('fit a bootstrap to the same replicates as one thread', async () => {
    const { document } = await calls.fit({ data, options: { law: 'linear' }, documentFolder: folder }, ignore);
    const replicates = [0, 1, 2, 3];
    const here = await bootstrapReplicates(inThisThread, document, 5, replicates);
    const there = await withThreads(entry, (executor) => bootstrapReplicates(executor, document, 5, replicates));
    assert.deepEqual(there, here);
    assert.notDeepEqual(here[0]!.parameters, here[1]!.parameters);
  });

  it('search the targets of a separable law side by side, to the same bytes', async () => {
    const path = join(folder, 'many.csv');
    await writeFile(path, manyRuns(700));
    const request = { data: { paths: [path] }, options: { law: 'exponential', starts: 2 }, documentFolder: folder };
    const here = await calls.fit(request, ignore);
    const client = new WorkerClient(entry);
    const steps: FitProgress[] = [];
    const onProgress = (step: FitProgress): unknown => steps.push(step);
    const there = await client.call('fit', { ...request, threads: 3 }, { onProgress }).finally(() => client.dispose());
    assert.equal(there.text, here.text);
    // Six targets, each a step: the searches of one thread are counted start by start.
    assert.ok(steps.some(({ phase, total }) => phase === 'fitting' && total === 6));
  });

  it('are not started for a fit that ends before they have', async () => {
    const search = (): never => assert.fail('a small fit was given away');
    const { reading } = await inspected(data.paths);
    const fit = await fitInLanes({ ...inThisThread, lanes: 4, search }, reading, { law: 'exponential', starts: 1 });
    assert.equal(fit.law, 'exponential');
  });

  it('are one less than the processors, but two where there are two', () => {
    assert.deepEqual(
      [1, 2, 3, 8].map((cores) => defaultThreads(cores)),
      [1, 2, 2, 7],
    );
  });
});

describe('a comparison in a fit document', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixlaw-'));
    await writeFile(join(folder, 'results.csv'), smallResults());
  });
  after(() => rm(folder, { recursive: true }));

  it('is written into the document of the same data, survives a refit, and is dropped when the data change', async () => {
    const data = { paths: [join(folder, 'results.csv')] };
    const fitRequest = { data, options: { law: 'linear' }, documentFolder: folder };
    const { document } = await calls.fit(fitRequest, ignore);
    const path = join(folder, 'results.mixlaw.json');
    await writeFile(path, serializeFitDocument(document));

    const made = await calls.planComparison({ data, options: { starts: 1 }, purpose: 'compare' }, ignore);
    const options = {
      ...made.prepared.options,
      laws: ['linear'],
      stack: false,
      splits: { kind: 'folds', folds: 2 } as const,
    };
    const prepared = { ...made.prepared, options };
    const plan = planOf(prepared);
    const comparison = conclude(
      prepared,
      plan,
      await runUnits(inThisThread, prepared.runs, plan, plan.units),
      made.files,
    );

    const text = await calls.annotate({ path, comparison }, ignore);
    assert.deepEqual(JSON.parse(text!).comparison.verdict, comparison.verdict);
    assert.equal(text, serializeFitDocument({ ...document, comparison }), 'nothing else is touched');

    const again = await calls.fit({ ...fitRequest, comparison }, ignore);
    assert.ok(again.document.comparison);
    await writeFile(data.paths[0]!, smallResults().replace('0.111111', '0.111112'));
    const moved = await calls.fit({ ...fitRequest, comparison }, ignore);
    assert.equal(moved.document.comparison, undefined);
    assert.equal(await calls.annotate({ path: join(folder, 'none.mixlaw.json'), comparison }, ignore), undefined);
  });
});

describe('what-if mixtures', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixlaw-what-if-'));
    await writeFile(join(folder, 'results.csv'), smallResults());
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('go into the document, survive a refit of the same domains, and are gone where the domains are others', async () => {
    const request = {
      data: { paths: [join(folder, 'results.csv')] },
      options: { law: 'linear' },
      documentFolder: folder,
    };
    const { document, text } = await calls.fit(request, ignore);
    const path = join(folder, 'results.mixlaw.json');
    await writeFile(path, text);
    const { domains } = document.fit;
    const mixture = domains.map(() => 1 / domains.length);
    const mixtures = [{ name: 'even', mixture }];
    const kept = await calls.withWhatIfs({ path, whatIfs: mixtures }, ignore);
    assert.equal(kept, serializeFitDocument({ ...document, whatIfs: mixtures }));
    await assert.rejects(async () => calls.withWhatIfs({ path, whatIfs: [{ name: 'short', mixture: [1] }] }, ignore));

    const again = await calls.fit({ ...request, whatIfs: { domains, mixtures } }, ignore);
    assert.deepEqual(again.document.whatIfs, mixtures);
    const others = await calls.fit({ ...request, whatIfs: { domains: [...domains].reverse(), mixtures } }, ignore);
    assert.equal(others.document.whatIfs, undefined);
  });
});

describe('lanes', () => {
  it('keep the order of the items and never hold more than asked', async () => {
    let [running, most] = [0, 0];
    const results = await inLanes([5, 1, 3, 0, 2], 2, async (value) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, value));
      running--;
      return value * 10;
    });
    assert.deepEqual(results, [50, 10, 30, 0, 20]);
    assert.equal(most, 2);
  });

  it('stop at the first failure', async () => {
    const seen: number[] = [];
    const work = inLanes([1, 2, 3, 4], 1, async (value) => {
      seen.push(value);
      if (value === 2) throw new Error('no');
    });
    await assert.rejects(work, /no/);
    assert.deepEqual(seen, [1, 2]);
  });
});
