import type { Family, Finding, Format } from '../family';
import { numberOf, spanOf, type ScalarNode } from '../syntax/node';
import { pairUp } from '../twins';
import { gather, splitScalar, type Pair } from '../weights';
import { entryOf, listOf, unquoted, within } from './shell-overrides';
import { wordsAfter } from './shell-twins';

const FORMAT: Format = { id: 'data-options', name: 'a training command', repeatedNames: 'added' };

/** `--data_weights`, `--dataset-ratios`, `--train_data_weights`, `--domain-mix` … */
const WEIGHTS =
  /^--?(?:[\w-]*[-_])?(?:data(?:sets?)?|domains?|mixtures?|sources?|corpora|corpus|lang(?:uage)?s?)[-_](?:weights?|ratios?|probs?|probabilities|proportions?|mix(?:ture)?)$/i;
const NAMES = /^--?[\w-]*(?:data|dataset|domain|source|corpora|corpus|lang)[\w-]*$/i;
const OTHER = /eval|valid|test|loss|weight|ratio|prob|proportion/i;
/** Programs that train language models say so. */
const LANGUAGE_MODEL =
  /token|seq|context|max[-_]len|block[-_]size|pretrain|llama|qwen|mistral|gpt|bert|model[-_]name|vocab/i;

/**
 * Training programs of one's own: `--data_weights web=0.7,code=0.3` (also with colons, or as a JSON object), and
 * `--datasets a,b --dataset_weights 0.7,0.3` where the weights are fractions or percents: whole numbers without a sum that
 * tells are repetitions as often as not.
 */
export const dataOptions: Family = {
  id: 'data-options',
  fileKinds: ['shell'],
  candidateKeys: ['data', 'dataset', 'datasets', 'domain', 'mixture', 'source', 'sources', 'corpus', 'lang'].flatMap(
    (of) => ['weight', 'ratio', 'prob', 'mix'].flatMap((what) => [[`${of}_${what}`], [`${of}-${what}`]]),
  ),
  read({ script }) {
    for (const { words } of [...script.commands, ...script.variables]) {
      const flag = words.find(({ text }) => WEIGHTS.test(nameOf(text)) && !/eval|valid|test|loss/i.test(text));
      if (!flag || !words.some(({ text }) => text !== flag.text && LANGUAGE_MODEL.test(text))) continue;
      const values = wordsAfter(exactly(nameOf(flag.text)), words, undefined);
      const finding = values && values.length > 0 && (named(values) ?? unnamed(values, words));
      if (finding) return finding;
    }
    return undefined;
  },
};

const nameOf = (text: string): string => text.split('=')[0]!;
const exactly = (flag: string): RegExp => new RegExp(`^${flag}$`);

/** Names and weights in one argument, or one argument each. */
function named(values: readonly ScalarNode[]): Finding | undefined {
  const items =
    listOf(values, '{}')?.items.map(entryOf) ?? values.flatMap((value) => splitScalar(value, ',')).flatMap(pairOf);
  if (items.length < 2 || items.some(({ name, value }) => name === '' || numberOf(value) === undefined)) return;
  if (items.some(({ name }) => /^[\d.]+$/.test(name))) return undefined;
  return findingOf(items, values);
}

/** `web=0.7`, `web:0.7` */
function pairOf(item: ScalarNode): Pair[] {
  if (item.text === '') return [];
  const at = Math.max(item.text.lastIndexOf('='), item.text.lastIndexOf(':'));
  const name = unquoted(within(item, 0, Math.max(0, at)));
  return [{ name: name.text, nameRange: name.range, value: within(item, at + 1, item.text.length - at - 1) }];
}

/** Weights only: the names are what another option is given as many of. */
function unnamed(values: readonly ScalarNode[], words: readonly ScalarNode[]): Finding | undefined {
  const numbers = values.flatMap((value) => splitScalar(value, ','));
  const sum = numbers.reduce((total, number) => total + (numberOf(number) ?? NaN), 0);
  if (numbers.length < 2 || !(Math.abs(sum - 1) < 1e-3 || Math.abs(sum - 100) < 0.1)) return undefined;
  for (const { text } of words) {
    const flag = nameOf(text);
    if (!NAMES.test(flag) || OTHER.test(flag)) continue;
    const names = wordsAfter(exactly(flag), words, undefined)?.flatMap((word) => splitScalar(word, ','));
    if (names?.length !== numbers.length || names.some((name) => numberOf(name) !== undefined)) continue;
    const range = spanOf(numbers.map((number) => number.range));
    const twins = pairUp(names, numbers, range);
    if (twins)
      return {
        format: FORMAT,
        mixtures: [{ label: 'train', weights: twins.weights, range }],
        problems: twins.problems,
      };
  }
  return undefined;
}

function findingOf(pairs: readonly Pair[], values: readonly ScalarNode[]): Finding {
  const { weights, problems } = gather(pairs);
  const range = spanOf(values.map((value) => value.range));
  return { format: FORMAT, mixtures: [{ label: 'train', weights, range }], problems };
}
