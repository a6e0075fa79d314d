import { t } from '../../l10n';
import type { Family, Finding, Format, FoundWeight } from '../family';
import {
  entryOf,
  isList,
  isMap,
  isNull,
  mapsOf,
  textOf,
  valueOf,
  type DataNode,
  type Entry,
  type MapNode,
} from '../syntax/node';
import type { MixtureProblem, NumberToken } from '../types';
import { gather, tokenOf } from '../weights';

const OLMIX: Format = { id: 'olmix', name: 'Olmix' };
/** Keys of a node of an Olmix mixture that are not names of what is inside it. */
const OWN_KEYS = new Set(['weight', 'repetition_factor', 'max_repetition_factor']);

/**
 * Olmix launch configs: `mix.<source>[.<topic>[.<quality>]].weight`, each relative to the level above, so that a leaf's share
 * is the product along its path. A number in place of a map is short for its weight.
 */
export const olmix: Family = {
  id: 'olmix',
  fileKinds: ['yaml', 'json'],
  candidateKeys: [
    ['mix', 'sources'],
    ['mix', 'proxy_model_id'],
  ],
  read({ trees }) {
    for (const root of trees) {
      const mix = entryOf(root, 'mix');
      if (!mix || !isMap(mix.value) || !isLaunch(root)) continue;
      const problems: MixtureProblem[] = [];
      const weights = leavesOf(mix.value, '', [], problems);
      if (weights && weights.length > 0)
        return { format: OLMIX, mixtures: [{ label: 'train', weights, range: mix.value.range }], problems };
    }
    return undefined;
  },
};

/** Beside the mixture stand the sources it is of, or the proxy model it is for. */
function isLaunch(root: DataNode): boolean {
  const blocks = [root, valueOf(root, 'data'), valueOf(root, 'training')];
  return blocks.some(
    (block) => isList(valueOf(block, 'sources')) || textOf(valueOf(block, 'proxy_model_id')) !== undefined,
  );
}

/** undefined when the map is something else than a mixture. */
function leavesOf(
  node: MapNode,
  prefix: string,
  factors: readonly NumberToken[],
  problems: MixtureProblem[],
): FoundWeight[] | undefined {
  const weights: FoundWeight[] = [];
  if (factors.length > 20) return undefined;
  for (const entry of node.entries) {
    if (OWN_KEYS.has(entry.key)) continue;
    const leaves = leavesUnder(entry, prefix + entry.key, factors, problems);
    if (!leaves) return undefined;
    weights.push(...leaves);
  }
  return weights;
}

function leavesUnder(
  { keyRange, value }: Entry,
  name: string,
  factors: readonly NumberToken[],
  problems: MixtureProblem[],
): FoundWeight[] | undefined {
  const inner = isMap(value) ? value : undefined;
  const number = inner ? valueOf(inner, 'weight') : value;
  if (number === undefined || isNull(number)) return undefined;
  const children = inner?.entries.some(({ key }) => !OWN_KEYS.has(key)) ?? false;
  if (inner && children) {
    const token = tokenOf(number);
    return token && leavesOf(inner, `${name}:`, [...factors, token], problems);
  }
  const found = gather([{ name, nameRange: keyRange, value: number }]);
  if (found.strange > 0) return undefined;
  problems.push(...found.problems);
  return found.weights.map((weight) => (factors.length > 0 ? { ...weight, factors } : weight));
}

const MIX_LIST: Format = { id: 'olmo-core', name: 'OLMo-core', repeatedNames: 'added' };

/** OLMo-core mixes: `mix: [{name, weight, paths | categories: […]}, …]`, each level relative to the one above. */
export const mixLists: Family = {
  id: 'mix-lists',
  fileKinds: ['yaml', 'json'],
  candidateKeys: [['mix', 'weight', 'paths']],
  read({ trees }) {
    for (const { node } of mapsOf(trees)) {
      const mix = valueOf(node, 'mix');
      const problems: MixtureProblem[] = [];
      const weights = mix && categoriesOf(mix, '', [], problems);
      if (mix && weights && weights.length > 0)
        return { format: MIX_LIST, mixtures: [{ label: 'train', weights, range: mix.range }], problems };
    }
    return undefined;
  },
};

