import { isAboutText, isAboutTraining } from '../corpora';
import type { Family, Finding, Format, Source } from '../family';
import { namesSet } from '../syntax/python-statements';
import {
  isList,
  isMap,
  isScalar,
  mapsOf,
  numberOf,
  textOf,
  valueOf,
  type DataNode,
  type MapNode,
  type Place,
} from '../syntax/node';
import { gather, type Pair } from '../weights';
import { namesOf, OF_TEXT, SURE_WEIGHTS, VAGUE_WEIGHTS } from './dataset-lists';
import { combine, isWhole, literalFinding } from './python-dicts';
import { nameOf } from './python-names';
import { MIXES } from './python-registries';
import { recordListsOf, type RecordList } from './record-lists';

const RECORDS: Format = { id: 'dataset-list', name: 'List of weighted datasets', repeatedNames: 'added' };
const WEIGHTS = [...SURE_WEIGHTS, ...VAGUE_WEIGHTS, 'percent', 'pct', 'fraction', 'frac'];
/** What says of a record that it is a dataset. */
const OF_DATASET = [...OF_TEXT, 'dataset', 'dataset_name', 'hf_repo', 'hf_config', 'subset', 'config_name', 'split'];
const DATA_NAME = /data|corpus|corpora|train|sources?(?:_|$)|sft/i;

