import { t } from '../../l10n';
import type { ReadOptions } from '../family';
import { readMixtures } from '../read';
import { roundLevel } from './round';
import { parseNumber } from '../syntax/number';
import type { Mixture, MixtureWeight, NumberToken, TextEdit } from '../types';

/** Why a mixture cannot be written into the file. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: 'stale' | 'not-editable' | 'unknown-domain' | 'bad-fractions' | 'not-confirmed';
  readonly message: string;
}

export interface Edits {
  readonly kind: 'edits';
  /** In file order; they do not overlap. */
  readonly edits: readonly TextEdit[];
}

/**
 * Edits that turn `mixture` into the one with these shares. Only number tokens change: unit, original sum and decimals stay,
 * and so does every other character. Domains that `fractions` does not name keep their weight, as do entries at zero
 * (evaluation only) unless they are named. The edited text is read again before the edits are given out.
 *
 * @param mixture as read from `text`.
 * @param fractions share of each domain by the config's own names; scaled to what the domains not named leave over.
 */
export function applyMixture(
  text: string,
  fileName: string,
  mixture: Mixture,
  fractions: ReadonlyMap<string, number>,
  options: ReadOptions = {},
): Edits | Refusal {
  const reason = objection(text, mixture, fractions);
  if (reason) return reason;
  const products = targetsOf(mixture, fractions);
  const tree = treeOf(mixture.weights, products);
  const whole = mixture.unit === 'tokens' && mixture.sum >= 1e6;
  const edits = new Map<number, TextEdit>();
  // A stage may share its numbers with nothing else, but the levels of one mixture share those of their groups.
  writeLevel(tree, text, whole, edits);
  const changed = [...edits.values()].filter(({ range, newText }) => text.slice(range.start, range.end) !== newText);
  changed.sort((a, b) => a.range.start - b.range.start);
  return confirmed(text, fileName, mixture, products, changed, options);
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { range, newText } of [...edits].sort((a, b) => a.range.start - b.range.start)) {
    result += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return result + text.slice(at);
}

function refuse(code: Refusal['code'], message: string): Refusal {
  return { kind: 'refusal', code, message };
}

function objection(text: string, { weights }: Mixture, fractions: ReadonlyMap<string, number>): Refusal | undefined {
  const domains = new Set(weights.map(({ domain }) => domain));
  const values = [...fractions.values()];
  if (values.some((value) => !Number.isFinite(value) || value < 0) || !values.some((value) => value > 0)) {
    return refuse('bad-fractions', t('The shares to write must be finite, not negative, and not all zero.'));
  }
  const missing = [...fractions]
    .filter(([domain, value]) => value > 0 && !domains.has(domain))
    .map(([domain]) => domain);
  if (missing.length > 0) {
    return refuse(
      'unknown-domain',
      t('The config has no entry for {0}: add it first, or use the snippet.', missing.join(', ')),
    );
  }
  for (const weight of weights) {
    if (!fractions.has(weight.domain)) continue;
    if (!weight.editable) {
      const message = t(
        'The weight of "{0}" is not a number of its own in this file (it is computed, shared or repeated in a loop).',
        weight.domain,
      );
      return refuse('not-editable', message);
    }
    for (const { range, raw } of [...tokensOf(weight), ...(weight.factors ?? [])]) {
      if (parseNumber(text.slice(range.start, range.end)) !== raw) {
        return refuse('stale', t('The file has changed since the mixture was read.'));
      }
    }
  }
  return undefined;
}

function tokensOf(weight: MixtureWeight): readonly NumberToken[] {
  return weight.parts ?? [{ raw: weight.raw, range: weight.range, editable: weight.editable }];
}

/** Weight times the weights of its groups, before the change. */
function productOf({ raw, factors = [], divisor = 1 }: MixtureWeight): number {
  return factors.reduce((total, factor) => total * factor.raw, Math.max(0, raw)) / divisor;
}

/** New products, summing to the original sum. */
function targetsOf({ weights }: Mixture, fractions: ReadonlyMap<string, number>): number[] {
  const products = weights.map(productOf);
  const total = products.reduce((sum, product) => sum + product, 0);
  const kept = products.reduce((sum, product, i) => (fractions.has(weights[i]!.domain) ? sum : sum + product), 0);
  const named = weights.reduce((sum, { domain }) => sum + (fractions.get(domain) ?? 0), 0);
  return weights.map(({ domain }, i) => {
    const fraction = fractions.get(domain);
    return fraction === undefined ? products[i]! : (fraction / named) * (total - kept);
  });
}

