import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { smallResults } from '../unit/cli/support';
import { exampleResults, fit, names, newFolder, read, Stand, withSettings, write } from './support';

const compare = (uri: vscode.Uri): Thenable<vscode.Uri | undefined> =>
  vscode.commands.executeCommand('mixlaw.compare', uri);

/** Laws are fitted to nothing new: the document keeps its fit. */
describe('Compare Laws', function () {
  this.timeout(180_000);
  const stand = new Stand();
  afterEach(async () => {
    stand.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('writes the leaderboard into the fit document and leaves the fit as it was', async () => {
    const folder = await newFolder('compare');
    const results = await write(folder, 'results.csv', smallResults());
    const fitted = JSON.parse(await read((await fit(results))!));
    const uri = await compare(results);
    assert.equal(uri?.path, `${folder.path}/results.mixlaw.json`);
    const { comparison, ...rest } = JSON.parse(await read(uri));
    assert.deepEqual(rest, fitted);
    assert.equal(comparison.method.splitCount, 10);
    assert.ok(comparison.rows.some(({ law }: { law: string }) => law === 'additive'));
    assert.ok(comparison.rows.some(({ kind }: { kind: string }) => kind === 'baseline'));
    assert.notEqual(comparison.verdict.reason, '');
  });

  it('is cancelled at once and writes nothing', async () => {
    const { folder, results } = await exampleResults('compare-cancelled');
    let cancelled = Infinity;
    stand.in(
      vscode.window,
      'withProgress',
      async <R>(
        _: vscode.ProgressOptions,
        task: (progress: vscode.Progress<object>, token: vscode.CancellationToken) => Thenable<R>,
      ) => {
        const source = new vscode.CancellationTokenSource();
        const report = ({ message }: { readonly message?: string }): void => {
          if (!/^fit [1-9]/.test(message ?? '') || cancelled < Infinity) return;
          cancelled = performance.now();
          source.cancel();
        };
        return task({ report }, source.token);
      },
    );
    assert.equal(await compare(results), undefined);
    assert.ok(cancelled < Infinity, 'the comparison was under way');
    assert.deepEqual(await names(folder), ['results.csv']);
  });

  it('fits the best law when the setting is auto', async () => {
    const folder = await newFolder('compare-auto');
    const results = await write(folder, 'results.csv', smallResults());
    await withSettings({ 'fit.law': 'auto', 'fit.starts': 1 }, async () => {
      const uri = await fit(results);
      const { fit: made, comparison } = JSON.parse(await read(uri!));
      assert.equal(comparison.rows.find(({ kind }: { kind: string }) => kind === 'law').law, made.law);
    });
  });
});
