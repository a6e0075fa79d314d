import { t } from '../../l10n';
import type { Family, Finding, Format, FoundMixture, Source } from '../family';
import { ENDS_OPTION } from '../shell/words';
import { numberOf, spanOf, type ScalarNode } from '../syntax/node';
import { numbered, pairUp } from '../twins';
import type { MixtureProblem } from '../types';
import { gather, splitScalar } from '../weights';

const ADDED = { repeatedNames: 'added' } as const;
const PATHS = { namesArePaths: true, ...ADDED } as const;

/** Options that hold names and options that hold weights, in launch scripts. */
interface OptionRule {
  readonly format: Format;
  readonly names: RegExp;
  readonly weights: RegExp;
  /** Lists written as one word. */
  readonly separator?: string;
}

const OPTIONS: readonly OptionRule[] = [
  {
    format: { id: 'open-lm', name: 'OpenLM', ...PATHS },
    names: /^--(?:dataset-manifest|train-data)$/,
    weights: /^--train-data-mix-weights$/,
  },
  {
    format: { id: 'ms-swift', name: 'ms-swift', sumMustBeOne: true, ...ADDED },
    names: /^--dataset$/,
    weights: /^--interleave_prob$/,
  },
  {
    format: { id: 'llama-factory', name: 'LLaMA-Factory', sumMustBeOne: true, ...ADDED },
    // `llamafactory-cli train base.yaml dataset=a,b interleave_probs=0.7,0.3` as well.
    names: /^(?:--)?dataset$/,
    weights: /^(?:--)?interleave_(?:probs|probabilities)$/,
    separator: ',',
  },
  {
    format: { id: 'openrlhf', name: 'OpenRLHF', sumMustBeOne: true, ...ADDED },
    names: /^--(?:dataset|prompt_data|pretrain_data|input_template_data)$/,
    weights: /^--(?:dataset|prompt_data|pretrain_data)_probs$/,
    separator: ',',
  },
];

/** OpenLM, ms-swift, LLaMA-Factory and OpenRLHF launch scripts: names after one option, weights after another. */
export const shellOptions: Family = {
  id: 'shell-options',
  fileKinds: ['shell'],
  candidateKeys: [['--train-data-mix-weights'], ['--interleave_prob'], ['_probs']],
  read({ script }) {
    const argumentLists = [...script.commands.map(({ words }) => words), ...script.variables.map(({ words }) => words)];
    const findings = argumentLists.flatMap((words) => findingOfOptions(words) ?? []);
    const [first] = findings;
    if (!first) return undefined;
    const { format } = findings.find(({ mixtures }) => mixtures.length > 0) ?? first;
    const same = findings.filter((finding) => finding.format.id === format.id);
    return {
      format,
      // What a variable holds is met again where it is passed on.
      mixtures: uniqueBy(
        same.flatMap(({ mixtures }) => mixtures),
        ({ weights }) => weights.map(({ token }) => `${token.range.start} ${token.raw}`).join(),
      ),
      problems: uniqueBy(
        same.flatMap(({ problems }) => problems),
        ({ code, range }) => `${code} ${range.start}`,
      ),
    };
  },
};

/** The first of each that have the same key. */
function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item] as const).reverse()).values()].reverse();
}

/** The first pair of such options among the arguments of a program. */
export function findingOfOptions(words: readonly ScalarNode[]): Finding | undefined {
  for (const rule of OPTIONS) {
    const finding = readOptions(rule, words);
    if (finding) return finding;
  }
  return undefined;
}

function readOptions(
  { format, names, weights, separator }: OptionRule,
  words: readonly ScalarNode[],
): Finding | undefined {
  const values = wordsAfter(weights, words, separator);
  if (!values || values.length === 0) return undefined;
  const named = wordsAfter(names, words, separator) ?? wordsAsMany(values, words, separator);
  const range = spanOf(values.map((value) => value.range));
  if (values.some((value) => numberOf(value) === undefined || value.unsure)) {
    const message = t('The weights are only known when the script runs.');
    return { format, mixtures: [], problems: [{ code: 'cannot-evaluate', message, range, severity: 'information' }] };
  }
  const twins = pairUp(named, values, range);
  return twins && { format, mixtures: [{ label: 'train', weights: twins.weights, range }], problems: twins.problems };
}

