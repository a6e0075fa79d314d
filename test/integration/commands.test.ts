import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { exampleResults, fit, names, newFolder, read, Stand, withSettings, write } from './support';

describe('commands around a fit', () => {
  const stand = new Stand();
  afterEach(async () => {
    stand.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('copies the example project to a new folder each time, and opens it', async () => {
    const place = await newFolder('example-copies');
    const opened: string[] = [];
    const execute = vscode.commands.executeCommand;
    stand.in(vscode.commands, 'executeCommand', async (command: string, ...args: unknown[]) => {
      if (command !== 'vscode.openFolder') return execute(command, ...args);
      opened.push((args[0] as vscode.Uri).path);
      return undefined;
    });
    await execute('mixlaw.openExample', place);
    await execute('mixlaw.openExample', place);
    assert.deepEqual(opened, [`${place.path}/mixlaw-example`, `${place.path}/mixlaw-example-2`]);
    const copied = await names(vscode.Uri.joinPath(place, 'mixlaw-example'));
    for (const name of ['results.csv', 'configs', 'README.md']) assert.ok(copied.includes(name), name);
  });

  it('keeps the columns that the user chooses, and fits with them', async () => {
    const { folder, text } = await exampleResults('columns');
    // Names that tell nothing, and values that do not tell weights from losses either.
    const rows = text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    const telling = rows[0]!.flatMap((name, at) => (/^(weight|loss)_/.test(name) ? [at] : []));
    const lines = rows.map((row) => telling.map((at) => row[at]!));
    const head = ['p', 'q', 'r', 's', 't', 'u', 'vp', 'vq', 'vr', 'vs', 'vt', 'vu'];
    const results = await write(folder, 'plain.csv', [head, ...lines.slice(1)].map((row) => row.join(',')).join('\n'));
    const asked: string[] = [];
    stand.in(
      vscode.window,
      'showQuickPick',
      async (items: readonly vscode.QuickPickItem[], { placeHolder }: vscode.QuickPickOptions) => {
        asked.push(placeHolder ?? '');
        const wanted = asked.length === 1 ? head.slice(0, 6) : ['vp', 'vq'];
        return items.filter(({ label }) => wanted.includes(label));
      },
    );
    stand.in(vscode.window, 'showInformationMessage', async () => undefined);
    const configuration = () => vscode.workspace.getConfiguration('mixlaw', results);
    try {
      await vscode.commands.executeCommand('mixlaw.chooseColumns', results);
      assert.deepEqual(asked, [
        'Which columns of plain.csv are mixture weights?',
        'Which columns of plain.csv are losses?',
      ]);
      // The chosen targets are no domains, which most laws need.
      let uri: vscode.Uri | undefined;
      await withSettings({ 'fit.law': 'overlap' }, async () => void (uri = await fit(results)));
      const { data, fit: fitted } = JSON.parse(await read(uri!));
      assert.deepEqual(fitted.domains, head.slice(0, 6));
      assert.deepEqual(
        data.columns.filter(({ role }: { role: string }) => role === 'loss').map(({ name }: { name: string }) => name),
        ['vp', 'vq'],
      );
    } finally {
      await configuration().update('columns.roles', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    }
  });

  it('offers another law where the first cannot be fitted', async () => {
    const { folder, text } = await exampleResults('other-law');
    const results = await write(folder, 'targets.csv', text.replaceAll('loss_', 'loss_of_task_'));
    const errors = stand.errors();
    assert.equal(await fit(results), undefined);
    assert.deepEqual(errors[0]?.buttons, ['Choose Another Law…', 'Show Log']);
  });

  it('opens a fit by a link, and nothing but a fit', async () => {
    const { folder, results } = await exampleResults('open-fit');
    const uri = (await fit(results))!;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('mixlaw.openFit', vscode.Uri.joinPath(folder, 'results.csv').toString());
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 0);
    await vscode.commands.executeCommand('mixlaw.openFit', uri.toString(), 'recommend');
    const [tab] = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.ok(tab?.input instanceof vscode.TabInputCustom);
    assert.equal(tab.input.viewType, 'mixlaw.fit');
  });
});
