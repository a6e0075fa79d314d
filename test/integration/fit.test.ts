import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { eventually, exampleResults, fit, names, newFolder, read, Stand, withSettings, write } from './support';

const fitTabs = (uri: vscode.Uri): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) =>
        input instanceof vscode.TabInputCustom &&
        input.viewType === 'mixlaw.fit' &&
        input.uri.toString() === uri.toString(),
    );

describe('Fit Mixing Law', () => {
  const stand = new Stand();
  afterEach(async () => {
    stand.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('writes the fit document beside the results and opens it beside the editor', async () => {
    const { folder, results } = await exampleResults('fit-plain');
    await vscode.window.showTextDocument(results);
    const uri = await fit(results);
    assert.equal(uri?.path, `${folder.path}/results.mixlaw.json`);
    assert.deepEqual(await names(folder), ['results.csv', 'results.mixlaw.json']);
    const document = JSON.parse(await read(uri));
    assert.equal(document.data.files[0].name, 'results.csv');
    assert.equal(document.fit.law, 'linear-regression');
    const [tab] = await eventually(() => (fitTabs(uri).length > 0 ? fitTabs(uri) : undefined), 'the panel');
    assert.ok(tab && tab.group.viewColumn > vscode.ViewColumn.One, 'beside');
  });

  it('gives the same bytes for the same results, and does not open a second panel', async () => {
    const { results } = await exampleResults('fit-twice');
    const uri = (await fit(results))!;
    const first = await read(uri);
    await fit(results);
    assert.equal(await read(uri), first);
    assert.equal(fitTabs(uri).length, 1);
  });

  it('leaves the focus where it was, and keeps to one column of panels', async () => {
    const [one, two] = [await exampleResults('fit-one'), await exampleResults('fit-two')];
    await vscode.window.showTextDocument(one.results);
    const uris = [await fit(one.results), await fit(two.results)];
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), one.results.toString());
    const columns = uris.map((uri) => fitTabs(uri!)[0]?.group.viewColumn);
    assert.deepEqual(columns, [vscode.ViewColumn.Two, vscode.ViewColumn.Two]);
  });

  it('opens in the only column when nothing else is open', async () => {
    const { results } = await exampleResults('fit-alone');
    const uri = await fit(results);
    assert.equal(fitTabs(uri!)[0]?.group.viewColumn, vscode.ViewColumn.One);
  });

  it('follows the settings', async () => {
    const { results } = await exampleResults('fit-settings');
    await withSettings(
      { 'fit.law': 'quantization', 'fit.seed': 7, 'fit.starts': 2, 'fit.mask': 'positive' },
      async () => {
        const { options } = JSON.parse(await read((await fit(results))!)).fit;
        assert.deepEqual([options.law, options.seed, options.starts, options.mask], ['quantization', 7, 2, 'positive']);
      },
    );
  });

  it('joins two selected files, weights and losses', async () => {
    const { folder, weights, losses } = await pair('fit-pair');
    const uri = await fit(losses, weights);
    assert.equal(uri?.path, `${folder.path}/losses.mixlaw.json`);
    const { data } = JSON.parse(await read(uri));
    assert.equal(data.files.length, 2);
  });

  it('asks for the other half of a pair', async () => {
    const { weights } = await pair('fit-half');
    const asked: string[] = [];
    stand.in(
      vscode.window,
      'showQuickPick',
      async (items: readonly vscode.QuickPickItem[], { placeHolder }: vscode.QuickPickOptions) => {
        asked.push(placeHolder ?? '');
        return items.find(({ label }) => label === 'losses.csv');
      },
    );
    const uri = await fit(weights);
    assert.deepEqual(asked, ['weights.csv has no losses. Which file has them?']);
    assert.equal(JSON.parse(await read(uri!)).data.files.length, 2);
  });

  it('says what to do when there are no losses, and leaves nothing behind', async () => {
    const folder = await newFolder('fit-no-losses');
    const results = await write(folder, 'mixtures.csv', 'weight_a,weight_b\n0.5,0.5\n0.2,0.8\n');
    const errors = stand.errors();
    assert.equal(await fit(results), undefined);
    assert.equal(errors.length, 1);
    assert.match(errors[0]!.text, /No validation losses were found/);
    assert.deepEqual(errors[0]!.buttons, ['Choose Columns…', 'Show Log']);
    assert.deepEqual(await names(folder), ['mixtures.csv']);
  });

  it('refuses a file over the limit before reading it, and keeps the document that was there', async () => {
    const { folder, results } = await exampleResults('fit-large');
    await write(folder, 'results.mixlaw.json', 'earlier');
    const errors = stand.errors();
    await withSettings({ maxFileSizeMB: 0.001 }, async () => assert.equal(await fit(results), undefined));
    assert.match(errors[0]!.text, /results\.csv/);
    assert.ok(errors[0]!.buttons.includes('Open Setting'));
    assert.equal(await read(vscode.Uri.joinPath(folder, 'results.mixlaw.json')), 'earlier');
  });

  it('points to the line of a file that cannot be read', async () => {
    const folder = await newFolder('fit-broken');
    const results = await write(folder, 'broken.json', '[\n{"weight_a": 0.5,\n  "weight_b" 0.5}\n]\n');
    const errors = stand.errors();
    assert.equal(await fit(results), undefined);
    assert.match(errors[0]!.buttons.join(), /Go to Line 3/);
  });

  it('names a law that does not exist', async () => {
    const { folder, results } = await exampleResults('fit-law');
    const errors = stand.errors();
    await withSettings({ 'fit.law': 'gravity' }, async () => assert.equal(await fit(results), undefined));
    assert.match(errors[0]!.text, /no law “gravity”/);
    assert.deepEqual(await names(folder), ['results.csv']);
  });

  it('stops when cancelled, writes nothing, and fits again', async () => {
    const { folder, results } = await exampleResults('fit-cancel');
    const source = new vscode.CancellationTokenSource();
    let cancelledAt = NaN;
    stand.in(vscode.window, 'withProgress', (_options: object, task: ProgressTask) =>
      task(
        {
          report: ({ message }) => {
            // The fit is then in the middle of its search.
            if (!message?.startsWith('start') || !Number.isNaN(cancelledAt)) return;
            cancelledAt = performance.now();
            source.cancel();
          },
        },
        source.token,
      ),
    );
    const errors = stand.errors();
    await withSettings({ 'fit.starts': 1000 }, async () => {
      assert.equal(await fit(results), undefined);
      console.log(`      cancelled within ${(performance.now() - cancelledAt).toFixed(0)} ms`);
    });
    assert.deepEqual(errors, [], 'cancelling is no failure');
    assert.deepEqual(await names(folder), ['results.csv']);
    stand.restore();
    assert.ok(await fit(results));
  });

  it('leaves the extension host free while it fits', async () => {
    const { results } = await exampleResults('fit-free');
    await fit(results);
    let ticks = 0;
    await withSettings({ 'fit.starts': 40 }, async () => {
      const delay = monitorEventLoopDelay({ resolution: 5 });
      const timer = setInterval(() => ticks++, 5);
      delay.enable();
      await fit(results);
      delay.disable();
      clearInterval(timer);
      console.log(`      longest hold-up of the host ${(delay.max / 1e6).toFixed(0)} ms`);
    });
    assert.ok(ticks > 10, `only ${ticks} timers fired`);
  });
});

type ProgressTask = (
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
) => Thenable<unknown>;

/** The example's results as two files, the losses in another order. */
async function pair(name: string): Promise<{ folder: vscode.Uri; weights: vscode.Uri; losses: vscode.Uri }> {
  const { folder, results, text } = await exampleResults(name);
  await vscode.workspace.fs.delete(results);
  const [head, ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const part = (keep: (column: string) => boolean, body: string[][]): string =>
    [head!, ...body].map((row) => row.filter((_, i) => keep(head![i]!)).join(',')).join('\n');
  return {
    folder,
    weights: await write(
      folder,
      'weights.csv',
      part((column) => !column.startsWith('loss_'), rows),
    ),
    losses: await write(
      folder,
      'losses.csv',
      part((column) => column === 'run' || column.startsWith('loss_'), rows.reverse()),
    ),
  };
}