/** Forks name their data by options of their own: the one with as many words, and with `data`, `lang` or `domain` in it. */
function wordsAsMany(
  values: readonly ScalarNode[],
  words: readonly ScalarNode[],
  separator: string | undefined,
): readonly ScalarNode[] {
  for (const { text } of words) {
    const flag = text.split('=')[0]!;
    if (!/^--\w*(?:data|lang|domain|source|corpora|corpus)\w*$/.test(flag) || flag.includes('eval')) continue;
    const option = wordsAfter(new RegExp(`^${flag}$`), words, separator);
    if (option?.length === values.length) return option;
  }
  // Weights without names are numbered.
  return values.map(numbered);
}

/** What an option is given, up to the next option. */
export function wordsAfter(
  option: RegExp,
  words: readonly ScalarNode[],
  separator: string | undefined,
): ScalarNode[] | undefined {
  const at = words.findIndex(({ text }) => option.test(text.split('=')[0]!) && /^-|=/.test(text));
  if (at < 0) return undefined;
  const flag = words[at]!;
  const equals = flag.text.indexOf('=');
  const setting = !flag.text.startsWith('-');
  let found: ScalarNode[] = [];
  if (equals >= 0) {
    const range = { start: flag.range.start + equals + 1, end: flag.range.end };
    found.push({ ...flag, text: flag.text.slice(equals + 1), range });
  }
  // `dataset="a,b"` is two words, the second with its own place; what follows is another setting.
  const most = !setting ? words.length : flag.text.endsWith('=') ? at + 2 : at + 1;
  for (let i = at + 1; i < Math.min(most, words.length) && !ENDS_OPTION.test(words[i]!.text); i++) {
    found.push(words[i]!);
  }
  if (separator !== undefined) found = found.flatMap((word) => splitScalar(word, separator));
  return found.filter(({ text }) => text !== '');
}

const SHEARING: Format = { id: 'llm-shearing', name: 'LLM-Shearing', sumMustBeOne: true, ...ADDED };

/** LLM-Shearing: `set_names=[cc,github]` and `proportion=[0.67,0.33]`, as variables or as settings on the command line. */
export const shearing: Family = {
  id: 'llm-shearing',
  fileKinds: ['shell'],
  candidateKeys: [['set_names', 'proportion']],
  read({ script }) {
    const settings: Setting[] = [
      ...script.variables.flatMap(({ name, words }) => settingOf(name, words)),
      ...script.commands.flatMap(({ words }) => words.flatMap(settingOfWord)),
    ];
    const names = settings.find(({ key }) => /(?:^|\.)set_names$/.test(key));
    const weights = settings.find(({ key }) => /(?:^|\.)proportion$/.test(key));
    if (!names || !weights) return undefined;
    const values = weights.items;
    const range = spanOf(values.map((value) => value.range));
    const twins = pairUp(names.items, values, range);
    return (
      twins && {
        format: SHEARING,
        mixtures: [{ label: 'train', weights: twins.weights, range }],
        problems: twins.problems,
      }
    );
  },
};

interface Setting {
  readonly key: string;
  readonly items: readonly ScalarNode[];
}

function settingOf(key: string, words: readonly ScalarNode[]): Setting[] {
  const text = words.map((word) => word.text).join('');
  if (!text.startsWith('[') || !text.endsWith(']')) return [];
  return [{ key, items: words.flatMap(bracketed) }];
}

function settingOfWord(word: ScalarNode): Setting[] {
  const equals = word.text.indexOf('=');
  if (equals < 0 || !word.text.endsWith(']') || word.text[equals + 1] !== '[') return [];
  const range = word.verbatim ? { start: word.range.start + equals + 1, end: word.range.end } : word.range;
  return [{ key: word.text.slice(0, equals), items: bracketed({ ...word, text: word.text.slice(equals + 1), range }) }];
}

/** `[a,b` or `c]` as their items. */
function bracketed(word: ScalarNode): ScalarNode[] {
  const left = word.text.startsWith('[') ? 1 : 0;
  const right = word.text.endsWith(']') ? 1 : 0;
  const text = word.text.slice(left, word.text.length - right);
  const range = word.verbatim ? { start: word.range.start + left, end: word.range.end - right } : word.range;
  return splitScalar({ ...word, text, range }, ',').filter((part) => part.text !== '');
}

const BRIDGE: Format = { id: 'megatron-bridge', name: 'Megatron Bridge', zeroForbidden: true, ...PATHS };

