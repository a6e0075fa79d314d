import { readAlternation, wordsOf } from '../alternating';
import type { Family, Finding, Format } from '../family';
import {
  isList,
  isMap,
  isScalar,
  listOf,
  numberOf,
  textOf,
  valueOf,
  type DataNode,
  type ListNode,
  type MapNode,
} from '../syntax/node';
import { namesSet } from '../syntax/python-statements';
import type { Pair } from '../weights';
import { combine, literalFinding } from './python-dicts';
import { nameOf } from './python-names';

const ADDED = { repeatedNames: 'added' } as const;

/** Lists of calls with a name and a weight, one line a framework. */
interface CallRule {
  readonly format: Format;
  readonly words: readonly string[];
  readonly call: RegExp;
  readonly name: readonly string[];
  readonly weight: readonly string[];
  /** What names the data is an expression: two entries of one name are two datasets all the same. */
  readonly positional?: boolean;
  /** The class is a program's own: where it is not in the file, its one share is the weight. */
  readonly guesses?: boolean;
}

const CALLS: readonly CallRule[] = [
  {
    format: { id: 'axlearn', name: 'AXLearn', ...ADDED },
    words: ['DataMixtureComponent'],
    call: /(?:^|\.)DataMixtureComponent$/,
    name: ['name', '0'],
    weight: ['weight', '1'],
  },
  {
    format: { id: 'torchtitan', name: 'torchtitan', ...ADDED },
    words: ['WeightedDataset'],
    call: /(?:^|\.)WeightedDataset$/,
    name: ['dataset', 'name', '0'],
    weight: ['weight', '1'],
    positional: true,
  },
  {
    format: { id: 'python-mix', name: 'Python list of weighted datasets', ...ADDED },
    words: ['Mix'],
    call: /Mix(?!in|ed)\w*(?:Entry|Item|Source|Spec|Dataset)$/,
    name: ['name', 'dataset', '0'],
    weight: ['weight', 'ratio', 'proportion'],
    guesses: true,
  },
  {
    format: { id: 'olmo-core', name: 'OLMo-core', ...ADDED },
    words: ['Mixing', 'ratio', 'label'],
    call: /Mixing\w*Source\w*\.?Spec\w*\.?Config$/,
    name: ['label'],
    weight: ['ratio'],
  },
  {
    format: { id: 'olmo-core', name: 'OLMo-core', sumMustBeOne: true, ...ADDED },
    words: ['SourceMixtureConfig', 'target_ratio'],
    call: /(?:^|\.)SourceMixtureConfig$/,
    name: ['source_name'],
    weight: ['target_ratio'],
  },
  {
    format: { id: 'llm-foundry', name: 'MosaicML Streaming', ...ADDED },
    words: ['Stream(', 'proportion'],
    call: /(?:^|\.)Stream$/,
    name: ['remote', 'local'],
    weight: ['proportion'],
  },
];

