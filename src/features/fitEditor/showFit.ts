import * as vscode from 'vscode';
import type { ViewId } from '../../core/contract/panel';

export const FIT_EDITOR = 'mixlaw.fit';

/** The view asked for, for an editor that is about to open: VS Code hands an editor nothing but its file. */
const pendingViews = new Map<string, ViewId>();

/** Shows a fit document in its panel, in `column` unless it is open elsewhere. */
export async function showFit(uri: vscode.Uri, column: vscode.ViewColumn, view?: ViewId): Promise<void> {
  if (view) pendingViews.set(uri.toString(), view);
  const open = vscode.window.tabGroups.all.find((group) =>
    group.tabs.some(({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString()),
  );
  await vscode.commands.executeCommand('vscode.openWith', uri, FIT_EDITOR, open?.viewColumn ?? column);
}

/** Takes the view asked for, once. */
export function takePendingView(uri: vscode.Uri): ViewId | undefined {
  const view = pendingViews.get(uri.toString());
  pendingViews.delete(uri.toString());
  return view;
}
