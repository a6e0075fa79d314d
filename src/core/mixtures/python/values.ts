import type { Expression, FunctionStatement, Parameter, Span, Statement } from './tree';

/** A number token that a value is a multiple of. */
export interface Origin extends Span {
  /** As written. */
  readonly raw: number;
  /** The value is `raw` times this, as long as all else stays. */
  readonly scale: number;
  /** Other places use the number as well. */
  readonly shared: boolean;
}

export interface NumberValue {
  readonly kind: 'number';
  readonly value: number;
  readonly whole: boolean;
  readonly at: Span;
  readonly origins: readonly Origin[];
  /** What an argument is when nobody says otherwise. */
  readonly initial?: boolean;
}
export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
  /** Without quotes. */
  readonly at: Span;
  /** The source at `at` is the text letter by letter. */
  readonly verbatim: boolean;
  /** Parts of it are not known, and stand in it as they are written: `{split}-web`. */
  readonly partial?: boolean;
}
export interface ConstantValue {
  readonly kind: 'constant';
  readonly value: boolean | null;
  readonly at: Span;
}
/** `array`: a numpy array or tensor, whose arithmetic is by element. */
export type ListType = 'list' | 'tuple' | 'set' | 'array';
export interface ListValue {
  readonly kind: 'list';
  readonly type: ListType;
  items: Value[];
  readonly at: Span;
  readonly born: number;
  /** Not all of it is known. */
  open: boolean;
}
export interface DictEntry {
  readonly key: Value;
  value: Value;
  /** A later entry of the literal has the same key. */
  superseded?: boolean;
}
export interface DictValue {
  readonly kind: 'dict';
  entries: DictEntry[];
  /** Position of each key that can be compared. */
  index: Map<string, number>;
  readonly at: Span;
  readonly born: number;
  open: boolean;
  /** `defaultdict(…)`: what a missing key begins with. */
  readonly initial?: Value;
}
/** Items that are not equal to one before; undefined when that is not known of all. */
export function distinct(items: readonly Value[]): Value[] | undefined {
  const known = new Map<string, Value>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) return undefined;
    if (!known.has(key)) known.set(key, item);
  }
  return [...known.values()];
}

/** Names and what they stand for: of a module, a call, a class or an object. */
export interface Scope {
  readonly kind: 'scope';
  readonly names: Map<string, Value>;
  readonly parent: Scope | undefined;
  readonly born: number;
  /** Names declared `global` or `nonlocal`, and the scopes they are of. */
  readonly outer: Map<string, Scope>;
  /** Not seen from the methods in it. */
  readonly ofClass: boolean;
}
export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Values of parameters that are not given, as they were when the function was defined. */
  readonly defaults: ReadonlyMap<string, Value>;
  readonly body: readonly Statement[] | Expression;
  readonly scope: Scope;
  /** The object or class a method belongs to. */
  readonly self?: Value;
  readonly statement?: FunctionStatement;
  readonly at: Span;
}
export interface ClassValue {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Value[];
  readonly scope: Scope;
  /** Annotated names in order: the arguments of a dataclass. */
  readonly fields: readonly string[];
  readonly at: Span;
}
export interface Given {
  readonly name?: string;
  readonly at: Span;
  readonly value: Value;
}
export interface InstanceValue {
  readonly kind: 'instance';
  readonly class: ClassValue;
  readonly scope: Scope;
  readonly given: readonly Given[];
  readonly at: Span;
}
/** What a function that is not in the file gave back. */
export interface CallValue {
  readonly kind: 'call';
  readonly tag: string;
  readonly given: readonly Given[];
  readonly receiver?: Value;
  /** The variable it was assigned to. */
  readonly label?: string;
  readonly at: Span;
}
export interface MethodValue {
  readonly kind: 'method';
  readonly owner: Value;
  readonly name: string;
  readonly at: Span;
}
export interface UnknownValue {
  readonly kind: 'unknown';
  readonly text: string;
  readonly at: Span;
  /** Dotted name of something defined elsewhere: `np.array`. */
  readonly path?: string;
}
/** One of these: an unknown condition decides. */
export interface EitherValue {
  readonly kind: 'either';
  readonly options: readonly Value[];
  readonly at: Span;
}
/** `argparse.ArgumentParser()`: the defaults of its arguments. */
export interface ParserValue {
  readonly kind: 'parser';
  readonly scope: Scope;
  readonly at: Span;
}
export type Value =
  | NumberValue
  | TextValue
  | ConstantValue
  | ListValue
  | DictValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | CallValue
  | MethodValue
  | UnknownValue
  | EitherValue
  | ParserValue;

export const number = (value: number, whole: boolean, at: Span, origins: readonly Origin[] = []): NumberValue => ({
  kind: 'number',
  // A whole number has no sign at zero.
  value: whole && value === 0 ? 0 : value,
  whole,
  at,
  origins,
});
export const text = (value: string, at: Span): TextValue => ({ kind: 'text', text: value, at, verbatim: false });
export const constant = (value: boolean | null, at: Span): ConstantValue => ({ kind: 'constant', value, at });
export const unknown = (source: string, at: Span): UnknownValue => ({ kind: 'unknown', text: source, at });

