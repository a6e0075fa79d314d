import * as vscode from 'vscode';
import type { CurrentMixture } from '../../core/contract/panel';
import { loadLibrary } from '../loadLibrary';
import { nearestFirst } from '../nearest';
import type { Services } from '../services';

export const CONFIGS = '**/*.{yaml,yml,json,jsonc,toml,py,sh}';
export const EXCLUDED = '**/{node_modules,dist,out,.git,.venv,venv,site-packages,__pycache__}/**';
const MOST_FOUND = 2000;
const MOST_READ = 200;

/** The mixture trained on now: that of the config nearest to the fit whose domains are the fit's; otherwise uniform. */
export async function findCurrentMixture(
  { worker, log }: Services,
  fitUri: vscode.Uri,
  domains: readonly string[],
): Promise<CurrentMixture> {
  const { uniformMixture } = await loadLibrary();
  try {
    const found = await vscode.workspace.findFiles(CONFIGS, EXCLUDED, MOST_FOUND);
    const configs = nearestFirst(found, (uri) => uri.path, fitUri.path)
      .filter((uri) => uri.scheme === 'file' && !uri.path.endsWith('.mixlaw.json'))
      .slice(0, MOST_READ)
      .map((uri) => ({ path: uri.fsPath, label: vscode.workspace.asRelativePath(uri) }));
    return (await worker.call('currentMixture', { configs, domains })) ?? uniformMixture(domains);
  } catch (error) {
    log.warn(`Looking for the current mixture: ${error instanceof Error ? error.message : String(error)}`);
    return uniformMixture(domains);
  }
}
