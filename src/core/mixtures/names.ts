import { canonicalName, plainName, SPELLINGS } from '../domains';

/** The name without what frameworks put in front to tell splits apart: `train_the_pile_arxiv` → `the_pile_arxiv`. */
const withoutSplit = (name: string): string =>
  name.replace(/^(?:train|valid|val|test)[_/-](?=.)/i, '').replace(/^the_pile_unzip_/, '');

const plain = (name: string): string => plainName(withoutSplit(name));

/** One spelling for all names of a corpus. */
export const canonicalDomain = (name: string): string => canonicalName(withoutSplit(name));

/** User's own aliases: spelling in configs → domain of the fit. */
export type Aliases = Iterable<readonly [alias: string, domain: string]>;

export interface DomainMatch {
  /** Config name → fit domain. */
  readonly matched: ReadonlyMap<string, string>;
  /** Names of the config that no domain of the fit answers to. */
  readonly unmatched: readonly string[];
  /** Domains of the fit that the config does not name. */
  readonly unused: readonly string[];
  /** Config names that could be more than one domain of the fit, with those domains. */
  readonly ambiguous: ReadonlyMap<string, readonly string[]>;
  /** Domains of the fit that several config names answer to (their weights belong together), with those names. */
  readonly shared: ReadonlyMap<string, readonly string[]>;
}

/**
 * Which domain of the fit each name of a config means. By the user's aliases first, then by equal spelling, then by
 * spelling without prefixes, case and punctuation, then by the alias table; never by position. A name that could be
 * two domains is left open rather than guessed.
 */
export function matchDomains(
  configNames: readonly string[],
  fitDomains: readonly string[],
  aliases: Aliases = [],
): DomainMatch {
  const own = new Map<string, string>();
  for (const [alias, domain] of aliases) own.set(plain(alias), domain);
  const matched = new Map<string, string>();
  const ambiguous = new Map<string, readonly string[]>();
  for (const name of new Set(configNames)) {
    const candidates = candidatesFor(name, fitDomains, own);
    if (candidates.length === 1) matched.set(name, candidates[0]!);
    else if (candidates.length > 1) ambiguous.set(name, candidates);
  }
  const users = new Map<string, string[]>();
  for (const [name, domain] of matched) users.set(domain, [...(users.get(domain) ?? []), name]);
  return {
    matched,
    unmatched: [...new Set(configNames)].filter((name) => !matched.has(name)),
    unused: fitDomains.filter((domain) => !users.has(domain)),
    ambiguous,
    shared: new Map([...users].filter(([, names]) => names.length > 1)),
  };
}

function candidatesFor(name: string, domains: readonly string[], own: ReadonlyMap<string, string>): readonly string[] {
  const aliased = own.get(plain(name));
  if (aliased !== undefined) {
    const domain = domains.find((each) => each === aliased) ?? domains.find((each) => plain(each) === plain(aliased));
    if (domain !== undefined) return [domain];
  }
  const lastPart = name.slice(name.lastIndexOf('/') + 1).replace(/:\d+(?:\.\d+)*$/, '');
  if (domains.includes(name)) return [name];
  for (const spell of SPELLINGS) {
    for (const spelling of [name, lastPart]) {
      const same = domains.filter((domain) => spell(withoutSplit(domain)) === spell(withoutSplit(spelling)));
      if (same.length > 0) return same;
    }
  }
  return [];
}

/** The two names mean the same corpus. */
export function sameDomain(one: string, other: string): boolean {
  return one === other || canonicalDomain(one) === canonicalDomain(other);
}
