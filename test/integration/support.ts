import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { connectServices, type Services } from '../../src/features/services';
import { WorkerClient } from '../../src/worker/client';

export const root = (): vscode.Uri => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'the tests need an open folder');
  return folder.uri;
};

/** A folder of its own for each test, so that no test sees another's fits. */
export async function newFolder(name: string): Promise<vscode.Uri> {
  const folder = vscode.Uri.joinPath(root(), name);
  await vscode.workspace.fs.delete(folder, { recursive: true }).then(undefined, () => undefined);
  await vscode.workspace.fs.createDirectory(folder);
  return folder;
}

export async function write(folder: vscode.Uri, name: string, text: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(folder, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

export const read = async (uri: vscode.Uri): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));

export const names = async (folder: vscode.Uri): Promise<string[]> =>
  (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name).sort();

/** A copy of the example's results in a folder of its own. */
export async function exampleResults(name: string): Promise<{ folder: vscode.Uri; results: vscode.Uri; text: string }> {
  const folder = await newFolder(name);
  const text = await read(vscode.Uri.joinPath(root(), 'results.csv'));
  return { folder, results: await write(folder, 'results.csv', text), text };
}

export const fit = (...uris: vscode.Uri[]): Thenable<vscode.Uri | undefined> =>
  vscode.commands.executeCommand<vscode.Uri | undefined>('mixlaw.fit', uris[0], uris);

/** Waits for something that VS Code does in its own time. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited in vain for ${what}.`);
}

/** Replaces functions of VS Code's API for one test. */
export class Stand {
  private readonly undo: (() => void)[] = [];

  in<T extends object, K extends keyof T>(object: T, key: K, replacement: unknown): void {
    const before = Object.getOwnPropertyDescriptor(object, key);
    Object.defineProperty(object, key, { configurable: true, writable: true, value: replacement });
    this.undo.push(() => before && Object.defineProperty(object, key, before));
  }

  /** Every error message shown, with its buttons; none is pressed. */
  errors(): { readonly text: string; readonly buttons: readonly string[] }[] {
    const shown: { text: string; buttons: string[] }[] = [];
    this.in(vscode.window, 'showErrorMessage', async (text: string, ...buttons: string[]) => {
      shown.push({ text, buttons });
    });
    return shown;
  }

  restore(): void {
    for (const undo of this.undo.splice(0).reverse()) undo();
  }
}

/** What the features share, apart from the running extension's: for tests that call a feature themselves. */
export function ownServices(): Services {
  const extension = vscode.extensions.getExtension('mixlaw.mixlaw');
  assert.ok(extension);
  const log = vscode.window.createOutputChannel('Mixlaw test', { log: true });
  const worker = new WorkerClient(join(extension.extensionPath, 'dist/worker.js'));
  const state = new Map<string, unknown>();
  const memento: vscode.Memento = {
    keys: () => [...state.keys()],
    get: <T>(key: string, fallback?: T) => (state.has(key) ? state.get(key) : fallback) as T,
    update: async (key: string, value: unknown) => void state.set(key, value),
  };
  return connectServices({ extensionUri: extension.extensionUri, globalStorageUri: root(), log, worker }, memento);
}

/** Settings for one test. */
export async function withSettings(values: Readonly<Record<string, unknown>>, run: () => Promise<void>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('mixlaw');
  const update = async (key: string, value: unknown): Promise<void> =>
    configuration.update(key, value, vscode.ConfigurationTarget.Workspace);
  for (const [key, value] of Object.entries(values)) await update(key, value);
  try {
    await run();
  } finally {
    for (const key of Object.keys(values)) await update(key, undefined);
  }
}
