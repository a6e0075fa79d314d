import { isAboutText, isKnownCorpus, isNamedLikeDomain } from '../corpora';
import type { Family, Finding, Format, FoundMixture, FoundWeight, Source } from '../family';
import { isList, isMap, mapsOf, numberOf, textOf, valueOf, type Entry, type MapNode, type Place } from '../syntax/node';
import type { MixtureProblem } from '../types';
import { weightsOfMap } from '../weights';
import { sameDomain } from '../names';

/** A key that is only telling in company. */
interface KeyRule {
  readonly format: Format;
  readonly key: string;
  readonly label: string;
  /** Everything the file must hold for the key to mean this. */
  readonly words: readonly string[];
  accepts(place: Place, entry: Entry): boolean;
}

const DOREMI: Format = { id: 'doremi', name: 'DoReMi' };
const LEVANTER: Format = { id: 'levanter', name: 'Levanter' };
const LINGUA: Format = { id: 'lingua', name: 'Lingua' };
const ROLL: Format = { id: 'roll', name: 'ROLL' };
const OLMIX_PRIORS: Format = { id: 'olmix-priors', name: 'Olmix' };

const RULES: readonly KeyRule[] = [
  { format: DOREMI, key: 'train_domain_weights', label: 'train', words: ['train_domain_weights'], accepts: () => true },
  {
    format: LEVANTER,
    key: 'train_weights',
    label: 'train',
    words: ['train_weights'],
    // The map stands beside its components, or in a file of its own that is included beside tokenizer and cache.
    accepts: ({ node }, { value }) =>
      ['tokenizer', 'cache_dir'].some((name) => valueOf(node, name) !== undefined) ||
      ['configs', 'components'].some((name) => namesShared(valueOf(node, name), value)),
  },
  {
    format: LINGUA,
    key: 'sources',
    label: 'train',
    words: ['sources', 'root_dir'],
    accepts: ({ node }, { value }) => textOf(valueOf(node, 'root_dir')) !== undefined && isMap(value),
  },
  {
    format: ROLL,
    key: 'domain_interleave_probs',
    label: 'train',
    words: ['domain_interleave_probs'],
    accepts: (_, { value }) => isMap(value),
  },
  {
    format: OLMIX_PRIORS,
    key: 'relative_sizes',
    label: 'prior',
    words: ['relative_sizes', 'token_counts'],
    accepts: ({ node }, { value }) => isMap(valueOf(node, 'token_counts')) && isMap(value),
  },
  {
    // What a swarm of runs is drawn around, by hand.
    format: { id: 'regmixer', name: 'regmixer' },
    key: 'manual_prior',
    label: 'manual prior',
    words: ['manual_prior'],
    accepts: ({ path }, { value }) =>
      isMap(value) && (path.includes('swarm') || path.includes('priors') || path.length === 0),
  },
];

/** Maps of a domain to a number under a known key, and Levanter's schedules of such maps. */
export const flatMaps: Family = {
  id: 'flat-maps',
  fileKinds: ['yaml', 'json', 'toml'],
  candidateKeys: RULES.map(({ words }) => words),
  companions: ['tokenizer', 'cache_dir', 'configs', 'components'],
  read(source) {
    for (const place of mapsOf(source.trees)) {
      for (const rule of RULES) {
        const entry = place.node.entries.findLast(({ key }) => key === rule.key);
        if (!entry || !rule.accepts(place, entry)) continue;
        const finding = isList(entry.value) ? readSchedule(rule, entry) : readMap(rule, entry);
        if (finding) return finding;
      }
    }
    return undefined;
  },
};

function readMap({ format, label }: KeyRule, { value }: Entry): Finding | undefined {
  const { weights, problems, strange } = weightsOfMap(value);
  if (weights.length === 0 || strange >= weights.length) return undefined;
  return { format, mixtures: [{ label, weights, range: value.range }], problems };
}

/** Levanter: `[[step, {name: weight}], …]`. */
function readSchedule({ format }: KeyRule, { value }: Entry): Finding | undefined {
  if (!isList(value)) return undefined;
  const mixtures: FoundMixture[] = [];
  const problems: MixtureProblem[] = [];
  for (const stage of value.items) {
    if (!isList(stage) || stage.items.length !== 2) return undefined;
    const step = numberOf(stage.items[0]);
    const { weights, problems: inStage } = weightsOfMap(stage.items[1]);
    if (step === undefined || weights.length === 0) return undefined;
    mixtures.push({ label: `from step ${step}`, weights, range: stage.range });
    problems.push(...inStage);
  }
  return mixtures.length > 0 ? { format, mixtures, problems } : undefined;
}

