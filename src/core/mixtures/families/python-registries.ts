import { isAboutText } from '../corpora';
import type { Family, Finding, Format, FoundMixture, Source } from '../family';
import {
  isList,
  isMap,
  isScalar,
  listOf,
  numberOf,
  type DataNode,
  type ListNode,
  type ScalarNode,
} from '../syntax/node';
import type { PythonAssignment } from '../syntax/python';
import { namesOfLiterals, namesSet } from '../syntax/python-statements';
import { splitScalar, type Pair } from '../weights';
import { combine, literalFinding } from './python-dicts';

const REGISTRY: Format = { id: 'mixture-registry', name: 'Registry of mixtures', repeatedNames: 'added' };

/** `NAMED_MIXTURES`, `OXE_MIXES`, `PRETRAIN_MIX`, `DATA_BLEND` */
export const MIXES = /(?:^|_)(?:mix(?:es|ture|tures)?|soup|blends?)(?:_|$)/i;

/** Mixtures by name: `MIXTURES = {"base": [("web", 1.0, …), …]}`, and lists `BASE_MIX = [("web", 1.0), …]`. */
export const pythonRegistries: Family = {
  id: 'python-registries',
  fileKinds: ['python'],
  candidateKeys: [['MIX'], ['_mix'], ['mixes'], ['mixture'], ['SOUP'], ['BLEND'], ['_blend']],
  anchors(text) {
    const names = [...namesSet(text)].filter((name) => MIXES.test(name) && !/valid|eval|test/i.test(name));
    const literals = namesOfLiterals(text, names);
    return literals.length > 0 && isAboutText(text) ? literals : [];
  },
  read({ python, text }) {
    if (!isAboutText(text)) return undefined;
    const named = python.assignments.filter(({ name }) => MIXES.test(name) && !/valid|eval|test/i.test(name));
    // What a function gives back has a name of its own where it is written.
    const [made, written] = [named.filter(isResult), named.filter((each) => !isResult(each))];
    const lists = written.map(({ name, value }) => (isList(value) ? tuples(name, value) : undefined));
    // What a registry puts together of those lists has been seen.
    const seen = new Set(lists.flatMap((finding) => finding?.mixtures ?? []).flatMap(placesOf));
    const entries = named
      .flatMap(({ value }) => registered(value))
      .filter((finding) => !finding?.mixtures.every((mixture) => placesOf(mixture).every((place) => seen.has(place))));
    const results = made.map(({ name, value }) => (isList(value) ? tuples(name, value) : undefined));
    const all = combine([...lists, ...entries, ...results], namesOf);
    return all && { ...all, mixtures: [...all.mixtures].sort((a, b) => a.range.start - b.range.start) };

    function isResult({ nameRange }: PythonAssignment): boolean {
      return /\bdef[ \t]+$/.test(text.slice(Math.max(0, nameRange.start - 8), nameRange.start));
    }
  },
};

/** The same shares for other data are another mixture of the registry. */
const namesOf = ({ weights }: FoundMixture): string => weights.map(({ name }) => name).join('\n');

const placesOf = ({ weights }: FoundMixture): string[] =>
  weights.map(({ name, token }) => `${token.range.start} ${name}`);

function registered(value: DataNode): (Finding | undefined)[] {
  if (!isMap(value) || value.tag !== undefined) return [];
  return value.entries.map(({ key, value: list }) => (isList(list) ? tuples(key, list) : undefined));
}

/** `(name, weight)`, perhaps with more behind: every tuple begins with a text, and has one number. */
function tuples(label: string, list: ListNode): Finding | undefined {
  const pairs = list.items.flatMap((item): Pair[] => {
    const parts = listOf(item) ?? [];
    const [name, ...rest] = parts;
    const numbers = rest.filter((part) => numberOf(part) !== undefined);
    const [value] = numbers;
    if (!isScalar(name) || !name.quoted || !value || numbers.length > 1 || parts.length > 6) return [];
    return [{ name: name.text, nameRange: name.range, value }];
  });
  if (pairs.length === 0 || pairs.length < list.items.length) return undefined;
  if (pairs.some(({ value }) => (numberOf(value) ?? -1) < 0)) return undefined;
  return literalFinding(REGISTRY, label, pairs, list.range);
}

const PROBABILITIES: Format = { id: 'python-probabilities', name: 'Probabilities of datasets', repeatedNames: 'added' };
/** `interleave_probs`, `dataset_probabilities`, `mixture_weights`, `data_mix`: a list beside the names of the data. */
const LIST_NAME =
  /^(?:train_?)?(?:interleave|data(?:set)?|mix(?:ture|ing)?|domain|corpus|source|sampling)s?_?(?:prob(?:abilitie)?s?|weights?|ratios?|proportions?|mix)$/i;
