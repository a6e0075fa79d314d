import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { registerHover } from '../../src/features/hover/provider';
import { eventually, exampleResults, fit, newFolder, ownServices, Stand, write } from './support';

/** Mixlaw's hover where `needle` first stands, if there is one. */
async function hoverAt(uri: vscode.Uri, needle: string): Promise<vscode.MarkdownString | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  const offset = document.getText().indexOf(needle);
  assert.ok(offset >= 0, `${needle} is not in the document`);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    document.positionAt(offset + 1),
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .find(
      (content): content is vscode.MarkdownString => typeof content === 'object' && content.value.includes('mean loss'),
    );
}

/** How long the host was busy with one thing at most, in so many milliseconds. */
async function longestHoldUp(milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds;
  let longest = 0;
  for (let last = performance.now(); last < end;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }
  return longest;
}

const YAML = `# weights
train:
  train_novel: 0.5
  train_speeches: 0.1
  train_compiler: 0.1
  train_declarations: 0.2 # hover
  train_documentation: 0.05
  train_messages: 0.05
valid:
  valid_novel: 1.0
model_name: proxy
`;
const JSON_CONFIG = JSON.stringify({
  train_domain_weights: {
    novel: 0.5,
    speeches: 0.1,
    compiler: 0.1,
    declarations: 0.2,
    documentation: 0.05,
    messages: 0.05,
  },
  eval_domain_weights: { novel: 1 },
});

describe('hover of a mixture', () => {
  let folder: vscode.Uri;
  before(async () => {
    const example = await exampleResults('hover');
    folder = example.folder;
    assert.ok(await fit(example.results));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const [name, text, needle] of [
    ['train.yaml', YAML, 'train_declarations'],
    ['train.json', JSON_CONFIG, '"declarations"'],
  ] as const) {
    it(`predicts the losses in ${name}`, async () => {
      const uri = await write(folder, name, text);
      const hover = await eventually(() => hoverAt(uri, needle), 'the hover');
      assert.match(hover.value, /20\.0 % · recommended \d+\.\d %/);
      assert.match(hover.value, /Predicted mean loss \*\*\d\.\d{3}\*\*/);
      for (const target of ['novel', 'speeches', 'compiler', 'declarations', 'documentation', 'messages']) {
        assert.match(
          hover.value,
          new RegExp(`^\\| ${target} \\| .*\\d\\.\\d{3} \\| .*\\d\\.\\d{3} \\| .*[+−]\\d`, 'm'),
        );
      }
      assert.match(hover.value, /At 12K parameters \(largest measured\), 800K tokens \(largest measured\)/);
      assert.match(hover.value, /results\\\.mixlaw\\\.json\]\(command:mixlaw\.openFit\?/);
      assert.match(hover.value, /\[Apply recommended mixture\]\(command:mixlaw\.applyRecommended\?/);
      assert.match(hover.value, /measured mixtures/);
      assert.deepEqual(hover.isTrusted, { enabledCommands: ['mixlaw.openFit', 'mixlaw.applyRecommended'] });
    });
  }

  it('follows edits of the document', async () => {
    const uri = await write(folder, 'edited.yaml', YAML);
    await eventually(() => hoverAt(uri, 'train_declarations'), 'the hover');
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    const start = document.positionAt(document.getText().indexOf('0.2 #'));
    edit.replace(uri, new vscode.Range(start, start.translate(0, 3)), '0.8');
    await vscode.workspace.applyEdit(edit);
    assert.match((await hoverAt(uri, 'train_declarations'))!.value, /50\.0 % · recommended/);
  });

  it('says nothing outside the mixture, in files without one, and about other domains', async () => {
    const uri = await write(folder, 'quiet.yaml', YAML);
    assert.equal(await hoverAt(uri, 'valid_novel'), undefined);
    assert.equal(await hoverAt(uri, 'model_name'), undefined);
    const none = await write(folder, 'none.yaml', 'optimizer:\n  lr: 0.1\n  weights: 3\n');
    assert.equal(await hoverAt(none, 'weights'), undefined);
    const other = await write(
      folder,
      'other.json',
      JSON_CONFIG.replace(/novel|speeches|compiler|declarations/g, (name) => `${name}x`),
    );
    assert.equal(await hoverAt(other, 'documentation'), undefined);
  });

  it('is quick: asked for at once, and after the open configs have been read', async () => {
    const lines = Array.from({ length: 2000 }, (_, i) => `  option_${i}: ${i} # an ordinary line`);
    const uri = await write(folder, 'quick.yaml', `options:\n${lines.join('\n')}\n${YAML}`);
    const document = await vscode.workspace.openTextDocument(uri);
    const position = document.positionAt(document.getText().indexOf('train_declarations') + 1);
    const { token } = new vscode.CancellationTokenSource();
    const quick = async (wait: number): Promise<{ first: number; later: number[]; heldUp: number }> => {
      const stand = new Stand();
      let provider: vscode.HoverProvider | undefined;
      stand.in(vscode.languages, 'registerHoverProvider', (_selector: unknown, registered: vscode.HoverProvider) => {
        provider = registered;
        return { dispose: () => undefined };
      });
      const services = ownServices();
      const registration = registerHover(services);
      stand.restore();
      const heldUp = await longestHoldUp(wait);
      const times: number[] = [];
      for (let i = 0; i < 50; i++) {
        const before = performance.now();
        assert.ok(await provider?.provideHover(document, position, token));
        times.push(performance.now() - before);
      }
      registration.dispose();
      services.worker.dispose();
      const [first = NaN, ...later] = times;
      return { first, later, heldUp };
    };
    const cold = await quick(0);
    const warm = await quick(2000);
    const p95 = [...cold.later, ...warm.later].sort((a, b) => a - b)[Math.floor(98 * 0.95)];
    console.log(
      `      2,000 lines: ${cold.first.toFixed(0)} ms at once, ${warm.first.toFixed(1)} ms when the open configs have been read` +
        ` (which held the host up for ${warm.heldUp.toFixed(0)} ms at most), then ${p95?.toFixed(1)} ms (p95)`,
    );
  });

  it('uses the nearest fit', async () => {
    const near = await exampleResults('hover-near');
    const fitted = await fit(near.results);
    await vscode.workspace.fs.rename(fitted!, vscode.Uri.joinPath(near.folder, 'near.mixlaw.json'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const uri = await write(near.folder, 'train.yaml', YAML);
    const text = await eventually(async () => {
      const value = (await hoverAt(uri, 'train_declarations'))?.value;
      return value?.includes('near\\.mixlaw') ? value : undefined;
    }, 'the hover of the nearer fit');
    assert.match(text, /near\\\.mixlaw\\\.json/);
  });

  it('is not misled by a fit document that cannot be read', async () => {
    const broken = await newFolder('hover-broken');
    await write(broken, 'broken.mixlaw.json', '{"schemaVersion": 1}');
    const uri = await write(broken, 'train.yaml', YAML);
    assert.ok(await eventually(() => hoverAt(uri, 'train_declarations'), 'a hover by another fit'));
  });

  it('reads long documents in the worker', async () => {
    const comments = '# a line of no importance, and there are many of them\n'.repeat(2000);
    const uri = await write(folder, 'long.yaml', comments + YAML);
    assert.ok(await eventually(() => hoverAt(uri, 'train_declarations'), 'the hover'));
  });
});
