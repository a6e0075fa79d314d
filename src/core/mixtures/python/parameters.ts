import type { Arguments, Machine } from './machine';
import type { ClassStatement, Span } from './tree';
import { text, unknown, type FunctionValue, type Scope, type Value } from './values';

/** Gives the parameters of a function what it is called with. */
export function bindParameters(
  machine: Machine,
  callee: FunctionValue,
  given: Arguments,
  scope: Scope,
  at: Span,
): void {
  const values = [...(callee.self ? [callee.self] : []), ...given.positional];
  const left = new Map(given.named);
  let next = 0;
  let named = false;
  for (const { name, at: place, spread } of callee.parameters) {
    let value: Value | undefined;
    if (spread === '*') {
      value = machine.list('tuple', values.slice(next), at);
      next = values.length;
      named = true;
    } else if (spread === '**') {
      const pairs = [...left].map(([key, of]) => [text(key, at), of] as const);
      value = machine.dict(pairs, at);
    } else {
      value = named ? undefined : values[next++];
      if (!value) value = left.get(name);
      left.delete(name);
      // After arguments of an unknown number, nobody knows which are left.
      if (!value && !given.shifted) {
        value = callee.defaults.get(name);
        if (value?.kind === 'number') value = { ...value, initial: true };
      }
    }
    scope.names.set(name, value ?? unknown(name, place));
  }
}

/** Annotated names of a class and of those it is made of: the arguments of a dataclass. */
export function fieldsOf({ body }: ClassStatement, bases: readonly Value[]): string[] {
  const own = body.flatMap((each) => {
    if (each.kind === 'declare') return [each.name];
    const target = each.kind === 'assign' && each.typed ? each.targets[0] : undefined;
    return target?.kind === 'name' ? [target.name] : [];
  });
  const inherited = bases.flatMap((base) => (base.kind === 'class' ? base.fields : []));
  return [...new Set([...inherited, ...own])];
}

/** Where a name declared `global` or `nonlocal` lives. */
export function ownerOf(name: string, scope: Scope): Scope {
  let owner = scope;
  for (let at = scope.parent; at; at = at.parent) {
    owner = at;
    if (at.names.has(name)) break;
  }
  return owner;
}
