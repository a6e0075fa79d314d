import type * as vscode from 'vscode';
import { registerAddAlias } from './features/aliases/command';
import { registerExportMixture } from './features/apply/export';
import { registerApplyRecommended } from './features/apply/recommended';
import { registerChooseColumns } from './features/columns/command';
import { registerDiagnostics } from './features/diagnostics/collection';
import { registerFixes } from './features/diagnostics/fixes';
import { registerOpenExample } from './features/example/command';
import { registerCompareCommand } from './features/compare/command';
import { registerExplorerCommands } from './features/explorer/commands';
import { registerExplorer } from './features/explorer/view';
import { registerFitCommand } from './features/fit/command';
import { registerChooseFit } from './features/fitChoice/command';
import { registerFitStatus } from './features/fitChoice/statusBar';
import { registerFitEditor } from './features/fitEditor/editor';
import { registerOpenFit } from './features/fitEditor/openFit';
import { registerHover } from './features/hover/provider';
import { registerInlayHints } from './features/inlay/provider';
import { registerLens } from './features/lens/provider';
import { registerLog } from './features/log';
import { registerExportReport } from './features/report/command';
import { createServices } from './features/services';

/** Constructs and registers; whatever takes time waits until it is first needed. */
export function activate(context: vscode.ExtensionContext): void {
  const services = createServices(context);
  context.subscriptions.push(
    registerLog(services),
    registerFitCommand(services),
    registerCompareCommand(services),
    registerChooseColumns(services),
    registerFitEditor(services),
    registerOpenFit(services),
    registerHover(services),
    registerLens(services),
    registerInlayHints(services),
    registerDiagnostics(services),
    registerFixes(services),
    registerApplyRecommended(services),
    registerExportMixture(services),
    registerExportReport(services),
    registerChooseFit(services),
    registerFitStatus(services),
    registerAddAlias(services),
    registerOpenExample(services),
    registerExplorer(services),
    registerExplorerCommands(services),
  );
}
