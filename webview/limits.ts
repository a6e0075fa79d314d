import type { PageState, Stock } from '../src/core/contract/panel';
import { defaultFloor } from '../src/core/recommend/constraints';
import type { GroupLimit, RecommendOptions } from '../src/core/recommend/types';

/** How often tokens may be repeated where the reader has not said. */
export const DEFAULT_EPOCHS = 4;

/** What the reader lets the recommendation do. K domains; weights are fractions. */
export interface Limits {
  /** Length K; undefined where there is none. */
  readonly lower: readonly (number | undefined)[];
  readonly upper: readonly (number | undefined)[];
  /** Billions of tokens that exist of each domain. */
  readonly available: readonly (number | undefined)[];
  readonly maxEpochs: number;
  readonly groups: readonly GroupLimit[];
  /** Id of the mixture to stay near to. */
  readonly near: string;
  /** No weight may differ from the near mixture's by more. */
  readonly maxChange: number | undefined;
  /** Nats added to the loss for each nat of KL divergence from the near mixture. */
  readonly kl: number | undefined;
}

/** What holds where the reader has set nothing: the tokens that exist, where the settings tell them. */
export function noLimits(K: number, stock?: Stock): Limits {
  const none = new Array<undefined>(K).fill(undefined);
  return {
    lower: none,
    upper: none,
    available: stock?.available.map((tokens) => tokens ?? undefined) ?? none,
    maxEpochs: stock?.maxEpochs ?? DEFAULT_EPOCHS,
    groups: [],
    near: 'current',
    maxChange: undefined,
    kl: undefined,
  };
}

/** The limits of an earlier life of the page, as far as they fit these domains. */
export function storedLimits(state: PageState, domains: readonly string[], stock?: Stock): Limits {
  const K = domains.length;
  const otherwise = noLimits(K, stock);
  const list = (values: readonly (number | null)[] | undefined): (number | undefined)[] =>
    domains.map((_, j) => (values?.length === K ? values[j] : undefined) ?? undefined);
  const positions = (names: readonly string[]): number[] =>
    names.map((name) => domains.indexOf(name)).filter((j) => j >= 0);
  return {
    lower: list(state.lower),
    upper: list(state.upper),
    available: state.available?.length === K ? list(state.available) : otherwise.available,
    maxEpochs: state.maxEpochs ?? otherwise.maxEpochs,
    groups: (state.groups ?? [])
      .map((group) => ({ ...group, domains: positions(group.domains) }))
      .filter((group) => group.domains.length > 0),
    near: state.near ?? 'current',
    maxChange: state.maxChange,
    kl: state.kl,
  };
}

/** What is kept of them: only what was set. */
export function stateOf(limits: Limits, domains: readonly string[], stock?: Stock): Partial<PageState> {
  const otherwise = noLimits(domains.length, stock);
  const list = (values: readonly (number | undefined)[]): (number | null)[] => values.map((value) => value ?? null);
  return {
    ...(isAny(limits.lower) ? { lower: list(limits.lower) } : {}),
    ...(isAny(limits.upper) ? { upper: list(limits.upper) } : {}),
    ...(isSameStock(limits, otherwise) ? {} : { available: list(limits.available) }),
    ...(limits.maxEpochs === otherwise.maxEpochs ? {} : { maxEpochs: limits.maxEpochs }),
    ...(limits.groups.length === 0
      ? {}
      : {
          groups: limits.groups.map((group) => ({ ...group, domains: group.domains.map((j) => domains[j] ?? '') })),
        }),
    ...(limits.maxChange === undefined && limits.kl === undefined ? {} : { near: limits.near }),
    ...(limits.maxChange === undefined ? {} : { maxChange: limits.maxChange }),
    ...(limits.kl === undefined ? {} : { kl: limits.kl }),
  };
}

/** They speak of the same tokens. */
export const isSameStock = (a: Limits, b: Limits): boolean =>
  a.available.every((tokens, j) => Object.is(tokens, b.available[j]));

const isAny = (values: readonly (number | undefined)[]): boolean => values.some((value) => value !== undefined);

/** They ask for something else than the recommendation of the document, which has none. */
export const isLimited = (limits: Limits): boolean =>
  isAny(limits.lower) ||
  isAny(limits.upper) ||
  isAny(limits.available) ||
  limits.groups.length > 0 ||
  limits.maxChange !== undefined ||
  (limits.kl ?? 0) > 0;

/** As the core takes them. `near` is the mixture that the recommendation stays near to. */
export function optionsOf(limits: Limits, near: ArrayLike<number> | undefined): Partial<RecommendOptions> {
  const { lower, upper, available, maxEpochs, groups, maxChange, kl } = limits;
  const floor = defaultFloor(lower.length);
  return {
    ...(isAny(lower) ? { lower: lower.map((limit) => limit ?? floor) } : {}),
    ...(isAny(upper) ? { upper: upper.map((limit) => limit ?? 1) } : {}),
    ...(isAny(available) ? { available: available.map((tokens) => tokens ?? NaN), maxEpochs } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(near && maxChange !== undefined ? { current: Array.from(near), maxChange } : {}),
    ...(near && kl !== undefined && kl > 0 ? { prior: Array.from(near), kl } : {}),
  };
}
