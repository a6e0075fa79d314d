import * as vscode from 'vscode';
import type { MixtureProblem, ProblemSeverity } from '../../core/mixtures/types';
import type { Config } from '../configs/configs';
import { CONFIG_FILES } from '../configs/files';
import { firstLineIn } from '../configs/ranges';
import { fileName } from '../fit/chooseFiles';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';

/** By this quick fixes know whose diagnostics they are. */
export const SOURCE = 'Mixlaw';

/** Typing is not to be followed letter by letter. */
const DELAY_MS = 300;

const SEVERITIES: Readonly<Record<ProblemSeverity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Marks what is wrong with the mixtures of open configs, by themselves and by the fit that applies. */
export function registerDiagnostics(services: Services): vscode.Disposable {
  return new MixtureDiagnostics(services);
}

class MixtureDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('mixlaw');
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly services: Services) {
    const all = (): void => vscode.workspace.textDocuments.forEach((document) => this.schedule(document));
    this.subscriptions = vscode.Disposable.from(
      this.collection,
      services.configs.onDidChange(all),
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.schedule(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)),
    );
    all();
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.subscriptions.dispose();
  }

  private schedule(document: vscode.TextDocument): void {
    if (vscode.languages.match(CONFIG_FILES, document) === 0) return;
    // Previews, and old versions of files that other extensions show, are not to be mended.
    if (!document.isUntitled && vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) !== true) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.update(document), DELAY_MS),
    );
  }

  private forget(uri: vscode.Uri): void {
    clearTimeout(this.timers.get(uri.toString()));
    this.timers.delete(uri.toString());
    this.collection.delete(uri);
  }

  private async update(document: vscode.TextDocument): Promise<void> {
    const config = await this.services.configs.of(document);
    if (document.isClosed || config.version !== document.version) return;
    const problems = config.reading.kind === 'unknown' ? [] : await problemsOf(config);
    if (document.isClosed || config.version !== document.version) return;
    this.collection.set(
      document.uri,
      problems.map((problem) => diagnosticOf(document, problem)),
    );
  }
}

async function problemsOf({ reading, mixtures, settings }: Config): Promise<readonly MixtureProblem[]> {
  const library = await loadLibrary();
  return [
    ...reading.problems,
    ...mixtures.flatMap(({ mixture, assessed }) => [
      ...(assessed
        ? library.fitProblems(mixture, assessed.fit.fit, fileName(assessed.fit.uri), assessed.assessment)
        : []),
      ...(settings.availableTokens.length > 0 ? library.epochProblems(mixture, settings, settings.aliases) : []),
    ]),
  ];
}

function diagnosticOf(document: vscode.TextDocument, problem: MixtureProblem): vscode.Diagnostic {
  const { message, range, code, severity = 'warning' } = problem;
  const diagnostic = new vscode.Diagnostic(firstLineIn(document, range), message, SEVERITIES[severity]);
  diagnostic.code = code;
  diagnostic.source = SOURCE;
  return diagnostic;
}
