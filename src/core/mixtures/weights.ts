import { t } from '../l10n';
import type { FoundWeight } from './family';
import { isNotFinite } from './syntax/number';
import {
  isList,
  isMap,
  isNull,
  isPlaceholder,
  isScalar,
  numberOf,
  textOf,
  type DataNode,
  type ScalarNode,
} from './syntax/node';
import type { MixtureProblem, NumberToken, TextRange } from './types';

/** Number token of a scalar; undefined when it is none. */
export function tokenOf(node: DataNode | undefined): NumberToken | undefined {
  const raw = numberOf(node);
  if (raw === undefined || !isScalar(node)) return undefined;
  const lead = node.text.length - node.text.trimStart().length;
  const range =
    node.verbatim && node.value === undefined
      ? { start: node.range.start + lead, end: node.range.start + node.text.trimEnd().length }
      : node.range;
  return { raw, range, editable: node.verbatim && node.value === undefined };
}

export interface WeightsFound {
  readonly weights: readonly FoundWeight[];
  readonly problems: readonly MixtureProblem[];
  /** Values that are neither numbers nor placeholders: many of them mean that this is something else. */
  readonly strange: number;
}

/** Weights of a map name → number. */
export function weightsOfMap(node: DataNode | undefined): WeightsFound {
  if (!isMap(node)) return { weights: [], problems: [], strange: 1 };
  return gather(node.entries.map(({ key, keyRange, value }) => ({ name: key, nameRange: keyRange, value })));
}

export interface Pair {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly value: DataNode;
}

/** Weights of pairs of a name and what should be a number. */
export function gather(pairs: readonly Pair[]): WeightsFound {
  const weights: FoundWeight[] = [];
  const problems: MixtureProblem[] = [];
  let strange = 0;
  for (const { name, nameRange, value } of pairs) {
    const token = tokenOf(value);
    if (token) {
      weights.push({ name, nameRange, token });
      continue;
    }
    problems.push(noNumber(name, value));
    if (
      !isNull(value) &&
      !isPlaceholder(value) &&
      !(isScalar(value) && (isNotFinite(value.text) || value.value !== undefined))
    )
      strange++;
  }
  return { weights, problems, strange };
}

function noNumber(name: string, value: DataNode): MixtureProblem {
  const { range } = value;
  if (isNull(value)) return { code: 'missing-weight', message: t('"{0}" has no weight.', name), range };
  if (isPlaceholder(value)) {
    const message = t('The weight of "{0}" is filled in when the run starts; it is left out here.', name);
    return { code: 'placeholder', message, range, severity: 'information' };
  }
  return {
    code: 'not-a-number',
    message: t('The weight of "{0}" is not a finite number.', name),
    range,
    severity: 'error',
  };
}

/** A list of names. */
export function namesOf(node: DataNode | undefined): ScalarNode[] | undefined {
  if (!isList(node)) return undefined;
  const names = node.items.filter((item): item is ScalarNode => isScalar(item) && textOf(item) !== undefined);
  return names.length === node.items.length ? names : undefined;
}

/** `a, b ,c` as scalars, each with its own place. */
export function splitScalar(node: ScalarNode, separator: string): ScalarNode[] {
  const parts: ScalarNode[] = [];
  let start = 0;
  for (const piece of node.text.split(separator)) {
    const lead = piece.length - piece.trimStart().length;
    const text = piece.trim();
    const from = node.range.start + start + lead;
    const range = node.verbatim ? { start: from, end: from + text.length } : node.range;
    parts.push({ kind: 'scalar', text, range, quoted: true, verbatim: node.verbatim });
    start += piece.length + separator.length;
  }
  return parts;
}

/** Sum of the weights of one level of a nested mixture, for frameworks that normalise each level; 1 when there is none. */
export function levelSum(weights: readonly FoundWeight[]): number {
  const sum = weights.reduce((total, { token }) => total + Math.max(0, token.raw), 0);
  return sum > 0 && Number.isFinite(sum) ? sum : 1;
}
