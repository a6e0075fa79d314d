import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { reportFailure } from '../failures';
import { refit } from '../fitEditor/actions';
import { showFit } from '../fitEditor/showFit';
import { openFitDocument } from '../fits/fitIndex';
import type { Services } from '../services';

/** Actions on the files of the view that commands of the palette have no way to say. */
export function registerExplorerCommands(services: Services): vscode.Disposable {
  const register = (id: string, run: (uri: vscode.Uri) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(id, async (uri?: unknown) => {
      try {
        if (uri instanceof vscode.Uri) await run(uri);
      } catch (error) {
        reportFailure(services.log, error);
      }
    });
  const byText = (command: string) => (uri: vscode.Uri) => vscode.commands.executeCommand(command, uri.toString());
  return vscode.Disposable.from(
    register(commandIds.fitAgain, async (uri) => {
      const { document } = await openFitDocument(services.worker, uri);
      await refit(services, uri, document);
      await showFit(uri, { preserveFocus: true });
    }),
    register(commandIds.applyToFile, byText(commandIds.applyRecommended)),
    register(commandIds.chooseFitForFile, byText(commandIds.chooseFit)),
    register(commandIds.reveal, (uri) => vscode.commands.executeCommand('revealInExplorer', uri)),
  );
}
