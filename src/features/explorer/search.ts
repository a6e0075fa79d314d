import * as vscode from 'vscode';
import type { Recognised } from '../../core/pipeline/recognise';
import type { Services } from '../services';
import type { Findings, FitState } from './nodes';

const EXCLUDED =
  '**/{node_modules,dist,out,build,target,.git,.venv,venv,env,site-packages,__pycache__,wandb,.tox,.cache}/**';
const RESULTS = '**/*.{csv,tsv,jsonl,ndjson}';
const CONFIGS = '**/*.{yaml,yml,json,jsonc,toml,py,sh}';
/** Everything that the view may have to show, and what a change of it is. */
export const WATCHED = '**/*.{csv,tsv,jsonl,ndjson,yaml,yml,json,jsonc,toml,py,sh}';

const MOST_RESULTS = 200;
const MOST_CONFIGS = 500;
const MOST_FITS = 100;
/** Files a call of the worker looks at: fits and hovers must not wait long for their turn. */
const BATCH = 25;

export interface Found extends Findings {
  readonly uris: ReadonlyMap<string, vscode.Uri>;
  /** A limit was reached: there may be more files. */
  readonly limited: boolean;
}

/** Looks through the workspace. Files are opened in the worker only, each again only after it changed. */
export class Search {
  /** What files were recognised as; null: as nothing. */
  private readonly known = new Map<string, Recognised | null>();

  constructor(private readonly services: Services) {}

  forget(uri: vscode.Uri): void {
    this.known.delete(uri.toString());
  }

  /** Undefined when it was given up. */
  async run(token: vscode.CancellationToken): Promise<Found | undefined> {
    const find = (pattern: string, most: number): Thenable<vscode.Uri[]> =>
      vscode.workspace.findFiles(pattern, EXCLUDED, most, token);
    const [results, configs, fits] = await Promise.all([
      find(RESULTS, MOST_RESULTS),
      find(CONFIGS, MOST_CONFIGS),
      this.services.fits.nearest(''),
    ]);
    const isFile = (uri: vscode.Uri): boolean => uri.scheme === 'file' && !uri.path.endsWith('.mixlaw.json');
    await this.recognise('results', results.filter(isFile), token);
    await this.recognise('configs', configs.filter(isFile), token);
    const shownFits = fits.slice(0, MOST_FITS);
    const { states, fitted } = await this.fitStates(shownFits, token);
    if (token.isCancellationRequested) return undefined;
    const uris = new Map([...results, ...configs, ...shownFits].map((uri) => [uri.toString(), uri]));
    const recognised = [...this.known].filter(
      (entry): entry is [string, Recognised] => entry[1] !== null && uris.has(entry[0]),
    );
    return {
      uris,
      fits: states,
      recognised: new Map(recognised),
      fitted,
      limited: results.length >= MOST_RESULTS || configs.length >= MOST_CONFIGS || fits.length > MOST_FITS,
    };
  }

  private async recognise(
    kind: 'results' | 'configs',
    uris: readonly vscode.Uri[],
    token: vscode.CancellationToken,
  ): Promise<void> {
    const unknown = uris.filter((uri) => !this.known.has(uri.toString()));
    for (let at = 0; at < unknown.length && !token.isCancellationRequested; at += BATCH) {
      const batch = unknown.slice(at, at + BATCH);
      const paths = batch.map((uri) => uri.fsPath);
      const found = await this.services.worker.call('recognise', { results: [], configs: [], [kind]: paths });
      for (const uri of batch) this.known.set(uri.toString(), found.get(uri.fsPath) ?? null);
    }
  }

  private async fitStates(uris: readonly vscode.Uri[], token: vscode.CancellationToken) {
    const states = new Map<string, { readonly state: FitState; readonly law?: string }>();
    const fitted = new Set<string>();
    for (const uri of uris) {
      if (token.isCancellationRequested) break;
      const loaded = await this.services.fits.load(uri);
      states.set(uri.toString(), loaded ? { state: loaded.freshness, law: loaded.fit.law } : { state: 'failed' });
      for (const data of loaded?.data ?? []) fitted.add(data.toString());
    }
    return { states, fitted };
  }
}
