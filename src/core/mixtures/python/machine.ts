import type { Makers } from './operators';
import type { Trail } from './trail';
import type { Expression, Span, Statement } from './tree';
import {
  liveEntries,
  type ClassValue,
  type DictValue,
  type FunctionValue,
  type Given,
  type ListValue,
  type Scope,
  type Value,
} from './values';

export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** As they are written. */
  readonly given: readonly Given[];
  /** There may be more (`*args` of something unknown). */
  readonly open: boolean;
  /** What comes after `*args` of something unknown is left out: its places are not known. */
  readonly shifted?: boolean;
}

/** What evaluating needs of whoever runs the program. */
export interface Machine extends Makers {
  readonly trail: Trail;
  /** Counts one step. @throws Exhausted when there were too many. */
  step(): void;
  source(span: Span): string;
  /** The name stands in what is written there. */
  names(at: Span, name: string): boolean;
  scope(parent: Scope | undefined, ofClass?: boolean): Scope;
  assign(scope: Scope, name: string, value: Value): void;
  evaluate(expression: Expression, scope: Scope): Value;
  execute(statements: readonly Statement[], scope: Scope): void;
  bind(target: Expression, value: Value | undefined, scope: Scope): void;
  call(callee: Value, given: Arguments, at: Span, tag: string): Value;
  run(callee: FunctionValue, given: Arguments, at: Span): Value;
  create(of: ClassValue, given: Arguments, at: Span): Value;
  /** To be called before a list or dictionary changes. */
  changing(container: ListValue | DictValue): void;
  /** Notes what a name, an attribute or an entry is given. */
  assigned(name: string, at: Span, value: Value, scope: Scope, replaces: boolean): void;
  /** Notes a value that a mixture may be in. */
  emit(value: Value): void;
}

/** The program takes more steps than a config does. */
export class Exhausted extends Error {}

export const noArguments: Arguments = { positional: [], named: new Map(), given: [], open: false };

export const positional = (...values: readonly Value[]): Arguments => ({
  positional: values,
  named: new Map(),
  given: values.map((value) => ({ at: value.at, value })),
  open: false,
});

/** Items of a list, keys of a dictionary, letters of a text; undefined when they are not all known. */
export function iterate(value: Value): readonly Value[] | undefined {
  switch (value.kind) {
    case 'list':
      return value.open ? undefined : value.items;
    case 'dict':
      return value.open ? undefined : liveEntries(value).map(({ key }) => key);
    default:
      return undefined;
  }
}

/** The entry of a dictionary, set or changed. */
export function setEntry(machine: Machine, dict: DictValue, key: Value, value: Value, known: string | undefined): void {
  machine.changing(dict);
  const position = known === undefined ? undefined : dict.index.get(known);
  if (position !== undefined) dict.entries[position]!.value = value;
  else {
    dict.entries.push({ key, value });
    if (known !== undefined) dict.index.set(known, dict.entries.length - 1);
    else if (key.kind === 'unknown') dict.open = true;
  }
}
