import { t } from '../../l10n';
import type { Family, Finding, Format, FoundMixture, FoundWeight } from '../family';
import {
  entryOf,
  isList,
  isMap,
  isNull,
  isScalar,
  listOf,
  mapsOf,
  numberOf,
  spanOf,
  textOf,
  valueOf,
  type DataNode,
  type Entry,
  type MapNode,
  type Place,
  type ScalarNode,
} from '../syntax/node';
import { namesSet } from '../syntax/python-statements';
import { pairUp } from '../twins';
import type { MixtureProblem, NumberToken } from '../types';
import { gather, levelSum, splitScalar, weightsOfMap, type WeightsFound } from '../weights';

interface TwinRule {
  readonly format: Format;
  readonly names: readonly string[];
  readonly weights: readonly string[];
  /** Lists written as one string. */
  readonly separator?: string;
  /** One of the datasets may be a mixture of its own. */
  readonly nests?: boolean;
  /** Only beside this. */
  accepts?(place: Place): boolean;
  /** Recognised, but the weights have no effect as the file stands. */
  without?(place: Place): string | undefined;
}

const PATHS = { namesArePaths: true, repeatedNames: 'added' } as const;
const ADDED = { repeatedNames: 'added' } as const;

/** Each line a framework: the key of the names, the key of the weights. */
const RULES: readonly TwinRule[] = [
  {
    format: { id: 'gpt-neox', name: 'GPT-NeoX', ...PATHS },
    names: ['train_data_paths', 'train-data-paths'],
    weights: ['train_data_weights', 'train-data-weights'],
  },
  {
    format: { id: 'llm-shearing', name: 'LLM-Shearing', sumMustBeOne: true, ...ADDED },
    names: ['set_names'],
    weights: ['proportion'],
  },
  {
    format: { id: 'doge', name: 'DoGE', ...ADDED },
    names: ['train_domains'],
    weights: ['train_dw'],
    separator: ',',
  },
  {
    format: { id: 'llama-factory', name: 'LLaMA-Factory', sumMustBeOne: true, ...ADDED },
    names: ['dataset'],
    weights: ['interleave_probs'],
    separator: ',',
    without: ({ node }) => {
      const strategy = textOf(valueOf(node, 'mix_strategy'));
      if (strategy?.startsWith('interleave')) return undefined;
      return t('`interleave_probs` has no effect unless `mix_strategy` is interleave_under or interleave_over.');
    },
  },
  {
    format: { id: 'open-lm', name: 'OpenLM', ...PATHS },
    names: ['dataset-manifest', 'dataset_manifest', 'train-data', 'train_data'],
    weights: ['train-data-mix-weights', 'train_data_mix_weights'],
    separator: '::',
  },
  {
    format: { id: 'ms-swift', name: 'ms-swift', sumMustBeOne: true, ...ADDED },
    names: ['dataset'],
    weights: ['interleave_prob'],
  },
  {
    format: { id: 'nanotron-doremi', name: 'nanotron DoReMi', ...ADDED },
    names: ['domain_names'],
    weights: ['domain_weights'],
    separator: ',',
  },
  {
    // What is taken of each: the blend is made of as many tokens.
    format: { id: 'token-counts', name: 'Token counts', ...PATHS },
    names: ['data_paths', 'train_data_paths', 'dataset_paths'],
    weights: ['num_tokens'],
    accepts: ({ node }) => isList(valueOf(node, 'num_tokens')),
  },
  {
    format: { id: 'interleaved', name: 'Interleaved datasets', sumMustBeOne: true, ...ADDED },
    names: ['cfgs', 'datasets', 'dataset_names', 'domains'],
    weights: ['probabilities', 'interleave_probabilities'],
    nests: true,
    accepts: ({ node, path }) =>
      !path.some((key) => typeof key === 'string' && /valid|^val$|test|eval/i.test(key)) &&
      (/interleave/i.test(textOf(valueOf(node, 'type', '_target_')) ?? '') ||
        valueOf(node, 'stopping_strategy') !== undefined),
  },
  {
    format: { id: 'prime', name: 'PRIME', ...ADDED },
    names: ['dataset_name_or_paths'],
    weights: ['dataset_ratio'],
    separator: ',',
  },
];

/** Two lists that belong together by position, or two strings of such lists. */
export const twinLists: Family = {
  id: 'twin-lists',
  fileKinds: ['yaml', 'json', 'toml', 'python'],
  candidateKeys: RULES.flatMap(({ weights }) => weights.map((key) => [key])),
  companions: [...RULES.flatMap(({ names }) => names), 'mix_strategy'],
  anchors: (text) => RULES.flatMap(({ weights }) => weights.filter((key) => namesSet(text).has(key))),
  read({ trees }) {
    let explained: Finding | undefined;
    let found: Finding | undefined;
    for (const place of mapsOf(trees)) {
      for (const rule of RULES) {
        if (found && found.format !== rule.format) continue;
        const finding = readTwins(rule, place);
        explained ??= finding;
        if (!finding || finding.mixtures.length === 0) continue;
        if (!rule.nests) return finding;
        found = found
          ? {
              ...found,
              mixtures: [...found.mixtures, ...finding.mixtures],
              problems: [...found.problems, ...finding.problems],
            }
          : finding;
      }
    }
    return found ?? explained;
  },
};