/** Lists of datasets of a program's own: `DATA_MIX = [Source("web", 0.6, …), …]`, `dataset_mix = [{"name": …, "weight": …}, …]`. */
export const pythonRecords: Family = {
  id: 'python-records',
  fileKinds: ['python'],
  candidateKeys: [
    ...SURE_WEIGHTS.map((word) => [word]),
    ...['weight', 'ratio', 'proportion', 'prob', 'percent', 'share', 'frac'].flatMap((word) =>
      ['mix', 'MIX', 'Mix', 'ource', 'ataset', 'hf_'].map((beside) => [word, beside]),
    ),
  ],
  anchors(text) {
    const names = [...namesSet(text)];
    const weights = names.filter((name) => WEIGHTS.includes(name));
    if (weights.length === 0 || !isAboutTraining(text)) return [];
    const mixes = names.filter((name) => MIXES.test(name));
    const isOfData =
      mixes.length > 0 || names.some((name) => OF_DATASET.includes(name)) || /["'][\w.-]+\/[\w.-]+["']/.test(text);
    return isOfData ? [...weights, ...mixes] : [];
  },
  read(source) {
    return combine([
      ...[...recordListsOf(source.trees)].map((list) => readRecords(list)),
      ...source.python.assignments.map(({ name, value }) => recordsByName(name, value)),
    ]);
  },
};

function readRecords({ key, path, records, list }: RecordList): Finding | undefined {
  if (key === undefined || path.some((each) => /valid|^val$|test|eval/i.test(each))) return undefined;
  const weight = WEIGHTS.find((each) => records.every((record) => numberOf(valueOf(record, each)) !== undefined));
  const tags = new Set(records.map(({ tag }) => tag));
  if (weight === undefined || tags.size > 1 || !areNamed(records)) return undefined;
  const [tag = ''] = tags;
  const names = namesOf(records);
  const pairs = records.map((record, i): Pair => ({ ...names[i]!, value: valueOf(record, weight)! }));
  const { weights, problems } = gather(pairs);
  const raw = weights.map(({ token }) => token.raw);
  if (raw.some((each) => each < 0)) return undefined;
  const areData = records.every((record) => OF_DATASET.some((each) => valueOf(record, each) !== undefined));
  const isMix = MIXES.test(key) && (areData || DATA_NAME.test(`${key} ${tag}`));
  const isSure = SURE_WEIGHTS.includes(weight) && areData;
  if (!isMix && !isSure && !((areData || records.every(isOfHub)) && records.length > 1 && isWhole(raw)))
    return undefined;
  return { format: RECORDS, mixtures: [{ label: key, weights, range: list.range }], problems };
}

/** `PRETRAIN_MIX = {"web": {"weight": 0.6, …}, …}` */
function recordsByName(label: string, map: DataNode): Finding | undefined {
  if (!MIXES.test(label) || !DATA_NAME.test(label) || !isMap(map) || map.tag !== undefined) return undefined;
  const weight = WEIGHTS.find((each) => map.entries.every(({ value }) => numberOf(valueOf(value, each)) !== undefined));
  if (weight === undefined || map.entries.length < 2 || /valid|eval|test/i.test(label)) return undefined;
  const pairs = map.entries.map(({ key, keyRange, value }): Pair => ({
    name: key,
    nameRange: keyRange,
    value: valueOf(value, weight)!,
  }));
  if (pairs.some(({ value }) => (numberOf(value) ?? -1) < 0)) return undefined;
  return literalFinding(RECORDS, label, pairs, map.range);
}

const NAME_KEYS = ['name', 'dataset_name', 'dataset', 'source', 'path', 'hf_path', 'repo_id', 'repo', 'id', 'hf_id'];

const areNamed = (records: readonly MapNode[]): boolean =>
  records.every((record) => NAME_KEYS.some((name) => textOf(valueOf(record, name)) !== undefined));

/** Names a repository as the Hugging Face hub does: `owner/name`. */
const isOfHub = ({ entries }: MapNode): boolean =>
  entries.some(({ value }) => isScalar(value) && value.quoted && /^[\w.-]+\/[\w.-]+$/.test(value.text));

const SETTINGS: Format = { id: 'python-probabilities', name: 'Probabilities of datasets', repeatedNames: 'added' };
const WEIGHT_KEY =
  /^(?:train_?)?(?:data(?:set)?s?|domains?|corpus|corpora|sources?|mix(?:ture|ing)?|interleave|sampling)_?(?:sampling_?|mix(?:ing)?_?)?(?:weights?|prob(?:abilitie)?s?|ratios?|proportions?|fractions?)$/i;
const NAMES_KEY =
  /^(?:train_?)?(?:(?:abs|rel)_)?(?:data(?:_?sets?)?|domains?|corpora|corpus|sources?|repos?|mix(?:ture)?s?)(?:_?(?:paths?|names?|ids?|cfgs?|configs?|dirs?|folders?|files?|list|keys?|subsets?|prefix(?:es)?))?$|^(?:(?:abs|rel)_)?paths$/i;
const SPLITS = /^(?:train(?:ing)?|val|valid|validation|dev|test|eval)$/i;

/** Two arguments of one call, or two entries of one dictionary: `dict(datasets=[…], dataset_weights=[0.6, 0.4])`. */
export const pythonSettings: Family = {
  id: 'python-settings',
  fileKinds: ['python'],
  candidateKeys: [
    ...['weight', 'prob', 'ratio', 'proportion', 'fraction'].flatMap((word) =>
      ['data', 'domain', 'corp', 'source', 'mix', 'interleave', 'sampling'].map((what) => [word, what]),
    ),
  ],
  anchors(text) {
    const names = [...namesSet(text)];
    const weights = names.filter((name) => WEIGHT_KEY.test(name));
    return weights.length > 0 && names.some((name) => NAMES_KEY.test(name)) && isAboutText(text) ? weights : [];
  },
  read({ trees }: Source) {
    return combine([...mapsOf(trees)].map(readSettings));
  },
};

function readSettings({ node, path }: Place): Finding | undefined {
  if (path.some((key) => typeof key === 'string' && /valid|^val$|test|eval/i.test(key))) return undefined;
  for (const { key, value } of node.entries) {
    if (!WEIGHT_KEY.test(key) || !isList(value) || value.items.length < 2) continue;
    if (value.items.some((item) => !((numberOf(item) ?? -1) >= 0))) continue;
    const lists = node.entries.flatMap(({ key: other, value: names }) =>
      NAMES_KEY.test(other) && isList(names) && names.items.length === value.items.length ? [names] : [],
    );
    const told = lists.find(({ items }) => items.every((item) => isScalar(item) || isMap(item)));
    if (!told || told.items.some((item) => isScalar(item) && SPLITS.test(item.text))) continue;
    const named = told.items.map(nameOf);
    const pairs = value.items.map((item, i): Pair => {
      const own = named[i];
      const unique = own && named.filter((other) => other?.name === own.name).length === 1;
      return { name: unique ? own.name : `dataset ${i + 1}`, nameRange: own?.range ?? item.range, value: item };
    });
    return literalFinding(SETTINGS, 'train', pairs, value.range);
  }
  return undefined;
}
