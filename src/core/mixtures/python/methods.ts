import { copied } from './access';
import { sorted, sumOf } from './numbers';
import { placed, strFormat, textOf } from './format';
import { iterate, setEntry, type Arguments, type Machine } from './machine';
import { binary, joinPath, numeric } from './operators';
import type { Span } from './tree';
import {
  constant,
  equal,
  keyOf,
  liveEntries,
  lookUp,
  number,
  piece,
  text,
  type DictValue,
  type ListValue,
  type NumberValue,
  type ParserValue,
  type TextValue,
  type Value,
} from './values';

/** Calls a method; undefined when it is not known here, so that the call stands for itself. */
export function callMethod(
  owner: Value,
  name: string,
  given: Arguments,
  at: Span,
  machine: Machine,
): Value | undefined {
  switch (owner.kind) {
    case 'list':
      return (
        (owner.type === 'array' ? ofArray(owner, name, at, machine) : undefined) ??
        ofList(owner, name, given, at, machine)
      );
    case 'dict':
      return ofDict(owner, name, given, at, machine);
    case 'text':
      return ofText(owner, name, given, at, machine);
    case 'number':
      return ofNumber(owner, name);
    case 'parser':
      return ofParser(owner, name, given, at, machine);
    default:
      return undefined;
  }
}

function ofList(list: ListValue, name: string, given: Arguments, at: Span, machine: Machine): Value | undefined {
  const [value, second] = given.positional;
  const none = constant(null, at);
  switch (name) {
    case 'append':
    case 'add':
      if (!value) return undefined;
      if (name === 'add' && list.items.some((item) => equal(item, value) === true)) return none;
      machine.changing(list);
      list.items.push(value);
      return none;
    case 'extend':
    case 'update': {
      const items = value && iterate(value);
      machine.changing(list);
      if (items) list.items.push(...items);
      else list.open = true;
      return none;
    }
    case 'insert': {
      const position = value && numeric(value)?.value;
      machine.changing(list);
      if (position === undefined || !second || list.open) list.open = true;
      else list.items.splice(position, 0, second);
      return none;
    }
    case 'pop': {
      const position = value ? numeric(value)?.value : -1;
      machine.changing(list);
      if (position === undefined || list.open) {
        list.open = true;
        return undefined;
      }
      return list.items.splice(position, 1)[0];
    }
    case 'remove': {
      const position = value ? list.items.findIndex((item) => equal(item, value) === true) : -1;
      machine.changing(list);
      if (position < 0) list.open = true;
      else list.items.splice(position, 1);
      return none;
    }
    case 'clear':
      machine.changing(list);
      list.items = [];
      list.open = false;
      return none;
    case 'reverse':
      machine.changing(list);
      list.items.reverse();
      return none;
    case 'sort': {
      const items = list.open ? undefined : sorted(list.items, given, at, machine);
      machine.changing(list);
      if (items) list.items = items;
      else list.open = true;
      return none;
    }
    case 'copy':
      return copied(list, machine, false);
    case 'index': {
      const position = value ? list.items.findIndex((item) => equal(item, value) === true) : -1;
      return position < 0 ? undefined : number(position, true, at);
    }
    case 'count':
      return value && !list.open
        ? number(list.items.filter((item) => equal(item, value) === true).length, true, at)
        : undefined;
    default:
      return undefined;
  }
}

/** Arrays of numpy and tensors. */
function ofArray(list: ListValue, name: string, at: Span, machine: Machine): Value | undefined {
  if (list.open) return undefined;
  switch (name) {
    case 'sum':
      return sumOf(list.items, undefined, at, machine);
    case 'mean':
      return list.items.length === 0
        ? undefined
        : binary('/', sumOf(list.items, undefined, at, machine), number(list.items.length, true, at), at, machine);
    case 'tolist':
    case 'to_list':
      return machine.list('list', list.items, list.at);
    case 'astype':
    case 'numpy':
    case 'detach':
    case 'cpu':
    case 'to':
    case 'float':
    case 'double':
    case 'copy':
    case 'clone':
    case 'flatten':
      return machine.list('array', list.items, list.at);
    case 'max':
    case 'min': {
      const order = sorted(list.items, { positional: [], named: new Map(), given: [], open: false }, at, machine);
      return order?.at(name === 'max' ? -1 : 0);
    }
    default:
      return undefined;
  }
}

