import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { CONFIG_FILES } from '../configs/files';
import { fileName } from '../fit/chooseFiles';
import type { Services } from '../services';

/** Typing is not to be followed letter by letter. */
const DELAY_MS = 200;

/** Which fit the active config is seen by; nothing where the active editor holds no mixture. */
export function registerFitStatus(services: Services): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('mixlaw.fit', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Mixlaw';
  item.command = commandIds.chooseFit;
  let timer: NodeJS.Timeout | undefined;
  const update = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(services, item), DELAY_MS);
  };
  update();
  return vscode.Disposable.from(
    item,
    new vscode.Disposable(() => clearTimeout(timer)),
    services.configs.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === vscode.window.activeTextEditor?.document) update();
    }),
  );
}

async function show({ configs, choice }: Services, item: vscode.StatusBarItem): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document || vscode.languages.match(CONFIG_FILES, document) === 0) return item.hide();
  const { mixtures } = await configs.of(document);
  if (document !== vscode.window.activeTextEditor?.document) return;
  if (mixtures.length === 0) return item.hide();
  const fit = mixtures.find(({ assessed }) => assessed)?.assessed?.fit;
  if (!fit) {
    item.text = vscode.l10n.t('$(graph-line) No fit');
    item.tooltip = vscode.l10n.t('No fit is about the domains of this config. Click to choose one.');
    item.backgroundColor = undefined;
    return item.show();
  }
  const stale = fit.freshness === 'changed';
  item.text = `${stale ? '$(warning)' : '$(graph-line)'} ${fileName(fit.uri).replace(/\$\(/g, '$ (')}`;
  item.tooltip = [
    vscode.l10n.t('Mixlaw: predictions for this config are by {0}.', vscode.workspace.asRelativePath(fit.uri)),
    choice.of(document.uri) === undefined
      ? vscode.l10n.t('It is the nearest that matches.')
      : vscode.l10n.t('It was chosen.'),
    ...(stale ? [vscode.l10n.t('The results have changed since: fit them again.')] : []),
    vscode.l10n.t('Click to choose another.'),
  ].join('\n');
  item.backgroundColor = stale ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  item.show();
}
