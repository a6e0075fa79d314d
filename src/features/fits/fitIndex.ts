import * as vscode from 'vscode';
import type { FitDocument } from '../../core/fitfile/types';
import type { Assessor } from '../../core/pipeline/assessMixture';
import type { Recommendation } from '../../core/recommend/types';
import type { WorkerClient } from '../../worker/client';
import { readableError } from '../failures';
import { loadLibrary } from '../loadLibrary';
import { nearestFirst } from '../nearest';

export const FIT_FILES = '**/*.mixlaw.json';
const EXCLUDED = '**/node_modules/**';
const MOST_FITS = 500;

/** A fit ready to predict with. Of the measured runs only their mixtures are kept. */
export interface LoadedFit extends Assessor {
  readonly uri: vscode.Uri;
  readonly recommendation: Recommendation;
  /** Ids of the laws that predictions and recommendation rest on, the document's own first. */
  readonly laws: readonly string[];
  /** The results files it was made from. */
  readonly data: readonly vscode.Uri[];
  /** The results files are still those that were fitted. */
  readonly freshness: FitFreshness;
}

export type FitFreshness = 'fresh' | 'changed' | 'missing' | 'unknown';

/** The fit documents of the workspace: found on first use, watched from then on, each read when it is first asked for. */
export class FitIndex implements vscode.Disposable {
  private readonly loaded = new Map<string, Promise<LoadedFit | undefined>>();
  private uris: Promise<Map<string, vscode.Uri>> | undefined;
  private watcher: vscode.FileSystemWatcher | undefined;
  private readonly dataWatchers = new Map<string, vscode.Disposable>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  /** A fit document came, changed or went. Fires once somebody has asked for fits. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly worker: WorkerClient,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  dispose(): void {
    this.watcher?.dispose();
    for (const watcher of this.dataWatchers.values()) watcher.dispose();
    this.changed.dispose();
  }

  /** All fit documents, the nearest to `path` first. */
  async nearest(path: string): Promise<vscode.Uri[]> {
    return nearestFirst([...(await this.all()).values()], (uri) => uri.path, path);
  }

  /** Nothing was asked for yet: the first answer takes a search of the workspace and the start of a thread. */
  get isCold(): boolean {
    return this.uris === undefined;
  }

  /** Undefined when the document cannot be used; why is in the log. */
  load(uri: vscode.Uri): Promise<LoadedFit | undefined> {
    const key = uri.toString();
    let loading = this.loaded.get(key);
    if (!loading) this.loaded.set(key, (loading = this.read(uri)));
    return loading;
  }

  private all(): Promise<Map<string, vscode.Uri>> {
    return (this.uris ??= this.find());
  }

  private async find(): Promise<Map<string, vscode.Uri>> {
    this.watcher ??= this.watch();
    // It opens what is found.
    this.worker.prepare();
    const found = await vscode.workspace.findFiles(FIT_FILES, EXCLUDED, MOST_FITS);
    return new Map(found.map((uri) => [uri.toString(), uri]));
  }

  private watch(): vscode.FileSystemWatcher {
    const watcher = vscode.workspace.createFileSystemWatcher(FIT_FILES);
    const update = (exists: boolean) => async (uri: vscode.Uri) => {
      this.loaded.delete(uri.toString());
      const uris = await this.all();
      if (exists) uris.set(uri.toString(), uri);
      else uris.delete(uri.toString());
      this.changed.fire(uri);
    };
    watcher.onDidCreate(update(true));
    watcher.onDidChange(update(true));
    watcher.onDidDelete(update(false));
    return watcher;
  }

  /** A fit is read again, and may be found stale, when the results that it was fitted to change. */
  private watchData(fit: vscode.Uri, files: readonly vscode.Uri[]): void {
    const key = fit.toString();
    this.dataWatchers.get(key)?.dispose();
    const reread = (): void => {
      this.loaded.delete(key);
      this.changed.fire(fit);
    };
    const watchers = files.map((file) => {
      // Brackets and braces in a name are no pattern.
      const name = file.path.slice(file.path.lastIndexOf('/') + 1).replace(/[[\]{}*?]/g, '?');
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.joinPath(file, '..'), name),
      );
      watcher.onDidChange(reread);
      watcher.onDidCreate(reread);
      watcher.onDidDelete(reread);
      return watcher;
    });
    this.dataWatchers.set(key, vscode.Disposable.from(...watchers));
  }

  private async read(uri: vscode.Uri): Promise<LoadedFit | undefined> {
    try {
      const { document, freshness } = await openFitDocument(this.worker, uri);
      const { fit, recommendation, observations, data, consensus } = document;
      const { differentMixtures, predictorOfDocument } = await loadLibrary();
      const files = data.files.map(({ name }) => vscode.Uri.joinPath(uri, '..', name));
      this.watchData(uri, files);
      return {
        uri,
        data: files,
        fit,
        recommendation,
        laws: consensus?.members.map(({ law }) => law) ?? [fit.law],
        freshness,
        predictor: predictorOfDocument(document),
        measured: differentMixtures(observations.mixtures),
        modelSize: recommendation.modelSize,
        tokens: recommendation.tokens,
      };
    } catch (error) {
      const readable = readableError(error);
      this.log.warn(
        `${uri.toString(true)}: ${readable?.message ?? (error instanceof Error ? error.stack : String(error))}`,
      );
      return undefined;
    }
  }
}

/** Reads a fit document: in the worker where the worker can reach it, otherwise here and with freshness unknown. */
export async function openFitDocument(
  worker: WorkerClient,
  uri: vscode.Uri,
): Promise<{ readonly document: FitDocument; readonly freshness: FitFreshness }> {
  if (uri.scheme === 'file') return worker.call('open', { path: uri.fsPath });
  const bytes = await vscode.workspace.fs.readFile(uri);
  const { parseFitDocument } = await loadLibrary();
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  return { document: parseFitDocument(new TextDecoder().decode(bytes), name), freshness: 'unknown' };
}
