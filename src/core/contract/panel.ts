import type { FitDocument } from '../fitfile/types';

/** A mixture to compare the recommendation with, in the order of the fit's domains. */
export interface CurrentMixture {
  /** "train_domain_weights in configs/base.json", "uniform". */
  readonly label: string;
  readonly mixture: readonly number[];
}

/** State of the fit against the data on disk. */
export type Freshness = 'fresh' | 'changed' | 'missing' | 'unknown';

/** The panel's views, in the order of their tabs. Commands and hovers link to one by its id. */
export const VIEW_IDS = ['data', 'laws', 'fit', 'recommend', 'explore'] as const;
export type ViewId = (typeof VIEW_IDS)[number];

/** Host → page. NaN does not survive JSON: documents carry null instead. */
export type ToPage =
  | {
      readonly type: 'show';
      readonly fileName: string;
      readonly document: FitDocument;
      readonly freshness: Freshness;
      readonly current?: CurrentMixture;
      /** Opens this view; without it the reader stays where they were. */
      readonly view?: ViewId;
    }
  /** Opens a view of the document already shown. */
  | { readonly type: 'view'; readonly view: ViewId }
  | { readonly type: 'failed'; readonly message: string; readonly hint: string };

/** Page → host. The host posts nothing before `ready`. */
export type ToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'open-row'; readonly row: number }
  | { readonly type: 'open-results' }
  /** Fit again, with another law when one is named. */
  | { readonly type: 'refit'; readonly law?: string }
  /** Compare the laws on the same data. */
  | { readonly type: 'compare' }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'export'; readonly suggestedName: string; readonly bytes: Uint8Array }
  | { readonly type: 'error'; readonly message: string; readonly stack: string };

/** The only thing the page stores (`setState`): where the reader was, never data. */
export interface PageState {
  readonly version: 1;
  readonly view?: ViewId;
  /** Millions of parameters. */
  readonly modelSize?: number;
  /** Billions of tokens. */
  readonly tokens?: number;
  /** Weight of each target, in the order of the fit's targets. */
  readonly targetWeights?: readonly number[];
  /** The reader's limits on each domain's weight (fractions), null where there is none; in the order of the domains. */
  readonly lower?: readonly (number | null)[];
  readonly upper?: readonly (number | null)[];
  /** Id of the mixture the recommendation is compared with. */
  readonly comparedWith?: string;
  readonly exploredDomain?: string;
  readonly exploredTarget?: string;
  /** Which entries the fit's charts show. */
  readonly mask?: 'all' | 'positive';
  /** Ids of the charts whose tables are open. */
  readonly openTables?: readonly string[];
}