export const pythonCalls: Family = {
  id: 'python-calls',
  fileKinds: ['python'],
  candidateKeys: CALLS.map(({ words }) => words),
  anchors(text) {
    const names = [...namesSet(text)];
    return CALLS.flatMap(({ words, call, weight }) => {
      if (!words.every((word) => text.includes(word))) return [];
      const calls = names.filter((name) => call.test(name));
      // Of a class in a class only the last name is called.
      return calls.length > 0 || /Spec\.Config\(/.test(text)
        ? [...calls, ...weight.filter((key) => !/^\d/.test(key))]
        : [];
    });
  },
  read({ python }) {
    return combine(python.lists.flatMap((list) => CALLS.map((rule) => readCalls(rule, list))));
  },
};

/** `(Entry(…), True)` */
function unwrapped(item: DataNode, call: RegExp): DataNode {
  const inside = listOf(item)?.filter((part) => isMap(part) && call.test(part.tag ?? '')) ?? [];
  return inside.length === 1 ? inside[0]! : item;
}

/** The one share among the arguments of a class that is not in the file. */
function onlyShare({ entries }: MapNode): DataNode | undefined {
  const numbers = entries.filter(({ value }) => numberOf(value) !== undefined);
  const [only] = numbers;
  const share = numberOf(only?.value) ?? -1;
  return numbers.length === 1 && /^\d+$/.test(only!.key) && share >= 0 && share <= 1 ? only!.value : undefined;
}

function readCalls({ format, call, name, weight, positional, guesses }: CallRule, list: ListNode): Finding | undefined {
  const calls = list.items
    .map((item) => unwrapped(item, call))
    .filter((item): item is MapNode => isMap(item) && call.test(item.tag ?? ''));
  if (calls.length === 0 || calls.length < list.items.length) return undefined;
  const named = calls.map((each) => nameOf(valueOf(each, ...name)));
  const pairs = calls.flatMap((each, i): Pair[] => {
    const value = valueOf(each, ...weight) ?? (guesses ? onlyShare(each) : undefined);
    const own = named[i];
    const shared = positional && named.filter((other) => other?.name === own?.name).length > 1;
    const shown = shared ? `dataset ${i + 1}` : (own?.name ?? each.tag ?? '?');
    return value ? [{ name: shown, nameRange: own?.range ?? each.range, value }] : [];
  });
  if (pairs.length < calls.length) return undefined;
  return literalFinding(format, 'train', pairs, list.range);
}

const TINYLLAMA: Format = { id: 'tinyllama', name: 'TinyLlama', ...ADDED };

/** TinyLlama and its descendants: `train_data_config = [("prefix", weight), …]`, in either order. */
export const tupleLists: Family = {
  id: 'tuple-lists',
  fileKinds: ['python'],
  candidateKeys: [['data_config'], ['train_data'], ['DATA_CONFIG'], ['TRAIN_DATA']],
  read({ python }) {
    const named = python.assignments.filter(({ name }) =>
      /^(?:train_?)?data_?config$|^train_data(?:sets)?(?:_config)?$/i.test(name),
    );
    return combine(named.map(({ value }) => (isList(value) ? tuplesOf(TINYLLAMA, 'train', value) : undefined)));
  },
};

function tuplesOf(format: Format, label: string, list: ListNode): Finding | undefined {
  const pairs = list.items.flatMap((item): Pair[] => {
    const parts = listOf(item) ?? [];
    const [a, b] = parts;
    if (!a || !b || parts.length > 4) return [];
    // A third part says which split or kind of data it is: the number is the weight.
    const only = parts.filter((part) => numberOf(part) !== undefined);
    const [name, value] =
      parts.length > 2
        ? [
            parts.find((part) => isScalar(part) && part.quoted && numberOf(part) === undefined),
            only.length === 1 ? only[0] : undefined,
          ]
        : numberOf(a) !== undefined && isScalar(b) && b.quoted
          ? [b, a]
          : [a, b];
    return value && isScalar(name) && textOf(name) !== undefined
      ? [{ name: name.text, nameRange: name.range, value }]
      : [];
  });
  if (pairs.length === 0 || pairs.length < list.items.length) return undefined;
  return literalFinding(format, label, pairs, list.range);
}

const SEQIO: Format = { id: 'seqio', name: 'SeqIO', ...ADDED };

/** SeqIO: `MixtureRegistry.add(name, [(task, rate), …], default_rate=…)`. */
export const seqio: Family = {
  id: 'seqio',
  fileKinds: ['python'],
  candidateKeys: [['MixtureRegistry.add']],
  read({ python }) {
    const calls = python.calls.filter(({ tag }) => /(?:^|\.)MixtureRegistry\.add$/.test(tag ?? ''));
    return combine(calls.map(readRegistration));
  },
};

function readRegistration(call: MapNode): Finding | undefined {
  const tasks = valueOf(call, 'tasks', '1');
  const rate = valueOf(call, 'default_rate', '2');
  const label = textOf(valueOf(call, 'name', '0')) ?? 'mixture';
  if (!isList(tasks)) return undefined;
  const pairs = tasks.items.flatMap((item): Pair[] => {
    if (isScalar(item)) return rate ? [{ name: item.text, nameRange: item.range, value: rate }] : [];
    const [name, value] = listOf(item) ?? [];
    return isScalar(name) && value ? [{ name: name.text, nameRange: name.range, value }] : [];
  });
  // All tasks at the default rate say nothing but "equal", and mixtures of one task nothing at all.
  const stated = tasks.items.some((item) => isList(item));
  if (!stated || pairs.length < 2 || pairs.length < tasks.items.length) return undefined;
  return literalFinding(SEQIO, label, pairs, call.range);
}

const BRIDGE: Format = {
  id: 'megatron-bridge',
  name: 'Megatron Bridge',
  namesArePaths: true,
  zeroForbidden: true,
  ...ADDED,
};
const NEMO2: Format = { id: 'nemo2', name: 'NeMo 2', namesArePaths: true, zeroForbidden: true, ...ADDED };

/** Megatron Bridge `blend=([paths], [weights])`, and NeMo 2 `paths=[30, "a", 70, "b"]` or `data_path="0.3 a 0.7 b"`. */
export const megatronPython: Family = {
  id: 'megatron-python',
  fileKinds: ['python'],
  candidateKeys: [['blend'], ['paths', 'DataModule'], ['data_path']],
  anchors: (text) => [...namesSet(text)].filter((name) => BLENDED.test(name)),
  read({ python }) {
    return combine([
      ...python.calls.flatMap((call) => [
        readBlend(valueOf(call, 'blend')),
        readPaths(valueOf(call, 'paths', 'data_path', 'data_paths')),
      ]),
      ...python.assignments.map(({ name, value }) =>
        BLENDED.test(name) ? (readBlend(value) ?? readPaths(value)) : undefined,
      ),
    ]);
  },
};

const BLENDED = /^(?:train_)?(?:data_)?(?:blend|paths?|prefix)$/i;

const isNumber = (word: DataNode): boolean => numberOf(word) !== undefined;

function readBlend(node: DataNode | undefined): Finding | undefined {
  const [paths, weights, ...more] = listOf(node) ?? [];
  const names = listOf(paths);
  const values = listOf(weights);
  if (!node || !names || !values || more.length > 0 || names.length !== values.length || names.length === 0)
    return undefined;
  if (!names.every((name) => isScalar(name) && numberOf(name) === undefined)) return undefined;
  const pairs = names.map((name, i): Pair => ({
    name: isScalar(name) ? name.text : '?',
    nameRange: name.range,
    value: values[i]!,
  }));
  return literalFinding(BRIDGE, 'train', pairs, node.range);
}

function readPaths(node: DataNode | undefined): Finding | undefined {
  const words = isList(node) || (isScalar(node) && node.quoted) ? wordsOf(node) : undefined;
  const list =
    words && words.length >= 4 && words.every((word, i) => (i % 2 === 0 ? isList(node) || isNumber(word) : word.quoted))
      ? readAlternation(words)
      : undefined;
  if (!node || !list || list.weights.length === 0) return undefined;
  return {
    format: NEMO2,
    mixtures: [{ label: 'train', weights: list.weights, range: node.range }],
    problems: list.problems,
  };
}
