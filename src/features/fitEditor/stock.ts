import type * as vscode from 'vscode';
import type { Stock } from '../../core/contract/panel';
import { loadLibrary } from '../loadLibrary';
import { readStockSettings } from '../settings';

/** Settings that the panel follows. */
export const STOCK_SETTINGS = ['mixlaw.availableTokens', 'mixlaw.maxEpochs', 'mixlaw.aliases'] as const;

/** What the settings say of the tokens that exist of a fit's domains; undefined where they say nothing of any. */
export async function stockOf(resource: vscode.Uri, domains: readonly string[]): Promise<Stock | undefined> {
  const settings = readStockSettings(resource);
  if (settings.availableTokens.length === 0) return undefined;
  const { availableTokens } = await loadLibrary();
  const available = availableTokens(domains, settings, settings.aliases).map((tokens) => (tokens > 0 ? tokens : null));
  return available.some((tokens) => tokens !== null) ? { available, maxEpochs: settings.maxEpochs } : undefined;
}
