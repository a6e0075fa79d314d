import { t } from '../../l10n';
import type { Family, Finding, Format } from '../family';
import { isList, isMap, isScalar, mapsOf, numberOf, textOf, valueOf, type DataNode, type Place } from '../syntax/node';
import type { TextRange } from '../types';
import { recordListsOf, type RecordList } from './record-lists';

/** Weights that are something else than shares: said, and never shown as a mixture. */
type Meaning = 'keep-fraction' | 'repetition-factor' | 'sample-count' | 'needs-dataset-sizes';

function explanation(format: string, key: string, meaning: Meaning): string {
  switch (meaning) {
    case 'keep-fraction':
      return t(
        '{0}: `{1}` is the part of each dataset that is kept, not its share of the training data. The shares depend on the sizes of the datasets.',
        format,
        key,
      );
    case 'repetition-factor':
      return t(
        '{0}: `{1}` is how often each source is repeated, not its share of the training data. The shares depend on the sizes of the sources.',
        format,
        key,
      );
    case 'sample-count':
      return t(
        '{0}: `{1}` is a number of samples, not a share of the training data. Samples differ in length, so the shares in tokens are not known here.',
        format,
        key,
      );
    case 'needs-dataset-sizes':
      return t('{0}: `{1}` is multiplied by the size of each dataset, so the shares are not known here.', format, key);
  }
}

function explain(format: Format, key: string, meaning: Meaning, range: TextRange): Finding {
  const message = explanation(format.name, key, meaning);
  return { format, mixtures: [], problems: [{ code: meaning, message, range, severity: 'information' }] };
}

const ALIGNMENT: Format = { id: 'trl', name: 'TRL and alignment-handbook' };
const OPEN_INSTRUCT: Format = { id: 'open-instruct', name: 'open-instruct' };
const AXOLOTL: Format = { id: 'axolotl', name: 'Axolotl' };
const DATA_JUICER: Format = { id: 'data-juicer', name: 'Data-Juicer' };
const DOLMA: Format = { id: 'dolma', name: 'Dolma resharding' };
const OPEN_LM: Format = { id: 'open-lm', name: 'OpenLM' };
const ENERGON: Format = { id: 'energon', name: 'Megatron-Energon' };
const CPM_BEE: Format = { id: 'cpm-bee', name: 'CPM-Bee' };

interface ListRule {
  readonly format: Format;
  readonly words: readonly string[];
  readonly weight: string;
  readonly meaning: Meaning;
  accepts(list: RecordList): boolean;
}

const every = ({ records }: RecordList, ...names: readonly string[]): boolean =>
  records.every((record) => names.every((name) => valueOf(record, name) !== undefined));
const some = ({ records }: RecordList, name: string): boolean =>
  records.some((record) => numberOf(valueOf(record, name)) !== undefined);

const LISTS: readonly ListRule[] = [
  {
    format: ALIGNMENT,
    words: ['dataset_mixture', 'weight'],
    weight: 'weight',
    meaning: 'keep-fraction',
    accepts: (list) => list.path.includes('dataset_mixture') && list.key === 'datasets' && every(list, 'id'),
  },
  {
    format: AXOLOTL,
    words: ['base_model', 'datasets', 'weight'],
    weight: 'weight',
    meaning: 'keep-fraction',
    accepts: (list) =>
      (list.key === 'datasets' || list.key === 'pretraining_dataset') &&
      every(list, 'path') &&
      textOf(valueOf(list.root, 'base_model')) !== undefined,
  },
  {
    format: DATA_JUICER,
    words: ['configs', 'weight', 'dataset'],
    weight: 'weight',
    meaning: 'keep-fraction',
    accepts: (list) =>
      list.key === 'configs' &&
      list.path.includes('dataset') &&
      every(list, 'type', 'path') &&
      valueOf(list.owner, 'max_sample_num') === undefined,
  },
  {
    format: DOLMA,
    words: ['source_prefixes', 'sample_rate'],
    weight: 'sample_rate',
    meaning: 'repetition-factor',
    accepts: (list) => list.key === 'source_prefixes' && every(list, 'prefix'),
  },
  {
    format: ENERGON,
    words: ['blend_epochized', 'repetitions'],
    weight: 'repetitions',
    meaning: 'repetition-factor',
    accepts: (list) => list.key === 'blend_epochized',
  },
  {
    format: CPM_BEE,
    words: ['dataset_name', 'task_name', 'weight'],
    weight: 'weight',
    meaning: 'needs-dataset-sizes',
    accepts: (list) => every(list, 'dataset_name', 'task_name', 'weight', 'path'),
  },
];

interface MapRule {
  readonly words: readonly string[];
  read(place: Place): Finding | undefined;
}

const MAPS: readonly MapRule[] = [
  { words: ['dataset_mixer'], read: ({ node }) => mixer(valueOf(node, 'dataset_mixer', 'dataset_mixer_list')) },
  {
    words: ['sampling_frequencies'],
    read: ({ node }) =>
      weighted(OPEN_LM, 'sampling_frequencies', 'repetition-factor', valueOf(node, 'sampling_frequencies')),
  },
  {
    words: ['sampling-frequencies'],
    read: ({ node }) =>
      weighted(OPEN_LM, 'sampling-frequencies', 'repetition-factor', valueOf(node, 'sampling-frequencies')),
  },
];

/** Keep-fractions, repetition factors and counts: recognised, so that nobody takes them for a mixture. */
export const otherMeanings: Family = {
  id: 'other-meanings',
  fileKinds: ['yaml', 'json'],
  candidateKeys: [...LISTS.map(({ words }) => words), ...MAPS.map(({ words }) => words)],
  read({ trees }) {
    for (const list of recordListsOf(trees)) {
      for (const rule of LISTS) {
        if (!rule.accepts(list) || !some(list, rule.weight)) continue;
        const at = list.records.flatMap(({ entries }) => entries).find(({ key }) => key === rule.weight);
        return explain(rule.format, rule.weight, rule.meaning, at?.keyRange ?? list.list.range);
      }
    }
    for (const place of mapsOf(trees)) {
      for (const rule of MAPS) {
        const finding = rule.read(place);
        if (finding) return finding;
      }
    }
    return undefined;
  },
};

/** `dataset_mixer: {id: 0.5, other: 5000}`, or a list of names and numbers by turns. */
function mixer(node: DataNode | undefined): Finding | undefined {
  const values = isMap(node)
    ? node.entries.map(({ value }) => value)
    : isList(node)
      ? node.items.filter((_, i) => i % 2 === 1)
      : [];
  const numbers = values.map(numberOf).filter((value) => value !== undefined);
  if (!node || numbers.length === 0 || numbers.length < values.length) return undefined;
  const counts = numbers.some((value) => value > 1);
  const format = counts || isList(node) ? OPEN_INSTRUCT : ALIGNMENT;
  return explain(format, 'dataset_mixer', counts ? 'sample-count' : 'keep-fraction', node.range);
}

function weighted(format: Format, key: string, meaning: Meaning, node: DataNode | undefined): Finding | undefined {
  const values = isList(node)
    ? node.items
    : isMap(node)
      ? node.entries.map(({ value }) => value)
      : isScalar(node)
        ? [node]
        : [];
  if (!node || values.length === 0 || !values.every((value) => numberOf(value) !== undefined)) return undefined;
  return explain(format, key, meaning, node.range);
}