/** undefined when the list is something else than a mixture. */
function categoriesOf(
  node: DataNode,
  prefix: string,
  factors: readonly NumberToken[],
  problems: MixtureProblem[],
): FoundWeight[] | undefined {
  if (!isList(node) || factors.length > 20) return undefined;
  const weights: FoundWeight[] = [];
  for (const item of node.items) {
    const name = valueOf(item, 'name');
    const value = valueOf(item, 'weight');
    const inner = valueOf(item, 'categories');
    if (textOf(name) === undefined || !name || !value || !(inner ?? valueOf(item, 'paths'))) return undefined;
    const full = `${prefix}${textOf(name)}`;
    const token = tokenOf(value);
    if (inner && !token) return undefined;
    if (inner && token) {
      const inside = categoriesOf(inner, `${full}:`, [...factors, token], problems);
      if (!inside) return undefined;
      weights.push(...inside);
      continue;
    }
    const found = gather([{ name: full, nameRange: name.range, value }]);
    if (found.strange > 0) return undefined;
    problems.push(...found.problems);
    weights.push(...found.weights.map((weight) => (factors.length > 0 ? { ...weight, factors } : weight)));
  }
  return weights;
}

const STREAMS: Format = { id: 'llm-foundry', name: 'LLM Foundry' };

/** LLM Foundry (MosaicML Streaming): `streams.<name>.proportion`; `repeat` and `choose` are other things. */
export const streams: Family = {
  id: 'streams',
  fileKinds: ['yaml', 'json', 'python'],
  candidateKeys: [
    ['streams', 'proportion'],
    ['streams', 'repeat'],
    ['streams', 'choose'],
  ],
  read({ trees }) {
    let explained: Finding | undefined;
    for (const { node, path } of mapsOf(trees)) {
      if (path.some((key) => typeof key === 'string' && /eval|valid|test/i.test(key))) continue;
      const finding = readStreams(valueOf(node, 'streams'));
      if (finding && finding.mixtures.length > 0) return finding;
      explained ??= finding;
    }
    return explained;
  },
};

function readStreams(node: ReturnType<typeof valueOf>): Finding | undefined {
  const items = streamsOf(node);
  const remote = items.every(({ map }) =>
    ['remote', 'local', 'split'].some((name) => textOf(valueOf(map, name)) !== undefined),
  );
  if (!node || items.length === 0 || !remote) return undefined;
  for (const [key, code] of OTHER_MEANINGS) {
    const entry = items
      .map(({ map }) => entryOf(map, key))
      .find((each) => each !== undefined && tokenOf(each.value) !== undefined);
    if (!entry) continue;
    const message =
      key === 'repeat'
        ? t(
            '`{0}` is how often a stream is repeated per epoch, so it says nothing about shares until the sizes of the streams are known.',
            key,
          )
        : t(
            '`{0}` is how many samples of a stream are drawn per epoch, so it says nothing about shares until the sizes of the streams are known.',
            key,
          );
    return {
      format: STREAMS,
      mixtures: [],
      problems: [{ code, message, range: entry.keyRange, severity: 'information' }],
    };
  }
  const pairs = items.flatMap(({ name, nameRange, map }) => {
    const value = valueOf(map, 'proportion');
    return value ? [{ name, nameRange, value }] : [];
  });
  const { weights, problems, strange } = gather(pairs);
  if (weights.length === 0 || strange > 0) return undefined;
  return { format: STREAMS, mixtures: [{ label: 'train', weights, range: node.range }], problems };
}

const OTHER_MEANINGS = [
  ['repeat', 'repetition-factor'],
  ['choose', 'sample-count'],
] as const;

interface Stream {
  readonly name: string;
  readonly nameRange: { readonly start: number; readonly end: number };
  readonly map: MapNode;
}

function streamsOf(node: ReturnType<typeof valueOf>): Stream[] {
  if (isMap(node)) {
    return node.entries.flatMap(({ key, keyRange, value }) =>
      isMap(value) ? [{ name: key, nameRange: keyRange, map: value }] : [],
    );
  }
  if (node?.kind !== 'list') return [];
  return node.items.filter(isMap).map((map) => {
    const at = valueOf(map, 'remote') ?? valueOf(map, 'local');
    return { name: textOf(at)?.split('/').filter(Boolean).pop() ?? 'stream', nameRange: at?.range ?? map.range, map };
  });
}