function namesShared(components: MapNode | ReturnType<typeof valueOf>, weights: Entry['value']): boolean {
  if (!isMap(components)) return false;
  const names = new Set(components.entries.map(({ key }) => key));
  const maps = isList(weights) ? weights.items.map((stage) => (isList(stage) ? stage.items[1] : undefined)) : [weights];
  return maps.some((map) => isMap(map) && map.entries.some(({ key }) => names.has(key)));
}

const PLAIN: Format = { id: 'domain-map', name: 'Map of domains' };

/** Keys that say "mixture": believed when most names are corpora everyone knows, or domains of the fit. */
const TELLING_KEYS: readonly string[] = [
  'domain_weights',
  'domain_proportions',
  'domain_ratios',
  'mixture_weights',
  'data_mixture',
  'data_mix',
  'mixture',
  'train_mixture',
  'dataset_mixture_weights',
];
/** Keys that say nothing: believed only when the names are the fit's. */
const VAGUE_KEYS: readonly string[] = [
  'weights',
  'sources',
  'train_weights',
  'proportions',
  'ratios',
  'train',
  'mix',
  'domains',
  'data',
];

/** Maps under a telling key whose names are corpora everyone knows: RedPajama-style dictionaries. */
export const domainMaps: Family = {
  id: 'domain-maps',
  fileKinds: ['yaml', 'json', 'toml'],
  candidateKeys: TELLING_KEYS.map((key) => [key]),
  read: (source) => firstMap(source, TELLING_KEYS, isKnownCorpus),
};

/** Any map of the domains that were fitted. */
export const fittedMaps: Family = {
  id: 'fitted-maps',
  fileKinds: ['yaml', 'json', 'toml'],
  candidateKeys: [...TELLING_KEYS, ...VAGUE_KEYS].map((key) => [key]),
  applies: ({ domains }) => domains !== undefined && domains.length > 0,
  read(source) {
    const { domains = [] } = source.options;
    return firstMap(source, [...TELLING_KEYS, ...VAGUE_KEYS], (name) =>
      domains.some((domain) => sameDomain(name, domain)),
    );
  },
};

/** `domain_proportions.yml`, `mixture_weights.json`, `data_mix_v2.yaml` */
const TELLING_FILE =
  /(?:^|[\\/._-])(?:(?:domain|data|dataset|corpus|train|mixture|mix)s?[_-]?(?:proportion|weight|ratio|mixture|mix|share)s?)(?:[._-][\w-]*)?\.\w+$/i;

/** A file that is nothing but a map of shares, and whose name says so. */
export const namedFiles: Family = {
  id: 'named-files',
  fileKinds: ['yaml', 'json', 'toml'],
  candidateKeys: [['']],
  applies: (_, fileName) => TELLING_FILE.test(fileName),
  read({ trees: [root] }) {
    const { weights, problems, strange } = weightsOfMap(root);
    if (!root || weights.length < 2 || strange > 0 || problems.length > 0) return undefined;
    if (!looksLikeShares(weights.map(({ token }) => token.raw))) return undefined;
    return { format: PLAIN, mixtures: [{ label: 'train', weights, range: root.range }], problems };
  },
};

function firstMap(
  { trees, text }: Source,
  keys: readonly string[],
  isKnown: (name: string) => boolean,
): Finding | undefined {
  for (const { node } of mapsOf(trees)) {
    for (const { key, value } of node.entries) {
      if (!keys.includes(key.toLowerCase()) || !isMap(value)) continue;
      const { weights, problems, strange } = weightsOfMap(value);
      if (weights.length < 2 || strange > 0 || !looksLikeShares(weights.map(({ token }) => token.raw))) continue;
      const known = weights.filter(({ name }) => isKnown(name)).length;
      if (
        (known < 2 || known * 2 <= weights.length) &&
        !(TELLING_KEYS.includes(key.toLowerCase()) && isPlainMix(weights, text))
      )
        continue;
      return { format: PLAIN, mixtures: [{ label: key, weights, range: value.range }], problems };
    }
  }
  return undefined;
}

/** Kinds of text (`web`, `code`, `books`) with shares of one whole, in a file about such data. */
function isPlainMix(weights: readonly FoundWeight[], text: string): boolean {
  const sum = weights.reduce((total, { token }) => total + token.raw, 0);
  const named = weights.filter(({ name }) => isNamedLikeDomain(name)).length;
  const whole = Math.abs(sum - 1) < 0.005 || Math.abs(sum - 100) < 0.5;
  return whole && named >= 2 && named * 2 > weights.length && isAboutText(text);
}

/** Shares, percents or token counts; not scores, not flags. */
export function looksLikeShares(weights: readonly number[]): boolean {
  if (weights.some((weight) => weight < 0)) return false;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Math.abs(sum - 1) < 0.25 || Math.abs(sum - 100) < 25 || sum > 1e6;
}
