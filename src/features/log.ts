import * as vscode from 'vscode';
import { commandIds } from './commands';
import type { Services } from './services';

export function registerLog({ log }: Services): vscode.Disposable {
  return vscode.commands.registerCommand(commandIds.showLog, () => log.show());
}
