import type { Span } from './tree';
import {
  constant,
  equal,
  isPartial,
  keyOf,
  lift,
  liveEntries,
  lookUp,
  number,
  text,
  truthOf,
  unknown,
  type ListValue,
  type NumberValue,
  type Origin,
  type Value,
} from './values';

const LONGEST_LIST = 10_000;
export const LONGEST_TEXT = 100_000;

/** Makes lists; each is a new one. */
export type MakeList = (type: ListValue['type'], items: readonly Value[], at: Span) => ListValue;
/** Makes dictionaries of entries; later ones win. */
export type MakeDict = (entries: readonly (readonly [Value, Value])[], at: Span) => Value;

export interface Makers {
  readonly list: MakeList;
  readonly dict: MakeDict;
  /** Counts work as steps: what goes over long lists and texts. @throws Exhausted when there were too many. */
  spend(steps: number): void;
}

/** Number of a number or of True and False. */
export function numeric(value: Value): NumberValue | undefined {
  if (value.kind === 'number') return value;
  return value.kind === 'constant' && value.value !== null ? number(Number(value.value), true, value.at) : undefined;
}

/** `left operator right`; unknown unless both sides are known. */
export function binary(operator: string, left: Value, right: Value, at: Span, make: Makers): Value {
  // Which of the ones goes with which of the others is not known.
  if (left.kind === 'either' && right.kind === 'either') return unknown('?', at);
  if (left.kind === 'either') return lift(left, (option) => binary(operator, option, right, at, make));
  if (right.kind === 'either') return lift(right, (option) => binary(operator, left, option, at, make));
  return (
    comparison(operator, left, right, at, make) ??
    arithmetic(operator, left, right, at) ??
    ofLists(operator, left, right, at, make) ??
    ofTexts(operator, left, right, at) ??
    unknown('?', at)
  );
}

function comparison(operator: string, left: Value, right: Value, at: Span, make: Makers): Value | undefined {
  switch (operator) {
    case '==':
    case '!=': {
      const same = equal(left, right);
      return same === undefined ? undefined : constant(same === (operator === '=='), at);
    }
    case 'is':
    case 'is not': {
      const same = identical(left, right);
      return same === undefined ? undefined : constant(same === (operator === 'is'), at);
    }
    case 'in':
    case 'not in': {
      make.spend(lengthOf(right) >> 2);
      const inside = contains(right, left);
      return inside === undefined ? undefined : constant(inside === (operator === 'in'), at);
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const a = numeric(left)?.value ?? (left.kind === 'text' ? left.text : undefined);
      const b = numeric(right)?.value ?? (right.kind === 'text' ? right.text : undefined);
      if (a === undefined || b === undefined || typeof a !== typeof b || isPartial(left) || isPartial(right))
        return undefined;
      return constant(
        operator.startsWith('<') ? a < b || (operator === '<=' && a === b) : a > b || (operator === '>=' && a === b),
        at,
      );
    }
    default:
      return undefined;
  }
}

const lengthOf = (value: Value): number =>
  value.kind === 'list' ? value.items.length : value.kind === 'text' ? value.text.length >> 4 : 0;

/** With `None`, `True` and `False` only: other objects are compared by `is` for no good reason. */
function identical(left: Value, right: Value): boolean | undefined {
  if (right.kind !== 'constant') return undefined;
  if (left.kind === 'constant') return left.value === right.value;
  // What a call gives back may be None.
  return left.kind === 'unknown' || left.kind === 'call' ? undefined : false;
}

function contains(container: Value, value: Value): boolean | undefined {
  if (container.kind === 'text') {
    if (value.kind !== 'text' || isPartial(value) || isPartial(container)) return undefined;
    return container.text.includes(value.text);
  }
  if (container.kind === 'dict') {
    if (keyOf(value) === undefined) return undefined;
    return lookUp(container, value) !== undefined ? true : container.open ? undefined : false;
  }
  if (container.kind !== 'list') return undefined;
  const same = container.items.map((item) => equal(item, value));
  return same.includes(true) ? true : container.open || same.includes(undefined) ? undefined : false;
}

function arithmetic(operator: string, left: Value, right: Value, at: Span): Value | undefined {
  const a = numeric(left);
  const b = numeric(right);
  if (!a || !b) return undefined;
  const value = calculate(operator, a.value, b.value);
  if (value === undefined || !Number.isFinite(value)) return unknown('?', at);
  const isFraction = operator === '/' || (operator === '**' && b.value < 0);
  const whole = !isFraction && a.whole && b.whole && Number.isInteger(value);
  // Python's whole numbers have no end, these do.
  if (whole && !Number.isSafeInteger(value)) return unknown('?', at);
  return number(value, whole, at, originsOf(operator, a, b));
}

function calculate(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : a / b;
    case '//':
      return b === 0 ? undefined : floorDivision(a, b);
    case '%':
      return b === 0 ? undefined : modulo(a, b);
    case '**':
      return a ** b;
    case '<<':
      return b >= 0 && b < 60 ? a * 2 ** b : undefined;
    default:
      return undefined;
  }
}

