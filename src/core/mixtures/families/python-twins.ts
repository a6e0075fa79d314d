import { t } from '../../l10n';
import type { Family, Finding, Format } from '../family';
import { shortNames } from '../paths';
import { isMap, isScalar, listOf, valueOf, type MapNode } from '../syntax/node';
import type { PythonAssignment } from '../syntax/python';
import type { Pair } from '../weights';
import { combine, literalFinding } from './python-dicts';
import { nameOf } from './python-names';

const ADDED = { repeatedNames: 'added' } as const;

/** Datasets and weights in two arguments of one call. */
interface TwinRule {
  readonly format: Format;
  readonly words: readonly string[];
  readonly call: RegExp;
  readonly names: readonly string[];
  readonly weights: readonly string[];
  /** Libraries for all kinds of data: only in files about text. */
  readonly ofAnything?: boolean;
}

const TWINS: readonly TwinRule[] = [
  {
    format: { id: 'hf-datasets', name: 'Hugging Face datasets', sumMustBeOne: true, ...ADDED },
    words: ['interleave_datasets', 'probabilities'],
    call: /(?:^|\.)interleave_datasets$/,
    names: ['datasets', '0'],
    weights: ['probabilities', '1'],
  },
  {
    format: { id: 'litgpt', name: 'LitGPT', ...ADDED },
    words: ['CombinedStreamingDataset', 'weights'],
    call: /(?:^|\.)CombinedStreamingDataset$/,
    names: ['datasets', '0'],
    weights: ['weights'],
  },
  {
    format: { id: 'tf-data', name: 'tf.data', ...ADDED },
    words: ['sample_from_datasets'],
    call: /(?:^|\.)sample_from_datasets$/,
    names: ['datasets', '0'],
    weights: ['weights', '1'],
    ofAnything: true,
  },
  {
    format: { id: 'webdataset', name: 'WebDataset', ...ADDED },
    words: ['RandomMix'],
    call: /(?:^|\.)RandomMix$/,
    names: ['datasets', '0'],
    weights: ['probs', '1'],
    ofAnything: true,
  },
  {
    format: { id: 'grain', name: 'Grain', ...ADDED },
    words: ['Dataset.mix(', 'weights'],
    call: /(?:Map|Iter)Dataset\.mix$/,
    names: ['datasets', '0'],
    weights: ['weights', '1'],
    ofAnything: true,
  },
];

/** Resampling of classes looks alike. */
const ABOUT_TEXT = /tokeni[sz]|corpus|corpora|language[_ ]model|pre-?train|seqio|\bLLM/i;

export const pythonTwins: Family = {
  id: 'python-twins',
  fileKinds: ['python'],
  candidateKeys: TWINS.map(({ words }) => words),
  read({ python, text }) {
    const rules = TWINS.filter(({ ofAnything }) => !ofAnything || ABOUT_TEXT.test(text));
    const calls = python.calls.filter(({ tag }) => rules.some(({ call }) => call.test(tag ?? '')));
    const forTraining = calls.filter((call) => !isForEvaluation(call, python.assignments, text));
    return combine(forTraining.flatMap((call) => rules.map((rule) => readTwins(rule, call, python.maps))));
  },
};

const EVALUATION = /(?:^|_)(?:val|valid|validation|eval|evaluation|dev|test)(?:_|$)/i;

/** Assigned to `val_data`, or made in a function such as `val_dataloader`. */
function isForEvaluation({ range }: MapNode, assignments: readonly PythonAssignment[], text: string): boolean {
  const assigned = assignments.find(({ value }) => value.range.start === range.start && value.range.end === range.end);
  if (assigned) return EVALUATION.test(assigned.name) && !/train/i.test(assigned.name);
  const line = text.lastIndexOf('\n', range.start) + 1;
  const indent = /^[ \t]*/.exec(text.slice(line))![0].length;
  for (let end = line; end > 0 && indent > 0;) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const [, blank = '', name] = /^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)/.exec(text.slice(start, end)) ?? [];
    if (name !== undefined && blank.length < indent) return EVALUATION.test(name) && !/train/i.test(name);
    end = start;
  }
  return false;
}

function readTwins(
  { format, call, names, weights }: TwinRule,
  node: MapNode,
  maps: readonly MapNode[],
): Finding | undefined {
  if (!call.test(node.tag ?? '')) return undefined;
  const values = valueOf(node, ...weights);
  const datasets = listOf(valueOf(node, ...names));
  if (values === undefined || (isScalar(values) && values.text === 'None')) return undefined;
  const items = listOf(values);
  if (!items) {
    const message = t(
      'The probabilities are computed when the program runs: only numbers and simple arithmetic can be read here.',
    );
    return {
      format,
      mixtures: [],
      problems: [{ code: 'cannot-evaluate', message, range: values.range, severity: 'information' }],
    };
  }
  // `list(weights.values())`: the names are that dictionary's.
  const keys = datasets ? undefined : maps.find(({ range }) => range.start === values.range.start)?.entries;
  const told = items.map((_, i) => {
    const key = keys?.[i];
    return key ? { name: key.key, range: key.keyRange } : nameOf(datasets?.[i]);
  });
  // Datasets that a function of the file makes are all told by the same argument: then by the rest of their paths, or by
  // the variables they are in.
  const parts = shortNames(told.map((own, i) => own?.path ?? `${i}`));
  const named = told.map((own, i) => {
    if (!own || told.filter((other) => other?.name === own.name).length === 1) return own;
    const dataset = datasets?.[i];
    if (own.path !== undefined && told.filter((other) => other?.path === own.path).length === 1)
      return { ...own, name: parts[i]! };
    return isMap(dataset) && dataset.label !== undefined ? { name: dataset.label, range: dataset.range } : own;
  });
  const pairs = items.map((value, i): Pair => {
    const own = named[i];
    // Positions tell datasets apart, whatever their names.
    const unique = own && named.filter((other) => other?.name === own.name).length === 1;
    return { name: unique ? own.name : `dataset ${i + 1}`, nameRange: own?.range ?? value.range, value };
  });
  const finding = literalFinding(format, 'train', pairs, node.range);
  if (!finding || !datasets || datasets.length === items.length) return finding;
  const message = t('{0} datasets, but {1} weights.', datasets.length, items.length);
  return {
    ...finding,
    problems: [...finding.problems, { code: 'length-mismatch', message, range: values.range, severity: 'error' }],
  };
}
