import { isNamedLikeDomain } from '../corpora';
import type { Family, Format, FoundMixture, Source } from '../family';
import {
  isList,
  isMap,
  isScalar,
  mapsOf,
  numberOf,
  textOf,
  type DataNode,
  type Entry,
  type MapNode,
} from '../syntax/node';
import { gather, splitScalar, type Pair, type WeightsFound } from '../weights';
import { otherMeanings } from './other-meanings';

const SHARES: Format = { id: 'data-shares', name: 'Shares of data', repeatedNames: 'added' };

/** What is inside is training data. */
const DATA = /data|corp(?:us|ora)|domain|source|mix(?!er|ed|in_)|blend|pre_?train|stage|phase|lang/;
/** What is inside is something else, or not for training. */
const OTHER =
  /valid|^val|_val|test|eval|bench|loss|reward|score|metric|model|merge|expert|router|class|split|optim|rank|search|retriev|fusion|ensemble|augment|noise|keep|filter|drop|precision|attn|label|task_weight|repeat|epoch|mixer|mixup/;
/** The same around it, where `model` and the like may enclose anything. */
const OTHER_AROUND =
  /valid|^val$|^val_|_val$|test|eval|bench|loss|reward|score|metric|merge|router|expert|augment|keep|filter/;
/** Numbers that are parts of a whole. */
const SHARE =
  /(?:^|_)(?:mix(?:es|tures?|ing)?|blend|weights?|ratios?|proportions?|prob(?:s|abilit(?:y|ies))?|shares?|percent(?:age)?s?|pct|fractions?|distributions?|composition)(?:_str(?:ing)?)?$/;
/** Says all by itself. */
const STRONG =
  /(?:^|_)(?:data|datasets?|domains?|corpus|sources?|mix(?:ture|ing)?|blend)_(?:mix(?:ture)?|blend|weights?|ratios?|prob\w*|proportions?|shares?)$|_str(?:ing)?$/;
/** Weights of a record that are relative to each other, whatever their sum. */
const RELATIVE = /^(?:(?:sampling|mixing|mixture|mix|blend|data|dataset)_)?weight$/;
/** Keys of the datasets of a run. */
const DATASETS =
  /^(?:(?:pre|mid)?_?train(?:ing)?_?|(?:instruct|sft|finetun\w*|anneal\w*|cooldown|decay)_)?(?:data(?:_?sets?|_?sources?|_?mix(?:ture)?|_?paths?|_?files?|_?folders?|_?dirs?|_?prefix(?:es)?)?(?:_names?|_paths?|_list|_configs?|_specs?)?|sources|source_names|mix(?:ture)?|blend|corpora|corpus|domains|domain_names|components|streams|(?:stage|phase)(?:s|_?\d+)|lang(?:uage)?s|files?|file_?names|paths?|names)$/;
const NAMES = /^(?:.*_)?(?:name|id|path|repo|source|dataset|domain|dir|file|prefix|key|data)$/;

/** The file is about models of language, or about training at least. */
const ABOUT_MODELS =
  /token|pre-?train|\bLLMs?\b|language[ -]model|\bsft\b|corpus|corpora|seq(?:uence)?_len|learning_rate|batch_size|jsonl|parquet|load_dataset|interleave/i;

const plainKey = (key: string): string =>
  key
    .replace(/([a-z])(?=[A-Z])/g, '$1_')
    .replace(/-/g, '_')
    .toLowerCase();

interface Share extends Pair {
  /** What else says what the data are. */
  readonly also?: readonly string[];
  /** Taken for what it is, whatever the sum. */
  readonly relative?: boolean;
}

