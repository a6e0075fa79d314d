import * as vscode from 'vscode';
import type { ColumnReading, ColumnRole } from '../../core/results/types';
import { commandIds } from '../commands';
import { reportFailure } from '../failures';
import { chooseResults, fileName } from '../fit/chooseFiles';
import type { Services } from '../services';
import { readSettings } from '../settings';

interface ColumnItem extends vscode.QuickPickItem {
  readonly name: string;
}

/** `mixlaw.chooseColumns`: the user says which columns are weights and losses; it is kept in `mixlaw.columns.roles`. */
export function registerChooseColumns(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand(
    commandIds.chooseColumns,
    async (clicked?: vscode.Uri, selected?: readonly vscode.Uri[]) => {
      const files = await chooseResults(clicked, selected);
      const [first] = files ?? [];
      if (!files || !first) return;
      try {
        const { roles, maxBytes } = readSettings(first);
        const paths = files.map((uri) => uri.fsPath);
        const columns = await services.worker.call('columns', { paths, roles, maxBytes });
        const chosen = await askForRoles(fileName(first), columns);
        if (!chosen) return;
        await keepRoles(first, columns, chosen);
        const fit = vscode.l10n.t('Fit Mixing Law');
        const answer = await vscode.window.showInformationMessage(
          vscode.l10n.t('The columns were saved in the settings.'),
          fit,
        );
        if (answer === fit) await vscode.commands.executeCommand(commandIds.fit, first, files);
      } catch (error) {
        reportFailure(services.log, error);
      }
    },
  );
}

/** Weights, then losses; undefined when the user turns back. */
async function askForRoles(
  file: string,
  columns: readonly ColumnReading[],
): Promise<ReadonlyMap<string, ColumnRole> | undefined> {
  const chosen = new Map<string, ColumnRole>();
  for (const [role, question] of [
    ['weight', vscode.l10n.t('Which columns of {0} are mixture weights?', file)],
    ['loss', vscode.l10n.t('Which columns of {0} are losses?', file)],
  ] as const) {
    const items: ColumnItem[] = columns
      .filter(({ name }) => !chosen.has(name))
      .map(({ name, role: read, reason }) => ({
        label: name === '' ? vscode.l10n.t('(no name)') : name,
        description: `${read}: ${reason}`,
        picked: read === role,
        name,
      }));
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder: question,
      canPickMany: true,
      ignoreFocusOut: true,
    });
    if (!picked) return undefined;
    for (const { name } of picked) chosen.set(name, role);
  }
  return chosen;
}

/** Keeps only what differs from what would be read without being told. */
async function keepRoles(
  file: vscode.Uri,
  columns: readonly ColumnReading[],
  chosen: ReadonlyMap<string, ColumnRole>,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('mixlaw', file);
  const roles = new Map(Object.entries(configuration.get<Record<string, string>>('columns.roles', {})));
  for (const { name, role } of columns) {
    const said = chosen.get(name);
    if (said !== undefined && said !== role) roles.set(name, said);
    else if (said === undefined && (role === 'weight' || role === 'loss')) roles.set(name, 'ignored');
  }
  const folder = vscode.workspace.getWorkspaceFolder(file);
  const target = folder ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Global;
  await configuration.update('columns.roles', Object.fromEntries(roles), target);
}
