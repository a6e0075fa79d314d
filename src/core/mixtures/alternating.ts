import { t } from '../l10n';
import type { Finding, Format, FoundMixture, FoundWeight } from './family';
import { isScalar, numberOf, spanOf, type DataNode, type ScalarNode } from './syntax/node';
import type { MixtureProblem, TextRange } from './types';
import { splitScalar, tokenOf } from './weights';

/** `weight path weight path …`, as Megatron reads it: the first, third, … must be numbers, or all are paths. */
export interface Alternation {
  readonly weights: readonly FoundWeight[];
  readonly problems: readonly MixtureProblem[];
  readonly range: TextRange;
}

/**
 * Reads alternating words. undefined when there are no weights here (one path, a list of paths, other arguments).
 * Megatron takes a list in which one weight does not parse, or one name is missing, for a list of paths without saying
 * so: that gives a problem and no weights.
 */
export function readAlternation(words: readonly ScalarNode[], unknown = false): Alternation | undefined {
  const last = words[words.length - 1];
  if (!last || words.length < 2) return undefined;
  const weights: FoundWeight[] = [];
  const broken: ScalarNode[] = [];
  for (let i = 0; i + 1 < words.length; i += 2) {
    const number = words[i]!;
    const path = words[i + 1]!;
    const token = tokenOf(number);
    if (numberOf(path) !== undefined) return undefined;
    if (token) weights.push({ name: path.text, ...(path.range.end > 0 ? { nameRange: path.range } : {}), token });
    else broken.push(number);
  }
  if (weights.length === 0 || broken.length > weights.length) return undefined;
  const range = spanOf(words.map((word) => word.range));
  const fail = (code: string, message: string, at: TextRange): Alternation => ({
    weights: [],
    problems: [{ code, message, range: at, severity: 'error' }],
    range,
  });
  if (unknown)
    return fail(
      'cannot-evaluate',
      t('The list is put together while the script runs, so its weights cannot be known here.'),
      range,
    );
  if (broken.length > 0) {
    const { text, range: at } = broken[0]!;
    if (text.includes('$'))
      return fail('cannot-evaluate', t('The weight {0} is only known when the script runs.', text), at);
    return fail(
      'unparsable-weight',
      t('"{0}" is not a number, so the whole list is silently read as paths without weights.', text),
      at,
    );
  }
  if (words.length % 2 === 1) {
    const message = t('The list has an odd number of entries, so all of them are read as paths without weights.');
    return fail('odd-length', message, last.range);
  }
  return { weights, problems: [], range };
}

/** The finding for one alternation of a format. */
export function alternationFinding(format: Format, label: string, alternation: Alternation): Finding {
  const { weights, problems, range } = alternation;
  const mixtures: FoundMixture[] = weights.length > 0 ? [{ label, weights, range }] : [];
  return { format, mixtures, problems };
}

/** Words of a list of scalars, or of one string with blanks in it. */
export function wordsOf(node: DataNode | undefined): ScalarNode[] | undefined {
  if (isScalar(node)) return splitWords(node);
  if (node?.kind !== 'list') return undefined;
  const words: ScalarNode[] = [];
  for (const item of node.items) {
    if (!isScalar(item)) return undefined;
    words.push(...splitWords(item));
  }
  return words;
}

/** Blank-separated words of a scalar, each with its place. */
export function splitWords(node: ScalarNode): ScalarNode[] {
  return splitScalar(
    node.verbatim
      ? { ...node, text: node.text.replace(/\s/g, ' ') }
      : { ...node, text: node.text.replace(/\s+/g, ' ') },
    ' ',
  ).filter(({ text }) => text !== '');
}

/** Paths of tokenized data, or anything else that names files. */
export function looksLikePath(text: string): boolean {
  return /[/\\$]|_(?:document|sentence|text|tokens)\b|^[\w.-]+_\w+$/.test(text) && !text.startsWith('-');
}
