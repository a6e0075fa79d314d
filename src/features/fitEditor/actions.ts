import * as vscode from 'vscode';
import type { ColumnSaying } from '../../core/contract/panel';
import type { FitDocument, NamedMixture } from '../../core/fitfile/types';
import { AUTO } from '../../core/judge/comparison';
import type { ColumnRole } from '../../core/results/types';
import type { DataRequest, FitRequest } from '../../worker/protocol';
import { openAtLine } from '../failures';
import { runFit } from '../fit/runFit';
import { writeAtomically } from '../fit/writeAtomically';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';
import { readSettings } from '../settings';
import { safeFileName } from './messages';

export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied'), 2000);
}

export async function exportFile(fitUri: vscode.Uri, suggestedName: string, bytes: Uint8Array): Promise<void> {
  const defaultUri = vscode.Uri.joinPath(fitUri, '..', safeFileName(suggestedName));
  const target = await vscode.window.showSaveDialog({ defaultUri });
  if (target) await writeAtomically(target, bytes);
}

/** Opens the results file, at a data row when one is given. */
export async function openResults(
  { worker }: Services,
  fitUri: vscode.Uri,
  document: FitDocument,
  row?: number,
): Promise<void> {
  const [first] = dataUris(fitUri, document);
  if (!first) return;
  const { data } = sourceOf(fitUri, document);
  const place = row === undefined ? undefined : await worker.call('placeOfRow', { data, row });
  await openAtLine(place ? vscode.Uri.file(place.path) : first, place?.line ?? 1);
}

/**
 * Fits the same data again with the document's own options, or another law with what was asked for of the last one; also
 * with other roles of columns.
 * The panel follows the file.
 */
export async function refit(
  services: Services,
  fitUri: vscode.Uri,
  document: FitDocument,
  law?: string,
  sayings: readonly ColumnSaying[] = [],
): Promise<void> {
  const { comparison, consensus, whatIfs: mixtures } = document;
  // What rests on several laws is to rest on several again: on those that are as good as the best now.
  const wanted = law ?? (consensus ? AUTO : undefined);
  const source = sourceOf(fitUri, document);
  const roles = new Map([...source.data.roles, ...sayings.map(({ name, role }) => [name, role] as const)]);
  await runFit(services, {
    ...source,
    data: { ...source.data, roles },
    options:
      wanted === undefined
        ? document.fit.options
        : { ...(await loadLibrary()).askedOptions(document.fit), law: wanted },
    ...(comparison ? { comparison } : {}),
    ...(mixtures ? { whatIfs: { domains: document.fit.domains, mixtures } } : {}),
    documentUri: fitUri,
  });
}

/** Keeps what-if mixtures in the document. The panel follows the file. */
export async function saveWhatIfs(
  { worker }: Services,
  fitUri: vscode.Uri,
  whatIfs: readonly NamedMixture[],
): Promise<void> {
  await writeAtomically(fitUri, await worker.call('withWhatIfs', { path: fitUri.fsPath, whatIfs }));
}

/** Why a column has its role, where the user gave it (src/core/results/roles.ts). */
const SAID = 'you said so';

/** What a document was fitted to. Without held-out rows that is all rows, new ones included. */
export function sourceOf(
  fitUri: vscode.Uri,
  document: FitDocument,
): Pick<FitRequest, 'split'> & { readonly data: DataRequest & { readonly roles: ReadonlyMap<string, ColumnRole> } } {
  const { fit, data } = document;
  const { train, validation } = fit.rows;
  return {
    data: {
      paths: dataUris(fitUri, document).map((uri) => uri.fsPath),
      // The rest is read as it was then: nothing is said of columns that the user said nothing of.
      roles: new Map(data.columns.filter(({ reason }) => reason === SAID).map(({ name, role }) => [name, role])),
      // As they were chosen for the document, whatever the setting says now.
      checkpoints: data.dropped.some(({ code }) => code === 'earlier-checkpoint') ? 'last' : 'all',
      maxBytes: readSettings(fitUri).maxBytes,
    },
    ...(validation.length > 0 ? { split: { train, validation } } : {}),
  };
}

export const dataUris = (fitUri: vscode.Uri, { data }: FitDocument): vscode.Uri[] =>
  data.files.map(({ name }) => vscode.Uri.joinPath(fitUri, '..', name));
