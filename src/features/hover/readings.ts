import * as vscode from 'vscode';
import type { MixtureReading } from '../../core/mixtures/types';
import { loadLibrary } from '../loadLibrary';
import type { Services } from '../services';

const NOTHING: MixtureReading = { kind: 'unknown', format: 'unknown', mixtures: [], problems: [] };

/** Longer texts are parsed in the worker, as they would hold up the editor for more than a few milliseconds. */
const LONGEST_PARSED_HERE = 32_000;

/** The mixtures of open documents, each version read once. */
export class MixtureReadings implements vscode.Disposable {
  private readonly cached = new Map<string, { readonly version: number; readonly reading: Promise<MixtureReading> }>();
  private readonly closed = vscode.workspace.onDidCloseTextDocument(({ uri }) => this.cached.delete(uri.toString()));

  constructor(private readonly services: Services) {}

  dispose(): void {
    this.closed.dispose();
  }

  of(document: vscode.TextDocument): Promise<MixtureReading> {
    const key = document.uri.toString();
    const known = this.cached.get(key);
    if (known?.version === document.version) return known.reading;
    const reading = this.read(document).catch((error: unknown) => {
      this.services.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.cached.delete(key);
      return NOTHING;
    });
    this.cached.set(key, { version: document.version, reading });
    return reading;
  }

  private async read(document: vscode.TextDocument): Promise<MixtureReading> {
    const fileName = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
    const text = document.getText();
    const { mightHoldMixture, readMixtures } = await loadLibrary();
    if (!mightHoldMixture(fileName, text)) return NOTHING;
    if (text.length <= LONGEST_PARSED_HERE) return readMixtures(fileName, text);
    return this.services.worker.call('mixtures', { fileName, text });
  }
}
