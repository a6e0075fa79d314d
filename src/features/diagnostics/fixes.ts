import * as vscode from 'vscode';
import type { Fix } from '../../core/pipeline/mixtureFixes';
import { commandIds } from '../commands';
import { mixtureAt, type Config, type ConfigMixture } from '../configs/configs';
import { CONFIG_FILES, configName } from '../configs/files';
import { workspaceEdit } from '../configs/ranges';
import { loadLibrary, type Library } from '../loadLibrary';
import type { Services } from '../services';
import { SOURCE } from './collection';

/** Quick fixes of Mixlaw's own diagnostics, by their codes. */
export function registerFixes(services: Services): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(CONFIG_FILES, new MixtureFixes(services), {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

class MixtureFixes implements vscode.CodeActionProvider {
  constructor(private readonly services: Services) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const own = diagnostics.filter(({ source, code }) => source === SOURCE && typeof code === 'string');
    if (own.length === 0) return [];
    const config = await this.services.configs.of(document);
    if (token.isCancellationRequested || config.version !== document.version) return [];
    const library = await loadLibrary();
    return own.flatMap((diagnostic) => actionsFor(library, document, config, diagnostic));
  }
}

function actionsFor(
  library: Library,
  document: vscode.TextDocument,
  config: Config,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction[] {
  const start = document.offsetAt(diagnostic.range.start);
  const found = mixtureAt(config, start);
  if (!found) return [];
  const { assessed } = found;
  const fixes = library.fixesFor({
    code: String(diagnostic.code),
    range: { start, end: document.offsetAt(diagnostic.range.end) },
    text: document.getText(),
    fileName: configName(document),
    mixture: found.mixture,
    readOptions: config.readOptions,
    availability: config.settings,
    ...(assessed ? { assessment: assessed.assessment, domains: assessed.fit.fit.domains } : {}),
  });
  return fixes.map((fix) => actionOf(document, found, fix, diagnostic));
}

function actionOf(
  document: vscode.TextDocument,
  { mixture }: ConfigMixture,
  fix: Fix,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  const uri = document.uri.toString();
  if (fix.kind === 'edits') {
    action.edit = workspaceEdit(document, fix.edits);
    action.isPreferred = fix.preferred ?? false;
  } else if (fix.kind === 'alias') {
    action.command = { title: fix.title, command: commandIds.addAlias, arguments: [uri, fix.name, fix.domains] };
  } else {
    action.command = {
      title: fix.title,
      command: commandIds.applyRecommended,
      arguments: [uri, mixture.range.start],
    };
  }
  return action;
}
