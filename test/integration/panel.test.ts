import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ToPage } from '../../src/core/contract/panel';
import type { Services } from '../../src/features/services';
import { PagePanel } from './pagePanel';
import { eventually, exampleResults, fit, newFolder, ownServices, read, Stand, write } from './support';

type Shown = Extract<ToPage, { type: 'show' }>;

describe('the panel’s host side', () => {
  const stand = new Stand();
  let services: Services;
  let panel: PagePanel;
  before(() => (services = ownServices()));
  after(() => services.worker.dispose());
  afterEach(async () => {
    panel.close();
    stand.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function open(name: string): Promise<{ uri: vscode.Uri; folder: vscode.Uri; results: vscode.Uri }> {
    const example = await exampleResults(name);
    const uri = (await fit(example.results))!;
    panel = new PagePanel(services, uri);
    return { uri, ...example };
  }

  it('has a strict policy, a nonce for its own script and styles, and no data in its html', async () => {
    const { uri } = await open('panel-html');
    const { html } = panel.webview;
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    const nonce = /property="csp-nonce" content="([^"]+)"/.exec(html)![1]!;
    assert.ok(policy.startsWith("default-src 'none'; "));
    assert.ok(
      policy.includes(`script-src 'nonce-${nonce}'`) && policy.includes(`style-src 'nonce-${nonce}' https://host`),
    );
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.ok(!html.includes('speeches') && !html.includes(uri.path));
    assert.ok(nonce.length >= 16);
  });

  it('posts nothing before the page is ready, then the document', async () => {
    await open('panel-ready');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(panel.posted, []);
    panel.say({ type: 'ready' });
    const shown = (await panel.next(0)) as Shown;
    assert.equal(shown.type, 'show');
    assert.equal(shown.fileName, 'results.mixlaw.json');
    assert.equal(shown.freshness, 'fresh');
    assert.equal(shown.document.fit.domains.length, 6);
    assert.equal(shown.current?.mixture.length, 6);
  });

  it('compares with the mixture of the nearest config, and says which', async () => {
    const { folder } = await open('panel-current');
    const weights = { novel: 0.4, speeches: 0.2, compiler: 0.1, declarations: 0.1, documentation: 0.1, messages: 0.1 };
    await write(folder, 'mine.json', JSON.stringify({ train_domain_weights: weights, eval_domain_weights: weights }));
    panel.say({ type: 'ready' });
    const { current } = (await panel.next(0)) as Shown;
    assert.match(current!.label, /panel-current\/mine\.json/);
    assert.ok(Math.abs(current!.mixture[0]! - 0.4) < 1e-9);
  });

  it('shows again when the data changes, and when the document does', async () => {
    const { uri, results } = await open('panel-changes');
    panel.say({ type: 'ready' });
    await panel.next(0);
    await vscode.workspace.fs.writeFile(results, new TextEncoder().encode(`${await read(results)}\n`));
    await panel.until((message) => message.type === 'show' && message.freshness === 'changed');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('{'));
    await panel.until((message) => message.type === 'failed');
  });

  for (const [what, text, words] of [
    ['of a newer version', '{"schemaVersion": 999}', /newer/i],
    ['that is broken', '{"schemaVersion": 1,', /JSON/],
    ['that is something else', '{"a": 1}', /no fit document/],
  ] as const) {
    it(`explains a document ${what}`, async () => {
      const folder = await newFolder('panel-failed');
      panel = new PagePanel(services, await write(folder, 'x.mixlaw.json', text));
      panel.say({ type: 'ready' });
      const message = await panel.next(0);
      assert.ok(message.type === 'failed');
      assert.match(message.message, words);
      assert.notEqual(message.hint, '');
    });
  }

  it('opens the row of a chart’s point in the results', async () => {
    const { results } = await open('panel-row');
    panel.say({ type: 'ready' });
    await panel.next(0);
    panel.say({ type: 'open-row', row: 4 });
    const editor = await eventually(() => vscode.window.activeTextEditor, 'the results file');
    assert.equal(editor.document.uri.toString(), results.toString());
    assert.equal(editor.selection.active.line, 5);
  });

  it('refits with another law, and the page follows', async () => {
    await open('panel-refit');
    panel.say({ type: 'ready' });
    await panel.next(0);
    panel.say({ type: 'refit', law: 'quantization' });
    await panel.until((message) => message.type === 'show' && message.document.fit.law === 'quantization');
  });

  it('tells what was recommended before a refit, until the reader has seen it', async () => {
    await open('panel-previous');
    panel.say({ type: 'ready' });
    const first = (await panel.next(0)) as Shown;
    assert.equal(first.previous, undefined);
    panel.say({ type: 'refit', law: 'quantization' });
    const shows = (law: string) => (message: ToPage) => message.type === 'show' && message.document.fit.law === law;
    const { previous } = (await panel.until(shows('quantization'))) as Shown;
    assert.equal(previous?.law, first.document.fit.law);
    assert.deepEqual(previous?.recommendation, first.document.recommendation);
    panel.say({ type: 'dismiss-previous' });
    const seen = panel.posted.length;
    panel.say({ type: 'ready' });
    assert.equal(((await panel.next(seen)) as Shown).previous, undefined);
  });

  it('says once that the results have changed when it is out of sight, and fits them again', async () => {
    const { folder, results } = await open('panel-told');
    const told: string[] = [];
    stand.in(vscode.window, 'showInformationMessage', async (message: string, ...items: string[]) => {
      told.push(message);
      return told.length === 1 ? undefined : items[0];
    });
    panel.visible = false;
    panel.say({ type: 'ready' });
    await panel.next(0);
    const text = (await read(results)).trimEnd().split('\n');
    const changed = (rows: number) => (message: ToPage) =>
      message.type === 'show' && message.freshness === 'changed' && message.document.data.totalRows === rows;
    for (const without of [1, 2]) {
      const seen = panel.posted.length;
      await write(folder, 'results.csv', `${text.slice(0, -without).join('\n')}\n`);
      await eventually(() => panel.posted.slice(seen).find(changed(text.length - 1)), 'that the results have changed');
    }
    assert.equal(told.length, 1);
    assert.match(told[0]!, /have changed/);
  });

  it('keeps what is said of a column in the settings, and fits with it', async () => {
    const { results } = await open('panel-roles');
    panel.say({ type: 'ready' });
    const { document } = (await panel.next(0)) as Shown;
    const loss = document.data.columns.find(({ role }) => role === 'loss')!;
    try {
      panel.say({ type: 'set-roles', roles: [{ name: loss.name, role: 'ignored' }], refit: true });
      const refitted = (await panel.until(
        (message) => message.type === 'show' && message.document.fit.targets.length === document.fit.targets.length - 1,
      )) as Shown;
      const column = refitted.document.data.columns.find(({ name }) => name === loss.name)!;
      assert.deepEqual([column.role, column.reason], ['ignored', 'you said so']);
      // What nobody spoke of is read as it was.
      assert.equal(refitted.document.data.columns.filter(({ reason }) => reason === 'you said so').length, 1);
      const kept = vscode.workspace.getConfiguration('mixlaw', results).get<Record<string, string>>('columns.roles');
      assert.equal(kept?.[loss.name], 'ignored');
    } finally {
      const configuration = vscode.workspace.getConfiguration('mixlaw', results);
      await configuration.update('columns.roles', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    }
  });

  it('is one of several, each with its own page', async () => {
    const { uri } = await open('panel-several');
    const other = new PagePanel(services, uri);
    for (const one of [panel, other]) one.say({ type: 'ready' });
    const [first, second] = [(await panel.next(0)) as Shown, (await other.next(0)) as Shown];
    assert.deepEqual(first.document, second.document);
    other.close();
    panel.say({ type: 'ready' });
    assert.equal((await panel.next(1)).type, 'show');
    assert.equal(other.posted.length, 1);
  });

  it('copies, and saves where the user says', async () => {
    const { folder } = await open('panel-export');
    panel.say({ type: 'copy', text: 'mixture' });
    await eventually(
      async () => ((await vscode.env.clipboard.readText()) === 'mixture' ? true : undefined),
      'the clipboard',
    );
    const target = vscode.Uri.joinPath(folder, 'chart.csv');
    const proposed: string[] = [];
    stand.in(vscode.window, 'showSaveDialog', async ({ defaultUri }: vscode.SaveDialogOptions) => {
      proposed.push(defaultUri?.path ?? '');
      return target;
    });
    panel.say({ type: 'export', suggestedName: '../../chart.csv', bytes: new Uint8Array([97, 98]) });
    assert.equal(await eventually(() => read(target).then(undefined, () => undefined), 'the file'), 'ab');
    assert.deepEqual(proposed, [`${folder.path}/-..-chart.csv`]);
  });

  it('ignores messages of no known shape', async () => {
    await open('panel-noise');
    const errors = stand.errors();
    for (const message of [null, 'x', { type: 'open-row', row: -1 }, { type: 'run', command: 'x' }]) panel.say(message);
    panel.say({ type: 'ready' });
    assert.equal((await panel.next(0)).type, 'show');
    assert.deepEqual(errors, []);
  });
});
