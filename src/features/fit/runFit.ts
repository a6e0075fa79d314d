import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { FitProgress } from '../../core/fit/types';
import type { FitRequest } from '../../worker/protocol';
import type { Services } from '../services';
import { writeAtomically } from './writeAtomically';

/** What to fit and where to keep it. */
export interface FitTask extends Omit<FitRequest, 'documentFolder'> {
  readonly documentUri: vscode.Uri;
}

/**
 * Reads, fits and writes the document, with a notification that shows progress and can cancel. Nothing is written unless
 * the whole document is ready. False when it was cancelled.
 */
export async function runFit({ worker, log }: Services, task: FitTask): Promise<boolean> {
  const { documentUri, ...request } = task;
  const title = vscode.l10n.t('Fitting {0}', vscode.workspace.asRelativePath(documentUri));
  const { ProgressLocation } = vscode;
  return vscode.window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      if (token.isCancellationRequested) abort.abort();
      let percent = 0;
      const onProgress = (step: FitProgress): void => {
        const reached = step.phase === 'fitting' && step.total > 0 ? (100 * step.done) / step.total : percent;
        progress.report({ message: describe(step), increment: Math.max(0, reached - percent) });
        percent = Math.max(percent, reached);
      };
      try {
        const { text, seconds, document } = await worker.call(
          'fit',
          { ...request, documentFolder: dirname(documentUri.fsPath) },
          { onProgress, signal: abort.signal },
        );
        if (abort.signal.aborted) return false;
        await writeAtomically(documentUri, text);
        log.info(
          `Fitted ${document.fit.law} to ${request.data.paths.join(' and ')} in ${seconds.toFixed(2)} s: ${documentUri.fsPath}`,
        );
        return true;
      } catch (error) {
        if (!abort.signal.aborted) throw error;
        log.info(`Cancelled: ${documentUri.fsPath}`);
        return false;
      }
    },
  );
}

function describe({ phase, done, total, best, message }: FitProgress): string {
  if (message !== undefined) return message;
  switch (phase) {
    case 'reading':
      return vscode.l10n.t('reading');
    case 'fitting':
      return best === undefined
        ? vscode.l10n.t('start {0} of {1}', done, total)
        : vscode.l10n.t('start {0} of {1}, best objective {2}', done, total, best.toPrecision(4));
    case 'judging':
      return vscode.l10n.t('judging the fit');
    case 'recommending':
      return vscode.l10n.t('finding the best mixture');
    case 'writing':
      return vscode.l10n.t('writing');
  }
}
