import * as vscode from 'vscode';
import { VIEW_IDS } from '../../core/contract/panel';
import { commandIds } from '../commands';
import type { Services } from '../services';
import { showFit } from './showFit';

/** `mixlaw.openFit`: from the palette the user chooses a fit; links name one, and perhaps a view of the panel. */
export function registerOpenFit({ fits }: Services): vscode.Disposable {
  return vscode.commands.registerCommand(commandIds.openFit, async (given?: unknown, view?: unknown) => {
    const uri = typeof given === 'string' ? fitUriOf(given) : await pickFit(await fits.nearest(''));
    const viewId = VIEW_IDS.find((id) => id === view);
    if (uri) await showFit(uri, { preserveFocus: false }, viewId);
  });
}

/** Links open fit documents and nothing else. */
function fitUriOf(text: string): vscode.Uri | undefined {
  const uri = vscode.Uri.parse(text, true);
  return uri.path.endsWith('.mixlaw.json') ? uri : undefined;
}

export async function pickFit(uris: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  if (uris.length === 0) {
    const fit = vscode.l10n.t('Fit Mixing Law');
    const message = vscode.l10n.t('There is no fit in this workspace yet.');
    const chosen = await vscode.window.showInformationMessage(message, fit);
    if (chosen === fit) await vscode.commands.executeCommand(commandIds.fit);
    return undefined;
  }
  const items = uris.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('The fit to open') }))?.uri;
}
