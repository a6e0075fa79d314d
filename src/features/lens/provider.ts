import * as vscode from 'vscode';
import { commandIds } from '../commands';
import type { ConfigMixture } from '../configs/configs';
import { CONFIG_FILES } from '../configs/files';
import { firstLineIn } from '../configs/ranges';
import { fileName } from '../fit/chooseFiles';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';
import { readEditorSettings } from '../settings';
import { lensTitle } from './text';

/** Above each mixture that a fit is about: what it predicts, and the two things to do about it. */
export function registerLens(services: Services): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(CONFIG_FILES, new MixtureLensProvider(services));
}

class MixtureLens extends vscode.CodeLens {
  constructor(
    range: vscode.Range,
    readonly found: Required<ConfigMixture>,
    readonly document: vscode.TextDocument,
  ) {
    super(range);
  }
}

class MixtureLensProvider implements vscode.CodeLensProvider {
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(private readonly services: Services) {
    this.onDidChangeCodeLenses = services.configs.onDidChange;
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    if (!readEditorSettings(document.uri).lens) return [];
    const config = await this.services.configs.of(document);
    if (token.isCancellationRequested || config.version !== document.version) return [];
    return config.mixtures.flatMap(({ mixture, assessed }) => {
      if (!assessed) return [];
      const range = firstLineIn(document, mixture.range);
      const { uri } = assessed.fit;
      return [
        new MixtureLens(range, { mixture, assessed }, document),
        new vscode.CodeLens(range, {
          title: vscode.l10n.t('Apply recommended'),
          tooltip: vscode.l10n.t('Writes the recommended mixture into this file, after showing the changes'),
          command: commandIds.applyRecommended,
          arguments: [document.uri.toString(), mixture.range.start],
        }),
        new vscode.CodeLens(range, {
          title: vscode.l10n.t('Open panel'),
          tooltip: fileName(uri),
          command: commandIds.openFit,
          arguments: [uri.toString()],
        }),
      ];
    });
  }

  /** The recommended mixture may have to be searched for first, at the config's own scale. */
  async resolveCodeLens(lens: vscode.CodeLens): Promise<vscode.CodeLens> {
    if (!(lens instanceof MixtureLens)) return lens;
    const library = await loadLibrary();
    const { fit, assessment } = lens.found.assessed;
    const { settings } = await this.services.configs.of(lens.document);
    const recommended = this.services.recommendations.for(library, fit, assessment, settings);
    // Who looks at a mixture hovers over it next: by then the worker can know how sure its losses are.
    void this.services.intervals.of(fit, assessment, recommended);
    const extrapolated = assessment.modelSizeBeyond || assessment.tokensBeyond || library.isOutsideMeasured(assessment);
    const state = { extrapolated, stale: fit.freshness === 'changed' };
    lens.command = {
      title: lensTitle(assessment.meanLoss, library.meanOf(recommended.losses), state, vscode.l10n.t, library),
      tooltip: vscode.l10n.t('By {0}', fileName(fit.uri)),
      command: commandIds.openFit,
      arguments: [fit.uri.toString(), 'recommend'],
    };
    return lens;
  }
}
