import assert from 'node:assert/strict';
import { join } from 'node:path';
import { MixlawError } from '../../../src/core/errors';
import type { FitProgress } from '../../../src/core/fit/types';
import { WorkerClient } from '../../../src/worker/client';

const misbehaving = join(import.meta.dirname, 'misbehaving.mjs');

describe('worker client', () => {
  let client: WorkerClient;
  beforeEach(() => {
    client = new WorkerClient(misbehaving, { resourceLimits: { maxOldGenerationSizeMb: 32 } });
  });
  afterEach(() => client.dispose());

  /** The stand-in answers with the first path. */
  const ask = (what: string, options = {}): Promise<unknown> => client.call('inspect', { paths: [what] }, options);

  it('answers calls in order, one at a time', async () => {
    assert.deepEqual(await Promise.all([ask('slow'), ask('b'), ask('c')]), ['slow', 'b', 'c']);
  });

  for (const [what, code, words] of [
    ['memory', 'worker-memory', /out of memory \(limit 32 MB\)/],
    ['exit', 'worker-exit', /exit code 3/],
    ['throw', 'worker-crash', /broken on purpose/],
  ] as const) {
    it(`turns a worker that ends by ${what} into one message, and the next call works`, async () => {
      await assert.rejects(ask(what), (error) => {
        assert.ok(error instanceof MixlawError);
        assert.equal(error.code, code);
        assert.match(error.message, words);
        assert.notEqual(error.hint, '');
        return true;
      });
      assert.equal(await ask('again'), 'again');
    });
  }

  it('cancels in the middle of a loop, and calls behind it are answered by a new thread', async () => {
    const controller = new AbortController();
    const looping = new Promise<FitProgress>((resolve) => {
      ask('spin', { onProgress: resolve, signal: controller.signal }).catch((error: unknown) => rejected.push(error));
    });
    const rejected: unknown[] = [];
    const behind = ask('behind');
    assert.deepEqual(await looping, { phase: 'fitting', done: 1, total: 2 });
    controller.abort();
    await Promise.resolve();
    assert.equal((rejected[0] as Error).name, 'AbortError');
    assert.equal(await behind, 'behind');
  });

  it('cancels a call that is still waiting without disturbing the one that runs', async () => {
    const controller = new AbortController();
    const running = ask('slow');
    const waiting = ask('never', { signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await assert.rejects(waiting, /changed my mind/);
    assert.equal(await running, 'slow');
  });

  it('refuses a call whose signal was aborted before', async () => {
    await assert.rejects(ask('never', { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('rejects a request that cannot be sent, and the next call works', async () => {
    const unsendable = { paths: ['a'], roles: (() => undefined) as never };
    await assert.rejects(client.call('inspect', unsendable), { name: 'DataCloneError' });
    assert.equal(await ask('again'), 'again');
  });

  it('says so when the script of the worker is not there', async () => {
    const lost = new WorkerClient(join(import.meta.dirname, 'no-such-file.cjs'));
    await assert.rejects(lost.call('inspect', { paths: [] }), { code: 'worker-crash' });
    lost.dispose();
  });

  it('starts a thread ahead of a call, once, and none after it was shut down', async () => {
    client.prepare();
    client.prepare();
    const thread = (await ask('thread')) as number;
    client.prepare();
    assert.equal(await ask('thread'), thread);
    client.dispose();
    client.prepare();
    await assert.rejects(ask('thread'), /shut down/);
    // Threads are numbered one after the other.
    const next = new WorkerClient(misbehaving);
    assert.equal(await next.call('inspect', { paths: ['thread'] }), thread + 1);
    next.dispose();
  });

  it('leaves it to the call to say that a prepared thread ended', async () => {
    const lost = new WorkerClient(join(import.meta.dirname, 'no-such-file.cjs'));
    lost.prepare();
    await assert.rejects(lost.call('inspect', { paths: [] }), { code: 'worker-crash' });
    lost.dispose();
  });

  it('rejects everything under way when it is shut down', async () => {
    const both = [ask('spin'), ask('behind')].map((call) => assert.rejects(call, /shut down/));
    client.dispose();
    await Promise.all(both);
    await assert.rejects(ask('late'), /shut down/);
  });

  it('runs as many calls at once as it has threads', async () => {
    const two = new WorkerClient(misbehaving, { threads: 2 });
    const controller = new AbortController();
    const spinning = two.call('inspect', { paths: ['spin'] }, { signal: controller.signal });
    spinning.catch(() => undefined);
    assert.equal(await two.call('inspect', { paths: ['beside'] }), 'beside');
    two.dispose();
    await assert.rejects(spinning, /shut down/);
  });
});
