import { iterate, noArguments, setEntry, type Machine } from './machine';
import { numeric } from './operators';
import type { Span } from './tree';
import {
  keyOf,
  lift,
  liveEntries,
  lookUp,
  number,
  piece,
  text,
  unknown,
  type ClassValue,
  type FunctionValue,
  type ListValue,
  type Value,
} from './values';

/** `object.name` */
export function attribute(object: Value, name: string, at: Span, machine: Machine): Value {
  switch (object.kind) {
    case 'either':
      return lift(object, (option) => attribute(option, name, at, machine));
    case 'instance': {
      const own = object.scope.names.get(name);
      if (own) return own;
      const found = ofClass(object.class, name);
      if (!found) return name === '__dict__' ? unknown('?', at) : { kind: 'unknown', text: '?', at };
      return found.kind === 'function' ? method(found, object, object.class, at, machine) : found;
    }
    case 'class': {
      const found = ofClass(object, name);
      if (found) return found.kind === 'function' ? method(found, undefined, object, at, machine) : found;
      return name === '__name__' ? text(object.name, at) : unknown('?', at);
    }
    case 'dict': {
      // Config objects give their keys as attributes.
      const value = lookUp(object, text(name, at));
      return value ?? { kind: 'method', owner: object, name, at };
    }
    case 'parser':
      return object.scope.names.get(name) ?? { kind: 'method', owner: object, name, at };
    case 'text':
      return (
        pathPart(object.text, name, at) ?? (name === 'value' ? object : { kind: 'method', owner: object, name, at })
      );
    case 'number':
      return name === 'value' ? object : { kind: 'method', owner: object, name, at };
    case 'list':
      return name === 'value'
        ? object
        : name === 'size' && object.type === 'array'
          ? number(object.items.length, true, at)
          : { kind: 'method', owner: object, name, at };
    case 'unknown':
      return object.path === undefined
        ? { kind: 'method', owner: object, name, at }
        : { kind: 'unknown', text: `${object.text}.${name}`, at, path: `${object.path}.${name}` };
    default:
      return { kind: 'method', owner: object, name, at };
  }
}

/** A name of a class or of its bases. */
export function ofClass(of: ClassValue, name: string, depth = 0): Value | undefined {
  const own = of.scope.names.get(name);
  if (own || depth > 20) return own;
  for (const base of of.bases) {
    const found = base.kind === 'class' ? ofClass(base, name, depth + 1) : undefined;
    if (found) return found;
  }
  return undefined;
}

export const decorated = (callee: FunctionValue, ...names: readonly string[]): boolean =>
  callee.statement?.decorators.some((each) => each.kind === 'name' && names.includes(each.name)) ?? false;

function method(callee: FunctionValue, self: Value | undefined, of: ClassValue, at: Span, machine: Machine): Value {
  if (decorated(callee, 'staticmethod')) return callee;
  if (decorated(callee, 'classmethod')) return { ...callee, self: of };
  if (self && decorated(callee, 'property', 'cached_property'))
    return machine.run({ ...callee, self }, noArguments, at);
  return self ? { ...callee, self } : callee;
}

/** What pathlib knows of a path. */
function pathPart(path: string, name: string, at: Span): Value | undefined {
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  const dot = base.lastIndexOf('.');
  switch (name) {
    case 'name':
      return text(base, at);
    case 'stem':
      return text(dot > 0 ? base.slice(0, dot) : base, at);
    case 'suffix':
      return text(dot > 0 ? base.slice(dot) : '', at);
    case 'parent':
      return text(slash > 0 ? path.slice(0, slash) : slash === 0 ? '/' : '.', at);
    default:
      return undefined;
  }
}

type Slice = readonly (Value | undefined)[];

const isSlice = (index: Value | Slice): index is Slice => Array.isArray(index);

/** `object[index]` and `object[start:end:step]` */
export function subscript(object: Value, index: Value | Slice, at: Span, machine: Machine): Value {
  if (isSlice(index)) return slice(object, index, at, machine);
  if (object.kind === 'dict') {
    const value = lookUp(object, index);
    if (value) return value;
    const known = keyOf(index);
    if (!object.initial || object.open || known === undefined) return unknown('?', at);
    // A `defaultdict` begins with what its factory makes, one for each key.
    const made = copied(object.initial, machine, true);
    setEntry(machine, object, index, made, known);
    return made;
  }
  if (object.kind === 'class' && index.kind === 'text') return ofClass(object, index.text) ?? unknown('?', at);
  const position = index.kind === 'number' && index.whole ? index.value : undefined;
  if (position === undefined) return unknown('?', at);
  if (object.kind === 'list') {
    // What is not known may stand in front of it.
    if (object.open) return unknown('?', at);
    return object.items[position < 0 ? object.items.length + position : position] ?? unknown('?', at);
  }
  if (object.kind === 'text') {
    const start = position < 0 ? object.text.length + position : position;
    return start >= 0 && start < object.text.length ? piece(object, start, start + 1) : unknown('?', at);
  }
  return unknown('?', at);
}

function slice(object: Value, parts: Slice, at: Span, machine: Machine): Value {
  const bounds = parts.map((part) =>
    part === undefined || (part.kind === 'constant' && part.value === null) ? null : numeric(part)?.value,
  );
  if (bounds.includes(undefined)) return unknown('?', at);
  const [from = null, to = null, by = null] = bounds as (number | null)[];
  const step = by ?? 1;
  if (!Number.isInteger(step) || step === 0) return unknown('?', at);
  if (object.kind === 'text') {
    const places = slicePlaces(object.text.length, from, to, step);
    const [start = 0] = places;
    return step === 1
      ? piece(object, start, start + places.length)
      : text(places.map((i) => object.text[i]).join(''), at);
  }
  const items = object.kind === 'list' ? iterate(object) : undefined;
  if (!items || object.kind !== 'list') return unknown('?', at);
  const taken = slicePlaces(items.length, from, to, step).map((i) => items[i]!);
  return machine.list(object.type, taken, at);
}

/** The places that `[from:to:step]` takes. */
function slicePlaces(length: number, from: number | null, to: number | null, step: number): number[] {
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (bound: number): number => Math.min(highest, Math.max(lowest, bound < 0 ? bound + length : bound));
  const start = from === null ? (step > 0 ? 0 : length - 1) : place(from);
  const end = to === null ? (step > 0 ? length : -1) : place(to);
  const places: number[] = [];
  for (let i = start; step > 0 ? i < end : i > end; i += step) places.push(i);
  return places;
}

/** A list or dictionary with the same items; deep: with copies of them, and one copy of what is in it twice. */
export function copied(
  value: Value,
  machine: Machine,
  deep: boolean,
  copies: Map<Value, Value> = new Map<Value, Value>(),
): Value {
  const before = copies.get(value);
  if (before) return before;
  const inner = (item: Value): Value => (deep ? copied(item, machine, true, copies) : item);
  if (value.kind === 'list') {
    const list: ListValue = machine.list(value.type, [], value.at);
    copies.set(value, list);
    machine.spend(value.items.length >> 3);
    list.items = value.items.map(inner);
    list.open = value.open;
    return list;
  }
  if (value.kind !== 'dict') return value;
  const dict = machine.dict([], value.at);
  copies.set(value, dict);
  for (const { key, value: of } of liveEntries(value))
    if (dict.kind === 'dict') setEntry(machine, dict, key, inner(of), keyOf(key));
  if (dict.kind !== 'dict') return dict;
  dict.open = value.open;
  return value.initial ? { ...dict, initial: value.initial } : dict;
}
