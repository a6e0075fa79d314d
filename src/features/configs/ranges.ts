import * as vscode from 'vscode';
import type { TextEdit, TextRange } from '../../core/mixtures/types';

/** A range of the core's as one of the document's. */
export const rangeIn = (document: vscode.TextDocument, { start, end }: TextRange): vscode.Range =>
  new vscode.Range(document.positionAt(start), document.positionAt(end));

/** The part of it that is on its first line: what is about a whole mixture should not underline all of it. */
export function firstLineIn(document: vscode.TextDocument, textRange: TextRange): vscode.Range {
  const range = rangeIn(document, textRange);
  return range.isSingleLine ? range : new vscode.Range(range.start, document.lineAt(range.start.line).range.end);
}

/** Edits of the core's as one edit of the document's. */
export function workspaceEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) edit.replace(document.uri, rangeIn(document, range), newText);
  return edit;
}
