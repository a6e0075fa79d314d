import * as vscode from 'vscode';
import { loadLibrary } from '../loadLibrary';

/** A mixture to write out: names and their shares, in the same order. */
export interface NamedShares {
  readonly domains: readonly string[];
  readonly fractions: readonly number[];
}

const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
  ['json', 'json'],
  ['py', 'python'],
  ['sh', 'shellscript'],
  ['toml', 'toml'],
]);

/** Opens the mixture in an unsaved editor, in a framework's format; the user chooses one where the format cannot be written. */
export async function openSnippet({ domains, fractions }: NamedShares, format?: string): Promise<void> {
  const { exportMixture, writableFormats } = await loadLibrary();
  const known = writableFormats().some(({ id }) => id === format);
  const chosen = known ? format : await pickFormat(writableFormats());
  if (chosen === undefined) return;
  const { fileName, text } = exportMixture(chosen, domains, fractions);
  const wanted = LANGUAGES.get(fileName.slice(fileName.lastIndexOf('.') + 1)) ?? 'plaintext';
  const languages = await vscode.languages.getLanguages();
  const language = languages.includes(wanted) ? wanted : 'plaintext';
  const document = await vscode.workspace.openTextDocument({ language, content: text });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
}

export async function pickFormat(
  formats: readonly { readonly id: string; readonly title: string; readonly fileName: string }[],
): Promise<string | undefined> {
  const items = formats.map(({ id, title, fileName }) => ({ label: title, description: fileName, id }));
  const placeHolder = vscode.l10n.t('The format to write the mixture in');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.id;
}