function ofDict(dict: DictValue, name: string, given: Arguments, at: Span, machine: Machine): Value | undefined {
  const [key, second] = given.positional;
  const none = constant(null, at);
  switch (name) {
    case 'keys':
    case 'values':
    case 'items': {
      const items = liveEntries(dict).map(({ key: own, value }) =>
        name === 'keys' ? own : name === 'values' ? value : machine.list('tuple', [own, value], at),
      );
      const list = machine.list('list', items, dict.at);
      list.open = dict.open;
      return list;
    }
    case 'get':
    case 'pop':
    case 'setdefault': {
      if (!key) return undefined;
      const found = lookUp(dict, key);
      const otherwise = second ?? given.named.get('default') ?? none;
      if (name === 'pop') remove(dict, key, machine);
      if (found) return found;
      if (dict.open || keyOf(key) === undefined) return undefined;
      if (name === 'setdefault') setEntry(machine, dict, key, otherwise, keyOf(key));
      return otherwise;
    }
    case 'update': {
      if (key?.kind === 'dict' && !key.open)
        for (const entry of liveEntries(key)) setEntry(machine, dict, entry.key, entry.value, keyOf(entry.key));
      else if (key) {
        const pairs = iterate(key)?.map(iterate);
        if (pairs?.every((pair) => pair?.length === 2))
          for (const pair of pairs) setEntry(machine, dict, pair![0]!, pair![1]!, keyOf(pair![0]!));
        else {
          machine.changing(dict);
          dict.open = true;
        }
      }
      for (const { name: own, at: place, value } of given.given)
        if (own !== undefined) {
          const named: TextValue = { kind: 'text', text: own, at: place, verbatim: true };
          setEntry(machine, dict, named, value, keyOf(named));
        }
      if (given.open) {
        machine.changing(dict);
        dict.open = true;
      }
      return none;
    }
    case 'clear':
      machine.changing(dict);
      dict.entries = [];
      dict.index = new Map();
      dict.open = false;
      return none;
    case 'copy':
      return copied(dict, machine, false);
    default:
      return undefined;
  }
}

/** Takes an entry out. What cannot be found may be any. */
export function remove(dict: DictValue, key: Value, machine: Machine): void {
  const known = keyOf(key);
  machine.changing(dict);
  const position = known === undefined ? undefined : dict.index.get(known);
  if (position === undefined) {
    if (known === undefined) dict.open = true;
    return;
  }
  const entries = dict.entries.filter((_, i) => i !== position);
  dict.entries = entries;
  dict.index = new Map(
    entries.flatMap((entry, i) =>
      keyOf(entry.key) === undefined || entry.superseded ? [] : [[keyOf(entry.key)!, i] as const],
    ),
  );
}

function ofText(value: TextValue, name: string, given: Arguments, at: Span, machine: Machine): Value | undefined {
  const { text: own } = value;
  const [first, second] = given.positional;
  const wanted = first?.kind === 'text' ? first.text : undefined;
  switch (name) {
    case 'split':
    case 'rsplit':
    case 'splitlines': {
      if (first && wanted === undefined && !(first.kind === 'constant' && first.value === null)) return undefined;
      const limit = second ?? given.named.get('maxsplit');
      const pieces = split(
        value,
        name === 'splitlines' ? '\n' : wanted,
        limit && numeric(limit)?.value,
        name === 'rsplit',
      );
      return machine.list('list', pieces, at);
    }
    case 'join': {
      const items = first && iterate(first);
      const texts = items?.map((item) => (item.kind === 'text' ? item.text : undefined));
      if (!items || !texts || texts.includes(undefined)) return undefined;
      if (items.length === 1) return items[0];
      const joined = texts.join(own);
      return joined.length > 200_000 ? undefined : text(joined, at);
    }
    case 'strip':
    case 'lstrip':
    case 'rstrip': {
      const signs = wanted === undefined ? /\s/ : undefined;
      const is = (sign: string): boolean => (signs ? signs.test(sign) : wanted!.includes(sign));
      let start = 0;
      let end = own.length;
      if (name !== 'rstrip') while (start < end && is(own[start]!)) start++;
      if (name !== 'lstrip') while (end > start && is(own[end - 1]!)) end--;
      return piece(value, start, end);
    }
    case 'removeprefix':
      return wanted !== undefined && own.startsWith(wanted) ? piece(value, wanted.length, own.length) : value;
    case 'removesuffix':
      return wanted !== undefined && own.endsWith(wanted) ? piece(value, 0, own.length - wanted.length) : value;
    case 'startswith':
      return wanted === undefined ? undefined : constant(own.startsWith(wanted), at);
    case 'endswith':
      return wanted === undefined ? undefined : constant(own.endsWith(wanted), at);
    case 'lower':
    case 'casefold':
      return text(own.toLowerCase(), at);
    case 'upper':
      return text(own.toUpperCase(), at);
    case 'replace': {
      const by = second?.kind === 'text' ? second.text : undefined;
      if (wanted === undefined || by === undefined) return undefined;
      const result = own.length * (by.length + 1) < 200_000 ? own.replaceAll(wanted, () => by) : undefined;
      return result === undefined ? undefined : result === own ? value : text(result, at);
    }
    case 'format': {
      const result = strFormat(own, given.positional, given.named);
      return result === undefined ? undefined : text(result, at);
    }
    case 'zfill': {
      const width = first && numeric(first)?.value;
      return width === undefined || width > 1000 ? undefined : text(own.padStart(width, '0'), at);
    }
    case 'isdigit':
      return constant(/^\d+$/.test(own), at);
    case 'joinpath': {
      const parts = given.positional.map((each) => (each.kind === 'text' ? each.text : undefined));
      return parts.includes(undefined) ? undefined : text(joinPath([own, ...(parts as string[])]), at);
    }
    case 'with_suffix':
      return wanted === undefined ? undefined : text(own.replace(/\.[^./]*$/, '') + wanted, at);
    case 'as_posix':
    case 'expanduser':
    case 'resolve':
    case 'absolute':
    case 'encode':
      return value;
    default:
      return undefined;
  }
}

