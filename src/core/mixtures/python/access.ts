import { iterate, noArguments, type Machine } from './machine';
import { numeric } from './operators';
import type { Span } from './tree';
import {
  lift,
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
    // A `defaultdict` begins with what its factory makes.
    return object.initial && !object.open ? object.initial : unknown('?', at);
  }
  if (object.kind === 'class' && index.kind === 'text') return ofClass(object, index.text) ?? unknown('?', at);
  const position = index.kind === 'number' && index.whole ? index.value : undefined;
  if (position === undefined) return unknown('?', at);
  if (object.kind === 'list') {
    if (object.open && position < 0) return unknown('?', at);
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
  if (object.kind === 'text' && step === 1) {
    const [start, end] = clamp(object.text.length, from, to);
    return piece(object, start, end);
  }
  const items = object.kind === 'list' ? iterate(object) : undefined;
  if (!items || object.kind !== 'list' || !Number.isInteger(step) || step === 0) return unknown('?', at);
  const source = step < 0 ? [...items].reverse() : items;
  const length = items.length;
  const turn = (bound: number | null): number | null =>
    bound === null ? null : length - 1 - (bound < 0 ? bound + length : bound);
  const [start, end] = step < 0 ? clamp(length, turn(from), turn(to)) : clamp(length, from, to);
  const taken = source.slice(start, end).filter((_, i) => i % Math.abs(step) === 0);
  return machine.list(object.type, taken, at);
}

function clamp(length: number, from: number | null, to: number | null): [number, number] {
  const place = (bound: number | null, otherwise: number): number =>
    bound === null ? otherwise : Math.min(length, Math.max(0, bound < 0 ? bound + length : bound));
  const start = place(from, 0);
  return [start, Math.max(start, place(to, length))];
}

/** A list or dictionary with the same items. */
export function copied(value: Value, machine: Machine, deep: boolean, depth = 0): Value {
  const inner = (item: Value): Value => (deep && depth < 20 ? copied(item, machine, true, depth + 1) : item);
  if (value.kind === 'list') {
    const list: ListValue = machine.list(value.type, value.items.map(inner), value.at);
    list.open = value.open;
    return list;
  }
  if (value.kind !== 'dict') return value;
  const dict = machine.dict(
    value.entries.filter(({ superseded }) => !superseded).map(({ key, value: of }) => [key, inner(of)] as const),
    value.at,
  );
  if (dict.kind === 'dict') dict.open = value.open;
  return dict;
}
