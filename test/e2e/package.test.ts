import { PackageManager, listFiles } from '@vscode/vsce';
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { PROJECT, packedExtension } from './packed';

/** Everything that may ship. */
const ALLOWED = [
  /^dist\/(extension|library|worker|cli|panel|charts|toolkit|evidence|yaml|toml|python|csv|parquet|zstd|matrix|engine)\.js$/,
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
  {
    what: 'what configs of every language add',
    files: ['dist/library.js', 'dist/yaml.js', 'dist/toml.js', 'dist/python.js'],
    kilobytes: 530,
  },
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
