import type { FitDocument, NamedMixture } from '../fitfile/types';
import type { Recommendation, RecommendOptions } from '../recommend/types';
import type { ColumnRole } from '../results/types';

/** A mixture to compare the recommendation with, in the order of the fit's domains. */
export interface CurrentMixture {
  /** "train_domain_weights in configs/base.json", "uniform". */
  readonly label: string;
  readonly mixture: readonly number[];
}

/** What the settings say of the tokens that exist. */
export interface Stock {
  /** Billions of tokens of each of the fit's domains, null where nothing is said. */
  readonly available: readonly (number | null)[];
  readonly maxEpochs: number;
}

/** State of the fit against the data on disk. */
export type Freshness = 'fresh' | 'changed' | 'missing' | 'unknown';

/** What the document said before it was fitted again, to be compared with. */
export interface PreviousFit {
  readonly law: string;
  readonly domains: readonly string[];
  /** Rows fitted on and held out, together. */
  readonly rows: number;
  readonly recommendation: Recommendation;
}

export interface ColumnSaying {
  /** As in the file. */
  readonly name: string;
  readonly role: ColumnRole;
}

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
      /** Absent where the settings say nothing of any domain. */
      readonly stock?: Stock;
      /** Shown when the file was fitted again while this panel was open. */
      readonly previous?: PreviousFit;
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
  /** Write a mixture into a training config that is about the fit's domains: the host asks which, and shows the diff. */
  | { readonly type: 'apply-mixture'; readonly name: string; readonly mixture: readonly number[] }
  /** The mixture in the format of some framework, which the host asks for: to the clipboard, or into a file. */
  | {
      readonly type: 'export-mixture';
      readonly name: string;
      readonly mixture: readonly number[];
      readonly to: 'clipboard' | 'file';
    }
  /** Keep these what-if mixtures, all of them, in the fit document. */
  | { readonly type: 'save-what-ifs'; readonly whatIfs: readonly NamedMixture[] }
  /** What the reader says of columns: kept in the settings of the workspace, and fitted with when `refit`. */
  | { readonly type: 'set-roles'; readonly roles: readonly ColumnSaying[]; readonly refit: boolean }
  /** Write a report: of the document's own recommendation, or of one with these choices. */
  | { readonly type: 'report'; readonly options?: RecommendOptions }
  /** The reader has seen how the fit differs from the one before. */
  | { readonly type: 'dismiss-previous' }
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
  /** Billions of tokens that exist of each domain, null where the reader has not said; in the order of the domains. */
  readonly available?: readonly (number | null)[];
  readonly maxEpochs?: number;
  /** Limits on the sum of several domains, by name. */
  readonly groups?: readonly {
    readonly label: string;
    readonly domains: readonly string[];
    readonly min?: number;
    readonly max?: number;
  }[];
  /** Id of the mixture that the recommendation stays near to, the greatest change of a weight (a fraction), and nats for each nat of KL. */
  readonly near?: string;
  readonly maxChange?: number;
  readonly kl?: number;
  /** Domains at the corners of the ternary map. */
  readonly corners?: readonly string[];
  /** Targets at the axes of the trade-off; an empty name is the target-weighted mean. */
  readonly tradeOff?: readonly string[];
  /** Id of the mixture the recommendation is compared with. */
  readonly comparedWith?: string;
  /** 0-based data row of a run that the reader took for comparison. */
  readonly pinnedRow?: number;
  readonly exploredDomain?: string;
  readonly exploredTarget?: string;
  /** Which entries the fit's charts show. */
  readonly mask?: 'all' | 'positive';
  /** Ids of the charts whose tables are open. */
  readonly openTables?: readonly string[];
}
