import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('the extension', () => {
  it('activates, and registers every command that its manifest offers', async () => {
    const extension = vscode.extensions.getExtension<unknown>('mixlaw.mixlaw');
    assert.ok(extension, 'VS Code does not know the extension');
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension.packageJSON as Manifest;
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('works on a copy of the example project', async () => {
    const found = await vscode.workspace.findFiles('results.csv');
    assert.equal(found.length, 1);
  });
});
