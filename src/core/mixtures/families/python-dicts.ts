import { t } from '../../l10n';
import { isAboutText, isAboutTraining, isKnownCorpus, isNamedLikeDomain } from '../corpora';
import type { Family, Finding, Format, FoundMixture, FoundWeight, Source } from '../family';
import { sameDomain } from '../names';
import {
  isList,
  isMap,
  isScalar,
  listOf,
  numberOf,
  textOf,
  valueOf,
  type DataNode,
  type MapNode,
} from '../syntax/node';
import type { MixtureProblem, TextRange } from '../types';
import { gather, weightsOfMap, type Pair } from '../weights';
import { namesOfLiterals, namesSet } from '../syntax/python-statements';
import { looksLikeShares } from './flat-maps';

/** A mixture of literals, or the reason why it cannot be known without running the file. */
export function literalFinding(
  format: Format,
  label: string,
  pairs: readonly Pair[],
  range: TextRange,
): Finding | undefined {
  const { weights, problems } = gather(pairs);
  if (pairs.length === 0 || isOneArgument(pairs)) return undefined;
  if (weights.length === pairs.length)
    return { format, mixtures: [{ label, weights: scaledTokens(pairs) ?? weights, range }], problems };
  return { format, mixtures: [], problems: [cannotEvaluate(pairs, weights.length, range)] };
}

/** One argument stands for every weight: its default says nothing about shares. */
function isOneArgument(pairs: readonly Pair[]): boolean {
  const [first] = pairs;
  return (
    pairs.length > 1 &&
    pairs.every(
      ({ value }) => isScalar(value) && value.initial === true && value.range.start === first!.value.range.start,
    )
  );
}

/**
 * `{name: count / total for …}`: every weight is the same multiple of a number of its own, so that those numbers are the
 * mixture. undefined when the weights are not so.
 */
function scaledTokens(pairs: readonly Pair[]): FoundWeight[] | undefined {
  const multiples = pairs.map(({ value }) => (isScalar(value) ? (value.multiples ?? []) : []));
  const uses = new Map<number, number>();
  for (const { range } of multiples.flat()) uses.set(range.start, (uses.get(range.start) ?? 0) + 1);
  const own = multiples.map((each) => each.filter(({ range }) => pairs.length === 1 || uses.get(range.start) === 1));
  const scale = own[0]?.[0]?.scale;
  if (scale === undefined || !(scale > 0)) return undefined;
  const same = own.every(([only, ...more]) => more.length === 0 && Math.abs((only?.scale ?? 0) / scale - 1) < 1e-9);
  if (!same) return undefined;
  return pairs.map(({ name, nameRange }, i) => {
    const { raw, range } = own[i]![0]!;
    return { name, nameRange, token: { raw, range, editable: true }, divisor: 1 / scale };
  });
}

export function cannotEvaluate(pairs: readonly Pair[], known: number, range: TextRange): MixtureProblem {
  const open = pairs.find(({ value }) => numberOf(value) === undefined);
  const message =
    known === 0
      ? t('The weights are computed when the program runs: only numbers and simple arithmetic can be read here.')
      : t(
          '{0} of {1} weights are computed when the program runs: only numbers and simple arithmetic can be read here.',
          pairs.length - known,
          pairs.length,
        );
  return { code: 'cannot-evaluate', message, range: open?.value.range ?? range, severity: 'information' };
}

export function pairsOfMap(map: MapNode): Pair[] {
  return map.entries.map(({ key, keyRange, value }) => ({ name: key, nameRange: keyRange, value }));
}

/**
 * Findings of one family put together: mixtures first, reasons only when there are none.
 * @param apart what else tells mixtures apart that have the same shares of the same numbers
 */
