import { parseNumber } from '../syntax/number';
import { attribute, subscript } from './access';
import { formatted, percentFormat, placed, reprOf, textOf } from './format';
import { iterate, type Arguments, type Machine } from './machine';
import { binary, LONGEST_TEXT, unary } from './operators';
import type { Argument, Clause, Expression, FormatPart, Parameter, Span } from './tree';
import {
  constant,
  distinct,
  either,
  isPartial,
  keyOf,
  lift,
  liveEntries,
  number,
  text,
  truthOf,
  unknown,
  type CallValue,
  type DictEntry,
  type Given,
  type Scope,
  type Value,
} from './values';

const LONGEST_TAG = 200;

/** What an expression stands for; never throws but for `Exhausted`. */
export function evaluate(expression: Expression, scope: Scope, machine: Machine): Value {
  machine.step();
  const at: Span = { from: expression.from, to: expression.to };
  switch (expression.kind) {
    case 'number':
      return number(
        expression.value,
        expression.whole,
        at,
        // What is written in another way, `0x10` or `- 1`, is not rewritten.
        parseNumber(machine.source(at)) === expression.value
          ? [{ ...at, raw: expression.value, scale: 1, shared: false }]
          : [],
      );
    case 'text':
      return { kind: 'text', text: expression.text, at: expression.inner, verbatim: expression.verbatim };
    case 'format':
      return format(expression.parts, at, scope, machine);
    case 'constant':
      return constant(expression.value, at);
    case 'name':
      return name(expression.name, at, scope);
    case 'sequence': {
      const values = spreadItems(expression.items, scope, machine);
      const unique = expression.type === 'set' && values.items.length > 1 ? distinct(values.items) : values.items;
      const list = machine.list(expression.type, unique ?? values.items, at);
      list.open = values.open || unique === undefined;
      machine.emit(list);
      return list;
    }
    case 'dict':
      return dictionary(expression, scope, machine);
    case 'comprehension':
      return comprehension(expression, scope, machine);
    case 'call':
      return call(expression, scope, machine);
    case 'attribute': {
      const object = machine.evaluate(expression.object, scope);
      return shown(at, machine, attribute(object, expression.name, at, machine));
    }
    case 'subscript': {
      const object = machine.evaluate(expression.object, scope);
      const index = expression.index;
      if (index.kind === 'slice') {
        const parts = index.parts.map((part) => part && machine.evaluate(part, scope));
        return shown(
          at,
          machine,
          lift(object, (one) => subscript(one, parts, at, machine)),
        );
      }
      const key = machine.evaluate(index, scope);
      const found = lift(object, (one) => lift(key, (which) => subscript(one, which, at, machine)));
      // What a table of unknown things has under a name is best known by that name.
      return found.kind === 'unknown' && key.kind === 'text' ? unknown(key.text, key.at) : shown(at, machine, found);
    }
    case 'unary':
      return shown(at, machine, unary(expression.operator, machine.evaluate(expression.operand, scope), at, machine));
    case 'binary':
      return shown(at, machine, operation(expression.operator, expression.left, expression.right, at, scope, machine));
    case 'conditional': {
      const truth = truthOf(machine.evaluate(expression.test, scope));
      if (truth !== undefined) return machine.evaluate(truth ? expression.then : expression.otherwise, scope);
      return either([machine.evaluate(expression.then, scope), machine.evaluate(expression.otherwise, scope)], at);
    }
    case 'lambda':
      return {
        kind: 'function',
        name: 'lambda',
        parameters: expression.parameters,
        defaults: defaultsOf(expression.parameters, scope, machine),
        body: expression.body,
        scope,
        at,
      };
    case 'named': {
      const value = machine.evaluate(expression.value, scope);
      machine.bind(expression.target, value, scope);
      return value;
    }
    case 'slice':
    case 'opaque':
      for (const part of expression.kind === 'opaque' ? expression.parts : []) machine.evaluate(part, scope);
      return unknown(machine.source(at), at);
  }
}

export function defaultsOf(
  parameters: readonly Parameter[],
  scope: Scope,
  machine: Machine,
): ReadonlyMap<string, Value> {
  return new Map(
    parameters.flatMap(({ name: parameter, initial }) =>
      initial ? [[parameter, machine.evaluate(initial, scope)] as const] : [],
    ),
  );
}

/** What is not known is shown as it is written. */
function shown(at: Span, machine: Machine, value: Value): Value {
  return value.kind === 'unknown' && value.text === '?' ? unknown(machine.source(at), at) : value;
}

