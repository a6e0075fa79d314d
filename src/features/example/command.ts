import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { reportFailure } from '../failures';
import type { Services } from '../services';

const FOLDER = 'mixlaw-example';

/** `mixlaw.openExample`: a copy of the shipped example project, in a folder of the user's or in one of the extension's. */
export function registerOpenExample({ extensionUri, globalStorageUri, log }: Services): vscode.Disposable {
  return vscode.commands.registerCommand(commandIds.openExample, async (parent?: vscode.Uri) => {
    try {
      const place = parent ?? (await askForPlace(globalStorageUri));
      if (!place) return;
      const folder = await copyExample(vscode.Uri.joinPath(extensionUri, 'examples'), place);
      const inNewWindow = (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
      await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: inNewWindow });
    } catch (error) {
      reportFailure(log, error);
    }
  });
}

async function askForPlace(storage: vscode.Uri): Promise<vscode.Uri | undefined> {
  const own = { label: vscode.l10n.t('In a folder I choose…'), description: '' };
  const temporary = {
    label: vscode.l10n.t('Just to look'),
    description: vscode.l10n.t('in the storage of the extension'),
  };
  const placeHolder = vscode.l10n.t('Where should the example project go?');
  const chosen = await vscode.window.showQuickPick([own, temporary], { placeHolder });
  if (chosen === temporary) return storage;
  if (chosen !== own) return undefined;
  const openLabel = vscode.l10n.t('Copy Here');
  return (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel }))?.[0];
}

/** Copies into a folder that does not exist yet, so that nothing of the user's is overwritten. */
async function copyExample(examples: vscode.Uri, place: vscode.Uri): Promise<vscode.Uri> {
  await vscode.workspace.fs.createDirectory(place);
  const taken = new Set((await vscode.workspace.fs.readDirectory(place)).map(([name]) => name));
  let name = FOLDER;
  for (let count = 2; taken.has(name); count++) name = `${FOLDER}-${count}`;
  const folder = vscode.Uri.joinPath(place, name);
  await vscode.workspace.fs.copy(examples, folder, { overwrite: false });
  return folder;
}
