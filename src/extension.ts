import type * as vscode from 'vscode';
import { registerChooseColumns } from './features/columns/command';
import { registerOpenExample } from './features/example/command';
import { registerFitCommand } from './features/fit/command';
import { registerFitEditor } from './features/fitEditor/editor';
import { registerOpenFit } from './features/fitEditor/openFit';
import { registerHover } from './features/hover/provider';
import { registerLog } from './features/log';
import { createServices } from './features/services';

/** Constructs and registers; whatever takes time waits until it is first needed. */
export function activate(context: vscode.ExtensionContext): void {
  const services = createServices(context);
  context.subscriptions.push(
    registerLog(services),
    registerFitCommand(services),
    registerChooseColumns(services),
    registerFitEditor(services),
    registerOpenFit(services),
    registerHover(services),
    registerOpenExample(services),
  );
}
