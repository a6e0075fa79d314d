import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { configName } from '../configs/files';
import { workspaceEdit } from '../configs/ranges';
import { reportFailure } from '../failures';
import { fileName } from '../fit/chooseFiles';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';
import { readEditorSettings } from '../settings';
import { openSnippet, type NamedShares } from './snippet';
import { targetOf, type Target } from './target';

/** `mixlaw.applyRecommended`: writes the recommended mixture into the config, number by number, after a preview. */
export function registerApplyRecommended(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand(commandIds.applyRecommended, async (given?: unknown, offset?: unknown) => {
    try {
      const target = await targetOf(services, given, offset);
      if (target) await applyRecommended(services, target);
    } catch (error) {
      reportFailure(services.log, error);
    }
  });
}

async function applyRecommended(services: Services, target: Target): Promise<void> {
  const { document, config, found } = target;
  const { mixture, assessed } = found;
  if (!assessed) {
    const choose = vscode.l10n.t('Choose Fit…');
    const message = vscode.l10n.t('No fit in this workspace is about the domains of this mixture.');
    const answer = await vscode.window.showInformationMessage(message, choose);
    if (answer === choose) await vscode.commands.executeCommand(commandIds.chooseFit, document.uri.toString());
    return;
  }
  const library = await loadLibrary();
  const { fit: loaded, assessment } = assessed;
  const recommended = services.recommendations.for(library, loaded, assessment, config.settings).mixture;
  const { domains } = loaded.fit;
  const { format } = config.reading;
  const shares = library.sharesByConfigName(mixture, format, assessment.matched.match, domains, recommended);
  const name = configName(document);
  const result = library.applyMixture(document.getText(), name, mixture, shares, config.readOptions);
  if (result.kind === 'refusal') {
    await offerSnippet(result.message, format, { domains: [...shares.keys()], fractions: [...shares.values()] });
    return;
  }
  if (result.edits.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('This is the recommended mixture already.'));
    return;
  }
  const preview = readEditorSettings(document.uri).previewEdits;
  const metadata: vscode.WorkspaceEditEntryMetadata = {
    label: vscode.l10n.t('Apply the recommended mixture of {0}', fileName(loaded.uri)),
    needsConfirmation: preview,
  };
  // The preview stays open until it is answered; a command that waited for it would look as if it hung.
  const applied = vscode.workspace.applyEdit(workspaceEdit(document, result.edits, metadata));
  if (!preview) await applied;
}

async function offerSnippet(reason: string, format: string, mixture: NamedShares): Promise<void> {
  const open = vscode.l10n.t('Open Snippet');
  const message = vscode.l10n.t('The recommended mixture cannot be written into this file. {0}', reason);
  if ((await vscode.window.showWarningMessage(message, open)) === open) await openSnippet(mixture, format);
}
