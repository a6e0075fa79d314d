import { isAboutText } from '../corpora';
import type { Family, Finding, Format, Source } from '../family';
import { isScalar, numberOf, textOf, valueOf, type DataNode, type MapNode } from '../syntax/node';
import { namesSet } from '../syntax/python-statements';
import { gather, type Pair } from '../weights';
import { recordListsOf, type RecordList } from './record-lists';

const LIST: Format = { id: 'dataset-list', name: 'List of weighted datasets', repeatedNames: 'added' };

/** Keys that hold the datasets of a run. */
const LIST_KEY = /^(?:train(?:ing)?_?)?(?:data(?:_?sets?|_?sources?|_?mix(?:ture)?)?|sources|mixture|corpora)$/i;
/** Weights that mean a share wherever they stand. */
export const SURE_WEIGHTS = [
  ...[
    'mix_ratio',
    'mixture_ratio',
    'mix_weight',
    'mixture_weight',
    'mixing_weight',
    'sampling_weight',
    'sampling_ratio',
  ],
  ...['sampling_prob', 'sampling_probability', 'mix_proportion', 'mixture_proportion', 'interleave_prob'],
  ...['mix_percent', 'mix_share', 'mix_fraction'],
];
/** Weights that mean a share beside what says how text is read. */
export const VAGUE_WEIGHTS = ['weight', 'ratio', 'proportion', 'probability', 'prob', 'percentage', 'share'];
const NAMES = [
  'name',
  'dataset_name',
  'dataset',
  'source',
  'path',
  'hf_path',
  'repo_id',
  'repo',
  'id',
  'data',
  'hf_id',
];
/** Settings of a dataset of texts. */
export const OF_TEXT = [
  'text_field',
  'text_column',
  'text_key',
  'streaming',
  'hf_path',
  'hf_id',
  'repo_id',
  'hf_name',
  'hf_dataset',
];
/** What tells parts of one dataset apart. */
const PARTS = ['config', 'subset', 'subset_name', 'config_name', 'data_dir', 'data_files', 'lang', 'split'];

/** Lists of datasets in configs of no known framework: `datasets: [{name, weight, text_field, split}, …]`. */
export const datasetLists: Family = {
  id: 'dataset-lists',
  fileKinds: ['yaml', 'json', 'toml', 'python'],
  candidateKeys: [
    ...SURE_WEIGHTS.map((word) => [word]),
    ...['weight', 'ratio', 'proportion', 'prob', 'percentage', 'share'].flatMap((word) =>
      [...OF_TEXT, 'datasets'].map((beside) => [word, beside]),
    ),
  ],
  companions: ['datasets', 'sources', 'base_model', 'dataset_mixture'],
  anchors: (text) => [...namesSet(text)].filter((name) => SURE_WEIGHTS.includes(name) || VAGUE_WEIGHTS.includes(name)),
  read(source) {
    const findings = [...recordListsOf(source.trees)].flatMap((list) => readList(list, source) ?? []);
    const [first] = findings;
    if (!first) return undefined;
    return {
      format: LIST,
      mixtures: findings.flatMap(({ mixtures }) => mixtures),
      problems: findings.flatMap(({ problems }) => problems),
    };
  },
};

function readList(list: RecordList, source: Source): Finding | undefined {
  const { key, path, root } = list;
  if (
    key === undefined ||
    !LIST_KEY.test(key) ||
    path.some((each) => /valid|^val$|test|eval|dataset_mixture/i.test(each))
  )
    return undefined;
  // Axolotl keeps that part of each dataset.
  if (valueOf(root, 'base_model') !== undefined) return undefined;
  const records = list.records.filter((record) => textOf(valueOf(record, 'enabled'))?.toLowerCase() !== 'false');
  const weight = weightKey(records, source);
  if (weight === undefined || records.length === 0) return undefined;
  const names = namesOf(records);
  const pairs = records.map((record, i): Pair => ({ ...names[i]!, value: valueOf(record, weight)! }));
  const { weights, problems } = gather(pairs);
  if (weights.length < pairs.length || weights.some(({ token }) => token.raw < 0)) return undefined;
  return { format: LIST, mixtures: [{ label: 'train', weights, range: list.list.range }], problems };
}

function weightKey(records: readonly MapNode[], { kind, text }: Source): string | undefined {
  const inAll = (key: string): boolean => records.every((record) => numberOf(valueOf(record, key)) !== undefined);
  const named = records.every((record) => NAMES.some((name) => isScalar(valueOf(record, name))));
  if (!named) return undefined;
  const sure = SURE_WEIGHTS.find(inAll);
  if (sure !== undefined) return sure;
  const ofText = records.every((record) => OF_TEXT.some((key) => valueOf(record, key) !== undefined));
  const inProgram = kind === 'python' && isAboutText(text) && /pre-?train|token/i.test(text);
  return ofText || inProgram ? VAGUE_WEIGHTS.find(inAll) : undefined;
}

/** Names, with the part where a dataset is listed more than once; still the same ones are numbered. */
export function namesOf(records: readonly MapNode[]): { name: string; nameRange: Pair['nameRange'] }[] {
  const first = records.map((record) => scalarOf(record, NAMES));
  const count = (names: readonly string[], name: string): number => names.filter((each) => each === name).length;
  const plain = first.map((node) => (node && textOf(node)) ?? '?');
  const withParts = plain.map((name, i) => {
    const part = count(plain, name) > 1 ? scalarOf(records[i]!, PARTS) : undefined;
    return part && textOf(part) !== undefined ? `${name}/${textOf(part)}` : name;
  });
  return withParts.map((name, i) => {
    const before = count(withParts.slice(0, i), name);
    return { name: before > 0 ? `${name} (${before + 1})` : name, nameRange: (first[i] ?? records[i]!).range };
  });
}

function scalarOf(record: MapNode, keys: readonly string[]): DataNode | undefined {
  return keys.map((key) => valueOf(record, key)).find((node) => isScalar(node) && textOf(node) !== undefined);
}