/** A level of a nested mixture: weights of their own, and groups with a level inside. */
interface Level {
  readonly children: Child[];
}
interface Child {
  readonly tokens: readonly NumberToken[];
  readonly inner?: Level;
  /** The inner level is normalised by the framework. */
  readonly normalised: boolean;
  /** New product of everything below. */
  target: number;
}

function treeOf(weights: readonly MixtureWeight[], targets: readonly number[]): Level {
  const root: Level = { children: [] };
  weights.forEach((weight, i) => {
    let level = root;
    for (const factor of weight.factors ?? []) {
      let group = level.children.find(({ inner, tokens }) => inner && tokens[0]?.range.start === factor.range.start);
      if (!group) {
        group = { tokens: [factor], inner: { children: [] }, normalised: weight.divisor !== undefined, target: 0 };
        level.children.push(group);
      }
      group.target += targets[i]!;
      level = group.inner!;
    }
    // Without groups, a divisor is what the program divides all weights by.
    const divisor = weight.factors ? 1 : (weight.divisor ?? 1);
    level.children.push({ tokens: tokensOf(weight), normalised: false, target: targets[i]! * divisor });
  });
  return root;
}

/** New weight of each child of the outermost level; inner levels keep their own sums. */
function writeLevel(level: Level, text: string, whole: boolean, edits: Map<number, TextEdit>): void {
  const values = level.children.map((child) =>
    child.inner ? child.target / writeInner(child, text, edits) : child.target,
  );
  write(level, values, text, whole, edits);
}

/** Writes the level inside a group. Returns what a group's weight is multiplied by in the products below it. */
function writeInner(group: Child, text: string, edits: Map<number, TextEdit>): number {
  const level = group.inner!;
  const multipliers = level.children.map((child) => (child.inner ? writeInner(child, text, edits) : 1));
  const sum = level.children.reduce((total, { tokens }) => total + Math.max(0, rawOf(tokens)), 0) || 1;
  if (group.target <= 0) return 1;
  const wanted = level.children.map((child, i) => child.target / multipliers[i]!);
  const total = wanted.reduce((all, value) => all + value, 0);
  const values = wanted.map((value) => (value / total) * sum);
  write(level, values, text, false, edits);
  const product = values.reduce((all, value, i) => all + value * multipliers[i]!, 0);
  return group.normalised ? product / sum : product;
}

function rawOf(tokens: readonly NumberToken[]): number {
  return tokens.reduce((total, { raw }) => total + raw, 0);
}

function write(
  level: Level,
  values: readonly number[],
  text: string,
  whole: boolean,
  edits: Map<number, TextEdit>,
): void {
  const slots = level.children.flatMap(({ tokens }, i) => {
    const raw = rawOf(tokens);
    // Several entries of one domain keep their proportions.
    return tokens.map((token, k) => ({ token, value: values[i]! * (raw > 0 ? token.raw / raw : k === 0 ? 1 : 0) }));
  });
  const written = slots.map(({ token }) => text.slice(token.range.start, token.range.end));
  const texts = roundLevel({ written, values: slots.map(({ value }) => value), whole });
  slots.forEach(({ token, value }, i) => {
    // What keeps its value keeps its spelling.
    const same = Math.abs(value - token.raw) <= 1e-12 * Math.abs(token.raw);
    if (!same) edits.set(token.range.start, { range: token.range, newText: texts[i]! });
  });
}

/** Reads the edited text again: edits that do not give the mixture that was asked for are not given out. */
function confirmed(
  text: string,
  fileName: string,
  mixture: Mixture,
  targets: readonly number[],
  edits: readonly TextEdit[],
  options: ReadOptions,
): Edits | Refusal {
  const total = targets.reduce((sum, target) => sum + target, 0);
  const again = readMixtures(fileName, applyEdits(text, edits), options).mixtures;
  const same = again.some(
    ({ weights }) =>
      weights.length === mixture.weights.length &&
      weights.every(({ domain, fraction }, i) => {
        return domain === mixture.weights[i]!.domain && Math.abs(fraction - targets[i]! / total) < 0.02;
      }),
  );
  if (same) return { kind: 'edits', edits };
  return refuse(
    'not-confirmed',
    t('The edited file would not read as the mixture that was asked for, so nothing is changed.'),
  );
}
