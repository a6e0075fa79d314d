import * as vscode from 'vscode';
import type { FitProgress } from '../../core/fit/types';
import type { Comparison } from '../../core/judge/comparison';
import { runUnits } from '../../core/judge/executor';
import { withThreads } from '../../worker/executor';
import type { PlanRequest } from '../../worker/protocol';
import type { Services } from '../services';

/** What to compare the laws on, and the document it is for. */
export interface ComparisonTask extends PlanRequest {
  readonly documentUri: vscode.Uri;
}

/**
 * Compares the laws on held-out runs in threads of their own, with a notification that shows progress and can cancel.
 * Nothing is written. Undefined when it was cancelled.
 */
export async function runComparison(
  { worker, extensionUri, log }: Services,
  { documentUri, ...request }: ComparisonTask,
): Promise<Comparison | undefined> {
  const title = vscode.l10n.t('Comparing laws for {0}', vscode.workspace.asRelativePath(documentUri));
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    if (token.isCancellationRequested) abort.abort();
    const { signal } = abort;
    let percent = 0;
    const onProgress = ({ done, total, message }: FitProgress): void => {
      const reached = (100 * done) / Math.max(1, total);
      const text = vscode.l10n.t('fit {0} of {1}', done, total);
      progress.report({ message: message === undefined ? text : `${text}, ${message}`, increment: reached - percent });
      percent = reached;
    };
    try {
      progress.report({ message: vscode.l10n.t('reading') });
      const began = performance.now();
      const planned = await worker.call('planComparison', request, { signal });
      const { prepared, plan } = planned;
      const entry = vscode.Uri.joinPath(extensionUri, 'dist', 'worker.js').fsPath;
      const results = await withThreads(
        entry,
        (executor) => runUnits(executor, prepared.runs, plan, plan.units, onProgress),
        { signal },
      );
      progress.report({ message: vscode.l10n.t('judging') });
      const comparison = await worker.call('conclude', { ...planned, results }, { signal });
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      log.info(`Compared ${plan.options.laws.length} laws in ${seconds} s: ${comparison.verdict.reason}`);
      return comparison;
    } catch (error) {
      if (!signal.aborted) throw error;
      log.info(`Cancelled: comparison of laws for ${documentUri.fsPath}`);
      return undefined;
    }
  });
}
