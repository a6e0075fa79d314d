import { alternationFinding, readAlternation } from '../alternating';
import type { Family, Finding, Format } from '../family';
import { numberOf, type ScalarNode } from '../syntax/node';
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

/** NeMo: `model.data.data_prefix=[0.3,a,0.7,b]`; Lingua: `data.sources={a: 0.3, b: 0.7}`; also within `bash -c "…"`. */
export const shellOverrides: Family = {
  id: 'shell-overrides',
  fileKinds: ['shell'],
  candidateKeys: [['data_prefix='], ['data.sources=']],
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
  // Within a command that is one word of another the quotes are still there.
  const word = withoutQuote(words[at]!);
  const equals = word.text.indexOf('=');
  const key = word.text.slice(0, Math.max(0, equals)).replace(/^\+*/, '');
  const rule = RULES.find((each) => each.key.test(key));
  if (!rule) return undefined;
  const [open, close] = rule.brackets;
  const end = words.findIndex(({ text }, i) => i >= at && /[\]}]["']?$/.test(text));
  if (end < 0) return undefined;
  const rest = within(word, equals + 1, word.text.length - equals - 1);
  const value = joined([rest, ...words.slice(at + 1, end + 1)]);
  const first = value.text.indexOf(open!);
  const last = value.text.lastIndexOf(close!);
  if (first < 0 || last < 0 || !/^["' ]*$/.test(value.text.slice(0, first))) return undefined;
  const items = splitScalar(within(value, first + 1, last - first - 1), ',').map(unquoted);
  if (rule.brackets === '[]') {
    const read = readAlternation(items);
    return read && alternationFinding(rule.format, 'train', read);
  }
  const pairs = items.filter(({ text }) => text !== '').map(entryOf);
  if (pairs.length === 0 || pairs.some(({ value }) => numberOf(value) === undefined)) return undefined;
  const { weights, problems } = gather(pairs);
  return { format: rule.format, mixtures: [{ label: 'train', weights, range: value.range }], problems };
}

/** `name: 0.3` */
function entryOf(item: ScalarNode): Pair {
  const colon = item.text.lastIndexOf(':');
  const name = unquoted(within(item, 0, Math.max(0, colon)));
  const value = splitScalar(within(item, colon + 1, item.text.length - colon - 1), ',')[0]!;
  return { name: name.text, nameRange: name.range, value };
}

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
function within(node: ScalarNode, start: number, length: number): ScalarNode {
  const text = node.text.slice(start, start + length);
  const from = node.range.start + start;
  return { ...node, text, range: node.verbatim ? { start: from, end: from + length } : node.range };
}

/** `'a'` within a word of a shell is `a`. */
function unquoted(node: ScalarNode): ScalarNode {
  return /^(["']).*\1$/s.test(node.text) && node.text.length > 1 ? within(node, 1, node.text.length - 2) : node;
}
