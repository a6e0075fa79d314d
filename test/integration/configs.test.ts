import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, exampleResults, fit, newFolder, read, Stand, withSettings, write } from './support';

const YAML = `# weights
train:
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
const BASH = `#!/bin/bash
DATA="45 /d/novel_text_document 15 /d/speeches_text_document 10 /d/compiler_text_document \\
  10 /d/declarations_text_document 10 /d/documentation_text_document 10 /d/messages_text_document"
torchrun pretrain_gpt.py --seq-length 256 --global-batch-size 16 --train-iters 600 --data-path $DATA
`;
const LOOP = `#!/bin/bash
for name in novel speeches compiler declarations documentation messages; do
  DATA_PATH="$DATA_PATH 1 /d/\${name}_text_document"
done
torchrun pretrain_gpt.py --data-path $DATA_PATH
`;
const PYTHON = `from datasets import interleave_datasets
mix = interleave_datasets(
    [novel, speeches, compiler, declarations, documentation, messages],
    probabilities=[0.55, 0.10, 0.10, 0.10, 0.05, 0.15],
)
`;

const open = async (uri: vscode.Uri): Promise<vscode.TextDocument> => {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
};

const lensesOf = async (uri: vscode.Uri): Promise<vscode.CodeLens[]> =>
  vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);

const titlesOf = async (uri: vscode.Uri): Promise<string[]> =>
  (await lensesOf(uri)).map(({ command }) => command?.title ?? '');

const hoverAt = async (document: vscode.TextDocument, needle: string): Promise<string | undefined> => {
  const position = document.positionAt(document.getText().indexOf(needle) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .find((value) => value.includes('mean loss'));
};

const diagnosticsOf = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Mixlaw');

const diagnosed = (uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> =>
  eventually(() => diagnosticsOf(uri).find((diagnostic) => diagnostic.code === code), `the diagnostic ${code}`);

const fixesOf = async (uri: vscode.Uri, { range }: vscode.Diagnostic): Promise<vscode.CodeAction[]> =>
  vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    range,
    vscode.CodeActionKind.QuickFix.value,
  );

describe('training configs', () => {
  const stand = new Stand();
  let folder: vscode.Uri;
  let results: vscode.Uri;
  let fitted: vscode.Uri;
  before(async () => {
    const example = await exampleResults('configs-of-all-kinds');
    ({ folder, results } = example);
    fitted = (await fit(results))!;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  afterEach(async () => {
    stand.restore();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const [name, text, needle] of [
    ['train.yaml', YAML, 'train_declarations'],
    ['train.json', `{"train_domain_weights": {"novel": 0.6, "declarations": 0.2, "compiler": 0.2}}`, '"declarations"'],
    ['train.sh', BASH, '/d/declarations'],
    ['train.py', PYTHON, '0.55'],
    ['train.toml', '[data]\ndataset_name_or_paths = "org/novel,org/declarations"\ndataset_ratio = "70:30"\n', '70'],
    ['train_data.txt', '0.7 /d/novel_text_document 0.3 /d/declarations_text_document\n', '/d/declarations'],
  ] as const) {
    it(`are hovered in ${name}`, async () => {
      const document = await open(await write(folder, name, text));
      const value = await eventually(() => hoverAt(document, needle), 'the hover');
      assert.match(value, /Predicted mean loss \*\*\d\.\d{3}\*\*/);
      assert.match(value, /measured mixtures/);
      assert.match(value, /command:mixlaw\.applyRecommended\?/);
    });
  }

  it('have a lens above each mixture, and none where the setting says so', async () => {
    const uri = await write(folder, 'lens.yaml', YAML);
    const document = await open(uri);
    const titles = await eventually(async () => {
      const found = await titlesOf(uri);
      return found.length === 3 ? found : undefined;
    }, 'three lenses');
    // Those that had to be resolved come last here; the editor shows them in their order.
    assert.deepEqual(titles.slice(0, 2), ['Apply recommended', 'Open panel']);
    assert.match(titles[2]!, /^Predicted mean loss \d\.\d{3} · (\d\.\d{3} above|as good as)/);
    const [lens] = await lensesOf(uri);
    assert.equal(lens!.range.start.line, document.positionAt(document.getText().indexOf('train_novel')).line);
    await withSettings({ 'lens.enabled': false }, async () => {
      assert.deepEqual(await titlesOf(uri), []);
    });
  });

  it('show shares behind percents, and not behind shares', async () => {
    const hints = async (uri: vscode.Uri): Promise<string[]> => {
      const document = await open(uri);
      const all = new vscode.Range(0, 0, document.lineCount, 0);
      const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        uri,
        all,
      );
      return found.map(({ label }) => String(label));
    };
    const percents = await write(folder, 'hints.sh', BASH);
    assert.deepEqual((await hints(percents)).slice(0, 2), ['45.0 %', '15.0 %']);
    assert.deepEqual(await hints(await write(folder, 'hints.yaml', YAML)), []);
  });

  it('are marked and mended where the framework would stop', async () => {
    const uri = await write(folder, 'sum.py', PYTHON);
    const document = await open(uri);
    const diagnostic = await diagnosed(uri, 'sum-not-one');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    const normalise = (await fixesOf(uri, diagnostic)).find(({ title }) => title.startsWith('Normalise'));
    await vscode.workspace.applyEdit(normalise!.edit!);
    await eventually(() => !diagnosticsOf(uri).some(({ code }) => code === 'sum-not-one'), 'the diagnostic to go');
    const numbers = [...document.getText().matchAll(/0\.\d+/g)].map(([number]) => Number(number));
    assert.ok(Math.abs(numbers.reduce((sum, number) => sum + number, 0) - 1) < 1e-9);
  });

  it('learn names by an alias', async () => {
    const uri = await write(folder, 'alias.yaml', YAML.replace('train_declarations', 'train_source'));
    await open(uri);
    const diagnostic = await diagnosed(uri, 'unknown-domain');
    const fix = (await fixesOf(uri, diagnostic)).find(({ command }) => command?.command === 'mixlaw.addAlias');
    assert.match(fix!.title, /“train_source” is “declarations”/);
    try {
      await vscode.commands.executeCommand(fix!.command!.command, ...fix!.command!.arguments!);
      await eventually(() => !diagnosticsOf(uri).some(({ code }) => code === 'unknown-domain'), 'the alias to count');
    } finally {
      const configuration = vscode.workspace.getConfiguration('mixlaw', uri);
      await configuration.update('aliases', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    }
  });

  it('tell too many epochs where the tokens are known', async () => {
    const uri = await write(folder, 'epochs.sh', BASH);
    await withSettings({ availableTokens: { declarations: '26K' } }, async () => {
      await open(uri);
      const diagnostic = await diagnosed(uri, 'too-many-epochs');
      assert.match(diagnostic.message, /9\.45 epochs: 26K tokens/);
    });
  });

  it('take the recommended mixture in one undo step, number by number', async () => {
    const uri = await write(folder, 'apply.yaml', YAML.replaceAll('\n', '\r\n'));
    const document = await open(uri);
    const before = document.getText();
    await withSettings({ 'apply.preview': false }, async () => {
      await vscode.commands.executeCommand('mixlaw.applyRecommended', uri.toString(), before.indexOf('train_novel'));
    });
    const after = document.getText();
    assert.notEqual(after, before);
    const shape = (text: string): string => text.replace(/0\.\d+/g, '#');
    assert.equal(shape(after), shape(before));
    const recommended: number[] = JSON.parse(await read(fitted)).recommendation.mixture;
    const written = [...after.matchAll(/train_\w+: (0\.\d+)/g)].map(([, number]) => Number(number));
    written.forEach((number, k) =>
      assert.ok(Math.abs(number - recommended[k]!) < 0.006, `${number} ${recommended[k]}`),
    );
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
  });

  it('show the recommended mixture as a diff, and take it on consent unless they were edited meanwhile', async () => {
    const uri = await write(folder, 'preview.yaml', YAML);
    const document = await open(uri);
    const warnings: string[] = [];
    stand.in(vscode.window, 'showInformationMessage', async () => undefined);
    stand.in(vscode.window, 'showWarningMessage', async (message: string) => void warnings.push(message));
    const preview = async (): Promise<vscode.Uri> => {
      await vscode.commands.executeCommand('mixlaw.applyRecommended', uri.toString(), YAML.indexOf('train_novel'));
      return eventually(() => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return input instanceof vscode.TabInputTextDiff ? input.modified : undefined;
      }, 'the diff');
    };
    const proposed = await vscode.workspace.openTextDocument(await preview());
    const wanted = proposed.getText();
    assert.equal(document.getText(), YAML);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), '# edited\n');
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand('mixlaw.acceptPreview');
    assert.equal(document.getText(), `# edited\n${YAML}`);
    assert.match(warnings[0]!, /edited after the preview/);
    await vscode.commands.executeCommand('undo');
    await preview();
    await vscode.commands.executeCommand('mixlaw.acceptPreview');
    assert.equal(document.getText(), wanted);
    assert.ok(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputText);
  });

  it('are left alone where no safe edit exists; a snippet is offered instead', async () => {
    const uri = await write(folder, 'loop.sh', LOOP);
    const document = await open(uri);
    const messages: string[] = [];
    stand.in(vscode.window, 'showWarningMessage', async (message: string, ...buttons: string[]) => {
      messages.push(message);
      return buttons[0];
    });
    await vscode.commands.executeCommand('mixlaw.applyRecommended', uri.toString(), document.getText().indexOf('1 /d'));
    assert.match(messages[0]!, /cannot be written into this file/);
    assert.equal(document.getText(), LOOP);
    const snippet = vscode.window.activeTextEditor!.document;
    assert.ok(snippet.isUntitled);
    for (const name of ['novel', 'speeches', 'compiler', 'declarations', 'documentation', 'messages']) {
      assert.match(snippet.getText(), new RegExp(name));
    }
  });

  it('are exported in any format', async () => {
    await open(await write(folder, 'export.yaml', YAML));
    const asked: string[] = [];
    stand.in(
      vscode.window,
      'showQuickPick',
      async (items: readonly vscode.QuickPickItem[], options: { placeHolder: string }) => {
        asked.push(options.placeHolder);
        return items.find(({ label }) => label === 'The mixture of this file' || label === 'DoReMi');
      },
    );
    await vscode.commands.executeCommand('mixlaw.exportMixture');
    assert.equal(asked.length, 2);
    const text = vscode.window.activeTextEditor!.document.getText();
    assert.match(text, /"train_novel": 0\.500000/);
  });

  it('follow the fit that the user chooses, and their own places for mixtures', async () => {
    const other = await newFolder('configs-other-fit');
    const chosen = vscode.Uri.joinPath(other, 'chosen.mixlaw.json');
    await vscode.workspace.fs.copy(fitted, chosen);
    const uri = await write(folder, 'private.yaml', 'our:\n  recipe: {novel: 5, declarations: 3, compiler: 2}\n');
    const document = await open(uri);
    const locations = [{ files: '**/private.yaml', path: 'our.recipe', unit: 'relative' }];
    await withSettings({ mixtureLocations: locations }, async () => {
      const near = await eventually(() => hoverAt(document, 'declarations'), 'the hover by the nearest fit');
      assert.match(near, /results\\\.mixlaw/);
      stand.in(vscode.window, 'showQuickPick', async (items: readonly vscode.QuickPickItem[]) =>
        items.find(({ label }) => label.includes('chosen.mixlaw.json')),
      );
      await eventually(async () => {
        await vscode.commands.executeCommand('mixlaw.chooseFit', uri.toString());
        return (await hoverAt(document, 'declarations'))?.includes('chosen');
      }, 'the chosen fit');
    });
  });

  it('say that the results have changed since the fit', async () => {
    const uri = await write(folder, 'stale.yaml', YAML);
    const document = await open(uri);
    await eventually(() => hoverAt(document, 'train_declarations'), 'the hover');
    await vscode.workspace.fs.writeFile(results, new TextEncoder().encode(`${await read(results)}\n`));
    await eventually(async () => {
      return (await hoverAt(document, 'train_declarations'))?.includes('have changed since this fit');
    }, 'the fit to be stale');
    assert.ok((await titlesOf(uri)).some((title) => title.endsWith('results changed since the fit')));
  });
});
