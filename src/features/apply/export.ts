import * as vscode from 'vscode';
import { commandIds } from '../commands';
import type { Config, ConfigMixture } from '../configs/configs';
import { reportFailure } from '../failures';
import { fileName } from '../fit/chooseFiles';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';
import { openSnippet, type NamedShares } from './snippet';
import { isTakenAlong, takeAlong } from './takeAlong';
import { targetOf } from './target';

/** `mixlaw.exportMixture`: a config's mixture, or what a fit recommends, in the format of any framework that can be written. */
export function registerExportMixture(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand(commandIds.exportMixture, async (given?: unknown) => {
    try {
      if (isTakenAlong(given)) return await takeAlong(given);
      const mixture = await chooseMixture(services);
      if (mixture) await openSnippet(mixture);
    } catch (error) {
      reportFailure(services.log, error);
    }
  });
}

async function chooseMixture(services: Services): Promise<NamedShares | undefined> {
  const { activeTextEditor: editor } = vscode.window;
  if (!editor || (await services.configs.of(editor.document)).mixtures.length === 0) return ofSomeFit(services);
  const target = await targetOf(services, undefined, undefined);
  return target && ofConfig(services, target.config, target.found);
}

async function ofConfig(
  services: Services,
  { settings }: Config,
  { mixture, assessed }: ConfigMixture,
): Promise<NamedShares | undefined> {
  const written = {
    domains: mixture.weights.map(({ domain }) => domain),
    fractions: mixture.weights.map(({ fraction }) => fraction),
  };
  if (!assessed) return written;
  const { fit, assessment } = assessed;
  const here = { label: vscode.l10n.t('The mixture of this file'), description: mixture.label };
  const best = { label: vscode.l10n.t('The recommended mixture'), description: fileName(fit.uri) };
  const placeHolder = vscode.l10n.t('Which mixture to export?');
  const chosen = await vscode.window.showQuickPick([here, best], { placeHolder });
  if (chosen === here) return written;
  if (chosen !== best) return undefined;
  const recommended = services.recommendations.for(await loadLibrary(), fit, assessment, settings);
  return { domains: fit.fit.domains, fractions: recommended.mixture };
}

async function ofSomeFit({ fits }: Services): Promise<NamedShares | undefined> {
  const uris = await fits.nearest('');
  if (uris.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is neither a mixture in the active editor nor a fit in this workspace.'),
    );
    return undefined;
  }
  const items = uris.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const placeHolder = vscode.l10n.t('The fit whose recommended mixture to export');
  const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder });
  const loaded = chosen && (await fits.load(chosen.uri));
  return loaded && { domains: loaded.fit.domains, fractions: loaded.recommendation.mixture };
}
