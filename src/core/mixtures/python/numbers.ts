import { parseNumber } from '../syntax/number';
import { iterate, positional, type Arguments, type Machine } from './machine';
import { binary, numeric } from './operators';
import type { Span } from './tree';
import { constant, number, truthOf, unknown, type NumberValue, type Value } from './values';

/** undefined: not known here, so that the call stands for itself. */
export type Builtin = (given: Arguments, at: Span, machine: Machine) => Value | undefined;

export const first = ({ positional: [value] }: Arguments): Value | undefined => value;

export function numbersOf(values: readonly Value[] | undefined): NumberValue[] | undefined {
  const numbers = values?.map(numeric);
  return numbers?.includes(undefined) ? undefined : (numbers as NumberValue[] | undefined);
}

/** The same number where a function leaves it as it is. */
export function changed(from: NumberValue, value: number, whole: boolean, at: Span): Value {
  if (!Number.isFinite(value)) return unknown('?', at);
  return value === from.value ? { ...from, whole } : number(value, whole, at);
}

export const ofNumber =
  (apply: (value: number) => number, whole?: boolean): Builtin =>
  (given, at, machine) => {
    const value = first(given);
    if (value?.kind === 'list' && value.type === 'array' && !value.open) {
      const items = numbersOf(value.items);
      return (
        items &&
        machine.list(
          'array',
          items.map((item) => changed(item, apply(item.value), whole ?? item.whole, at)),
          at,
        )
      );
    }
    const one = value && numeric(value);
    return one && changed(one, apply(one.value), whole ?? false, at);
  };

export const sumOf = (items: readonly Value[], start: Value | undefined, at: Span, machine: Machine): Value =>
  items.reduce<Value>((total, item) => binary('+', total, item, at, machine), start ?? number(0, true, at));

export const sum: Builtin = (given, at, machine) => {
  const items = given.positional[0] && iterate(given.positional[0]);
  return items && sumOf(items, given.positional[1] ?? given.named.get('start'), at, machine);
};

/** By their numbers or texts, or by what `key` makes of them; undefined when they cannot be compared. */
export function sorted(items: readonly Value[], given: Arguments, at: Span, machine: Machine): Value[] | undefined {
  const key = given.named.get('key');
  const keys = items.map((item) =>
    key && key.kind !== 'constant' ? machine.call(key, positional(item), at, 'key') : item,
  );
  const order = keys.map((_, i) => i);
  let failed = false;
  const compare = (a: Value, b: Value): number => {
    if (a.kind === 'list' && b.kind === 'list') {
      for (let i = 0; i < Math.min(a.items.length, b.items.length); i++) {
        const result = compare(a.items[i]!, b.items[i]!);
        if (result !== 0) return result;
      }
      return a.items.length - b.items.length;
    }
    const one = numeric(a)?.value ?? (a.kind === 'text' ? a.text : undefined);
    const other = numeric(b)?.value ?? (b.kind === 'text' ? b.text : undefined);
    if (one === undefined || other === undefined || typeof one !== typeof other) {
      failed = true;
      return 0;
    }
    return one < other ? -1 : one > other ? 1 : 0;
  };
  const reverse = truthOf(given.named.get('reverse') ?? constant(false, at));
  const sign = reverse ? -1 : 1;
  order.sort((a, b) => sign * compare(keys[a]!, keys[b]!) || a - b);
  return failed || reverse === undefined ? undefined : order.map((i) => items[i]!);
}

export const extreme =
  (sign: number): Builtin =>
  (given, at, machine) => {
    const items = given.positional.length === 1 ? iterate(given.positional[0]!) : given.positional;
    if (!items || given.open) return undefined;
    if (items.length === 0) return given.named.get('default');
    return sorted(
      items,
      { ...given, named: new Map([...given.named].filter(([name]) => name === 'key')) },
      at,
      machine,
    )?.at(sign);
  };

export const float: Builtin = (given, at) => {
  const value = first(given);
  const known = value && numeric(value);
  if (known) return { ...known, whole: false };
  if (value?.kind !== 'text') return undefined;
  return numberOfText(value, false, at);
};

export const int: Builtin = (given, at) => {
  const value = first(given);
  const known = value && numeric(value);
  if (known) return changed(known, Math.trunc(known.value), true, at);
  return value?.kind === 'text' && /^\s*[+-]?[\d_]+\s*$/.test(value.text) ? numberOfText(value, true, at) : undefined;
};

export function numberOfText(
  { text: written, at: place, verbatim }: Value & { kind: 'text' },
  whole: boolean,
  at: Span,
): Value | undefined {
  const value = parseNumber(written.trim());
  if (value === undefined) return undefined;
  const from = place.from + written.length - written.trimStart().length;
  const span = { from, to: from + written.trim().length };
  return verbatim
    ? number(value, whole, span, [{ ...span, raw: value, scale: 1, shared: false }])
    : number(value, whole, at);
}

export const round: Builtin = (given, at) => {
  const value = first(given);
  const known = value && numeric(value);
  const digits = given.positional[1] ?? given.named.get('ndigits');
  const places = digits === undefined || digits.kind === 'constant' ? 0 : numeric(digits)?.value;
  if (!known || places === undefined || Math.abs(places) > 20) return undefined;
  // Half to even, as Python does.
  const shift = 10 ** places;
  const scaled = known.value * shift;
  const down = Math.floor(scaled);
  const nearest =
    Math.abs(scaled - down - 0.5) < 1e-9 * Math.max(1, Math.abs(scaled)) && places <= 0
      ? down % 2 === 0
        ? down
        : down + 1
      : Math.round(scaled);
  const rounded = places > 0 ? Number(known.value.toFixed(places)) : nearest / shift;
  return changed(known, rounded, digits === undefined || known.whole, at);
};
