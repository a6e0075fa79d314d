import * as vscode from 'vscode';
import type { RecommendOptions } from '../../core/recommend/types';
import type { ReportFormat } from '../../core/report/report';
import { commandIds } from '../commands';
import { reportFailure } from '../failures';
import { activeFile, fileName } from '../fit/chooseFiles';
import { findCurrentMixture } from '../fitEditor/currentMixture';
import { writeAtomically } from '../fit/writeAtomically';
import { pickFit } from '../fitEditor/openFit';
import { openFitDocument } from '../fits/fitIndex';
import type { Services } from '../services';

/** `mixlaw.exportReport`: a fit as a page or as Markdown, for readers without VS Code. */
export function registerExportReport(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand(
    commandIds.exportReport,
    async (clicked?: vscode.Uri, _selected?: unknown, options?: RecommendOptions): Promise<vscode.Uri | undefined> => {
      try {
        const active = activeFile();
        const uri = clicked ?? (active && isFit(active) ? active : await pickFit(await services.fits.nearest('')));
        return uri && (await exportReport(services, uri, options));
      } catch (error) {
        reportFailure(services.log, error);
        return undefined;
      }
    },
  );
}

const isFit = (uri: vscode.Uri): boolean => uri.path.endsWith('.mixlaw.json');

/** Where the report was written; undefined when the user turned back. */
async function exportReport(
  services: Services,
  fit: vscode.Uri,
  options: RecommendOptions | undefined,
): Promise<vscode.Uri | undefined> {
  const name = fileName(fit).replace(/\.mixlaw\.json$/i, '.report.html');
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(fit, '..', name),
    filters: { [vscode.l10n.t('Page')]: ['html'], [vscode.l10n.t('Markdown summary')]: ['md'] },
    title: vscode.l10n.t('Export Report'),
  });
  if (!target) return undefined;
  const { worker } = services;
  const { document } = await openFitDocument(worker, fit);
  const current = await findCurrentMixture(services, fit, document.fit.domains);
  const request = { fileName: fileName(fit), current, ...(options ? { options } : {}) };
  const format: ReportFormat = /\.(md|markdown)$/i.test(target.path) ? 'markdown' : 'html';
  const location = vscode.ProgressLocation.Window;
  const text = await vscode.window.withProgress({ location, title: vscode.l10n.t('Writing the report') }, () =>
    worker.call('report', { document, request, format }),
  );
  await writeAtomically(target, text);
  const open = vscode.l10n.t('Open');
  const message = vscode.l10n.t('The report was written to {0}.', vscode.workspace.asRelativePath(target));
  // Not awaited: it stays until it is closed.
  void vscode.window.showInformationMessage(message, open).then((chosen) => {
    if (chosen !== open) return undefined;
    return format === 'html'
      ? vscode.env.openExternal(target)
      : vscode.commands.executeCommand('markdown.showPreview', target);
  });
  return target;
}