/** Part of a text, with its place where the text has one. */
export function piece(whole: TextValue, start: number, end: number): TextValue {
  const { at, verbatim } = whole;
  return {
    kind: 'text',
    text: whole.text.slice(start, end),
    at: verbatim ? { from: at.from + start, to: at.from + end } : at,
    verbatim,
  };
}

/** How much of a value is looked at: lists that hold one another more than once grow without end. */
export interface Budget {
  left: number;
}

const MOST_PARTS = 2_000;

/** Equal keys of a dictionary have equal texts; undefined for what cannot be compared. */
export function keyOf(value: Value, budget: Budget = { left: MOST_PARTS }): string | undefined {
  if (--budget.left < 0) return undefined;
  switch (value.kind) {
    case 'text':
      return `s${value.text}`;
    case 'number':
      return `n${value.value}`;
    case 'constant':
      return value.value === null ? 'None' : `n${Number(value.value)}`;
    case 'list': {
      if (value.type !== 'tuple' || value.open) return undefined;
      const keys = value.items.map((item) => keyOf(item, budget));
      return keys.includes(undefined) ? undefined : `t(${keys.map((key) => `${key!.length}:${key}`).join()})`;
    }
    default:
      return undefined;
  }
}

/** True, false, or undefined when it is not known. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'number':
      return value.value !== 0;
    case 'text':
      return value.text !== '';
    case 'constant':
      return value.value === true;
    case 'list':
      return value.items.length > 0 ? true : value.open ? undefined : false;
    case 'dict':
      return value.entries.length > 0 ? true : value.open ? undefined : false;
    case 'function':
    case 'class':
    case 'method':
    case 'instance':
      return true;
    case 'either': {
      const truths = new Set(value.options.map(truthOf));
      return truths.size === 1 ? [...truths][0] : undefined;
    }
    default:
      return undefined;
  }
}

export const isPartial = (value: Value): boolean => value.kind === 'text' && value.partial === true;

/** Equal as Python's `==`, or undefined when that is not known. */
export function equal(a: Value, b: Value, budget: Budget = { left: MOST_PARTS }): boolean | undefined {
  if (a.kind === 'list' && b.kind === 'list') {
    if (a.open || b.open || a.type === 'array' || b.type === 'array') return undefined;
    if (a === b) return true;
    if (a.items.length !== b.items.length || a.type !== b.type) return false;
    if (a.type === 'set') return undefined;
    budget.left -= a.items.length;
    if (budget.left < 0) return undefined;
    const same = a.items.map((item, i) => equal(item, b.items[i]!, budget));
    return same.includes(false) ? false : same.includes(undefined) ? undefined : true;
  }
  // What is not known may be one thing here and another there, but not one object.
  if (a === b) return true;
  if (isPartial(a) || isPartial(b)) return undefined;
  const one = keyOf(a);
  const other = keyOf(b);
  if (one !== undefined && other !== undefined) return one === other;
  const plain = (value: Value): boolean => ['number', 'text', 'constant', 'list', 'dict'].includes(value.kind);
  // A number is no list; whether two dictionaries are equal nobody asks.
  return plain(a) && plain(b) && a.kind !== b.kind ? false : undefined;
}

/** The entries that count: a key that is written twice has the place of the first and the value of the last. */
export function liveEntries({ entries, index }: DictValue): DictEntry[] {
  if (!entries.some(({ superseded }) => superseded)) return [...entries];
  const seen = new Set<string>();
  return entries.flatMap((entry) => {
    const key = keyOf(entry.key);
    if (key === undefined) return [entry];
    if (seen.has(key)) return [];
    seen.add(key);
    return [entries[index.get(key) ?? -1] ?? entry];
  });
}

export function lookUp(dict: DictValue, key: Value): Value | undefined {
  const known = keyOf(key);
  const position = known === undefined ? undefined : dict.index.get(known);
  return position === undefined ? undefined : dict.entries[position]?.value;
}

/** What one of several values is; they count once when they are the same. */
export function either(options: readonly Value[], at: Span): Value {
  const different: Value[] = [];
  for (const option of options.flatMap((each) => (each.kind === 'either' ? each.options : [each]))) {
    if (!different.some((other) => other === option || (keyOf(option) !== undefined && equal(other, option)))) {
      different.push(option);
    }
  }
  if (different.length === 1) return different[0]!;
  return different.length > 0 && different.length <= MOST_OPTIONS
    ? { kind: 'either', options: different, at }
    : unknown('?', at);
}

const MOST_OPTIONS = 8;

/** A function of a value that may be one of several. */
export function lift(value: Value, apply: (option: Value) => Value): Value {
  return value.kind === 'either' ? either(value.options.map(apply), value.at) : apply(value);
}
