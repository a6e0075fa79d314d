import * as vscode from 'vscode';
import { WorkerClient } from '../worker/client';
import { FitIndex } from './fits/fitIndex';

/** What the features share. Nothing here does anything before it is first used. */
export interface Services {
  readonly extensionUri: vscode.Uri;
  readonly globalStorageUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly worker: WorkerClient;
  readonly fits: FitIndex;
}

/** A fit keeps its thread busy; opening documents must not wait for it. */
const THREADS = 2;

export function createServices(context: vscode.ExtensionContext): Services {
  const log = vscode.window.createOutputChannel('Mixlaw', { log: true });
  const worker = new WorkerClient(context.asAbsolutePath('dist/worker.js'), { threads: THREADS });
  const fits = new FitIndex(worker, log);
  context.subscriptions.push(log, fits, { dispose: () => worker.dispose() });
  return { extensionUri: context.extensionUri, globalStorageUri: context.globalStorageUri, log, worker, fits };
}
