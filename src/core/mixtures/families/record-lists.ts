import type { Family, Finding, Format, FoundWeight, Source } from '../family';
import {
  isList,
  isMap,
  isScalar,
  mapsOf,
  textOf,
  valueAt,
  valueOf,
  type DataNode,
  type ListNode,
  type MapNode,
  type ScalarNode,
} from '../syntax/node';
import type { MixtureProblem, NumberToken } from '../types';
import { gather, levelSum, type Pair } from '../weights';

/** A list of records, and where it stands. */
export interface RecordList {
  readonly list: ListNode;
  readonly records: readonly MapNode[];
  /** Key that holds the list; undefined for a file that is nothing but the list. */
  readonly key?: string;
  /** The map around it. */
  readonly owner?: MapNode;
  /** Keys from the root to the list, list positions left out. */
  readonly path: readonly string[];
  readonly root: DataNode;
}

interface RecordRule {
  readonly format: Format;
  readonly words: readonly string[];
  readonly name: readonly string[];
  readonly weight: string;
  readonly label?: string;
  accepts(list: RecordList, source: Source): boolean;
}

const has = (record: MapNode, ...names: readonly string[]): boolean =>
  names.every((name) => valueOf(record, name) !== undefined);
const all = ({ records }: RecordList, ...names: readonly string[]): boolean =>
  records.every((record) => has(record, ...names));
const exactly = ({ records }: RecordList, ...names: readonly string[]): boolean =>
  records.every(({ entries }) => entries.length === names.length && entries.every(({ key }) => names.includes(key)));
const forTraining = ({ path }: RecordList): boolean => !path.some((key) => /valid|^val$|test|eval/i.test(key));

const ADDED = { repeatedNames: 'added' } as const;
const PATHS = { namesArePaths: true, ...ADDED } as const;

/** Each line a framework: which key names the data, which key weighs it, and what must stand beside. */
const RULES: readonly RecordRule[] = [
  {
    format: { id: 'olmo-core', name: 'OLMo-core', sumMustBeOne: true, ...ADDED },
    words: ['target_ratio'],
    // Experiments of olmo-cookbook call it `name`.
    name: ['source_name', 'name'],
    weight: 'target_ratio',
    accepts: (list) =>
      list.records.some((record) => has(record, 'target_ratio') && nameOf(record, ['source_name', 'name'])) &&
      (list.key === 'sources' || list.records.some((record) => has(record, 'source_name'))),
  },
  {
    format: { id: 'regmixer', name: 'regmixer', ...ADDED },
    words: ['sources', 'weight', 'paths'],
    name: ['domain', 'name'],
    weight: 'weight',
    accepts: (list) => list.key === 'sources' && all(list, 'weight', 'paths'),
  },
  {
    format: { id: 'olmix-output', name: 'Olmix', ...ADDED },
    words: ['"domain"', '"weight"'],
    name: ['domain'],
    weight: 'weight',
    label: 'proposed',
    accepts: (list, { kind }) => kind !== 'python' && list.key === undefined && exactly(list, 'domain', 'weight'),
  },
  {
    format: { id: 'nemotron', name: 'Nemotron data blend', ...ADDED },
    words: ['datasets', 'weight', 'path', 'name'],
    name: ['name'],
    weight: 'weight',
    accepts: (list, { kind }) =>
      list.key === 'datasets' &&
      kind === 'json' &&
      all(list, 'name', 'path', 'weight') &&
      forTraining(list) &&
      looksRemote(list),
  },
  {
    format: { id: 'bigscience', name: 'BigScience', ...ADDED, namesArePaths: true },
    words: ['dataset_path', 'ratio'],
    name: ['dataset_path'],
    weight: 'ratio',
    accepts: (list) => list.key === undefined && all(list, 'dataset_path', 'ratio'),
  },
  {
    format: { id: 'oumi', name: 'Oumi', sumMustBeOne: true, ...ADDED },
    words: ['mixture_proportion', 'dataset_name'],
    name: ['dataset_name'],
    weight: 'mixture_proportion',
    accepts: (list) => list.key === 'datasets' && all(list, 'dataset_name', 'mixture_proportion') && forTraining(list),
  },
  {
    format: { id: 'fms-hf-tuning', name: 'fms-hf-tuning', sumMustBeOne: true, ...ADDED },
    words: ['dataprocessor', 'sampling'],
    name: ['name'],
    weight: 'sampling',
    accepts: (list) =>
      list.key === 'datasets' &&
      // Datasets without training examples have no share.
      list.records.filter((record) => has(record, 'name', 'sampling')).length > 1 &&
      valueOf(list.owner, 'dataprocessor') !== undefined,
  },
  {
    format: { id: 'dolomite-engine', name: 'dolomite-engine', ...ADDED },
    words: ['data_sampling_ratio', 'data_name'],
    name: ['data_name'],
    weight: 'data_sampling_ratio',
    accepts: (list) => all(list, 'data_name', 'data_sampling_ratio') && list.records.length > 1,
  },
  {
    format: { id: 'dolomite-engine', name: 'dolomite-engine', ...PATHS },
    words: ['train_weighted_split_paths'],
    name: ['path'],
    weight: 'weight',
    accepts: (list) => list.path.includes('train_weighted_split_paths') && all(list, 'path', 'weight'),
  },
  {
    format: { id: 'data-juicer', name: 'Data-Juicer', ...PATHS },
    words: ['max_sample_num', 'configs', 'weight'],
    name: ['path', 'files', 'name', 'source'],
    weight: 'weight',
    accepts: (list) =>
      list.key === 'configs' && all(list, 'type', 'weight') && valueOf(list.owner, 'max_sample_num') !== undefined,
  },
];

