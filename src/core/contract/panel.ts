import type { FitDocument } from '../fitfile/types';

/** A mixture to compare the recommendation with, in the order of the fit's domains. */
export interface CurrentMixture {
  /** "train_domain_weights in configs/base.json", "uniform". */
  readonly label: string;
  readonly mixture: readonly number[];
}

/** State of the fit against the data on disk. */
export type Freshness = 'fresh' | 'changed' | 'missing' | 'unknown';

/** Host → page. NaN does not survive JSON: documents carry null instead. */
export type ToPage =
  | {
      readonly type: 'show';
      readonly fileName: string;
      readonly document: FitDocument;
      readonly freshness: Freshness;
      readonly current?: CurrentMixture;
    }
  | { readonly type: 'failed'; readonly message: string; readonly hint: string };

/** Page → host. The host posts nothing before `ready`. */
export type ToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'open-row'; readonly row: number }
  | { readonly type: 'open-results' }
  | { readonly type: 'refit' }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'export'; readonly suggestedName: string; readonly bytes: Uint8Array }
  | { readonly type: 'error'; readonly message: string; readonly stack: string };

/** The only thing the page stores (`setState`): where the reader was, never data. */
export interface PageState {
  readonly version: 1;
  readonly modelSize?: number;
  readonly tokens?: number;
  readonly targetWeights?: readonly number[];
  readonly exploredDomain?: string;
  readonly exploredTarget?: string;
  readonly openTables?: readonly string[];
}
