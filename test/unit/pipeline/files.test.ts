import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as fileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentMixture, uniformMixture } from '../../../src/core/pipeline/currentMixture';
import { baseName, diskOf, freshnessOf, loadFile, type Disk } from '../../../src/core/pipeline/files';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A disk whose files change as the steps are gone through: each `stat` and `read` takes the next state. */
function changingDisk(...states: (string | undefined)[]): Disk & { reads: number } {
  let step = 0;
  const next = (): string | undefined => states[Math.min(step++, states.length - 1)];
  const disk = {
    reads: 0,
    async stat() {
      const text = next();
      return text === undefined ? undefined : { bytes: text.length, modified: sha256(Buffer.from(text)).charCodeAt(0) };
    },
    async read() {
      disk.reads++;
      const text = next();
      if (text === undefined) throw new Error('ENOENT');
      return Buffer.from(text);
    },
    sha256,
  };
  return disk;
}

describe('loading a file', () => {
  it('keeps name, bytes and hash of what was read', async () => {
    const file = await loadFile(changingDisk('a,b\n'), '/w/r.csv', 100);
    assert.equal(file.name, 'r.csv');
    assert.equal(Buffer.from(file.bytes).toString(), 'a,b\n');
    assert.equal(file.sha256, sha256(Buffer.from('a,b\n')));
  });

  it('refuses a 200 MB file before it reads a byte', async () => {
    const disk = { ...changingDisk('x'), stat: async () => ({ bytes: 200e6, modified: 0 }) };
    await assert.rejects(loadFile(disk, '/w/r.csv', 100e6), { code: 'file-too-large', message: /200 MB.*100 MB/ });
    assert.equal(disk.reads, 0);
  });

  for (const [what, states, code] of [
    ['is not there', [undefined], 'file-missing'],
    ['disappears before it is read', ['a', undefined, undefined], 'file-missing'],
    ['disappears while it is read', ['a', 'a', undefined], 'file-missing'],
    ['grows while it is read', ['a', 'a', 'ab'], 'file-changed'],
    ['is read at another length than it has', ['ab', 'a', 'ab'], 'file-changed'],
  ] as const) {
    it(`says so when the file ${what}`, async () => {
      await assert.rejects(loadFile(changingDisk(...states), '/w/r.csv', 100), (error: Error & { hint?: string }) => {
        assert.equal((error as { code?: string }).code, code);
        assert.match(error.message, /r\.csv/);
        assert.ok(error.hint);
        return true;
      });
    });
  }

  it('notices a rewrite of equal length by its time', async () => {
    let modified = 1;
    const disk: Disk = {
      stat: async () => ({ bytes: 1, modified: modified++ }),
      read: async () => Buffer.from('a'),
      sha256,
    };
    await assert.rejects(loadFile(disk, 'r.csv', 100), { code: 'file-changed' });
  });

  it('knows the last part of paths of any system', () => {
    assert.deepEqual(['/a/b.csv', 'C:\\a\\b.csv', 'b.csv'].map(baseName), ['b.csv', 'b.csv', 'b.csv']);
  });
});

describe('the machine’s disk', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'mixlaw-'))));
  after(() => rm(folder, { recursive: true }));
  const disk = diskOf(fileSystem, sha256);

  it('reads files, and tells missing ones from folders', async () => {
    const path = join(folder, 'a.csv');
    await writeFile(path, 'a');
    assert.equal((await loadFile(disk, path, 10)).bytes.length, 1);
    await assert.rejects(loadFile(disk, join(folder, 'b.csv'), 10), { code: 'file-missing' });
    await assert.rejects(loadFile(disk, join(path, 'below.csv'), 10), { code: 'file-missing' });
    await assert.rejects(loadFile(disk, folder, 1e9), { code: 'file-unreadable' });
  });
});

describe('freshness of a fit', () => {
  const files = new Map([
    ['/w/a.csv', 'one'],
    ['/w/b.csv', 'two'],
  ]);
  const disk: Disk = {
    stat: async (path) => (files.has(path) ? { bytes: files.get(path)!.length, modified: 0 } : undefined),
    read: async (path) => Buffer.from(files.get(path)!),
    sha256,
  };
  const stamp = (name: string, text: string) => ({ name, bytes: text.length, sha256: sha256(Buffer.from(text)) });
  const freshness = (...stamps: ReturnType<typeof stamp>[]) => freshnessOf(disk, stamps, (name) => `/w/${name}`);

  it('compares bytes, not times', async () => {
    assert.equal(await freshness(stamp('a.csv', 'one'), stamp('b.csv', 'two')), 'fresh');
    assert.equal(await freshness(stamp('a.csv', 'one'), stamp('b.csv', 'owt')), 'changed');
    assert.equal(await freshness(stamp('a.csv', 'longer'), stamp('b.csv', 'two')), 'changed');
    assert.equal(await freshness(stamp('a.csv', 'other'), stamp('c.csv', '')), 'missing');
  });
});

describe('the current mixture', () => {
  const config = 'train_domain_weights:\n  web: 0.5\n  code: 0.3\n  books: 0.2\neval_domain_weights:\n  web: 1.0\n';

  it('is read from a config by the names of the fit’s domains', () => {
    const json = JSON.stringify({
      train_domain_weights: { books: 2, web: 5, code: 3 },
      eval_domain_weights: { web: 1 },
    });
    const found = currentMixture('configs/base.json', json, ['web', 'code', 'books']);
    assert.deepEqual(found?.mixture, [0.5, 0.3, 0.2]);
    assert.match(found?.label ?? '', /configs\/base\.json/);
  });

  it('is no mixture of other domains, and none in a file without one', () => {
    assert.equal(currentMixture('c.yaml', config, ['arxiv', 'github', 'pubmed']), undefined);
    assert.equal(currentMixture('c.yaml', 'lr: 0.1\n', ['web', 'code']), undefined);
  });

  it('is uniform when nothing says otherwise', () => {
    assert.deepEqual(uniformMixture(['a', 'b', 'c', 'd']), { label: 'uniform', mixture: [0.25, 0.25, 0.25, 0.25] });
  });
});
