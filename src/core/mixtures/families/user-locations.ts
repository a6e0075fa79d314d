import { readAlternation, wordsOf } from '../alternating';
import type { Family, Finding, Format, FoundMixture, MixtureLocation } from '../family';
import { isList, isMap, isScalar, textOf, valueOf, type DataNode, type MapNode } from '../syntax/node';
import type { MixtureProblem } from '../types';
import { gather, tokenOf, weightsOfMap, type WeightsFound } from '../weights';

const USER: Format = { id: 'user', name: 'Your setting', repeatedNames: 'added' };

/**
 * Places from the setting `mixlaw.mixtureLocations`: a path such as `data.mix`, `stages[*].weights` or `$.a["b.c"]` to a map of
 * numbers, a list of records with one number each, a list of pairs, or an alternating list.
 */
export const userLocations: Family = {
  id: 'user',
  fileKinds: ['yaml', 'json', 'toml'],
  candidateKeys: [[]],
  applies: ({ locations }) => locations !== undefined && locations.length > 0,
  read({ trees, options }) {
    const mixtures: FoundMixture[] = [];
    const problems: MixtureProblem[] = [];
    for (const location of options.locations ?? []) {
      for (const root of trees) {
        for (const node of nodesAt(root, location.path)) {
          const found = readAny(node, location);
          if (!found) continue;
          mixtures.push(...found.mixtures);
          problems.push(...found.problems);
        }
      }
    }
    return mixtures.length > 0 ? { format: USER, mixtures, problems } : undefined;
  },
};

function readAny(node: DataNode, { path, unit }: MixtureLocation): Finding | undefined {
  const { weights, problems, strange } = isMap(node)
    ? mapWeights(node)
    : isList(node)
      ? listWeights(node.items)
      : NOTHING;
  if (weights.length === 0 || strange > 0) return undefined;
  return { format: USER, mixtures: [{ label: path, weights, range: node.range, ...(unit ? { unit } : {}) }], problems };
}

const NOTHING: WeightsFound = { weights: [], problems: [], strange: 0 };

/** A map of numbers, or of maps with one number each (`{name: {path, weight}}`). */
function mapWeights(node: MapNode): WeightsFound {
  if (!node.entries.every(({ value }) => isMap(value))) return weightsOfMap(node);
  return gather(
    node.entries.flatMap(({ key, keyRange, value }) => {
      const number = isMap(value) ? numberIn(value) : undefined;
      return number ? [{ name: key, nameRange: keyRange, value: number }] : [];
    }),
  );
}

function listWeights(items: readonly DataNode[]): WeightsFound {
  if (items.every(isMap)) return gather(items.flatMap(pairOfRecord));
  const pairs = items.flatMap((item) => (isList(item) && item.items.length === 2 ? [item.items] : []));
  if (pairs.length === items.length) {
    return gather(
      pairs.flatMap(([a, b]) => {
        const [name, value] = tokenOf(a) ? [b, a] : [a, b];
        return isScalar(name) && value ? [{ name: name.text, nameRange: name.range, value }] : [];
      }),
    );
  }
  const first = items[0];
  const last = items[items.length - 1];
  const words =
    first && last
      ? wordsOf({ kind: 'list', range: { start: first.range.start, end: last.range.end }, items })
      : undefined;
  const list = words && readAlternation(words);
  return list ? { weights: list.weights, problems: list.problems, strange: 0 } : NOTHING;
}

const WEIGHT_KEYS = [
  'weight',
  'ratio',
  'proportion',
  'target_ratio',
  'probability',
  'prob',
  'share',
  'fraction',
  'sampling',
  'value',
];
const NAME_KEYS = ['name', 'domain', 'source', 'source_name', 'dataset', 'dataset_name', 'id', 'path'];

function numberIn(record: MapNode): DataNode | undefined {
  return (
    valueOf(record, ...WEIGHT_KEYS) ??
    record.entries.map(({ value }) => value).find((value) => tokenOf(value) !== undefined)
  );
}

function pairOfRecord(record: DataNode) {
  if (!isMap(record)) return [];
  const names = NAME_KEYS.map((key) => valueOf(record, key)).filter(isScalar);
  const name = names.find((each) => textOf(each) !== undefined);
  const value = numberIn(record);
  return name && value ? [{ name: name.text, nameRange: name.range, value }] : [];
}

/** Nodes a path leads to. `*` stands for every key or position. */
export function nodesAt(root: DataNode, path: string): DataNode[] {
  const steps = stepsOf(path);
  if (!steps) return [];
  let nodes: DataNode[] = [root];
  for (const step of steps) {
    nodes = nodes.flatMap((node): DataNode[] => {
      if (isMap(node))
        return step === '*'
          ? node.entries.map(({ value }) => value)
          : [valueOf(node, step)].filter((each) => each !== undefined);
      if (!isList(node)) return [];
      return step === '*' ? [...node.items] : [node.items[Number(step)]].filter((each) => each !== undefined);
    });
    if (nodes.length > 1000) return [];
  }
  return nodes;
}

/** `$.a["b.c"][0].*` → a, b.c, 0, *; undefined when it is not such a path. */
export function stepsOf(path: string): string[] | undefined {
  const pattern = /\.?([^.[\]"'$]+)|\[(?:"([^"]*)"|'([^']*)'|(\d+|\*))\]/y;
  const steps: string[] = [];
  pattern.lastIndex = path.startsWith('$') ? 1 : 0;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (!match) return undefined;
    steps.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  return steps;
}
