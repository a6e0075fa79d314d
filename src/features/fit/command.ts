import * as vscode from 'vscode';

export function registerFitCommand(): vscode.Disposable {
  return vscode.commands.registerCommand('mixlaw.fit', () => undefined);
}
