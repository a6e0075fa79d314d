import { PackageManager, listFiles } from '@vscode/vsce';
import assert from 'node:assert/strict';
import { PROJECT, packedExtension } from './packed';

/** Everything that may ship. */
const ALLOWED = [
  /^dist\/(extension|library|worker|cli|panel)\.js$/,
  /^dist\/panel\.css$/,
  /^media\/[\w./-]+\.(svg|png|md|json)$/,
  /^examples\/[\w./-]+\.(csv|json|yaml|yml|sh|py|md)$/,
  /^package(\.nls)?\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
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
  'dist/panel.js',
  'media/icon.png',
  'examples/results.csv',
  'examples/configs/train_regmix.yaml',
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
});