function readTwins(rule: TwinRule, place: Place): Finding | undefined {
  const { format, separator, accepts, without } = rule;
  const weightsEntry = entryOf(place.node, ...rule.weights);
  const namesEntry = entryOf(place.node, ...rule.names);
  if (!weightsEntry || isNull(weightsEntry.value) || (accepts && !accepts(place))) return undefined;
  // Without names there must be nothing in their place (published configs with the paths taken out).
  if (!namesEntry && format.id !== 'gpt-neox') return undefined;
  const values = scalarsOf(weightsEntry.value, separator === ',' ? weightSeparator(weightsEntry.value) : separator);
  const names = namesEntry ? (scalarsOf(namesEntry.value, separator) ?? describedBy(rule, namesEntry.value)) : [];
  if (!values || !names) return undefined;
  const reason = without?.(place);
  if (reason)
    return { format, mixtures: [], problems: [{ code: 'no-effect', message: reason, range: weightsEntry.keyRange }] };
  const twins = pairUp(names, values, weightsEntry.keyRange);
  if (!twins) return undefined;
  return {
    format,
    mixtures: [{ label: 'train', weights: twins.weights, range: pairSpan(namesEntry, weightsEntry) }],
    problems: twins.problems,
  };
}

/** Names of datasets that are settings of their own. */
function describedBy({ format }: TwinRule, node: DataNode): readonly ScalarNode[] | undefined {
  if (format.id !== 'interleaved' || !isList(node)) return undefined;
  return node.items.map((item, i) => {
    let at = item;
    for (let only = listOf(at); only?.length === 1; only = listOf(at)) at = only[0]!;
    const named = nameOf(at);
    const start = { start: item.range.start, end: item.range.start };
    return named ?? { kind: 'scalar', text: `dataset ${i + 1}`, range: start, quoted: true, verbatim: false };
  });
}

function weightSeparator(node: DataNode): string {
  return textOf(node)?.includes(':') ? ':' : ',';
}

function pairSpan(names: Entry | undefined, weights: Entry): FoundMixture['range'] {
  return spanOf([weights.keyRange, weights.value.range, ...(names ? [names.keyRange, names.value.range] : [])]);
}

/** Items of a list; parts of a string; one item alone. */
function scalarsOf(node: DataNode, separator: string | undefined): readonly ScalarNode[] | undefined {
  if (isList(node)) {
    const items = node.items.filter(isScalar);
    return items.length === node.items.length ? items : undefined;
  }
  if (!isScalar(node)) return undefined;
  if (isNull(node)) return [];
  const text = node.text.trim();
  if (text.startsWith('[')) return undefined;
  return separator === undefined ? [node] : splitScalar(node, separator).filter((part) => part.text !== '');
}

const NANOTRON: Format = { id: 'nanotron', name: 'nanotron', ...PATHS };
const TORCHTITAN: Format = { id: 'torchtitan', name: 'torchtitan', ...PATHS };

/** nanotron and torchtitan's forks: `dataset_folder` and `dataset_weights` in one stage after another. */
export const stagedTwins: Family = {
  id: 'staged-twins',
  fileKinds: ['yaml', 'toml', 'json', 'python'],
  candidateKeys: [
    ['dataset_weights', 'dataset_folder'],
    ['data_stages', 'dataset_path'],
    ['data_stages', 'dataset_folder'],
  ],
  read({ trees, kind }) {
    const mixtures: FoundMixture[] = [];
    const problems: MixtureProblem[] = [];
    for (const place of mapsOf(trees)) {
      const map = weightsOfPaths(place);
      if (map) {
        mixtures.push({ label: stageLabel(place, trees, mixtures.length), weights: map.weights, range: map.range });
        problems.push(...map.problems);
        continue;
      }
      const weights = entryOf(place.node, 'dataset_weights');
      const names = entryOf(place.node, 'dataset_folder', 'dataset_folders');
      if (
        !weights ||
        !names ||
        isNull(weights.value) ||
        place.path.some((key) => typeof key === 'string' && /valid|eval/i.test(key))
      )
        continue;
      const values = scalarsOf(weights.value, ',');
      const folders = scalarsOf(names.value, ',');
      const twins = values && folders && pairUp(folders, values, weights.keyRange);
      if (!twins) continue;
      mixtures.push({
        label: stageLabel(place, trees, mixtures.length),
        weights: twins.weights,
        range: pairSpan(names, weights),
      });
      problems.push(...twins.problems);
    }
    if (mixtures.length === 0) return undefined;
    return { format: kind === 'toml' ? TORCHTITAN : NANOTRON, mixtures: withoutRepeats(mixtures), problems };
  },
};

