import * as vscode from 'vscode';
import type { Services } from '../services';
import { FitPanel } from './panel';
import { FIT_EDITOR } from './showFit';

/** A fit document is only named here; each panel reads it anew, as it may change on disk. */
class FitFile implements vscode.CustomDocument {
  constructor(readonly uri: vscode.Uri) {}
  dispose(): void {}
}

/** Shows `.mixlaw.json` documents. The file is never edited here: it is made by fitting. */
export function registerFitEditor(services: Services): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider<FitFile> = {
    openCustomDocument: (uri) => new FitFile(uri),
    resolveCustomEditor: ({ uri }, panel) => void new FitPanel(services, uri, panel),
  };
  return vscode.window.registerCustomEditorProvider(FIT_EDITOR, provider, {
    supportsMultipleEditorsPerDocument: true,
    webviewOptions: { retainContextWhenHidden: false },
  });
}
