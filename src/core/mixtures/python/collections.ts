import { iterate, noArguments, positional } from './machine';
import { first, numbersOf, type Builtin } from './numbers';
import { numeric } from './operators';
import { constant, distinct, liveEntries, number, text, truthOf, type ListType, type Value } from './values';

const LONGEST = 10_000;

export const range: Builtin = (given, at, machine) => {
  const numbers = numbersOf(given.positional);
  const bounds = numbers?.map(({ value }) => value);
  if (!bounds || bounds.length === 0 || given.open || !numbers?.every(({ whole }) => whole)) return undefined;
  const [start, end, step] = bounds.length === 1 ? [0, bounds[0]!, 1] : [bounds[0]!, bounds[1]!, bounds[2] ?? 1];
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (!(count <= LONGEST)) return undefined;
  return machine.list(
    'tuple',
    Array.from({ length: count }, (_, i) => number(start + i * step, true, at)),
    at,
  );
};

/** Of whole numbers: how many steps of fractions there are hangs on how they are rounded. */
export const arange: Builtin = (given, at, machine) => {
  const steps = given.named.size === 0 ? range(given, at, machine) : undefined;
  return steps?.kind === 'list' ? machine.list('array', steps.items, at) : undefined;
};

/** `dict.fromkeys(names, 1 / 3)` */
export const fromKeys: Builtin = (given, at, machine) => {
  const [names, value] = given.positional;
  const keys = names && iterate(names);
  if (!keys) return undefined;
  const result = machine.dict(
    keys.map((key) => [key, value ?? constant(null, at)] as const),
    at,
  );
  machine.emit(result);
  return result;
};

export const zip: Builtin = (given, at, machine) => {
  const lists = given.positional.map(iterate);
  if (given.open || lists.length === 0 || lists.includes(undefined)) return undefined;
  const length = Math.min(...lists.map((list) => list!.length));
  const rows = Array.from({ length }, (_, i) =>
    machine.list(
      'tuple',
      lists.map((list) => list![i]!),
      at,
    ),
  );
  return machine.list('list', rows, at);
};

export const enumerate: Builtin = (given, at, machine) => {
  const items = given.positional[0] && iterate(given.positional[0]);
  const start = numeric(given.positional[1] ?? given.named.get('start') ?? number(0, true, at))?.value;
  if (!items || start === undefined) return undefined;
  return machine.list(
    'list',
    items.map((item, i) => machine.list('tuple', [number(start + i, true, at), item], at)),
    at,
  );
};

export const map: Builtin = (given, at, machine) => {
  const [callee, ...lists] = given.positional;
  const rows = lists.map(iterate);
  if (!callee || rows.length === 0 || rows.includes(undefined)) return undefined;
  const length = Math.min(...rows.map((row) => row!.length));
  const tag = callee.kind === 'unknown' ? (callee.path ?? callee.text) : '';
  const call = (i: number): Value => machine.call(callee, positional(...rows.map((row) => row![i]!)), at, tag);
  return machine.list(
    'list',
    Array.from({ length }, (_, i) => call(i)),
    at,
  );
};

export const filter: Builtin = (given, at, machine) => {
  const [callee, list] = given.positional;
  const items = list && iterate(list);
  if (!callee || !items) return undefined;
  const truths = items.map((item) =>
    truthOf(callee.kind === 'constant' ? item : machine.call(callee, positional(item), at, '')),
  );
  return truths.includes(undefined)
    ? undefined
    : machine.list(
        'list',
        items.filter((_, i) => truths[i]),
        at,
      );
};

export const listOf =
  (type: ListType): Builtin =>
  (given, at, machine) => {
    const value = first(given);
    if (!value) return given.open ? undefined : machine.list(type, [], at);
    const items =
      value.kind === 'text' && type !== 'array' ? [...value.text].map((sign) => text(sign, at)) : iterate(value);
    if (!items) return undefined;
    const unique = type === 'set' ? distinct(items) : items;
    if (!unique) return undefined;
    const deep =
      type === 'array'
        ? unique.map((item) => (item.kind === 'list' && !item.open ? machine.list('array', item.items, item.at) : item))
        : unique;
    // The list stands where its items are written, when it takes all of one.
    return machine.list(type, deep, value.kind === 'list' && type !== 'set' ? value.at : at);
  };

export const dict: Builtin = (given, at, machine) => {
  const value = first(given);
  const pairs: (readonly [Value, Value])[] = [];
  if (value?.kind === 'dict') pairs.push(...liveEntries(value).map(({ key, value: of }) => [key, of] as const));
  else if (value) {
    for (const item of iterate(value) ?? [value]) {
      const [key, of, ...more] = iterate(item) ?? [];
      if (!key || !of || more.length > 0) return undefined;
      pairs.push([key, of]);
    }
  }
  // Names as they stand in the call.
  for (const { name, at: place, value: of } of given.given)
    if (name !== undefined) pairs.push([{ kind: 'text', text: name, at: place, verbatim: true }, of]);
  const from = given.given[0]?.at.from ?? at.from;
  const last = given.given[given.given.length - 1];
  const span = value ? at : { from, to: last?.value.at.to ?? at.to };
  const result = machine.dict(pairs, span.to > span.from ? span : at);
  if (result.kind === 'dict') result.open = given.open || (value?.kind === 'dict' && value.open);
  machine.emit(result);
  return result;
};

export const defaultdict: Builtin = (given, at, machine) => {
  const result = machine.dict([], at);
  const made = given.positional[0] && machine.call(given.positional[0], noArguments, at, '');
  return result.kind === 'dict' && made ? { ...result, initial: made } : result;
};

export const chain: Builtin = (given, at, machine) => {
  const lists = given.positional.map(iterate);
  return given.open || lists.includes(undefined)
    ? undefined
    : machine.list(
        'list',
        lists.flatMap((list) => list ?? []),
        at,
      );
};

export const filled =
  (value: number): Builtin =>
  (given, at, machine) => {
    const size = first(given);
    const count = size && numeric(size)?.value;
    if (count === undefined || !(count <= LONGEST)) return undefined;
    return machine.list(
      'array',
      Array.from({ length: count }, () => number(value, false, at)),
      at,
    );
  };
