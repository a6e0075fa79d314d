import type * as vscode from 'vscode';
import { registerFitCommand } from './features/fit/command';

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(registerFitCommand());
}
