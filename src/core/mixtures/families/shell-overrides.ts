import { alternationFinding, readAlternation } from '../alternating';
import type { Family, Finding, Format } from '../family';
import { numberOf, spanOf, type ScalarNode } from '../syntax/node';
import { numbered, pairUp } from '../twins';
import type { TextRange } from '../types';
import { gather, splitScalar, type Pair } from '../weights';

/** An override of a Hydra or OmegaConf config that holds a mixture, on the command line of a program. */
interface OverrideRule {
  readonly format: Format;
  readonly key: RegExp;
  readonly brackets: '[]' | '{}';
}

const RULES: readonly OverrideRule[] = [
  {
    format: { id: 'nemo', name: 'NeMo', namesArePaths: true, repeatedNames: 'added' },
    key: /(?:^|\.)data_prefix$/,
    brackets: '[]',
  },
  { format: { id: 'lingua', name: 'Lingua' }, key: /(?:^|\.)data\.sources$/, brackets: '{}' },
];

/** NeMo's fine-tuning: probabilities of one setting, files of its neighbour. */
const PROBABILITIES = /^((?:.*\.)?)concat_sampling_probabilities$/;
const SFT: Format = { id: 'nemo', name: 'NeMo', sumMustBeOne: true, namesArePaths: true, repeatedNames: 'added' };

/** NeMo: `model.data.data_prefix=[0.3,a,0.7,b]`, `…concat_sampling_probabilities=[0.3,0.7]`; Lingua: `data.sources={a: 0.3, b: 0.7}`; also within `bash -c "…"`. */
export const shellOverrides: Family = {
  id: 'shell-overrides',
  fileKinds: ['shell'],
  candidateKeys: [['data_prefix='], ['data.sources='], ['concat_sampling_probabilities=']],
  read({ script }) {
    for (const { words } of [...script.commands, ...script.variables]) {
      for (let i = 0; i < words.length; i++) {
        const finding = findingOf(words, i);
        if (finding) return finding;
      }
    }
    return undefined;
  },
};

function findingOf(words: readonly ScalarNode[], at: number): Finding | undefined {
  const key = keyOf(words[at]!);
  const stem = PROBABILITIES.exec(key)?.[1];
  if (stem !== undefined) return /valid|test/.test(stem) ? undefined : sampled(words, at, stem);
  const rule = RULES.find((each) => each.key.test(key));
  const value = rule && listAt(words, at, rule.brackets);
  if (!rule || !value) return undefined;
  if (rule.brackets === '[]') {
    const read = readAlternation(value.items.map(single));
    return read && alternationFinding(rule.format, 'train', read);
  }
  const pairs = value.items.map(entryOf);
  if (pairs.length === 0 || pairs.some((pair) => numberOf(pair.value) === undefined)) return undefined;
  const { weights, problems } = gather(pairs);
  return { format: rule.format, mixtures: [{ label: 'train', weights, range: value.range }], problems };
}

function sampled(words: readonly ScalarNode[], at: number, stem: string): Finding | undefined {
  const list = listAt(words, at, '[]');
  const values = list?.items.map(single) ?? [];
  if (!list || values.length === 0 || values.some((item) => numberOf(item) === undefined)) return undefined;
  const files = words.findIndex((word) => keyOf(word) === `${stem}file_names`);
  const names = files < 0 ? undefined : listAt(words, files, '[]')?.items.map(single);
  // What the script is given as its list of files is not known: the weights are numbered.
  const named = names?.length === values.length ? names : values.map(numbered);
  const { range } = list;
  const twins = pairUp(named, values, range);
  return (
    twins && {
      format: SFT,
      mixtures: [{ label: 'train', weights: twins.weights, range }],
      problems: twins.problems,
    }
  );
}

/** The key of `key=value`; within a command that is one word of another the quotes are still there. */
function keyOf(word: ScalarNode): string {
  const { text } = withoutQuote(word);
  return text.slice(0, Math.max(0, text.indexOf('='))).replace(/^\+*/, '');
}

interface Listed {
  /** Each in the words it is written in. */
  readonly items: readonly (readonly ScalarNode[])[];
  readonly range: TextRange;
}

/** The items of a list or map that is the value of the word at that place, and may go on in the words behind it. */
function listAt(words: readonly ScalarNode[], at: number, brackets: '[]' | '{}'): Listed | undefined {
  const word = withoutQuote(words[at]!);
  const end = words.findIndex(({ text }, i) => i >= at && /[\]}]["']?$/.test(text));
  if (end < 0) return undefined;
  const equals = word.text.indexOf('=') + 1;
  const rest = at === end ? [] : words.slice(at + 1, end + 1);
  return listOf([within(word, equals, word.text.length - equals), ...rest], brackets);
}

/** The items between the brackets that these words begin and end with. */
export function listOf(words: readonly ScalarNode[], brackets: '[]' | '{}'): Listed | undefined {
  const written = words.filter(({ text }) => text !== '');
  const [first] = written;
  const open = first?.text.indexOf(brackets[0]!) ?? -1;
  if (!first || open < 0 || !/^["' ]*$/.test(first.text.slice(0, open))) return undefined;
  const inner = [within(first, open + 1, first.text.length - open - 1), ...written.slice(1)];
  const last = inner.pop()!;
  const close = last.text.lastIndexOf(brackets[1]!);
  if (close < 0) return undefined;
  const items: ScalarNode[][] = [[]];
  for (const each of [...inner, within(last, 0, close)]) {
    splitScalar(each, ',').forEach((part, i) => {
      if (i > 0) items.push([]);
      if (part.text !== '') items[items.length - 1]!.push(part);
    });
  }
  return { items: items.filter((item) => item.length > 0), range: spanOf(written.map(({ range }) => range)) };
}

/** `name: 0.3` */
export function entryOf(parts: readonly ScalarNode[]): Pair {
  const last = parts[parts.length - 1]!;
  const apart = parts.length > 1 && !last.text.includes(':');
  const item = joined(apart ? parts.slice(0, -1) : parts);
  const colon = item.text.lastIndexOf(':');
  const name = unquoted(within(item, 0, Math.max(0, colon)));
  const value = apart ? last : splitScalar(within(item, colon + 1, item.text.length - colon - 1), ',')[0]!;
  return { name: name.text, nameRange: name.range, value };
}

/** `'a'` is `a`, whatever blanks are in it. */
const single = (parts: readonly ScalarNode[]): ScalarNode => unquoted(joined(parts));

/** Words as one, blanks between them, each where it is. */
function joined(words: readonly ScalarNode[]): ScalarNode {
  const [first, ...more] = words;
  let text = first!.text;
  let end = first!.range.end;
  let verbatim = first!.verbatim;
  for (const word of more) {
    verbatim &&= word.verbatim && word.range.start >= end;
    text += ' '.repeat(verbatim ? word.range.start - end : 1) + word.text;
    end = word.range.end;
  }
  return { ...first!, text, verbatim, range: { start: first!.range.start, end } };
}

const withoutQuote = (word: ScalarNode): ScalarNode =>
  /^["']/.test(word.text) ? within(word, 1, word.text.length - 1) : word;

/** A part of a word, with its place. */
export function within(node: ScalarNode, start: number, length: number): ScalarNode {
  const text = node.text.slice(start, start + length);
  const from = node.range.start + start;
  return { ...node, text, range: node.verbatim ? { start: from, end: from + length } : node.range };
}

/** `'a'` within a word of a shell is `a`. */
export function unquoted(node: ScalarNode): ScalarNode {
  return /^(["']).*\1$/s.test(node.text) && node.text.length > 1 ? within(node, 1, node.text.length - 2) : node;
}
