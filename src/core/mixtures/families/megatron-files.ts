import { alternationFinding, looksLikePath, readAlternation, splitWords, wordsOf } from '../alternating';
import type { Family, Finding, Format } from '../family';
import {
  isMap,
  isScalar,
  listOf,
  mapsOf,
  numberOf,
  textOf,
  valueOf,
  type DataNode,
  type MapNode,
  type Place,
  type ScalarNode,
} from '../syntax/node';
import { MEGATRON, TOKENIZED } from './megatron-shell';

const LIST: Omit<Format, 'id' | 'name'> = { zeroForbidden: true, namesArePaths: true, repeatedNames: 'added' };
const DATA_ARGS: Format = { id: 'megatron-data-args', name: 'Megatron-LM --data-args-path', ...LIST };
const PER_SPLIT: Format = { id: 'megatron-per-split', name: 'Megatron-LM --per-split-data-args-path', ...LIST };
const MEGATRON_YAML: Format = { id: 'megatron-yaml', name: 'Megatron-LM YAML (FlagScale, Primus)', ...LIST };
const NEMO: Format = { id: 'nemo', name: 'NeMo', ...LIST };
const ERNIE: Format = { id: 'ernie', name: 'ERNIE and PaddleNLP', ...LIST };
const AUTOMODEL: Format = { id: 'automodel', name: 'NeMo AutoModel', ...LIST };

/** Text files that are nothing but `weight path weight path …`, for `--data-args-path`. */
export const megatronText: Family = {
  id: 'megatron-text',
  fileKinds: ['text'],
  candidateKeys: [['/'], ['_document']],
  read({ text }) {
    // Prose is not read to its end to find out that it is no list.
    if (!/^\s*(?:"?[A-Za-z_]\w*:\s+)?[+-]?[\d.]/.test(text.slice(0, 200))) return undefined;
    const whole: ScalarNode = {
      kind: 'scalar',
      text,
      range: { start: 0, end: text.length },
      quoted: false,
      verbatim: true,
    };
    const words = splitWords(whole).filter(
      ({ text: word }) => !/^(?:"?[A-Za-z_]\w*:|\d*\.?\d*:\d*\.?\d*|"|,)$/.test(word),
    );
    const cleaned = words.map((word) => {
      const trimmed = word.text.replace(/[",]+$/, '');
      return { ...word, text: trimmed, range: { start: word.range.start, end: word.range.start + trimmed.length } };
    });
    const paths = cleaned.filter((_, i) => i % 2 === 1).map(({ text: word }) => word);
    if (!paths.every((path) => path.includes('/') || TOKENIZED.test(path))) return undefined;
    const list = readAlternation(cleaned);
    // Sizes beside paths (`du`, `wc`) look the same, but for the names of tokenized data.
    const shares = looksLikeFractions((list?.weights ?? []).map(({ token }) => token.raw));
    return list && (shares || paths.every((path) => TOKENIZED.test(path)))
      ? alternationFinding(DATA_ARGS, 'train', list)
      : undefined;
  },
};

function looksLikeFractions(weights: readonly number[]): boolean {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.some((weight) => !Number.isInteger(weight)) && (Math.abs(sum - 1) < 0.25 || Math.abs(sum - 100) < 25);
}

/** JSON with a list for each split; only `train` is the mixture. */
export const megatronPerSplit: Family = {
  id: 'megatron-per-split',
  fileKinds: ['json'],
  candidateKeys: [
    ['"train"', '"valid"'],
    ['"train"', '"test"'],
  ],
  read({ trees }) {
    for (const root of trees) {
      if (!isMap(root) || !root.entries.every(({ key }) => ['train', 'valid', 'test', 'validation'].includes(key)))
        continue;
      const words = wordsOf(valueOf(root, 'train'));
      const finding = words && areTokenized(words) ? readList(PER_SPLIT, valueOf(root, 'train'), 'train') : undefined;
      if (finding) return finding;
    }
    return undefined;
  },
};

interface KeyRule {
  readonly format: Format;
  readonly keys: readonly string[];
  accepts(place: Place, words: readonly ScalarNode[]): boolean;
}

const some = (node: MapNode, ...names: readonly string[]): boolean =>
  names.some((name) => valueOf(node, name) !== undefined);

const NEMO_KEYS = [
  'splits_string',
  'index_mapping_dir',
  'data_impl',
  'seq_length',
  'dataloader_type',
  'skip_warmup',
] as const;
const AUTOMODEL_KEYS = [
  '_target_',
  'split',
  'seq_length',
  'splits_to_build',
  'index_mapping_dir',
  'tokenizer',
] as const;

const RULES: readonly KeyRule[] = [
  {
    format: NEMO,
    keys: ['data_prefix'],
    accepts: ({ node }) => some(node, ...NEMO_KEYS),
  },
  {
    format: AUTOMODEL,
    keys: ['paths'],
    accepts: ({ node }, words) => some(node, ...AUTOMODEL_KEYS) && areTokenized(words),
  },
  {
    format: ERNIE,
    keys: ['input_dir'],
    accepts: (_, words) => areTokenized(words),
  },
  {
    format: MEGATRON_YAML,
    keys: ['data_path', 'train_data_path', 'data-path', 'train-data-path'],
    accepts: (_, words) => areTokenized(words),
  },
];

function areTokenized(words: readonly ScalarNode[]): boolean {
  return words.every(({ text }, i) => i % 2 === 0 || looksLikePath(text));
}

/** The same lists under keys of YAML configs. */
export const megatronYaml: Family = {
  id: 'megatron-yaml',
  fileKinds: ['yaml', 'json', 'toml'],
  candidateKeys: [...RULES.flatMap(({ keys }) => keys.map((key) => [key])), ['_document']],
  companions: [...NEMO_KEYS, ...AUTOMODEL_KEYS, '--data-prefix', '--train-data-prefix'],
  read({ trees }) {
    for (const place of mapsOf(trees)) {
      for (const { format, keys, accepts } of RULES) {
        for (const key of keys) {
          const value = trainPart(valueOf(place.node, key));
          const words = wordsOf(value);
          const finding = words && accepts(place, words) ? readList(format, value, 'train') : undefined;
          if (finding) return finding;
        }
      }
      const arguments_ = listOf(valueOf(place.node, 'args')) ?? [];
      const finding = readArguments(arguments_);
      if (finding) return finding;
    }
    return undefined;
  },
};

/** The list itself, or that of the `train` split. */
function trainPart(node: DataNode | undefined): DataNode | undefined {
  return isMap(node) ? valueOf(node, 'train') : node;
}

function readList(format: Format, node: DataNode | undefined, label: string): Finding | undefined {
  const words = wordsOf(node);
  const list = words && readAlternation(words);
  return list && alternationFinding(format, label, { ...list, range: node?.range ?? list.range });
}

/** Container arguments in job specifications: `args: ["--data-path", "0.5", "a", …]`. */
function readArguments(items: readonly DataNode[]): Finding | undefined {
  const flag = items.findIndex((item) => /^--(?:train-)?data-(?:path|prefix)$/.test(textOf(item) ?? ''));
  if (flag < 0) return undefined;
  const rest = items.slice(flag + 1);
  const stop = rest.findIndex((item) => textOf(item)?.startsWith('--') ?? true);
  const scalars = rest.slice(0, stop < 0 ? undefined : stop).filter(isScalar);
  const words = scalars.flatMap((item) => (numberOf(item) === undefined ? splitWords(item) : [item]));
  const list = readAlternation(words);
  return list && alternationFinding(MEGATRON, 'train', list);
}
