import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { reportFailure } from '../failures';
import type { Services } from '../services';

/** `mixlaw.addAlias`: keeps in the settings which domain of the fit a config's name means. Quick fixes run it. */
export function registerAddAlias({ log }: Services): vscode.Disposable {
  return vscode.commands.registerCommand(
    commandIds.addAlias,
    async (resource: unknown, name: unknown, domains: unknown) => {
      if (typeof resource !== 'string' || typeof name !== 'string' || !isTexts(domains)) return;
      try {
        const placeHolder = vscode.l10n.t('The domain of the fit that “{0}” means', name);
        const domain =
          domains.length === 1 ? domains[0] : await vscode.window.showQuickPick([...domains], { placeHolder });
        if (domain !== undefined) await addAlias(vscode.Uri.parse(resource, true), name, domain);
      } catch (error) {
        reportFailure(log, error);
      }
    },
  );
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

async function addAlias(resource: vscode.Uri, name: string, domain: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('mixlaw', resource);
  const aliases = new Map(Object.entries(configuration.get<Record<string, unknown>>('aliases', {})));
  aliases.set(name, domain);
  const target = vscode.workspace.getWorkspaceFolder(resource)
    ? vscode.ConfigurationTarget.WorkspaceFolder
    : vscode.ConfigurationTarget.Global;
  await configuration.update('aliases', Object.fromEntries(aliases), target);
}
