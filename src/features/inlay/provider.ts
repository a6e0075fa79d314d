import * as vscode from 'vscode';
import { CONFIG_FILES } from '../configs/files';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';
import { readEditorSettings } from '../settings';
import { shareHints } from './hints';

/** Behind weights that are percents, token counts or relative: the share of the mixture that they are. */
export function registerInlayHints({ configs }: Services): vscode.Disposable {
  return vscode.languages.registerInlayHintsProvider(CONFIG_FILES, {
    onDidChangeInlayHints: configs.onDidChange,
    async provideInlayHints(document, visible, token) {
      if (!readEditorSettings(document.uri).inlayHints) return [];
      const config = await configs.of(document);
      if (token.isCancellationRequested || config.version !== document.version) return [];
      const { formatPercent } = await loadLibrary();
      return config.mixtures
        .flatMap(({ mixture }) => shareHints(mixture))
        .map(({ offset, fraction }) => {
          const hint = new vscode.InlayHint(document.positionAt(offset), formatPercent(fraction));
          hint.paddingLeft = true;
          hint.tooltip = vscode.l10n.t('Share of the mixture');
          return hint;
        })
        .filter(({ position }) => visible.contains(position));
    },
  });
}
