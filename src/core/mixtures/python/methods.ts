import { copied } from './access';
import { arrayMean, arraySum, sorted } from './numbers';
import { ofText } from './texts';
import { iterate, positional, setEntry, type Arguments, type Machine } from './machine';
import { numeric } from './operators';
import type { Span } from './tree';
import {
  constant,
  distinct,
  equal,
  keyOf,
  liveEntries,
  lookUp,
  number,
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
      if (!value) return undefined;
      machine.changing(list);
      list.items.push(value);
      return none;
    case 'extend':
    case 'add':
    case 'update': {
      const more = name === 'add' ? value && [value] : value && iterate(value);
      machine.changing(list);
      machine.spend(list.items.length >> 2);
      const items = more && (list.type === 'set' ? distinct([...list.items, ...more]) : [...list.items, ...more]);
      if (items && items.length <= LONGEST_LIST) list.items = items;
      else list.open = true;
      return none;
    }
    case 'insert': {
      const position = value && numeric(value)?.value;
      machine.changing(list);
      machine.spend(list.items.length >> 4);
      if (position === undefined || !second || list.open) list.open = true;
      else list.items.splice(position, 0, second);
      return none;
    }
    case 'pop': {
      const position = value ? numeric(value)?.value : -1;
      machine.changing(list);
      machine.spend(list.items.length >> 4);
      if (position === undefined || list.open || list.type === 'set') {
        list.open = true;
        return undefined;
      }
      return list.items.splice(position, 1)[0];
    }
    case 'remove':
    case 'discard': {
      const position = value ? positionOf(list, value, machine) : undefined;
      machine.changing(list);
      if (position === undefined || (position < 0 && name === 'remove')) list.open = true;
      else if (position >= 0) list.items.splice(position, 1);
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
      const position = value && !second && !list.open ? positionOf(list, value, machine) : undefined;
      return position === undefined || position < 0 ? undefined : number(position, true, at);
    }
    case 'count': {
      machine.spend(list.items.length >> 2);
      const same = value && !list.open ? list.items.map((item) => equal(item, value)) : [undefined];
      return same.includes(undefined) ? undefined : number(same.filter(Boolean).length, true, at);
    }
    default:
      if (CHANGES.test(name)) {
        machine.changing(list);
        list.open = true;
      }
      return undefined;
  }
}

const LONGEST_LIST = 20_000;
/** Other methods that change a list, set, dictionary or tensor. */
const CHANGES = /^(?:popitem|move_to_end|\w+_update|appendleft|extendleft|popleft|rotate|fill|put|resize|\w+[a-z]_)$/;

/** -1: not in it; undefined: not known. */
function positionOf(list: ListValue, value: Value, machine: Machine): number | undefined {
  machine.spend(list.items.length >> 2);
  for (const [i, item] of list.items.entries()) {
    const same = equal(item, value);
    if (same !== false) return same ? i : undefined;
  }
  return list.open ? undefined : -1;
}

/** Arrays of numpy and tensors. */
function ofArray(list: ListValue, name: string, at: Span, machine: Machine): Value | undefined {
  if (list.open) return undefined;
  switch (name) {
    case 'sum':
      return arraySum(positional(list), at, machine);
    case 'mean':
      return arrayMean(positional(list), at, machine);
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
      if (CHANGES.test(name)) {
        machine.changing(dict);
        dict.open = true;
      }
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
