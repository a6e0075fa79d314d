import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { reportFailure } from '../failures';
import type { Services } from '../services';

interface FitItem extends vscode.QuickPickItem {
  /** Absent: the nearest that matches. */
  readonly uri?: vscode.Uri;
}

/** `mixlaw.chooseFit`: which fit the features of a config follow. */
export function registerChooseFit({ fits, choice, log }: Services): vscode.Disposable {
  return vscode.commands.registerCommand(commandIds.chooseFit, async (given?: unknown) => {
    try {
      const config =
        typeof given === 'string' ? vscode.Uri.parse(given, true) : vscode.window.activeTextEditor?.document.uri;
      if (!config) return;
      const uris = await fits.nearest(config.path);
      if (uris.length === 0) {
        const fit = vscode.l10n.t('Fit Mixing Law');
        const message = vscode.l10n.t('There is no fit in this workspace yet.');
        const answer = await vscode.window.showInformationMessage(message, fit);
        if (answer === fit) await vscode.commands.executeCommand(commandIds.fit);
        return;
      }
      const chosen = choice.of(config);
      const nearest: FitItem = {
        label: vscode.l10n.t('The nearest that matches'),
        description: chosen === undefined ? vscode.l10n.t('now') : '',
      };
      const items = uris.map((uri): FitItem => ({
        label: vscode.workspace.asRelativePath(uri),
        description: chosen === uri.toString() ? vscode.l10n.t('now') : '',
        uri,
      }));
      const placeHolder = vscode.l10n.t('The fit for {0}', vscode.workspace.asRelativePath(config));
      const picked = await vscode.window.showQuickPick<FitItem>([nearest, ...items], { placeHolder });
      if (picked) await choice.choose(config, picked.uri);
    } catch (error) {
      reportFailure(log, error);
    }
  });
}
