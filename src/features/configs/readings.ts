import * as vscode from 'vscode';
import type { ReadOptions } from '../../core/mixtures/family';
import type { MixtureReading } from '../../core/mixtures/types';
import type { WorkerClient } from '../../worker/client';
import { loadLibrary } from '../loadLibrary';
import { configName } from './files';

export const NO_MIXTURES: MixtureReading = { kind: 'unknown', format: 'unknown', mixtures: [], problems: [] };

/** Longer texts are parsed in the worker, as they would hold up the editor for more than a few milliseconds. */
export const LONGEST_PARSED_HERE = 128_000;

interface CachedReading {
  readonly version: number;
  readonly options: string;
  readonly reading: Promise<MixtureReading>;
  readonly abort: AbortController;
}

/** The mixtures of open documents. Each version is read once; what is still being read when it is edited is given up. */
export class MixtureReadings implements vscode.Disposable {
  private readonly cached = new Map<string, CachedReading>();
  private readonly closed = vscode.workspace.onDidCloseTextDocument(({ uri }) => this.drop(uri.toString()));

  constructor(
    private readonly worker: WorkerClient,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  dispose(): void {
    this.closed.dispose();
    for (const key of [...this.cached.keys()]) this.drop(key);
  }

  of(document: vscode.TextDocument, readOptions: ReadOptions = {}): Promise<MixtureReading> {
    const key = document.uri.toString();
    const options = JSON.stringify(readOptions);
    const known = this.cached.get(key);
    if (known?.version === document.version && known.options === options) return known.reading;
    this.drop(key);
    const abort = new AbortController();
    const reading = this.read(document, readOptions, abort.signal).catch((error: unknown) => {
      if (abort.signal.aborted) return NO_MIXTURES;
      this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.cached.delete(key);
      return NO_MIXTURES;
    });
    this.cached.set(key, { version: document.version, options, reading, abort });
    return reading;
  }

  private drop(key: string): void {
    this.cached.get(key)?.abort.abort();
    this.cached.delete(key);
  }

  private async read(
    document: vscode.TextDocument,
    options: ReadOptions,
    signal: AbortSignal,
  ): Promise<MixtureReading> {
    const fileName = configName(document);
    const text = document.getText();
    const { mightHoldMixture, readMixtures } = await loadLibrary();
    if (!mightHoldMixture(fileName, text, options)) return NO_MIXTURES;
    if (text.length <= LONGEST_PARSED_HERE) return readMixtures(fileName, text, options);
    return this.worker.call('mixtures', { fileName, text, options }, { signal });
  }
}
