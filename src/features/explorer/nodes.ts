import type { FitFreshness } from '../fits/fitIndex';
import type { Recognised, RecognisedMixture } from '../../core/pipeline/recognise';

/** The groups of the view, in their order. */
export const GROUPS = ['fits', 'results', 'mixtures'] as const;
export type Group = (typeof GROUPS)[number];

/** A file of the workspace as the view knows it; `key` is its URI as text. */
export type FileNode =
  | { readonly group: 'fits'; readonly key: string; readonly state: FitState; readonly law?: string }
  | {
      readonly group: 'results';
      readonly key: string;
      readonly weights: number;
      readonly losses: number;
      readonly fitted: ResultsState;
    }
  | { readonly group: 'mixtures'; readonly key: string; readonly mixtures: readonly RecognisedMixture[] };

/** `changed`: every fit was made of what was in the file before. */
export type ResultsState = 'no' | 'fresh' | 'changed';

/** `failed`: the document cannot be used; the log says why. */
export type FitState = FitFreshness | 'failed';

/** What was found out about files, by their URIs as text. */
export interface Findings {
  readonly fits: ReadonlyMap<string, { readonly state: FitState; readonly law?: string }>;
  readonly recognised: ReadonlyMap<string, Recognised>;
  /** Results that some fit was made from, by URI: whether one was made of what is in them now. */
  readonly fitted: ReadonlyMap<string, boolean>;
}

/** The files of each group, by name: digits by their value, so that run_9 stands before run_10. */
export function nodesOf({ fits, recognised, fitted }: Findings): ReadonlyMap<Group, readonly FileNode[]> {
  const nodes: FileNode[] = [...fits].map(([key, fit]) => ({ group: 'fits', key, ...fit }));
  for (const [key, found] of recognised) {
    if (found.kind === 'mixtures') nodes.push({ group: 'mixtures', key, mixtures: found.mixtures });
    else {
      const fresh = fitted.get(key);
      const state = fresh === undefined ? 'no' : fresh ? 'fresh' : 'changed';
      nodes.push({ group: 'results', key, weights: found.weights, losses: found.losses, fitted: state });
    }
  }
  const byName = new Intl.Collator('en', { numeric: true });
  nodes.sort((a, b) => byName.compare(a.key, b.key));
  return new Map(GROUPS.map((group) => [group, nodes.filter((node) => node.group === group)]));
}

/** Why there is nothing to show: the welcome texts of the manifest go by it. */
export type EmptyReason = 'no-files' | 'nothing-recognised' | 'not-all-looked-at';

/** Undefined when there is something. `looked`: files that could have been something. */
export function emptyReason(shown: number, looked: number, limited: boolean): EmptyReason | undefined {
  if (shown > 0) return undefined;
  if (limited) return 'not-all-looked-at';
  return looked === 0 ? 'no-files' : 'nothing-recognised';
}

/** What menus go by: `fit.changed`, `results.weights`, `mixture`. */
export function contextValue(node: FileNode): string {
  switch (node.group) {
    case 'fits':
      return `fit.${node.state}`;
    case 'results':
      return node.losses === 0 ? 'results.weights' : node.weights === 0 ? 'results.losses' : 'results.whole';
    case 'mixtures':
      return 'mixture';
  }
}