function looksRemote({ records }: RecordList): boolean {
  return records.some(
    (record) => /^(?:hf|s3|gs|file):\/\//.test(textOf(valueOf(record, 'path')) ?? '') || has(record, 'text_field'),
  );
}

/** Lists of records with a name and a weight, one rule a framework. */
export const recordLists: Family = {
  id: 'record-lists',
  fileKinds: ['yaml', 'json', 'toml', 'python'],
  candidateKeys: RULES.map(({ words }) => words),
  read(source) {
    for (const list of recordListsOf(source.trees)) {
      for (const rule of RULES) {
        if (!rule.accepts(list, source)) continue;
        const finding = readRecords(rule, list);
        if (finding) return finding;
      }
    }
    return undefined;
  },
};

/** Every list that holds nothing but maps. */
export function* recordListsOf(roots: readonly DataNode[]): Generator<RecordList> {
  for (const root of roots) {
    const records = recordsOf(root);
    if (records && isList(root)) yield { list: root, records, path: [], root };
    for (const { node, path } of mapsOf([root])) {
      const keys = path.filter((step): step is string => typeof step === 'string');
      for (const { key, value } of node.entries) {
        const inside = recordsOf(value);
        if (inside && isList(value))
          yield { list: value, records: inside, key, owner: node, path: [...keys, key], root };
      }
    }
  }
}

function recordsOf(node: DataNode): readonly MapNode[] | undefined {
  if (!isList(node) || node.items.length === 0) return undefined;
  const records = node.items.filter(isMap);
  return records.length === node.items.length ? records : undefined;
}

