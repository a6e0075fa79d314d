import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { configName } from '../configs/files';
import { workspaceEdit } from '../configs/ranges';
import { reportFailure } from '../failures';
import { fileName } from '../fit/chooseFiles';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';
import { readEditorSettings } from '../settings';
import { EditPreview } from './preview';
import { openSnippet, type NamedShares } from './snippet';
import { isChosenMixture, placeFor, type Place } from './place';
import { targetOf, type Target } from './target';

/** `mixlaw.applyRecommended`: writes the recommended mixture into the config, number by number, after a preview. */
export function registerApplyRecommended(services: Services): vscode.Disposable {
  const preview = new EditPreview(services.log);
  const command = vscode.commands.registerCommand(
    commandIds.applyRecommended,
    async (given?: unknown, offset?: unknown, chosen?: unknown) => {
      try {
        if (isChosenMixture(chosen)) {
          const place = await placeFor(services, chosen);
          if (place) await applyShares(preview, place, chosen.mixture);
          return;
        }
        const target = await targetOf(services, given, offset);
        if (target) await applyRecommended(services, preview, target);
      } catch (error) {
        reportFailure(services.log, error);
      }
    },
  );
  return vscode.Disposable.from(preview, command);
}

async function applyRecommended(services: Services, preview: EditPreview, target: Target): Promise<void> {
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
  const { mixture: recommended } = services.recommendations.for(library, loaded, assessment, config.settings);
  const title = vscode.l10n.t('{0}: recommended by {1}', fileName(document.uri), fileName(loaded.uri));
  await applyShares(
    preview,
    { document, config, mixture, match: assessment.matched.match, domains: loaded.fit.domains, title },
    recommended,
  );
}

/** Writes a mixture of a fit's domains into a place in a config: after a look at the difference, unless the user wants none. */
async function applyShares(preview: EditPreview, place: Place, fractions: readonly number[]): Promise<void> {
  const { document, config, mixture, match, domains, title } = place;
  const library = await loadLibrary();
  const { format } = config.reading;
  const shares = library.sharesByConfigName(mixture, format, match, domains, fractions);
  const name = configName(document);
  const result = library.applyMixture(document.getText(), name, mixture, shares, config.readOptions);
  if (result.kind === 'refusal') {
    await offerSnippet(result.message, format, { domains: [...shares.keys()], fractions: [...shares.values()] });
    return;
  }
  if (result.edits.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} holds this mixture already.', fileName(document.uri)));
    return;
  }
  if (!readEditorSettings(document.uri).previewEdits) {
    await vscode.workspace.applyEdit(workspaceEdit(document, result.edits));
    return;
  }
  const after = library.applyEdits(document.getText(), result.edits);
  await preview.show({ document, version: document.version, edits: result.edits, after }, title);
}

async function offerSnippet(reason: string, format: string, mixture: NamedShares): Promise<void> {
  const open = vscode.l10n.t('Open Snippet');
  const message = vscode.l10n.t('The mixture cannot be written into this file. {0}', reason);
  if ((await vscode.window.showWarningMessage(message, open)) === open) await openSnippet(mixture, format);
}