export function combine(
  findings: readonly (Finding | undefined)[],
  apart: (mixture: FoundMixture) => string = () => '',
): Finding | undefined {
  const found = findings.filter((finding) => finding !== undefined);
  const withMixtures = found.filter(({ mixtures }) => mixtures.length > 0);
  const first = withMixtures[0] ?? found[0];
  if (!first) return undefined;
  const same = (withMixtures.length > 0 ? withMixtures : found).filter(({ format }) => format.id === first.format.id);
  const seen = new Set<string>();
  const mixtures: FoundMixture[] = [];
  for (const mixture of same.flatMap((finding) => finding.mixtures)) {
    const key = `${identityOf(mixture)} ${apart(mixture)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    mixtures.push(mixture);
  }
  return { format: first.format, mixtures, problems: same.flatMap(({ problems }) => problems) };
}

/** The same shares of the same numbers are the same mixture, met again where it is passed on. */
function identityOf({ weights }: FoundMixture): string {
  const sum = weights.reduce((total, { token }) => total + token.raw, 0);
  return weights.map(({ token }) => `${token.range.start} ${(token.raw / sum).toPrecision(9)}`).join();
}

const MARIN: Format = { id: 'marin', name: 'Marin' };
const MARIN_CALL =
  /(?:^|\.)(?:lm_mixture_data_config|lm_varying_mixture_data_config|LMMixtureDatasetConfig|LmDataConfig)$/;

/** Marin and Levanter in Python: `lm_mixture_data_config(components=…, weights={…})`, schedules, and `*_WEIGHTS` constants. */
export const marin: Family = {
  id: 'marin',
  fileKinds: ['python'],
  candidateKeys: [
    ['lm_mixture_data_config'],
    ['lm_varying_mixture_data_config'],
    ['LMMixtureDatasetConfig'],
    ['_WEIGHTS'],
    ['_weights'],
    ['_MIXTURE'],
    ['_mixture'],
  ],
  anchors(text) {
    const names = [...namesSet(text)].filter((name) => MARIN_CALL.test(name) || CONSTANT.test(name));
    return names.some((name) => MARIN_CALL.test(name)) || (names.length > 0 && isAboutMarin(text)) ? names : [];
  },
  read({ python, text }) {
    const calls = python.calls.filter(({ tag }) => MARIN_CALL.test(tag ?? ''));
    const fromCalls = calls.flatMap((call) => {
      const weights = valueOf(call, 'weights', 'train_weights') ?? valueOf(call, '1');
      if (isMap(weights) && weights.tag === undefined) {
        const pairs = pairsOfMap(weights);
        return isNamedByArgument(pairs, text)
          ? [{ format: MARIN, mixtures: [], problems: [cannotEvaluate([], 0, weights.range)] }]
          : [literalFinding(MARIN, 'train', pairs, weights.range)];
      }
      const stages = listOf(valueOf(call, 'weights_list', 'train_weights'));
      if (stages) return stages.map(stageOf);
      return weights ? [{ format: MARIN, mixtures: [], problems: [cannotEvaluate([], 0, weights.range)] }] : [];
    });
    const inCalls = combine(fromCalls);
    // Constants for such calls in other modules.
    const about = isAboutMarin(text);
    const found = inCalls !== undefined && inCalls.mixtures.length > 0;
    const constants = about
      ? python.assignments.filter(
          ({ name, value }) => CONSTANT.test(name) && isMap(value) && (!found || isUnused(name, text)),
        )
      : [];
    if (found && constants.length === 0) return inCalls;
    const inConstants = constants.map(({ name, value }) => (isMap(value) ? constantOf(name, value) : undefined));
    return combine(found ? [inCalls, ...inConstants] : [...inConstants, inCalls]);
  },
};

const isAboutMarin = (text: string): boolean =>
  /\b(?:marin|levanter|default_tokenize|ExecutorStep|lm_\w*mixture)\b/.test(text);

/** `{config.source: 1.0}`: one dataset, whichever the caller names. */
const isNamedByArgument = ([only, ...more]: readonly Pair[], text: string): boolean =>
  only !== undefined &&
  more.length === 0 &&
  text.slice(only.nameRange.start).startsWith(only.name) &&
  only.name.includes('.') &&
  !/["']/.test(text.charAt(only.nameRange.start - 1));

const CONSTANT = /_(?:WEIGHTS|MIXTURE|MIX)$/i;

/** Named once: not passed on in this file, but written for others. */
const isUnused = (name: string, text: string): boolean =>
  [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length === 1;

function constantOf(name: string, value: MapNode): Finding | undefined {
  const pairs = pairsOfMap(value);
  const named =
    pairs.some((pair) => pair.name.includes('/')) || pairs.filter((pair) => isKnownCorpus(pair.name)).length >= 2;
  return named && value.tag === undefined ? literalFinding(MARIN, name, pairs, value.range) : undefined;
}

/** `(step, {name: weight})` */
function stageOf(stage: DataNode): Finding | undefined {
  if (!isList(stage) || stage.items.length !== 2) return undefined;
  const [step, map] = stage.items;
  const number = numberOf(step);
  if (!isMap(map) || map.tag !== undefined) return undefined;
  return literalFinding(MARIN, number === undefined ? 'stage' : `from step ${number}`, pairsOfMap(map), stage.range);
}

const PYTHON_MAP: Format = { id: 'python-dict', name: 'Python dictionary of domains' };
const DOREMI: Format = { id: 'doremi', name: 'DoReMi' };
/** Names that promise shares of domains: `DOMAIN_PROPORTIONS`, `mixture_weights`, `DOREMI_WEIGHTS`, `data_mix`. */
const TELLING_NAME =
  /(?:domain|mixture|data(?:set)?|corpus|source|train|doremi|sampling|pile|pajama)s?_?\w*(?:weight|proportion|(?<![a-z])ratio|prob|mix)|data_?mix|mix(?:ture|ing)?_?(?:weight|ratio|prop)/i;

/** Names that promise shares of something: of domains when the keys are those of one data set (`RedPajamaC4`). */
const VAGUE_NAME = /(?:^|_)(?:weight|proportion|ratio|prob(?:abilitie)?|mix|share|fraction)s?(?:_|$)/i;

const MIX_NAME =
  /(?:^|_)(?:mix|mixture|blend)(?:_|$)|(?:data|domain|mixture|mix|corpus|source)s?_?(?:weight|proportion|ratio|prob|share)|data_?(?:mix|blend)/i;

function isOfOneDataSet(value: DataNode): boolean {
  return (
    isMap(value) && value.entries.length > 2 && value.entries.every(({ key }) => /^(?:RedPajama|the_?pile_)/i.test(key))
  );
}

/** Dictionaries whose name promises shares and whose keys are corpora everyone knows, or the fit's domains. */
export const pythonDicts: Family = {
  id: 'python-dicts',
  fileKinds: ['python'],
  candidateKeys: [
    ['train_domain_weights'],
    ['weights'],
    ['WEIGHTS'],
    ['proportions'],
    ['PROPORTIONS'],
    ['ratio'],
    ['RATIO'],
    ['mix'],
    ['MIX'],
    ['blend'],
    ['BLEND'],
    ['probs'],
  ],
  anchors(text) {
    const ofOneDataSet = /RedPajama|the_?pile_/i.test(text);
    const names = [...namesSet(text)];
    const phases = names.filter((name) => PHASE_CALL.test(name));
    const hasPhases = phases.length > 0 && PHASE_KEYS.some((key) => names.includes(key)) && isAboutText(text);
    const hasSources = names.filter((name) => SOURCE_WORD.test(name)).length >= 2 && isAboutTraining(text);
    const telling = names.filter(
      (name) =>
        TELLING_NAME.test(name) ||
        MIX_NAME.test(name) ||
        SURE_NAME.test(name) ||
        LIKELY_NAME.test(name) ||
        ((ofOneDataSet || hasSources) && VAGUE_NAME.test(name)),
    );
    return [...namesOfLiterals(text, telling), ...(hasPhases ? phases : [])];
  },
  read(source) {
    const { python } = source;
    const inside = python.maps
      .flatMap(({ entries }) => entries)
      .filter(({ key, value }) => key === 'train_domain_weights' && isMap(value));
    const doremi = inside.map(({ value }) =>
      isMap(value) && !value.tag ? literalFinding(DOREMI, 'train', pairsOfMap(value), value.range) : undefined,
    );
    const named = [
      ...python.assignments,
      ...[...python.maps, ...python.calls].flatMap(({ entries }) =>
        entries.map(({ key, value }) => ({ name: key, value })),
      ),
    ];
    const plain = named.map(({ name, value }) =>
      TELLING_NAME.test(name) || MIX_NAME.test(name) || (VAGUE_NAME.test(name) && isOfOneDataSet(value))
        ? domainsOf(name, value, source)
        : VAGUE_NAME.test(name)
          ? sourcesOf(name, value, source)
          : undefined,
    );
    return combine([...doremi, ...plain, ...python.calls.map((call) => phaseOf(call, source))]);
  },
};

const PHASE_CALL = /(?:Mix(?:ture)?|Phase|Stage|Curriculum|Blend)(?:[A-Z]\w*)?$/;
const PHASE_KEYS = ['weights', 'ratios', 'proportions', 'mix', 'mixture', 'shares', 'sources', 'data'] as const;

/** `MixPhase(name="decay", weights={…})` */
function phaseOf(call: MapNode, source: Source): Finding | undefined {
  if (!PHASE_CALL.test(call.tag ?? '')) return undefined;
  const map = valueOf(call, ...PHASE_KEYS);
  if (!isMap(map) || map.tag !== undefined || !isPlainMix(map, source.text)) return undefined;
  return literalFinding(PYTHON_MAP, textOf(valueOf(call, 'name', 'label')) ?? 'train', pairsOfMap(map), map.range);
}

/** Shares of one whole, or percents of it. */
export function isWhole(raw: readonly number[]): boolean {
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return raw.every((weight) => weight >= 0) && (Math.abs(sum - 1) < 0.005 || Math.abs(sum - 100) < 0.5);
}

/** Kinds of text (`web`, `code`, `books`) with shares of one whole, in a file about such data. */
function isPlainMix(value: MapNode, text: string): boolean {
  const raw = weightsOfMap(value).weights.map(({ token }) => token.raw);
  const named = value.entries.filter(({ key }) => isNamedLikeDomain(key)).length;
  return (
    raw.length === value.entries.length &&
    isWhole(raw) &&
    named >= 2 &&
    named * 2 > value.entries.length &&
    isAboutText(text)
  );
}

/** `DATA_MIX`, `pretrain_mixture`: that of the data, whatever they are called. */
const SURE_NAME =
  /(?:^|_)(?:data(?:set)?s?|pre-?train(?:ing)?|train(?:ing)?|corpus|sft)_?(?:mix(?:ture)?|blend)(?:_|$)/i;
/** `DATASET_WEIGHTS`, `mixture_ratios`: also of what is not for language models. */
const LIKELY_NAME =
  /(?:^|_)(?:data(?:set)?s?|corpus|corpora|mix(?:ture)?|pre-?train(?:ing)?)_?(?:sampling_?)?(?:weights?|prob(?:abilitie)?s?|ratios?|proportions?|shares?)$/i;
const SPLIT = /^(?:train(?:ing)?|val|valid|validation|dev|test|eval|holdout)$/i;

const INTERLEAVED = /interleave_datasets|CombinedStreamingDataset/;
/** Where texts come from, which tasks and criteria are not called. */
const SOURCE_WORD = /web|crawl|wiki|book|news|paper|arxiv|github|reddit|forum|patent|\bpile|fineweb|dclm/i;

/** Shares of one whole under a name that says they are of data; parts of a split are no domains. */
function isNamedMix(name: string, value: MapNode, text: string): boolean {
  const raw = weightsOfMap(value).weights.map(({ token }) => token.raw);
  if (raw.length < 2 || raw.length < value.entries.length) return false;
  if (value.entries.some(({ key }) => SPLIT.test(key))) return false;
  // Among datasets that are interleaved nothing else is mixed.
  if (INTERLEAVED.test(text) && /^mix(?:ing|ture)?_(?:weights|ratios|proportions)$/i.test(name)) return true;
  if (!isWhole(raw)) return false;
  const isOfText = isAboutTraining(text) || value.entries.some(({ key }) => isKnownCorpus(key));
  return SURE_NAME.test(name) || (LIKELY_NAME.test(name) && isOfText);
}

/** `target_ratios`: shares of one whole of kinds of text, two of which are where texts come from. */
function sourcesOf(name: string, value: DataNode, { text }: Source): Finding | undefined {
  if (!isMap(value) || value.tag !== undefined || /valid|eval|test|loss|reward|score|metric/i.test(name))
    return undefined;
  const sources = value.entries.filter(({ key }) => SOURCE_WORD.test(key)).length;
  if (sources < 2 || !isPlainMix(value, text) || !isAboutTraining(text)) return undefined;
  return literalFinding(PYTHON_MAP, name, pairsOfMap(value), value.range);
}

function domainsOf(name: string, value: DataNode, { options, text }: Source): Finding | undefined {
  if (!isMap(value) || value.tag !== undefined || /valid|eval|test/i.test(name)) return undefined;
  const { weights } = weightsOfMap(value);
  const domains = options.domains ?? [];
  const known = value.entries.filter(
    ({ key }) => isKnownCorpus(key) || domains.some((domain) => sameDomain(domain, key)),
  ).length;
  const raw = weights.map(({ token }) => token.raw);
  if ((MIX_NAME.test(name) && isPlainMix(value, text)) || isNamedMix(name, value, text))
    return literalFinding(PYTHON_MAP, name, pairsOfMap(value), value.range);
  if (known < 2 || known * 2 <= value.entries.length || weights.length === 0) return undefined;
  const shares = looksLikeShares(raw) || (isOfOneDataSet(value) && raw.every((weight) => weight >= 0 && weight < 1));
  if (weights.length === value.entries.length && !shares) return undefined;
  return literalFinding(PYTHON_MAP, name, pairsOfMap(value), value.range);
}