interface Spot extends Entry {
  /** Keys from the root to this one, as words. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly owner: MapNode;
}

/**
 * Shares of data in configs of no known framework: maps, lists of records or pairs, and lists that belong together. Believed
 * when they stand among settings of data, make up a whole, and most of them are named like kinds of text, or by paths.
 */
export const shares: Family = {
  id: 'shares',
  fileKinds: ['yaml', 'json', 'toml'],
  candidateKeys: [
    'mix',
    'blend',
    'weight',
    'ratios',
    '_ratio',
    'ratio:',
    '"ratio"',
    'proportion',
    '_prob',
    'probabilit',
  ]
    .concat(['percent', 'share', 'fraction'])
    .flatMap((word) => ['data', 'domain', 'source', 'corp', 'stage'].map((beside) => [word, beside]))
    .concat([['instruct_data'], ['languages', 'token'], ['stage', 'web'], ['phase', 'web']]),
  read(source) {
    if (
      !(ABOUT_MODELS.test(source.text) || /(?:mix|blend|pre-?train)[^/\\]*$/i.test(source.fileName)) ||
      isSomethingElse(source)
    )
      return undefined;
    const found: (FoundMixture & { readonly path: string })[] = [];
    for (const { node, path } of mapsOf(source.trees)) {
      const label = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
      const keys = path.filter((step): step is string => typeof step === 'string').map(plainKey);
      if (keys.some((key) => OTHER_AROUND.test(key))) continue;
      for (const entry of node.entries) {
        const key = plainKey(entry.key);
        if (OTHER.test(key) || ![...keys, key].some((each) => DATA.test(each))) continue;
        const spot = { ...entry, keys: [...keys, key], label: `${label}.${entry.key}`.slice(1), owner: node };
        // Shares inside a share are shares of that.
        const inside = found.some(
          ({ range }) => range.start <= entry.keyRange.start && entry.keyRange.start < range.end,
        );
        const weights = inside ? undefined : weightsAt(spot, source);
        if (weights)
          found.push({ label: 'train', weights: weights.weights, range: entry.value.range, path: spot.label });
      }
    }
    if (found.length === 0) return undefined;
    found.sort((one, other) => one.range.start - other.range.start);
    const mixtures = found.map(({ path, ...mixture }) => ({ ...mixture, label: found.length > 1 ? path : 'train' }));
    return { format: SHARES, mixtures, problems: [] };
  },
};

/** Merging models, keeping parts of datasets, and whatever else is known to be no mixture. */
function isSomethingElse(source: Source): boolean {
  const [root] = source.trees;
  const keys = isMap(root) ? root.entries.map(({ key }) => key) : [];
  return (
    keys.some((key) => /^(?:base_model|merge_method|models|dataset_mix(?:er|ture)\w*)$/.test(key)) ||
    otherMeanings.read(source) !== undefined
  );
}

function weightsAt(spot: Spot, source: Source): WeightsFound | undefined {
  for (const read of [ofMap, ofRecords, ofPairs, ofTwins]) {
    const pairs = read(spot);
    const found = pairs && believed(pairs, spot, source);
    if (found) return found;
  }
  return undefined;
}

/** The key, or that of the map around it, says that there are shares. */
const saysShare = ({ keys }: Spot): boolean => keys.slice(-2).some((key) => SHARE.test(key));
const saysDatasets = ({ keys }: Spot): boolean => DATASETS.test(keys.at(-1) ?? '') || saysShare({ keys } as Spot);

/** `{web: 0.7, code: 0.3}` */
function ofMap(spot: Spot): Pair[] | undefined {
  if (!isMap(spot.value) || !saysDatasets(spot)) return undefined;
  return spot.value.entries.map(({ key, keyRange, value }) => ({ name: key, nameRange: keyRange, value }));
}

/** `[{name: web, weight: 0.7}, …]` or `{web: {path: …, weight: 0.7}, …}` */
function ofRecords(spot: Spot): Share[] | undefined {
  const { value } = spot;
  if (!saysDatasets(spot)) return undefined;
  if (isMap(value)) return complete(value.entries.map((entry) => ofRecord(entry.value, entry)));
  return isList(value) ? complete(value.items.map((item) => ofRecord(item))) : undefined;
}

function ofRecord(record: DataNode, entry?: Entry): Share | undefined {
  if (!isMap(record)) return undefined;
  const numbers = record.entries.filter(({ key, value }) => SHARE.test(plainKey(key)) && numberOf(value) !== undefined);
  const [weight] = numbers;
  if (numbers.length !== 1 || !weight || OTHER.test(plainKey(weight.key))) return undefined;
  const texts = record.entries.filter(
    ({ key, value }) => NAMES.test(plainKey(key)) && numberOf(value) === undefined && textOf(value) !== undefined,
  );
  const name = texts.find(({ key }) => /name$/.test(key)) ?? texts[0];
  const share = {
    value: weight.value,
    also: texts.map(({ value }) => textOf(value)!),
    relative: RELATIVE.test(plainKey(weight.key)),
  };
  if (entry) return { ...share, name: entry.key, nameRange: entry.keyRange };
  return name && { ...share, name: textOf(name.value)!, nameRange: name.value.range };
}

/**
 * `[{web: 0.7}, {code: 0.3}]`, `[[web, 0.7], [code, 0.3]]`, `[[web, code], [0.7, 0.3]]`, `["web:0.7", "code:0.3"]` or
 * `web:0.7,code:0.3`
 */
function ofPairs(spot: Spot): Share[] | undefined {
  const { value } = spot;
  if (!saysDatasets(spot)) return undefined;
  if (isScalar(value)) {
    if (!textOf(value)?.includes(':')) return undefined;
    const separator = value.text.includes(',') ? ',' : ' ';
    const parts = splitScalar(value, separator).filter(({ text }) => text !== '');
    const pairs = complete(parts.map(pairOf));
    const relative = pairs?.every(({ name }) => /\/|\.jsonl$/.test(name)) ?? false;
    return pairs?.map((pair) => ({ ...pair, relative }));
  }
  if (!isList(value)) return undefined;
  const [names, values] = value.items.map(itemsOf);
  if (value.items.length === 2 && names && values && values.every((each) => numberOf(each) !== undefined))
    return pairUp(names, values);
  return complete(value.items.map(pairOf));
}

function pairOf(item: DataNode): Pair | undefined {
  if (isMap(item)) {
    const [entry] = item.entries;
    return item.entries.length === 1 && entry
      ? { name: entry.key, nameRange: entry.keyRange, value: entry.value }
      : undefined;
  }
  if (isList(item)) {
    const [one, other] = item.items;
    const [name, value] = numberOf(one) === undefined ? [one, other] : [other, one];
    const text = textOf(name);
    return item.items.length === 2 && name && value && text !== undefined
      ? { name: text, nameRange: name.range, value }
      : undefined;
  }
  const separator = [':', '=', ' '].find((each) => item.text.includes(each));
  const parts = separator === undefined ? [] : splitScalar(item, separator);
  const value = parts.pop();
  const first = parts[0];
  const last = parts.at(-1);
  if (!value || !first || !last) return undefined;
  const text = item.text.slice(0, item.text.lastIndexOf(separator!)).trim();
  return { name: text, nameRange: { start: first.range.start, end: last.range.end }, value };
}

/** Shares under one key, what they are of under another: `{dataset_paths: [a, b], mixing_weights: [0.7, 0.3]}` */
function ofTwins({ keys, value, owner }: Spot): Pair[] | undefined {
  if (!SHARE.test(keys.at(-1) ?? '')) return undefined;
  const values = itemsOf(value);
  if (!values || values.length < 2 || values.some((each) => numberOf(each) === undefined)) return undefined;
  for (const entry of owner.entries) {
    const names = DATASETS.test(plainKey(entry.key)) ? itemsOf(entry.value) : undefined;
    const pairs = names && pairUp(names, values);
    if (pairs) return pairs;
  }
  return undefined;
}

function pairUp(names: readonly DataNode[], values: readonly DataNode[]): Pair[] | undefined {
  if (names.length !== values.length) return undefined;
  return complete(
    names.map((node, i): Pair | undefined => {
      const name = numberOf(node) === undefined ? textOf(node) : undefined;
      return name === undefined ? undefined : { name, nameRange: node.range, value: values[i]! };
    }),
  );
}

function itemsOf(node: DataNode): readonly DataNode[] | undefined {
  if (isList(node)) return node.items;
  return textOf(node)?.includes(',') && isScalar(node) ? splitScalar(node, ',') : undefined;
}

function complete<T>(pairs: readonly (T | undefined)[]): T[] | undefined {
  const whole = pairs.filter((pair) => pair !== undefined);
  return whole.length === pairs.length ? whole : undefined;
}

/** Parts of one whole, at least two of them more than nothing, and most with a name that tells. */
function believed(pairs: readonly Share[], spot: Spot, { text }: Source): WeightsFound | undefined {
  if (pairs.length < 2 || pairs.some(({ name }) => /^(?:train\w*|dev|val\w*|test|eval)$/i.test(name))) return undefined;
  const found = gather(pairs);
  const raws = found.weights.map(({ token }) => token.raw);
  if (raws.length < pairs.length || raws.some((raw) => raw < 0) || raws.filter((raw) => raw > 0).length < 2)
    return undefined;
  const languages = spot.keys.some((key) => key.includes('lang'));
  const telling = pairs.filter(({ name, also = [] }) => [name, ...also].some((each) => tells(each, languages))).length;
  const sum = raws.reduce((total, raw) => total + raw, 0);
  if (Math.abs(sum - 1) <= 0.005 || Math.abs(sum - 100) <= 0.5 || isBudget(sum, spot.owner))
    return telling * 2 > pairs.length || (telling > 0 && STRONG.test(spot.keys.at(-1)!)) ? found : undefined;
  const relative = pairs.every((pair) => pair.relative) && /tokenizer|pre-?train|instruct/i.test(text);
  return relative && telling === pairs.length ? found : undefined;
}

const tells = (name: string, languages: boolean): boolean =>
  isNamedLikeDomain(name) ||
  (languages && /^[a-z]{2,3}(?:[-_]\w{2,4})?$/i.test(name)) ||
  /^[^\s:]*[\w.]\/[\w.-][^\s:]*$/.test(name);

/** `total_tokens: 50_000_000` beside them. */
const isBudget = (sum: number, { entries }: MapNode): boolean =>
  entries.some(({ key, value }) => /tokens$/.test(key) && Math.abs((numberOf(value) ?? 0) - sum) <= 0.005 * sum);
