import * as vscode from 'vscode';
import { mixtureAt, type Config, type ConfigMixture } from '../configs/configs';
import type { Services } from '../services';

/** The mixture that a command is about, in the document as it stands now. */
export interface Target {
  readonly document: vscode.TextDocument;
  readonly config: Config;
  readonly found: ConfigMixture;
}

/**
 * From a link: the document's URI and the offset of the mixture; otherwise the active editor's mixture, the one at the
 * cursor where there are several. Undefined, after saying so, where there is none.
 */
export async function targetOf({ configs }: Services, given: unknown, offset: unknown): Promise<Target | undefined> {
  const editor = vscode.window.activeTextEditor;
  const document =
    typeof given === 'string'
      ? await vscode.workspace.openTextDocument(vscode.Uri.parse(given, true))
      : editor?.document;
  const config = document && (await configs.of(document));
  if (!document || !config || config.mixtures.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The active editor holds no mixture that Mixlaw knows.'));
    return undefined;
  }
  const at = typeof offset === 'number' ? offset : editor && document.offsetAt(editor.selection.active);
  const here = at === undefined ? undefined : mixtureAt(config, at);
  const found = here ?? (config.mixtures.length === 1 ? config.mixtures[0] : await pickMixture(document, config));
  return found && { document, config, found };
}

async function pickMixture(document: vscode.TextDocument, { mixtures }: Config): Promise<ConfigMixture | undefined> {
  const items = mixtures.map((found) => ({
    label: found.mixture.label,
    description: vscode.l10n.t('line {0}', document.positionAt(found.mixture.range.start).line + 1),
    found,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which mixture?') }))?.found;
}
