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
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) return unknown('?', at);
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

export function sumOf(items: readonly Value[], start: Value | undefined, at: Span, machine: Machine): Value {
  machine.spend(items.length >> 2);
  return items.reduce<Value>((total, item) => binary('+', total, item, at, machine), start ?? number(0, true, at));
}

/** Of an array; undefined for one of more dimensions. */
export const sumOfArray = (items: readonly Value[], at: Span, machine: Machine): Value | undefined =>
  items.some(({ kind }) => kind === 'list') ? undefined : sumOf(items, undefined, at, machine);

export const arraySum: Builtin = (given, at, machine) => {
  const items = given.positional.length === 1 ? iterate(given.positional[0]!) : undefined;
  return items && sumOfArray(items, at, machine);
};

export const arrayMean: Builtin = (given, at, machine) => {
  const items = given.positional.length === 1 ? iterate(given.positional[0]!) : undefined;
  const total = items && items.length > 0 ? sumOfArray(items, at, machine) : undefined;
  return total && binary('/', total, number(items!.length, true, at), at, machine);
};

export const sum: Builtin = (given, at, machine) => {
  const items = given.positional[0] && iterate(given.positional[0]);
  return items && sumOf(items, given.positional[1] ?? given.named.get('start'), at, machine);
};

/** By their numbers or texts, or by what `key` makes of them; undefined when they cannot be compared. */
export function sorted(items: readonly Value[], given: Arguments, at: Span, machine: Machine): Value[] | undefined {
  const key = given.named.get('key');
  machine.spend(items.length >> 1);
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
    // Of several that are as large the first one counts.
    const named = new Map([...given.named].filter(([name]) => name === 'key'));
    if (sign < 0) named.set('reverse', constant(true, at));
    return sorted(items, { ...given, named }, at, machine)?.[0];
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
  // In another base.
  if (given.positional.length > 1 || given.named.size > 0) return undefined;
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

/** Half to even, from the exact value, as Python rounds: `round(0.125, 2)` is 0.12 and `round(2.675, 2)` is 2.67. */
export function roundHalfEven(value: number, places: number): number {
  if (places <= 0) {
    const unit = 10 ** -places;
    const rest = Math.abs(value) % unit;
    const down = Math.abs(value) - rest;
    const isUp = rest * 2 > unit || (rest * 2 === unit && (down / unit) % 2 === 1);
    return Math.sign(value) * (isUp ? down + unit : down);
  }
  return Number(fixed(value, places));
}

/** `toFixed`, but half to even. */
export function fixed(value: number, places: number): string {
  const plain = Object.is(value, -0) ? `-${value.toFixed(places)}` : value.toFixed(places);
  // Only a tie is written out with a 5 and nothing behind it.
  const [, rest = ''] = value.toFixed(Math.min(100, places + 40)).split('.');
  const isTie = /^50*$/.test(rest.slice(places)) && Math.abs(value) < 1e21;
  if (!isTie) return plain;
  const last = Number(plain[plain.length - 1]);
  if (last % 2 === 0) return plain;
  const step = 10 ** -places;
  return (value - Math.sign(value) * step * 0.5).toFixed(places);
}

export const round: Builtin = (given, at) => {
  const value = first(given);
  const known = value && numeric(value);
  const digits = given.positional[1] ?? given.named.get('ndigits');
  const isWhole = digits === undefined || (digits.kind === 'constant' && digits.value === null);
  const places = isWhole ? 0 : numeric(digits)?.value;
  if (!known || places === undefined || Math.abs(places) > 20) return undefined;
  return changed(known, roundHalfEven(known.value, places), isWhole || known.whole, at);
};

/** numpy multiplies, rounds and divides. */
export const arrayRound: Builtin = (given, at, machine) => {
  const digits = given.positional[1] ?? given.named.get('decimals');
  const places = digits === undefined ? 0 : numeric(digits)?.value;
  if (places === undefined || Math.abs(places) > 15) return undefined;
  const unit = 10 ** Math.abs(places);
  const apply = (value: number): number =>
    places < 0 ? roundHalfEven(value / unit, 0) * unit : roundHalfEven(value * unit, 0) / unit;
  return ofNumber(apply)({ ...given, positional: given.positional.slice(0, 1) }, at, machine);
};