/** Early nanosets: `dataset_path: {path: weight}`. */
function weightsOfPaths({ node, path }: Place): (WeightsFound & { readonly range: FoundMixture['range'] }) | undefined {
  const value = valueOf(node, 'dataset_path', 'dataset_folder');
  if (!isMap(value) || path[0] !== 'data_stages') return undefined;
  const found = weightsOfMap(value);
  return found.weights.length > 0 && found.strange === 0 ? { ...found, range: value.range } : undefined;
}

function withoutRepeats(mixtures: readonly FoundMixture[]): readonly FoundMixture[] {
  return mixtures.length === 1 ? [{ ...mixtures[0]!, label: mixtures[0]!.label || 'train' }] : mixtures;
}

/** Name of the stage around this place: `stable (from step 1)`. */
function stageLabel({ path }: Place, roots: readonly DataNode[], count: number): string {
  const at = path.findLastIndex((key) => typeof key === 'number');
  if (at < 0) return 'train';
  for (const root of roots) {
    const stage = follow(root, path.slice(0, at + 1));
    if (!isMap(stage)) continue;
    const name = textOf(valueOf(stage, 'name', 'stage_name')) ?? `stage ${count + 1}`;
    const start = numberOf(valueOf(stage, 'start_training_step', 'start_step'));
    return start === undefined ? name : `${name} (from step ${start})`;
  }
  return `stage ${count + 1}`;
}

function follow(root: DataNode, path: readonly (string | number)[]): DataNode | undefined {
  return path.reduce<DataNode | undefined>((node, key) => {
    if (typeof key === 'string') return valueOf(node, key);
    return isList(node) ? node.items[key] : undefined;
  }, root);
}

const FAST_LLM: Format = { id: 'fast-llm', name: 'Fast-LLM', ...PATHS };

/** Fast-LLM: `type: blended` with `datasets` and `weights`, which may hold blends again. */
export const fastLlm: Family = {
  id: 'fast-llm',
  fileKinds: ['yaml'],
  candidateKeys: [['blended', 'datasets', 'weights']],
  read({ trees }) {
    for (const { node, path } of mapsOf(trees)) {
      if (!isBlend(node) || path.some((key) => typeof key === 'string' && /valid|test|eval/i.test(key))) continue;
      const problems: MixtureProblem[] = [];
      const weights = blendOf(node, [], 1, problems);
      if (weights.length > 0)
        return { format: FAST_LLM, mixtures: [{ label: 'train', weights, range: node.range }], problems };
    }
    return undefined;
  },
};

function isBlend(node: MapNode): boolean {
  return (
    textOf(valueOf(node, 'type')) === 'blended' && isList(valueOf(node, 'datasets')) && isList(valueOf(node, 'weights'))
  );
}

function blendOf(
  node: MapNode,
  factors: readonly NumberToken[],
  outer: number,
  problems: MixtureProblem[],
): FoundWeight[] {
  const datasets = listOf(valueOf(node, 'datasets')) ?? [];
  const values = listOf(valueOf(node, 'weights')) ?? [];
  if (factors.length > 20) return [];
  if (datasets.length !== values.length) {
    const message = t('{0} datasets, but {1} weights.', datasets.length, values.length);
    problems.push({ code: 'length-mismatch', message, range: node.range, severity: 'error' });
  }
  const level = datasets.slice(0, values.length).flatMap((dataset, i) => {
    const named = nameOf(dataset);
    const found = gather([
      { name: named?.text ?? `dataset ${i + 1}`, nameRange: named?.range ?? dataset.range, value: values[i]! },
    ]);
    problems.push(...found.problems);
    return found.weights.map((weight) => ({ weight, dataset }));
  });
  const divisor = factors.length > 0 ? outer * levelSum(level.map(({ weight }) => weight)) : 1;
  return level.flatMap(({ weight, dataset }) => {
    if (isMap(dataset) && isBlend(dataset)) return blendOf(dataset, [...factors, weight.token], divisor, problems);
    return [factors.length > 0 ? { ...weight, factors, divisor } : weight];
  });
}

/** The path or name of a dataset, however deep it is wrapped (slices, shuffles, samples). */
function nameOf(node: DataNode): ScalarNode | undefined {
  if (isScalar(node)) return node;
  const direct = valueOf(node, 'name') ?? valueOf(node, 'path', 'prefix', 'file_path');
  if (isScalar(direct)) return direct;
  const inner = valueOf(node, 'dataset');
  return inner ? nameOf(inner) : undefined;
}
