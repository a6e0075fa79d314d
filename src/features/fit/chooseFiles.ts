import * as vscode from 'vscode';
import { nearestFirst } from '../nearest';
import { isResultsName, RESULTS_EXTENSIONS } from './documentUri';

const MOST_FILES = 500;

interface FileItem extends vscode.QuickPickItem {
  readonly uri: vscode.Uri;
}

export const fileName = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);

/** The file of the active editor, whatever kind of editor it is. */
export function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
  return vscode.window.activeTextEditor?.document.uri;
}

/**
 * The results files that a command is about: what was clicked, with the rest of the selection; or the active editor's
 * file; or the user's choice. Undefined when the user chose none.
 */
export async function chooseResults(
  clicked: vscode.Uri | undefined,
  selected: readonly vscode.Uri[] | undefined,
): Promise<readonly vscode.Uri[] | undefined> {
  if (clicked) {
    const selection = selected?.some((uri) => uri.toString() === clicked.toString()) ? selected : [clicked];
    return [...selection].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
  const active = activeFile();
  if (active && isResultsName(fileName(active))) return [active];
  const found = await vscode.workspace.findFiles(
    `**/*.{${RESULTS_EXTENSIONS.filter((extension) => extension !== 'json').join(',')}}`,
    '**/node_modules/**',
    MOST_FILES,
  );
  const chosen = await pickFile(found, vscode.l10n.t('Results of proxy runs: one row per run'));
  return chosen && [chosen];
}

/** The file that belongs to one with only weights or only losses. */
export async function choosePartner(results: vscode.Uri, question: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.Uri.joinPath(results, '..');
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const others = entries
    .filter(([name, type]) => type & vscode.FileType.File && isResultsName(name) && name !== fileName(results))
    .map(([name]) => vscode.Uri.joinPath(folder, name));
  return others.length > 0
    ? pickFile(
        nearestFirst(others, (uri) => uri.path, results.path),
        question,
      )
    : undefined;
}

async function pickFile(uris: readonly vscode.Uri[], placeHolder: string): Promise<vscode.Uri | undefined> {
  const items: FileItem[] = uris.map((uri) => ({ label: fileName(uri), description: folderOf(uri), uri }));
  const browse: vscode.QuickPickItem = { label: vscode.l10n.t('$(folder-opened) Browse…'), alwaysShow: true };
  const chosen = await vscode.window.showQuickPick([...items, browse], { placeHolder, matchOnDescription: true });
  if (chosen !== browse) return chosen && 'uri' in chosen ? (chosen as FileItem).uri : undefined;
  const filters = { [vscode.l10n.t('Results')]: [...RESULTS_EXTENSIONS] };
  return (await vscode.window.showOpenDialog({ filters, title: placeHolder }))?.[0];
}

function folderOf(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri);
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