/** Has the sign of the divisor, and is exact. */
function modulo(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** `1 // 0.1` is 9: what is left over goes first, as in CPython's `float_floor_div`. */
function floorDivision(a: number, b: number): number {
  const quotient = (a - modulo(a, b)) / b;
  if (quotient === 0) return a / b < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** Products keep the tokens of both sides: which one is meant shows in what the other values are multiples of. */
function originsOf(operator: string, a: NumberValue, b: NumberValue): readonly Origin[] {
  const scaled = (origins: readonly Origin[], by: number): Origin[] =>
    origins.map((origin) => ({ ...origin, scale: origin.scale * by }));
  if (operator === '/') return b.value === 0 ? [] : scaled(a.origins, 1 / b.value);
  if (operator !== '*' || a.value === 0 || b.value === 0) return [];
  const both = [...scaled(a.origins, b.value), ...scaled(b.origins, a.value)];
  return both.length <= 4 ? both : [];
}

function ofLists(operator: string, left: Value, right: Value, at: Span, make: Makers): Value | undefined {
  const array = [left, right].find((side) => side.kind === 'list' && side.type === 'array');
  if (array?.kind === 'list') return elementwise(operator, left, right, at, make);
  if (left.kind === 'list' && right.kind === 'list') {
    if (operator === '+' && left.type === right.type && left.items.length + right.items.length <= LONGEST_LIST) {
      return open(make.list(left.type, [...left.items, ...right.items], at), left.open || right.open);
    }
    if (left.type === 'set' && right.type === 'set' && !left.open && !right.open)
      return ofSets(operator, left, right, at, make);
    return undefined;
  }
  const list = left.kind === 'list' ? left : right.kind === 'list' ? right : undefined;
  // What is added to it, or how often it is there, is not known.
  if (list && (operator === '+' || operator === '*') && isUnknown(list === left ? right : left))
    return open(make.list(list.type, list === left || operator === '*' ? list.items : [], at), true);
  if (operator === '*') {
    const count = numeric(left.kind === 'list' ? right : left)?.value;
    if (!list || count === undefined || !Number.isInteger(count) || list.open) return undefined;
    if (Math.max(0, count) * list.items.length > LONGEST_LIST) return undefined;
    return make.list(list.type, Array.from({ length: Math.max(0, count) }, () => list.items).flat(), at);
  }
  if (operator === '|' && left.kind === 'dict' && right.kind === 'dict' && !left.open && !right.open) {
    return make.dict(
      [...liveEntries(left), ...liveEntries(right)].map(({ key, value }) => [key, value] as const),
      at,
    );
  }
  return undefined;
}

const isUnknown = ({ kind }: Value): boolean => kind === 'unknown' || kind === 'call' || kind === 'instance';

function open(list: ListValue, isOpen: boolean): ListValue {
  list.open = isOpen;
  return list;
}

function ofSets(operator: string, left: ListValue, right: ListValue, at: Span, make: Makers): Value | undefined {
  const [ours, theirs] = [left, right].map(({ items }) => new Set(items.map((item) => keyOf(item))));
  if (!ours || !theirs || ours.has(undefined) || theirs.has(undefined)) return undefined;
  const those = (of: ListValue, test: (key: string | undefined) => boolean): Value[] =>
    of.items.filter((item) => test(keyOf(item)));
  switch (operator) {
    case '|':
      return make.list('set', [...left.items, ...those(right, (key) => !ours.has(key))], at);
    case '&':
      return make.list(
        'set',
        those(left, (key) => theirs.has(key)),
        at,
      );
    case '-':
      return make.list(
        'set',
        those(left, (key) => !theirs.has(key)),
        at,
      );
    default:
      return undefined;
  }
}

function elementwise(operator: string, left: Value, right: Value, at: Span, make: Makers): Value | undefined {
  const a = left.kind === 'list' ? left : undefined;
  const b = right.kind === 'list' ? right : undefined;
  if (a?.open || b?.open) return undefined;
  const length = a?.items.length ?? b?.items.length ?? 0;
  if (a && b && a.items.length !== b.items.length) return undefined;
  const items = Array.from({ length }, (_, i) => {
    const one = a ? a.items[i]! : left;
    const other = b ? b.items[i]! : right;
    return one.kind === 'list' || other.kind === 'list' ? unknown('?', at) : binary(operator, one, other, at, make);
  });
  return make.list('array', items, at);
}

/** Also what pathlib makes of `/`. */
function ofTexts(operator: string, left: Value, right: Value, at: Span): Value | undefined {
  if (left.kind === 'text' && right.kind === 'text' && left.text.length + right.text.length <= LONGEST_TEXT) {
    if (operator === '+') return left.text === '' ? right : right.text === '' ? left : text(left.text + right.text, at);
    if (operator === '/') return text(joinPath([left.text, right.text]), at);
  }
  if (operator === '*') {
    const [word, count] =
      left.kind === 'text'
        ? [left.text, numeric(right)?.value]
        : right.kind === 'text'
          ? [right.text, numeric(left)?.value]
          : [];
    if (word === undefined || count === undefined || !(count * word.length <= LONGEST_TEXT)) return undefined;
    return text(word.repeat(Math.max(0, Math.floor(count))), at);
  }
  return undefined;
}

/** As `os.path.join`: an absolute part begins anew. */
export function joinPath(parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (part.startsWith('/') || path === '') return part;
    return path.endsWith('/') ? path + part : `${path}/${part}`;
  }, '');
}

export function unary(operator: string, operand: Value, at: Span, make: Makers): Value {
  if (operand.kind === 'either') return lift(operand, (option) => unary(operator, option, at, make));
  if (operator === 'not') {
    const truth = truthOf(operand);
    return truth === undefined ? unknown('?', at) : constant(!truth, at);
  }
  const value = numeric(operand);
  if (value && operator === '-') return number(-value.value, value.whole, at);
  if (value && operator === '+') return value;
  if (operator === '-' && operand.kind === 'list' && operand.type === 'array')
    return make.list(
      'array',
      operand.items.map((item) => unary('-', item, at, make)),
      at,
    );
  return unknown('?', at);
}