/** `and` and `or` give one of their sides; `%` after a text fills it in. */
function operation(
  operator: string,
  left: Expression,
  right: Expression,
  at: Span,
  scope: Scope,
  machine: Machine,
): Value {
  const first = machine.evaluate(left, scope);
  if (operator === 'and' || operator === 'or') {
    const truth = truthOf(first);
    if (truth === undefined) return either([first, machine.evaluate(right, scope)], at);
    return truth === (operator === 'or') ? first : machine.evaluate(right, scope);
  }
  const second = machine.evaluate(right, scope);
  if (operator === '%' && first.kind === 'text') {
    const shown = percentFormat(first.text, second);
    return shown === undefined || shown.length > LONGEST_TEXT ? unknown('?', at) : text(shown, at);
  }
  const result = binary(operator, first, second, at, machine);
  // `[…] + more`: the list that is written there is not all there is.
  if (result.kind === 'list' && result.open) {
    for (const [side, value] of [
      [left, first],
      [right, second],
    ] as const)
      if (side.kind === 'sequence' && value.kind === 'list') value.open = true;
  }
  return result;
}

/** What a name is bound to. What is not known keeps the name it is met under. */
function name(written: string, at: Span, scope: Scope): Value {
  for (let from: Scope | undefined = scope; from; from = from.parent) {
    const value = from.names.get(written);
    if (value === undefined || (from.ofClass && from !== scope)) continue;
    if (value.kind === 'unknown') return { ...value, text: written, at };
    return value;
  }
  return { kind: 'unknown', text: written, at, path: written };
}

function format(parts: readonly FormatPart[], at: Span, scope: Scope, machine: Machine): Value {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only && 'value' in only && only.spec.length === 0 && only.conversion === '') {
    const value = machine.evaluate(only.value, scope);
    const shown = textOf(value);
    return shown === undefined
      ? unknown(machine.source(at), at)
      : placed(value, shown, at, (span) => machine.source(span));
  }
  const shown = render(parts, scope, machine);
  if (shown.text.length > LONGEST_TEXT) return unknown(machine.source(at), at);
  return shown.partial ? { ...text(shown.text, at), partial: true } : text(shown.text, at);
}

/** What is not known stays as it is written, in its braces: as the name of a dataset it tells enough. */
function render(
  parts: readonly FormatPart[],
  scope: Scope,
  machine: Machine,
): { readonly text: string; readonly partial: boolean } {
  let result = '';
  let partial = false;
  for (const part of parts) {
    if ('text' in part) result += part.text;
    else {
      const value = machine.evaluate(part.value, scope);
      const spec = render(part.spec, scope, machine).text;
      const plain = part.conversion === '' || part.conversion === '!s' ? textOf(value) : reprOf(value);
      const shown = spec === '' ? plain : formatted(value, spec);
      partial ||= shown === undefined || isPartial(value);
      result += shown ?? `{${machine.source(part.value)}}`;
    }
    if (result.length > LONGEST_TEXT) break;
  }
  machine.spend(result.length >> 6);
  return { text: result, partial };
}

function spreadItems(
  items: readonly { readonly value: Expression; readonly spread: boolean }[],
  scope: Scope,
  machine: Machine,
): { readonly items: Value[]; readonly open: boolean } {
  const found: Value[] = [];
  let open = false;
  for (const { value: expression, spread } of items) {
    const value = machine.evaluate(expression, scope);
    const inner = spread ? iterate(value) : undefined;
    if (!spread) found.push(value);
    else if (inner) found.push(...inner);
    else {
      open = true;
      found.push(value);
    }
  }
  return { items: found, open };
}

function dictionary(expression: Expression & { readonly kind: 'dict' }, scope: Scope, machine: Machine): Value {
  const entries: DictEntry[] = [];
  const index = new Map<string, number>();
  const written = new Set<DictEntry>();
  let open = false;
  const put = (key: Value, value: Value, literal: boolean): void => {
    const known = keyOf(key);
    const before = known === undefined ? undefined : index.get(known);
    // Only what is written twice side by side is worth a word.
    if (before !== undefined && !(literal && written.has(entries[before]!))) {
      entries[before] = { key: literal ? key : entries[before]!.key, value };
      return;
    }
    if (before !== undefined) entries[before]!.superseded = true;
    const entry: DictEntry = { key, value };
    entries.push(entry);
    if (literal) written.add(entry);
    if (known !== undefined) index.set(known, entries.length - 1);
  };
  for (const { key, value } of expression.items) {
    const evaluated = machine.evaluate(value, scope);
    if (key) put(machine.evaluate(key, scope), evaluated, true);
    else if (evaluated.kind === 'dict' && !evaluated.open) {
      for (const entry of liveEntries(evaluated)) put(entry.key, entry.value, false);
    } else {
      open = true;
      const at = { from: value.from, to: value.to };
      entries.push({ key: text(`**${machine.source(at)}`, at), value: unknown(machine.source(at), at) });
    }
  }
  const at = { from: expression.from, to: expression.to };
  const dict = machine.dict([], at);
  if (dict.kind === 'dict') {
    dict.entries = entries;
    dict.index = index;
    dict.open = open;
  }
  machine.emit(dict);
  return dict;
}

