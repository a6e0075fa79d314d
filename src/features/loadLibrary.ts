import type * as library from './library';

export type Library = typeof library;

/** The core, from its own bundle, loaded once. */
export const loadLibrary = (): Promise<Library> => import('./library');
