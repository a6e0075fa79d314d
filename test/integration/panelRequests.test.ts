import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ToPage } from '../../src/core/contract/panel';
import type { Services } from '../../src/features/services';
import { PagePanel } from './pagePanel';
import { eventually, exampleResults, fit, names, ownServices, read, Stand, withSettings, write } from './support';

type Shown = Extract<ToPage, { type: 'show' }>;

const CONFIG = `train:
  train_novel: 0.5
  train_speeches: 0.1
  train_compiler: 0.1
  train_declarations: 0.2 # kept
  train_documentation: 0.05
  train_messages: 0.05
valid:
  valid_novel: 1.0
model_name: proxy
`;
const MINE = [0.25, 0.25, 0.125, 0.125, 0.125, 0.125] as const;

/** What the page asks of VS Code, and what becomes of it. */
describe('requests of the panel’s page', () => {
  const stand = new Stand();
  let services: Services;
  let panel: PagePanel;
  let folder: vscode.Uri;
  let uri: vscode.Uri;
  let shown: Shown;
  before(() => (services = ownServices()));
  after(() => services.worker.dispose());
  beforeEach(async function () {
    const example = await exampleResults(`requests-${this.currentTest!.title.replace(/[^a-z]+/gi, '-').slice(0, 30)}`);
    folder = example.folder;
    uri = (await fit(example.results))!;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    panel = new PagePanel(services, uri);
    panel.say({ type: 'ready' });
    shown = (await panel.next(0)) as Shown;
  });
  afterEach(async () => {
    panel.close();
    stand.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const bytesOf = (file: vscode.Uri): Promise<Uint8Array> =>
    eventually(async () => {
      try {
        return await vscode.workspace.fs.readFile(file);
      } catch {
        return undefined;
      }
    }, file.path);

  it('saves a chart as PNG, SVG or CSV where the reader says, to the byte', async () => {
    const kinds = [
      ['chart.png', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 255])],
      ['chart.svg', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
      ['chart.csv', new TextEncoder().encode('domain,weight\r\n“ä”,0.5\r\n')],
    ] as const;
    for (const [name, bytes] of kinds) {
      const target = vscode.Uri.joinPath(folder, `saved-${name}`);
      const proposed: (string | undefined)[] = [];
      stand.in(vscode.window, 'showSaveDialog', async ({ defaultUri }: vscode.SaveDialogOptions) => {
        proposed.push(defaultUri?.path);
        return target;
      });
      panel.say({ type: 'export', suggestedName: name, bytes });
      assert.deepEqual(Buffer.from(await bytesOf(target)), Buffer.from(bytes));
      assert.deepEqual(proposed, [`${folder.path}/${name}`]);
    }
  });

  it('writes nothing when the reader closes the dialog', async () => {
    const before = await names(folder);
    let asked = 0;
    stand.in(vscode.window, 'showSaveDialog', async () => void asked++);
    panel.say({ type: 'export', suggestedName: 'chart.png', bytes: new Uint8Array([1]) });
    await eventually(() => asked === 1 || undefined, 'the dialog');
    assert.deepEqual(await names(folder), before);
  });

  it('keeps what-if mixtures in the document, changes nothing else in it, and shows them', async () => {
    const before = JSON.parse(await read(uri));
    const whatIfs = [{ name: 'mine', mixture: MINE }];
    panel.say({ type: 'save-what-ifs', whatIfs });
    await panel.until((message) => message.type === 'show' && message.document.whatIfs?.length === 1);
    const { whatIfs: kept, ...rest } = JSON.parse(await read(uri));
    assert.deepEqual(kept, whatIfs);
    assert.deepEqual(rest, before);
    panel.say({ type: 'save-what-ifs', whatIfs: [] });
    await panel.until((message) => message.type === 'show' && message !== shown && !message.document.whatIfs?.length);
  });

  it('opens rows of the results where they stand, header and all', async () => {
    const text = await read(vscode.Uri.joinPath(folder, 'results.csv'));
    const lines = text.split(/\r?\n/);
    for (const row of [0, 7]) {
      panel.say({ type: 'open-row', row });
      const editor = await eventually(() => {
        const active = vscode.window.activeTextEditor;
        return active?.selection.active.line === row + 1 ? active : undefined;
      }, `row ${row}`);
      assert.equal(editor.document.lineAt(editor.selection.active).text, lines[row + 1]);
    }
  });

  it('writes a mixture of the reader’s into a config after a look at the difference, undone in one step', async () => {
    const config = await write(folder, 'train.yaml', CONFIG);
    const document = await vscode.workspace.openTextDocument(config);
    await vscode.window.showTextDocument(document);
    const asked: string[] = [];
    // Configs of other tests may still be open.
    const place = vscode.workspace.asRelativePath(config);
    stand.in(vscode.window, 'showQuickPick', async (items: readonly vscode.QuickPickItem[]) =>
      items.find(({ label }) => label === place),
    );
    stand.in(vscode.window, 'showInformationMessage', async (message: string, ...buttons: string[]) => {
      asked.push(message);
      return buttons.find((button) => button === 'Apply');
    });
    panel.say({ type: 'apply-mixture', name: 'mine', mixture: MINE });
    await eventually(() => document.getText() !== CONFIG || undefined, 'the edit');
    assert.match(asked.join('\n'), /Write these weights into train\.yaml\?/);
    const written = [...document.getText().matchAll(/train_\w+: ([\d.]+)/g)].map(([, number]) => Number(number));
    written.forEach((number, k) => assert.ok(Math.abs(number - MINE[k]!) < 0.006, `${number}`));
    assert.ok(document.getText().includes('# kept') && document.getText().includes('model_name: proxy'));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), CONFIG);
  });

  it('takes a mixture along in the format of a framework: to the clipboard, or into a file', async () => {
    const chosen: string[] = [];
    stand.in(vscode.window, 'showQuickPick', async (items: readonly vscode.QuickPickItem[]) => {
      const item = items.find(({ label }) => /RegMix/.test(label)) ?? items[0];
      chosen.push(item?.label ?? '');
      return item;
    });
    await vscode.env.clipboard.writeText('');
    const request = { type: 'export-mixture', name: 'mine', mixture: MINE } as const;
    panel.say({ ...request, to: 'clipboard' });
    const text = await eventually(async () => (await vscode.env.clipboard.readText()) || undefined, 'the clipboard');
    for (const domain of shown.document.fit.domains) assert.ok(text.includes(domain), domain);
    assert.match(text, /0\.25/);
    const target = vscode.Uri.joinPath(folder, 'mine.yaml');
    stand.in(vscode.window, 'showSaveDialog', async () => target);
    panel.say({ ...request, to: 'file' });
    assert.equal(new TextDecoder().decode(await bytesOf(target)), text);
    assert.equal(chosen.length, 2);
  });

  it('copies tables as they are', async () => {
    const table = 'domain\tweight\nnovel\t25.0 %\n';
    panel.say({ type: 'copy', text: table });
    await eventually(async () => (await vscode.env.clipboard.readText()) === table || undefined, 'the clipboard');
  });

  it('tells the page how many tokens the settings say there are, and follows them', async () => {
    assert.equal(shown.stock, undefined);
    const { domains } = shown.document.fit;
    const latest = (): Shown | undefined => {
      const last = panel.posted.at(-1);
      return last?.type === 'show' ? last : undefined;
    };
    // A name of a config for a domain, one that the fit knows under another, one that says nothing, and a stranger.
    const said = { train_novel: '1.1M', tales: '2M', messages: 'many', poems: '3B' };
    await withSettings({ aliases: { tales: 'speeches' }, maxEpochs: 2, availableTokens: said }, async () => {
      const { stock } = await eventually(
        () => (latest()?.stock?.available.filter((tokens) => tokens !== null).length === 2 ? latest() : undefined),
        'the tokens',
      );
      const known = new Map([
        ['novel', 0.0011],
        ['speeches', 0.002],
      ]);
      assert.deepEqual(stock, { available: domains.map((domain) => known.get(domain) ?? null), maxEpochs: 2 });
      await vscode.workspace.getConfiguration('mixlaw').update('maxEpochs', 3, vscode.ConfigurationTarget.Workspace);
      await eventually(() => latest()?.stock?.maxEpochs === 3 || undefined, 'another limit');
    });
    await eventually(() => (latest() && !latest()!.stock) || undefined, 'no tokens');
  });
});
