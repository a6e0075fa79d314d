import * as vscode from 'vscode';
import type { Recognised } from '../../core/pipeline/recognise';
import type { Services } from '../services';
import type { Findings, FitState } from './nodes';

const EXCLUDED =
  '**/{node_modules,dist,out,build,target,.git,.venv,venv,env,site-packages,__pycache__,wandb,.tox,.cache}/**';
const RESULTS = '**/*.{csv,tsv,jsonl,ndjson,parquet}';
const CONFIGS = '**/*.{yaml,yml,json,jsonc,toml,py,sh}';
/** Everything that the view may have to show, and what a change of it is. */
export const WATCHED = '**/*.{csv,tsv,jsonl,ndjson,parquet,yaml,yml,json,jsonc,toml,py,sh}';

const MOST_RESULTS = 200;
const MOST_CONFIGS = 500;
const MOST_FITS = 100;
/** Files a call of the worker looks at: fits and hovers must not wait long for their turn. */
const BATCH = 25;

export interface Found extends Findings {
  readonly uris: ReadonlyMap<string, vscode.Uri>;
  /** Files that were looked at. */
  readonly looked: number;
  /** A limit was reached: there may be more files. */
  readonly limited: boolean;
}

const isJson = (uri: vscode.Uri): boolean => /\.json$/i.test(uri.path);

/** Looks through the workspace. Files are opened in the worker only, each again only after it changed. */
export class Search {
  /** What files were recognised as; null: as nothing. */
  private readonly known = new Map<string, Recognised | null>();
  /** What was asked about which file: `results file:///…`. */
  private readonly asked = new Set<string>();

  constructor(private readonly services: Services) {}

  forget(uri: vscode.Uri): void {
    const key = uri.toString();
    this.known.delete(key);
    for (const kind of ['results', 'configs']) this.asked.delete(`${kind} ${key}`);
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
    // What is no mixture may be a table.
    const tables = configs.filter((uri) => isFile(uri) && isJson(uri) && this.known.get(uri.toString()) === null);
    await this.recognise('results', tables, token);
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
      looked: results.length + configs.length + fits.length,
      limited: results.length >= MOST_RESULTS || configs.length >= MOST_CONFIGS || fits.length > MOST_FITS,
    };
  }

  private async recognise(
    kind: 'results' | 'configs',
    uris: readonly vscode.Uri[],
    token: vscode.CancellationToken,
  ): Promise<void> {
    const key = (uri: vscode.Uri): string => `${kind} ${uri.toString()}`;
    const unknown = uris.filter((uri) => !this.asked.has(key(uri)));
    for (let at = 0; at < unknown.length && !token.isCancellationRequested; at += BATCH) {
      const batch = unknown.slice(at, at + BATCH);
      const paths = batch.map((uri) => uri.fsPath);
      const found = await this.services.worker.call('recognise', { results: [], configs: [], [kind]: paths });
      for (const uri of batch) {
        this.asked.add(key(uri));
        this.known.set(uri.toString(), found.get(uri.fsPath) ?? null);
      }
    }
  }

  private async fitStates(uris: readonly vscode.Uri[], token: vscode.CancellationToken) {
    const states = new Map<string, { readonly state: FitState; readonly law?: string }>();
    const fitted = new Map<string, boolean>();
    for (const uri of uris) {
      if (token.isCancellationRequested) break;
      const loaded = await this.services.fits.load(uri);
      states.set(
        uri.toString(),
        loaded ? { state: loaded.freshness, law: loaded.laws.join(' + ') } : { state: 'failed' },
      );
      // Fresh if it is so for one fit: others may be kept for comparison.
      for (const data of loaded?.data ?? []) {
        const key = data.toString();
        fitted.set(key, loaded?.freshness !== 'changed' || fitted.get(key) === true);
      }
    }
    return { states, fitted };
  }
}
