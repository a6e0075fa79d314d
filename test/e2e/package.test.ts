import { PackageManager, listFiles } from '@vscode/vsce';
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as library from '../../src/features/library';
import { PROJECT, packedExtension } from './packed';

/** Everything that may ship. */
const ALLOWED = [
  /^dist\/(extension|library|fits|worker|cli|panel|charts|toolkit|evidence|yaml|toml|python|shell|csv|parquet|zstd|matrix|engine)\.js$/,
  /^dist\/panel\.css$/,
  /^media\/[\w./-]+\.(svg|png|md|json)$/,
  /^examples\/[\w./-]+\.(csv|json|yaml|yml|sh|py|md|svg)$/,
  /^package(\.nls)?\.json$/,
  /^l10n\/bundle\.l10n\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
];
/** What loads together, minified, at most, in kilobytes. */
const LIMITS: readonly { readonly what: string; readonly files: readonly string[]; readonly kilobytes: number }[] = [
  { what: 'what VS Code loads at start', files: ['dist/extension.js'], kilobytes: 150 },
  { what: 'what the first YAML config adds', files: ['dist/library.js', 'dist/yaml.js'], kilobytes: 450 },
  { what: 'what the first TOML config adds', files: ['dist/library.js', 'dist/toml.js'], kilobytes: 450 },
  { what: 'what the first Python config adds', files: ['dist/library.js', 'dist/python.js'], kilobytes: 450 },
  { what: 'what the first shell script adds', files: ['dist/library.js', 'dist/shell.js'], kilobytes: 450 },
  {
    what: 'what configs of every language add',
    files: ['dist/library.js', 'dist/yaml.js', 'dist/toml.js', 'dist/python.js', 'dist/shell.js'],
    kilobytes: 450,
  },
  { what: 'what the first fit adds', files: ['dist/fits.js'], kilobytes: 100 },
  { what: 'the worker', files: ['dist/worker.js'], kilobytes: 450 },
  {
    what: 'the page, with its own thread,',
    files: ['dist/panel.js', 'dist/charts.js', 'dist/toolkit.js', 'dist/panel.css', 'dist/evidence.js'],
    kilobytes: 700,
  },
  { what: 'the packed extension', files: ['mixlaw.vsix'], kilobytes: 2000 },
];
/** What the extension cannot do without. */
const REQUIRED = [
  'package.json',
  'package.nls.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/extension.js',
  'dist/library.js',
  'dist/fits.js',
  'dist/worker.js',
  'dist/cli.js',
  'dist/evidence.js',
  'dist/charts.js',
  'dist/panel.js',
  'dist/toolkit.js',
  'dist/panel.css',
  'dist/yaml.js',
  'dist/toml.js',
  'dist/python.js',
  'dist/shell.js',
  'dist/csv.js',
  'dist/parquet.js',
  'dist/zstd.js',
  'dist/matrix.js',
  'dist/engine.js',
  'l10n/bundle.l10n.json',
  'media/icon.png',
  'examples/results.csv',
  'examples/configs/train_regmix.yaml',
  'examples/configs/levanter.yaml',
];

describe('the packed extension', () => {
  let files: readonly string[];
  before(async () => {
    await packedExtension();
    files = await listFiles({ cwd: PROJECT, packageManager: PackageManager.None });
  });

  it('ships nothing that is not on the list', () => {
    assert.deepEqual(
      files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file))),
      [],
    );
  });

  it('ships everything it needs', () => {
    assert.deepEqual(
      REQUIRED.filter((file) => !files.includes(file)),
      [],
    );
  });

  for (const { what, files: together, kilobytes } of LIMITS) {
    it(`keeps ${what} to ${kilobytes} KB`, () => {
      const bytes = together.reduce((sum, file) => sum + statSync(path.join(PROJECT, file)).size, 0);
      assert.ok(bytes > 0 && bytes <= kilobytes * 1000, `${bytes} bytes`);
    });
  }
});

describe('the core of the packed extension', () => {
  const dist = path.join(PROJECT, 'dist');
  const load = createRequire(path.join(dist, 'library.js'));
  const loaded = (): string[] =>
    Object.keys(load.cache)
      .filter((file) => path.dirname(file) === dist)
      .map((file) => path.basename(file))
      .sort();
  let core: typeof library;
  before(async () => {
    await packedExtension();
    core = load('./library.js') as typeof library;
  });

  const read = (name: string, text: string): string => core.readMixtures(name, text).kind;

  it('comes with the first config, each parser with the first file of its kind, and laws with the first fit', () => {
    assert.deepEqual(loaded(), ['library.js']);
    const example = (name: string): string => readFileSync(path.join(PROJECT, 'examples/configs', name), 'utf8');
    assert.equal(read('doremi.json', example('doremi.json')), 'mixture');
    assert.deepEqual(loaded(), ['library.js']);
    assert.equal(read('train_megatron.sh', example('train_megatron.sh')), 'mixture');
    assert.deepEqual(loaded(), ['library.js', 'shell.js']);
    assert.equal(read('train_regmix.yaml', example('train_regmix.yaml')), 'mixture');
    assert.deepEqual(loaded(), ['library.js', 'shell.js', 'yaml.js']);
    const toml = '[data]\ntokenizer = "gpt2"\n[data.train_weights]\nweb = 0.25\ncode = 0.75\n';
    assert.equal(read('data.toml', toml), 'mixture');
    assert.deepEqual(loaded(), ['library.js', 'shell.js', 'toml.js', 'yaml.js']);
    assert.equal(read('mixture.py', example('mixture.py')), 'mixture');
    assert.deepEqual(loaded(), ['library.js', 'python.js', 'shell.js', 'toml.js', 'yaml.js']);
    assert.notEqual(core.laws.length, 0);
    assert.deepEqual(loaded(), ['fits.js', 'library.js', 'python.js', 'shell.js', 'toml.js', 'yaml.js']);
  });

  it('has one language and one kind of errors, whichever file they come from', () => {
    const english = 'The shares must be as many as the domains, not negative, and not all zero.';
    core.setTranslations({ [english]: 'Anteile fehlen.' });
    try {
      assert.throws(
        () => core.exportMixture('regmix', ['web'], [0]),
        (error) => error instanceof core.MixlawError && error.message === 'Anteile fehlen.',
      );
    } finally {
      core.setTranslations(undefined);
    }
  });
});
