import * as vscode from 'vscode';
import { writeAtomically } from '../fit/writeAtomically';
import { loadLibrary } from '../loadLibrary';
import { pickFormat, type NamedShares } from './snippet';

/** A mixture to be taken to the clipboard or a file, in a format that the user chooses. */
export interface TakenAlong extends NamedShares {
  readonly name: string;
  readonly to: 'clipboard' | 'file';
  /** A file is offered to be written beside this one. */
  readonly near: vscode.Uri;
}

export function isTakenAlong(value: unknown): value is TakenAlong {
  if (typeof value !== 'object' || value === null) return false;
  const { domains, fractions, to, near } = value as Partial<Record<keyof TakenAlong, unknown>>;
  return (
    Array.isArray(domains) &&
    Array.isArray(fractions) &&
    (to === 'clipboard' || to === 'file') &&
    near instanceof vscode.Uri
  );
}

export async function takeAlong({ domains, fractions, to, near }: TakenAlong): Promise<void> {
  const { exportMixture, writableFormats } = await loadLibrary();
  const format = await pickFormat(writableFormats());
  if (format === undefined) return;
  const { fileName, text } = exportMixture(format, domains, fractions);
  if (to === 'clipboard') {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied'), 2000);
    return;
  }
  const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(near, '..', fileName) });
  if (!target) return;
  await writeAtomically(target, text);
  await vscode.window.showTextDocument(target, { viewColumn: vscode.ViewColumn.Beside, preview: true });
}
