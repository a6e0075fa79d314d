import * as vscode from 'vscode';
import { setTranslations } from '../core/l10n';
import { WorkerClient } from '../worker/client';
import { Configs } from './configs/configs';
import { MixtureReadings } from './configs/readings';
import { FitChoice } from './fitChoice/choice';
import { FitIndex } from './fits/fitIndex';
import { Intervals } from './fits/intervals';
import { Recommendations } from './fits/recommendations';

/** What the features share. Nothing here does anything before it is first used. */
export interface Services {
  readonly extensionUri: vscode.Uri;
  readonly globalStorageUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly worker: WorkerClient;
  readonly fits: FitIndex;
  /** Which fit the user has chosen for which config. */
  readonly choice: FitChoice;
  /** Training configs, read and assessed once a version for all features. */
  readonly configs: Configs;
  readonly recommendations: Recommendations;
  /** How sure predictions are. */
  readonly intervals: Intervals;
}

/** A fit keeps its thread busy; opening documents must not wait for it. */
const THREADS = 2;

export function createServices(context: vscode.ExtensionContext): Services {
  // The core's own texts; the worker's threads get theirs from here.
  setTranslations(vscode.l10n.bundle);
  const log = vscode.window.createOutputChannel('Mixlaw', { log: true });
  const worker = new WorkerClient(context.asAbsolutePath('dist/worker.js'), { threads: THREADS });
  const { extensionUri, globalStorageUri, workspaceState } = context;
  const services = connectServices({ extensionUri, globalStorageUri, log, worker }, workspaceState);
  const { fits, choice, configs } = services;
  context.subscriptions.push(log, fits, choice, configs, { dispose: () => worker.dispose() });
  return services;
}

/** What the services have of each other. */
export function connectServices(
  base: Pick<Services, 'extensionUri' | 'globalStorageUri' | 'log' | 'worker'>,
  workspaceState: vscode.Memento,
): Services {
  const { log, worker } = base;
  const fits = new FitIndex(worker, log);
  const choice = new FitChoice(workspaceState);
  const configs = new Configs(new MixtureReadings(worker, log), fits, choice, log);
  return {
    ...base,
    fits,
    choice,
    configs,
    recommendations: new Recommendations(log),
    intervals: new Intervals(worker, log),
  };
}