const LIST_WORDS = [
  'interleave',
  'dataset',
  'data',
  'mixture',
  'mix',
  'mixing',
  'domain',
  'corpus',
  'source',
  'sampling',
]
  .flatMap((what) => ['prob', 'weights', 'ratio', 'proportion'].map((unit) => `${what}_${unit}`))
  .flatMap((word) => [word, word.toUpperCase()]);
const SURE = /interleave|mix/i;
const NAMES =
  /^(?:train_?)?(?:data(?:set)?|domain|corpus|corpora|source|mix(?:ture)?|repo)s?(?:_?(?:name|path|id|list|key|folder|dir)s?)?$/i;

/** Two settings of a program: a list of probabilities, and its data in a list beside it or in settings of their own. */
export const pythonProbabilities: Family = {
  id: 'python-probabilities',
  fileKinds: ['python'],
  candidateKeys: LIST_WORDS.map((word) => [word]),
  companions: [
    'datasets',
    'DATASETS',
    'dataset_names',
    'dataset_paths',
    'data_prefix',
    'dataset_prefix',
    'domains',
    'sources',
  ],
  read(source) {
    if (!isAboutText(source.text)) return undefined;
    return combine(
      source.python.assignments.map(
        (assignment, i) => probabilities(assignment, i, source) ?? shareTexts(assignment, source),
      ),
    );
  },
};

/** `data_ratio = "50,25,25"` beside `data_prefix = "web,code,books"`: lists as texts. */
function shareTexts({ name, value }: PythonAssignment, { python }: Source): Finding | undefined {
  if (!LIST_NAME.test(name) || !isScalar(value) || !value.quoted) return undefined;
  const values = splitScalar(value, ',');
  if (values.length < 2 || values.some((part) => !((numberOf(part) ?? -1) >= 0))) return undefined;
  const stem = name.slice(0, name.search(/_?(?:prob|weight|ratio|proportion|mix)\w*$/i));
  const names = python.assignments.find(
    (other) =>
      other.name !== name &&
      other.name.startsWith(stem) &&
      isScalar(other.value) &&
      other.value.quoted &&
      splitScalar(other.value, ',').length === values.length,
  )?.value;
  if (!isScalar(names)) return undefined;
  const pairs = splitScalar(names, ',').map((part, i): Pair => ({
    name: part.text,
    nameRange: part.range,
    value: values[i]!,
  }));
  return literalFinding(PROBABILITIES, 'train', pairs, value.range);
}

function probabilities({ name, value }: PythonAssignment, at: number, { python }: Source): Finding | undefined {
  if (!LIST_NAME.test(name) || !isList(value) || value.items.length < 2) return undefined;
  const numbers = value.items.map(numberOf);
  const sum = numbers.reduce<number>((total, number) => total + (number ?? NaN), 0);
  if (!(Math.abs(sum - 1) < 1e-3) || numbers.some((number) => (number ?? -1) < 0)) return undefined;
  const names = namesBeside(python.assignments, at, value.items.length, SURE.test(name));
  if (!names) return undefined;
  const pairs = value.items.map((item, i): Pair => {
    const own = names[i];
    return { name: own?.text ?? `dataset ${i + 1}`, nameRange: own?.range ?? item.range, value: item };
  });
  return literalFinding(PROBABILITIES, 'train', pairs, value.range);
}

/** A list of as many texts; or as many settings with a path or repository each, just before; none when there are neither. */
function namesBeside(
  assignments: readonly PythonAssignment[],
  at: number,
  count: number,
  sure: boolean,
): readonly ScalarNode[] | undefined {
  const near = (other: number): number => Math.abs(other - at);
  const lists = assignments
    .map(({ name, value }, i) => ({ name, items: listOf(value), i }))
    .filter(({ name, items, i }) => i !== at && near(i) < 20 && NAMES.test(name) && items?.length === count)
    .sort((a, b) => near(a.i) - near(b.i));
  for (const { items = [] } of lists) {
    const texts = items.filter((item): item is ScalarNode => isScalar(item) && item.quoted);
    if (texts.length === count && !texts.some(({ text }) => /^(?:train|val|valid|validation|dev|test)$/.test(text)))
      return texts;
  }
  const before = assignments.slice(Math.max(0, at - count), at);
  const single = before.flatMap(({ name, value }) =>
    isScalar(value) && value.quoted && /(?:repo|path|dir|dataset|data|name|id|file)$/i.test(name) ? [value] : [],
  );
  if (single.length === count) return single;
  return sure ? [] : undefined;
}
