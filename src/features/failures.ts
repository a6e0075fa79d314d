import * as vscode from 'vscode';
import type { SerializedError } from '../core/errors';
import { commandIds } from './commands';

/** A button of an error message. */
export interface Remedy {
  readonly title: string;
  readonly run: () => unknown;
}

/** The parts of an error that a user can act on; undefined for defects. Told by shape: bundles have classes of their own. */
export function readableError(error: unknown): SerializedError | undefined {
  if (!(error instanceof Error) || !('code' in error && 'hint' in error && 'location' in error)) return undefined;
  const { code, message, hint, location } = error as Error & SerializedError;
  return { code, message, hint, location };
}

/**
 * One message with what to do about it; the whole story goes to the log. Not awaited: it stays until it is closed.
 * @param files the files the error may be about, which it calls by their base names.
 */
export function reportFailure(
  log: vscode.LogOutputChannel,
  error: unknown,
  remedies: readonly Remedy[] = [],
  files: readonly vscode.Uri[] = [],
): void {
  const readable = readableError(error);
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const text = readable
    ? [readable.message, readable.hint]
        .filter((part) => part !== '')
        .join(' ')
        .replace(/`([^`]*)`/g, '“$1”')
    : vscode.l10n.t(
        'Something went wrong in Mixlaw itself: {0}',
        error instanceof Error ? error.message : String(error),
      );
  const { file, line } = readable?.location ?? {};
  const all: Remedy[] = [...remedies];
  const place = files.find((uri) => uri.fsPath === file || uri.path.endsWith(`/${file}`));
  if (place && line !== undefined) {
    all.push({ title: vscode.l10n.t('Go to Line {0}', line), run: () => openAtLine(place, line) });
  }
  all.push({ title: vscode.l10n.t('Show Log'), run: () => vscode.commands.executeCommand(commandIds.showLog) });
  void vscode.window
    .showErrorMessage(text, ...all.map(({ title }) => title))
    .then((chosen) => all.find(({ title }) => title === chosen)?.run());
}

/** Opens a text file with the cursor at the start of a 1-based line. */
export async function openAtLine(uri: vscode.Uri, line: number): Promise<void> {
  const start = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start) });
}
