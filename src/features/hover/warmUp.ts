import * as vscode from 'vscode';
import { CONFIG_FILES } from '../configs/files';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';

/** Just enough for VS Code to get done with starting the extension; nobody has pointed at anything by then. */
const AFTER_MS = 50;

/**
 * Reads the open configs and the fits that apply to them before the first hover asks: nobody waits for a hover. What is
 * in view comes first, and each is read in a turn of its own, so that the editor is never held up by more than one.
 */
export function warmUpSoon(services: Services): vscode.Disposable {
  let stopped = false;
  const timer = setTimeout(() => {
    warmUp(services, () => stopped).catch((error: unknown) =>
      services.log.warn(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  }, AFTER_MS);
  return new vscode.Disposable(() => {
    stopped = true;
    clearTimeout(timer);
  });
}

async function warmUp({ configs, intervals, recommendations }: Services, isStopped: () => boolean): Promise<void> {
  for (const document of inOrder()) {
    await nextTurn();
    if (isStopped()) return;
    if (document.isClosed) continue;
    // An edit meanwhile gives it up: the diagnostics read the new version when the typing stops.
    const { mixtures, settings } = await configs.of(document);
    for (const { assessed } of mixtures) {
      if (!assessed) continue;
      const { fit, assessment } = assessed;
      void intervals.of(fit, assessment, recommendations.for(await loadLibrary(), fit, assessment, settings));
    }
  }
}

/** Open configs: that of the active editor, those in view, and the others. */
function inOrder(): readonly vscode.TextDocument[] {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const seen = [...(activeTextEditor ? [activeTextEditor] : []), ...visibleTextEditors].map(({ document }) => document);
  const all = new Set([...seen, ...vscode.workspace.textDocuments]);
  return [...all].filter((document) => vscode.languages.match(CONFIG_FILES, document) > 0);
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
