import * as vscode from 'vscode';
import type { ColumnSaying } from '../../core/contract/panel';

/** Keeps what the user says of columns in `mixlaw.columns.roles`, with the folder that the results are in. */
export async function keepRoles(results: vscode.Uri, sayings: readonly ColumnSaying[]): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('mixlaw', results);
  const roles = new Map(Object.entries(configuration.get<Record<string, string>>('columns.roles', {})));
  for (const { name, role } of sayings) roles.set(name, role);
  const folder = vscode.workspace.getWorkspaceFolder(results);
  const target = folder ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Global;
  await configuration.update('columns.roles', Object.fromEntries(roles), target);
}
