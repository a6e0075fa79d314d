import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';

/**
 * Writes a file whole or not at all: beside its place first, then renamed. On disk that is done past VS Code, which closes
 * the editor of a file that another is renamed to.
 */
export async function writeAtomically(uri: vscode.Uri, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (uri.scheme !== 'file') return vscode.workspace.fs.writeFile(uri, bytes);
  const temporary = `${uri.fsPath}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, uri.fsPath);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