function readRecords({ format, name, weight, label }: RecordRule, { list, records }: RecordList): Finding | undefined {
  const counts = new Map<string, number>();
  for (const record of records) {
    const text = nameOf(record, name)?.text ?? '?';
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const pairs = records.flatMap((record): Pair[] => {
    const value = valueOf(record, weight);
    const named = nameOf(record, name);
    if (!value) return [];
    const text = named?.text ?? '?';
    const part = (counts.get(text) ?? 0) > 1 ? nameOf(record, PARTS) : undefined;
    const shown = part ?? named;
    return [{ name: part ? `${text}/${part.text}` : text, nameRange: shown?.range ?? record.range, value }];
  });
  const { weights, problems, strange } = gather(pairs);
  if (weights.length === 0 || strange >= weights.length) return undefined;
  return { format, mixtures: [{ label: label ?? 'train', weights, range: list.range }], problems };
}

/** Tell the parts of one dataset apart, where it is listed more than once. */
const PARTS = ['subset', 'subset_name', 'config_name', 'data_dir', 'split'] as const;

function nameOf(record: MapNode, names: readonly string[]): ScalarNode | undefined {
  for (const name of names) {
    const value = valueOf(record, name);
    if (isScalar(value) && textOf(value) !== undefined) return value;
  }
  return undefined;
}

const ENERGON: Format = { id: 'energon', name: 'Megatron-Energon', ...PATHS };

/** Megatron-Energon metadatasets: `splits.train.blend`, which may hold blends again. */
export const energon: Family = {
  id: 'energon',
  fileKinds: ['yaml'],
  candidateKeys: [['Metadataset', 'splits']],
  read({ trees }) {
    for (const root of trees) {
      if (!/^Metadataset/.test(textOf(valueOf(root, '__class__')) ?? '')) continue;
      const train = valueAt(root, ['splits', 'train']);
      const blend = valueOf(train, 'blend', 'datasets');
      if (!blend) continue;
      const problems: MixtureProblem[] = [];
      const weights = blendOf(blend, { factors: [], divisor: 1 }, problems);
      if (weights.length > 0)
        return { format: ENERGON, mixtures: [{ label: 'train', weights, range: blend.range }], problems };
    }
    return undefined;
  },
};

function blendOf(blend: DataNode, around: Around, problems: MixtureProblem[]): FoundWeight[] {
  const level = (recordsOf(blend) ?? []).flatMap((record) => {
    const name = nameOf(record, ['path']);
    const value = valueOf(record, 'weight');
    if (!value || around.factors.length > 20) return [];
    const found = gather([{ name: name?.text ?? 'blend', nameRange: name?.range ?? record.range, value }]);
    problems.push(...found.problems);
    return found.weights.map((weight) => ({ weight, inner: valueOf(record, 'blend') }));
  });
  const divisor = around.factors.length > 0 ? around.divisor * levelSum(level.map(({ weight }) => weight)) : 1;
  return level.flatMap(({ weight, inner }) => {
    if (inner) return blendOf(inner, { factors: [...around.factors, weight.token], divisor }, problems);
    return [around.factors.length > 0 ? { ...weight, factors: around.factors, divisor } : weight];
  });
}

/** What encloses a level of a nested blend. */
interface Around {
  readonly factors: readonly NumberToken[];
  readonly divisor: number;
}

const MAXTEXT: Format = { id: 'maxtext', name: 'MaxText' };

/** MaxText `grain_train_mixture_config_path`: `{name: {path, weight}}`. */
export const maxtext: Family = {
  id: 'maxtext',
  fileKinds: ['json'],
  candidateKeys: [['"path"', '"weight"']],
  read({ trees }) {
    for (const root of trees) {
      if (!isMap(root) || root.entries.length === 0) continue;
      const matches = root.entries.every(
        ({ value }) =>
          isMap(value) &&
          value.entries.length === 2 &&
          has(value, 'path', 'weight') &&
          isScalar(valueOf(value, 'path')),
      );
      if (!matches) continue;
      const pairs = root.entries.map(({ key, keyRange, value }) => ({
        name: key,
        nameRange: keyRange,
        value: valueOf(value, 'weight')!,
      }));
      const { weights, problems, strange } = gather(pairs);
      if (weights.length === 0 || strange > 0) continue;
      return { format: MAXTEXT, mixtures: [{ label: 'train', weights, range: root.range }], problems };
    }
    return undefined;
  },
};
