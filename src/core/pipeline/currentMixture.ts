import type { CurrentMixture } from '../contract/panel';
import { matchDomains, type Aliases, type DomainMatch } from '../mixtures/names';
import { mightHoldMixture, readMixtures } from '../mixtures/read';
import type { Mixture } from '../mixtures/types';
import { baseName } from './files';

/** A config's mixture in a fit's terms. */
export interface MatchedMixture {
  /** Fractions in the order of the fit's domains; a domain the config does not name has 0. Sums to 1. Length K. */
  readonly fractions: Float64Array;
  readonly match: DomainMatch;
  /** Share of the config's mixture on names the fit does not know; left out of `fractions`. */
  readonly unmatchedShare: number;
}

/** At least this share of a mixture must be on domains the fit knows, or the two are about different data. */
const LEAST_MATCHED_SHARE = 0.5;

/** The mixture by the fit's domains (matched by name, never by position); undefined when it is about other data. */
export function matchMixture(
  mixture: Mixture,
  domains: readonly string[],
  aliases: Aliases = [],
): MatchedMixture | undefined {
  const match = matchDomains(
    mixture.weights.map((weight) => weight.domain),
    domains,
    aliases,
  );
  const fractions = new Float64Array(domains.length);
  let matched = 0;
  for (const { domain, fraction } of mixture.weights) {
    const index = domains.indexOf(match.matched.get(domain) ?? '');
    if (index < 0 || !match.matched.has(domain)) continue;
    fractions[index]! += fraction;
    matched += fraction;
  }
  if (match.matched.size < Math.min(2, domains.length) || !(matched >= LEAST_MATCHED_SHARE)) return undefined;
  for (let k = 0; k < fractions.length; k++) fractions[k]! /= matched;
  return { fractions, match, unmatchedShare: Math.max(0, 1 - matched) };
}

/** The first mixture of a config that is about the fit's domains. `label` is how the file is called. */
export function currentMixture(label: string, text: string, domains: readonly string[]): CurrentMixture | undefined {
  const options = { domains };
  if (!mightHoldMixture(baseName(label), text, options)) return undefined;
  for (const mixture of readMixtures(baseName(label), text, options).mixtures) {
    const matched = matchMixture(mixture, domains);
    if (matched) return { label: `${mixture.label} in ${label}`, mixture: [...matched.fractions] };
  }
  return undefined;
}

/** What a recommendation is compared with when no config says what is trained on now. */
export const uniformMixture = (domains: readonly string[]): CurrentMixture => ({
  label: 'uniform',
  mixture: domains.map(() => 1 / domains.length),
});