function split(
  value: TextValue,
  separator: string | undefined,
  most: number | undefined,
  fromEnd: boolean,
): TextValue[] {
  const { text: own } = value;
  const cuts: (readonly [number, number])[] = [];
  if (separator === undefined)
    for (const match of own.matchAll(/\s+/g)) cuts.push([match.index, match.index + match[0].length]);
  else if (separator !== '')
    for (let at = own.indexOf(separator); at >= 0; at = own.indexOf(separator, at + separator.length))
      cuts.push([at, at + separator.length]);
  const kept =
    most === undefined || most < 0 ? cuts : fromEnd ? cuts.slice(Math.max(0, cuts.length - most)) : cuts.slice(0, most);
  const pieces: TextValue[] = [];
  let start = 0;
  for (const [from, to] of kept) {
    pieces.push(piece(value, start, from));
    start = to;
  }
  pieces.push(piece(value, start, own.length));
  return separator === undefined ? pieces.filter(({ text: each }) => each !== '') : pieces;
}

function ofNumber(value: NumberValue, name: string): Value | undefined {
  return name === 'item' || name === 'tolist' || name === 'float' ? value : undefined;
}

/** The defaults of a program's arguments are what it runs with unless it is told otherwise. */
function ofParser(parser: ParserValue, name: string, given: Arguments, at: Span, machine: Machine): Value | undefined {
  switch (name) {
    case 'add_argument': {
      const flags = given.positional.flatMap((each) => (each.kind === 'text' ? [each.text] : []));
      const long = flags.find((flag) => flag.startsWith('--')) ?? flags[0];
      const own = given.named.get('dest');
      const key = own?.kind === 'text' ? own.text : long?.replace(/^-+/, '').replaceAll('-', '_');
      if (key === undefined) return undefined;
      const action = given.named.get('action');
      const switched =
        action?.kind === 'text' && action.text.startsWith('store_')
          ? constant(action.text === 'store_false', at)
          : undefined;
      const otherwise = long?.startsWith('-') ? constant(null, at) : undefined;
      const initial = given.named.get('default') ?? switched ?? otherwise;
      if (initial) machine.assign(parser.scope, key, converted(initial, given.named.get('type'), at, machine));
      return constant(null, at);
    }
    case 'set_defaults':
      for (const [key, value] of given.named) machine.assign(parser.scope, key, value);
      return constant(null, at);
    case 'add_argument_group':
    case 'add_mutually_exclusive_group':
    case 'parse_args':
      return parser;
    case 'parse_known_args':
      return machine.list('tuple', [parser, machine.list('list', [], at)], at);
    default:
      return undefined;
  }
}

/** argparse converts a default that is a text. */
function converted(value: Value, type: Value | undefined, at: Span, machine: Machine): Value {
  if (value.kind !== 'text' || !type || type.kind === 'constant') return value;
  const path = type.kind === 'unknown' ? type.path : undefined;
  if (path === 'str') return value;
  return machine.call(
    type,
    { positional: [value], named: new Map(), given: [{ at: value.at, value }], open: false },
    at,
    path ?? '',
  );
}

/** Text of a value as it is passed on the command line. */
export const shownText = (value: Value, at: Span, machine: Machine): TextValue | undefined => {
  const shown = textOf(value);
  return shown === undefined ? undefined : placed(value, shown, at, (span) => machine.source(span));
};
