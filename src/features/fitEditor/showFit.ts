import * as vscode from 'vscode';
import type { ViewId } from '../../core/contract/panel';

export const FIT_EDITOR = 'mixlaw.fit';

/** The view asked for, for an editor that is about to open: VS Code hands an editor nothing but its file. */
const pendingViews = new Map<string, ViewId>();

/** Shows a fit document in its panel: where it is open already, else where another fit is, else beside the active editor. */
export async function showFit(
  uri: vscode.Uri,
  options: { readonly preserveFocus: boolean },
  view?: ViewId,
): Promise<void> {
  if (view) pendingViews.set(uri.toString(), view);
  await vscode.commands.executeCommand('vscode.openWith', uri, FIT_EDITOR, { viewColumn: columnFor(uri), ...options });
}

function columnFor(uri: vscode.Uri): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const groupWith = (matches: (fit: vscode.Uri) => boolean): vscode.TabGroup | undefined =>
    all.find(({ tabs }) => tabs.some(({ input }) => isFitTab(input) && matches(input.uri)));
  const group = groupWith((fit) => fit.toString() === uri.toString()) ?? groupWith(() => true);
  if (group) return group.viewColumn;
  // Nothing to be beside of.
  return activeTabGroup.tabs.length === 0 ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
}

const isFitTab = (input: unknown): input is vscode.TabInputCustom =>
  input instanceof vscode.TabInputCustom && input.viewType === FIT_EDITOR;

/** Takes the view asked for, once. */
export function takePendingView(uri: vscode.Uri): ViewId | undefined {
  const view = pendingViews.get(uri.toString());
  pendingViews.delete(uri.toString());
  return view;
}
