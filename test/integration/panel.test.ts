import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ToPage } from '../../src/core/contract/panel';
import { FitPanel } from '../../src/features/fitEditor/panel';
import type { Services } from '../../src/features/services';
import { eventually, exampleResults, fit, newFolder, ownServices, read, Stand, write } from './support';

type Shown = Extract<ToPage, { type: 'show' }>;

/** A panel whose page is the test: it sees what is posted and posts what it likes. */
class PagePanel {
  readonly posted: ToPage[] = [];
  private readonly messages = new vscode.EventEmitter<unknown>();
  private readonly disposal = new vscode.EventEmitter<void>();
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'https://host',
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: this.messages.event,
    postMessage: async (message: ToPage) => this.posted.push(message) > 0,
  };
  readonly active = true;
  readonly onDidDispose = this.disposal.event;
  readonly onDidChangeViewState = new vscode.EventEmitter<void>().event;

  constructor(services: Services, uri: vscode.Uri) {
    new FitPanel(services, uri, this as unknown as vscode.WebviewPanel);
  }
  say(message: unknown): void {
    this.messages.fire(message);
  }
  close(): void {
    this.disposal.fire();
  }
  /** VS Code may tell of a change more than once: only that the message comes is certain. */
  until(matches: (message: ToPage) => boolean): Promise<ToPage> {
    return eventually(() => this.posted.find(matches), 'a message');
  }
  next(after: number): Promise<ToPage> {
    return eventually(() => this.posted[after], `message ${after + 1}`);
  }
}

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
