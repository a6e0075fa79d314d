import * as vscode from 'vscode';
import type * as library from './library';

export type Library = typeof library;

let loaded: Promise<Library> | undefined;

/** The core, from its own bundle, loaded once; its texts are in the reader's language. */
export const loadLibrary = (): Promise<Library> => (loaded ??= load());

async function load(): Promise<Library> {
  const core = await import('./library');
  core.setTranslations(vscode.l10n.bundle);
  return core;
}