/** Megatron Bridge on the command line: `dataset.blend=[[a,b],[0.3,0.7]]`; with `null` for the weights it is no mixture. */
export const blendOverrides: Family = {
  id: 'blend-overrides',
  fileKinds: ['shell'],
  candidateKeys: [['blend=[[']],
  read({ script }) {
    for (const { words } of [...script.commands, ...script.variables]) {
      for (const word of words) {
        const match = /^(.*\bblend=\[\[)([^[\]]*)(\],\s*\[)([^[\]]*)\]\]$/.exec(word.text);
        if (!match) continue;
        const [, before = '', names = '', between = '', weights = ''] = match;
        const part = (text: string, skip: number): ScalarNode[] => {
          const start = word.range.start + skip;
          const range = word.verbatim ? { start, end: start + text.length } : word.range;
          return splitScalar({ ...word, text, range }, ',').filter((item) => item.text !== '');
        };
        const values = part(weights, before.length + names.length + between.length);
        const twins = pairUp(part(names, before.length).map(unquoted), values, word.range);
        if (twins)
          return {
            format: BRIDGE,
            mixtures: [{ label: 'train', weights: twins.weights, range: word.range }],
            problems: twins.problems,
          };
      }
    }
    return undefined;
  },
};

/** `"a"` within a word of a shell is `a`. */
function unquoted(node: ScalarNode): ScalarNode {
  const match = /^(["'])(.*)\1$/.exec(node.text);
  if (!match) return node;
  const range = node.verbatim ? { start: node.range.start + 1, end: node.range.end - 1 } : node.range;
  return { ...node, text: match[2]!, range };
}

const PROLONG: Format = { id: 'prolong', name: 'ProLong', ...ADDED };

/** ProLong: `domains=( name@0.3 … )`. */
export const prolong: Family = {
  id: 'prolong',
  fileKinds: ['shell'],
  candidateKeys: [['@0'], ['@1'], ['@.']],
  read({ script }) {
    for (const { name, words, range } of script.variables) {
      if (
        words.length === 0 ||
        !/domain|data|mix/i.test(name) ||
        !words.every(({ text }) => /^[^@]+@[\d.eE+-]+$/.test(text))
      )
        continue;
      const found = gather(words.map((word) => split(word, '@')));
      if (found.weights.length === words.length)
        return {
          format: PROLONG,
          mixtures: [{ label: 'train', weights: found.weights, range }],
          problems: found.problems,
        };
    }
    return undefined;
  },
};

function split(word: ScalarNode, separator: string) {
  const value = splitScalar(word, separator).at(-1) ?? word;
  const name = word.text.slice(0, Math.max(0, word.text.lastIndexOf(separator))).trim();
  const start = word.range.start;
  const nameRange = word.verbatim ? { start, end: start + name.length } : word.range;
  return { name, nameRange, value };
}

const MAXTEXT: Format = { id: 'maxtext', name: 'MaxText', ...PATHS };

/** MaxText: `grain_train_files=gs://a,0.3;gs://b,0.7` on the command line or in YAML; `gs://a:0.3` before mid 2025. */
export const maxtextFiles: Family = {
  id: 'maxtext-files',
  fileKinds: ['shell', 'yaml'],
  candidateKeys: [['grain_train_files']],
  read(source) {
    for (const value of grainFiles(source)) {
      const parts = splitScalar(value, ';').filter(({ text }) => text !== '');
      const separator = parts.some(({ text }) => text.includes(',')) ? ',' : ':';
      const pairs = parts.map((part) => split(part, separator));
      if (pairs.length < 2 || pairs.some((pair) => numberOf(pair.value) === undefined)) continue;
      const { weights, problems } = gather(pairs);
      const rounded: MixtureProblem[] = weights
        .filter(({ token }) => token.raw > 0 && token.raw < 5e-5)
        .map(({ name, token }) => ({
          code: 'rounded-to-zero',
          message: t('MaxText rounds weights in this form to four decimals: "{0}" becomes zero.', name),
          range: token.range,
        }));
      const mixture: FoundMixture = { label: 'train', weights, range: value.range };
      return { format: MAXTEXT, mixtures: [mixture], problems: [...problems, ...rounded] };
    }
    return undefined;
  },
};

function* grainFiles({ script, trees }: Source): Generator<ScalarNode> {
  for (const { words } of [...script.commands, ...script.variables]) {
    for (const [i, word] of words.entries()) {
      const next = words[i + 1];
      if (word.text === 'grain_train_files=' && next) yield next;
      if (!word.text.startsWith('grain_train_files=')) continue;
      const skip = 'grain_train_files='.length;
      const range = word.verbatim ? { start: word.range.start + skip, end: word.range.end } : word.range;
      yield { ...word, text: word.text.slice(skip), range };
    }
  }
  for (const root of trees) {
    if (root.kind !== 'map') continue;
    const value = root.entries.find(({ key }) => key === 'grain_train_files')?.value;
    if (value?.kind === 'scalar') yield value;
  }
}