function comprehension(
  expression: Expression & { readonly kind: 'comprehension' },
  scope: Scope,
  machine: Machine,
): Value {
  const at = { from: expression.from, to: expression.to };
  const inner = machine.scope(scope);
  // The first iterable is looked up outside, where a class's names can be seen.
  const [outermost] = expression.clauses;
  const values = outermost?.kind === 'for' ? iterate(machine.evaluate(outermost.iterable, scope)) : undefined;
  const items: Value[] = [];
  const pairs: (readonly [Value, Value])[] = [];
  const each = (): void => {
    const element = machine.evaluate(expression.element, inner);
    if (expression.value) pairs.push([element, machine.evaluate(expression.value, inner)]);
    else items.push(element);
  };
  if (!clauses(expression.clauses, 0, inner, each, machine, values)) return unknown(machine.source(at), at);
  const type = expression.type === 'generator' ? 'list' : expression.type;
  const unique = type === 'set' ? distinct(items) : items;
  if (!unique) return unknown(machine.source(at), at);
  const result = type === 'dict' ? machine.dict(pairs, at) : machine.list(type, unique, at);
  machine.emit(result);
  return result;
}

/**
 * Runs the innermost for every combination; false when they are not known (the innermost is then looked at once).
 * @param first what the first clause goes over
 */
function clauses(
  list: readonly Clause[],
  from: number,
  scope: Scope,
  innermost: () => void,
  machine: Machine,
  first: readonly Value[] | undefined,
): boolean {
  const clause = list[from];
  if (!clause) {
    innermost();
    return true;
  }
  if (clause.kind === 'if') {
    const truth = truthOf(machine.evaluate(clause.test, scope));
    if (truth === false) return true;
    return clauses(list, from + 1, scope, innermost, machine, first) && truth === true;
  }
  const values = from === 0 ? first : iterate(machine.evaluate(clause.iterable, scope));
  if (!values) {
    machine.bind(clause.target, undefined, scope);
    clauses(list, from + 1, scope, innermost, machine, first);
    return false;
  }
  for (const value of values) {
    machine.bind(clause.target, value, scope);
    if (!clauses(list, from + 1, scope, innermost, machine, first)) return false;
  }
  return true;
}

function call(expression: Expression & { readonly kind: 'call' }, scope: Scope, machine: Machine): Value {
  const at = { from: expression.from, to: expression.to };
  const callee = machine.evaluate(expression.callee, scope);
  const given = argumentsOf(expression.arguments, scope, machine);
  const source = machine.source(expression.callee).slice(0, LONGEST_TAG).replace(/\s+/g, '');
  const tag = callee.kind === 'unknown' && callee.path !== undefined ? callee.path : source;
  return lift(callee, (one) => {
    const result = machine.call(one, given, at, tag);
    return result.kind === 'unknown' && result.text === '?' ? unknown(machine.source(at), at) : result;
  });
}

export function argumentsOf(list: readonly Argument[], scope: Scope, machine: Machine): Arguments {
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  const given: Given[] = [];
  let open = false;
  let shifted = false;
  for (const { value: expression, name: key, spread } of list) {
    const value = machine.evaluate(expression, scope);
    if (spread === '*') {
      const items = iterate(value);
      if (!items) open = shifted = true;
      for (const item of shifted ? [] : (items ?? [])) {
        positional.push(item);
        given.push({ at: item.at, value: item });
      }
    } else if (spread === '**') {
      if (value.kind !== 'dict' || value.open) open = true;
      for (const entry of value.kind === 'dict' ? value.entries : []) {
        if (entry.key.kind !== 'text') continue;
        named.set(entry.key.text, entry.value);
        given.push({ name: entry.key.text, at: entry.key.at, value: entry.value });
      }
    } else if (key) {
      named.set(key.text, value);
      given.push({ name: key.text, at: { from: key.from, to: key.to }, value });
    } else if (!shifted) {
      positional.push(value);
      given.push({ at: { from: expression.from, to: expression.to }, value });
    }
  }
  return { positional, named, given, open, shifted };
}

/** What a function that is not in the file gives back. */
export function foreign(tag: string, { given }: Arguments, at: Span, receiver?: Value): CallValue {
  return { kind: 'call', tag, given, at, ...(receiver ? { receiver } : {}) };
}
