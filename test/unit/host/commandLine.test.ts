import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseCommandLine } from '../../host/command-line';
import { workbenchUrl } from '../../host/workbench-url';

describe('the command line of desktop VS Code', () => {
  it('is understood as @vscode/test-electron writes it', () => {
    const command = parseCommandLine([
      '/a/workspace',
      '--no-sandbox',
      '--disable-workspace-trust',
      '--extensionTestsPath=/a/suite.js',
      '--extensionDevelopmentPath=/a/one',
      '--extensionDevelopmentPath=/a/two',
      '--extensions-dir=/a/extensions',
      '--user-data-dir=/a/data',
    ]);
    assert.deepEqual(command, {
      workspace: path.resolve('/a/workspace'),
      extensionDevelopmentPaths: ['/a/one', '/a/two'],
      extensionTestsPath: path.resolve('/a/suite.js'),
      userDataDir: path.resolve('/a/data'),
      extensionsDir: path.resolve('/a/extensions'),
      disableExtensions: false,
      enableProposedApi: false,
    });
  });

  it('takes a value after an equals sign or in the next argument, and URIs for paths', () => {
    const folder = path.resolve('/a folder');
    const command = parseCommandLine(['--folder-uri', pathToFileURL(folder).href, '--user-data-dir', '/d', '--wait']);
    assert.equal(command.workspace, folder);
    assert.equal(command.userDataDir, path.resolve('/d'));
  });

  it('does not take the workspace for the value of a switch before it', () => {
    assert.equal(parseCommandLine(['--disable-extensions', '/w']).workspace, path.resolve('/w'));
    assert.equal(parseCommandLine(['--enable-proposed-api', '--x', '/w']).enableProposedApi, true);
  });

  it('leaves the management of extensions to the server, without the folders, which have other names there', () => {
    const { management } = parseCommandLine(['--install-extension', 'a.vsix', '--user-data-dir', '/d', '--force']);
    assert.deepEqual(management, ['--install-extension', 'a.vsix', '--force']);
    assert.equal(parseCommandLine(['/w']).management, undefined);
  });
});

describe('the address of a workbench', () => {
  const server = { url: 'http://127.0.0.1:4321' };

  it('names the folder, the extension and its tests, whatever characters their paths have', () => {
    const url = new URL(
      workbenchUrl(server, {
        workspace: '/a b/ü#1',
        extensionDevelopmentPaths: ['/ext?'],
        extensionTestsPath: '/suite.js',
      }),
    );
    assert.equal(url.searchParams.get('folder'), path.resolve('/a b/ü#1'));
    const payload = new Map(JSON.parse(url.searchParams.get('payload') ?? '') as [string, string][]);
    assert.equal(payload.get('extensionDevelopmentPath'), 'vscode-remote://127.0.0.1:4321/ext%3F');
    assert.equal(payload.get('extensionTestsPath'), 'vscode-remote://127.0.0.1:4321/suite.js');
  });

  it('opens a workspace file as one, and an empty window without either', () => {
    assert.ok(new URL(workbenchUrl(server, { workspace: '/a.code-workspace' })).searchParams.has('workspace'));
    assert.equal(new URL(workbenchUrl(server, {})).searchParams.get('ew'), 'true');
  });
});
