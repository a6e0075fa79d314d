import { iterate, setEntry, type Machine } from './machine';
import { callMethod, remove } from './methods';
import { binary } from './operators';
import type { Expression, Span } from './tree';
import { keyOf, unknown, type Scope, type Value } from './values';

/** Gives a name, an attribute, an entry or several of them a value; undefined: one that is not known. */
export function bind(
  machine: Machine,
  target: Expression,
  value: Value | undefined,
  scope: Scope,
  from?: Expression,
): void {
  switch (target.kind) {
    case 'name': {
      const bound = value ?? unknown(target.name, target);
      const again = from !== undefined && machine.names(from, target.name);
      machine.assign(scope, target.name, bound);
      if (from) machine.assigned(target.name, target, bound, scope, again);
      return;
    }
    case 'sequence': {
      const values = value && iterate(value);
      const starred = target.items.findIndex(({ spread }) => spread);
      const after = target.items.length - starred - 1;
      const fits =
        values && (starred < 0 ? values.length === target.items.length : values.length >= target.items.length - 1);
      target.items.forEach(({ value: item }, i) => {
        if (!fits) return bind(machine, item, undefined, scope, from);
        if (i === starred)
          return bind(machine, item, machine.list('list', values.slice(i, values.length - after), item), scope, from);
        bind(
          machine,
          item,
          values[starred >= 0 && i > starred ? values.length - target.items.length + i : i],
          scope,
          from,
        );
      });
      return;
    }
    case 'attribute':
    case 'subscript':
      bindMember(machine, target, value ?? unknown('?', target), scope, from);
      return;
    default:
      return;
  }
}

function bindMember(
  machine: Machine,
  target: Expression & { readonly kind: 'attribute' | 'subscript' },
  value: Value,
  scope: Scope,
  from: Expression | undefined,
): void {
  const object = machine.evaluate(target.object, scope);
  const key: Value =
    target.kind === 'attribute'
      ? { kind: 'text', text: target.name, at: target.at, verbatim: true }
      : machine.evaluate(target.index, scope);
  if (from && key.kind === 'text') machine.assigned(key.text, key.at, value, scope, false);
  if (object.kind === 'dict') {
    const known = keyOf(key);
    if (known === undefined && (key.kind === 'unknown' || key.kind === 'either')) {
      machine.changing(object);
      object.open = true;
    } else setEntry(machine, object, key, value, known);
  } else if (object.kind === 'list') {
    const position = key.kind === 'number' ? (key.value < 0 ? object.items.length + key.value : key.value) : -1;
    machine.changing(object);
    if (position in object.items && !object.open) object.items[position] = value;
    else object.open = true;
  } else if (object.kind === 'instance' || object.kind === 'class' || object.kind === 'parser') {
    if (key.kind === 'text') machine.assign(object.scope, key.text, value);
  }
}

export function augment(
  machine: Machine,
  target: Expression,
  operator: string,
  expression: Expression,
  scope: Scope,
): void {
  const before = machine.evaluate(target, scope);
  const value = machine.evaluate(expression, scope);
  const at: Span = { from: expression.from, to: expression.to };
  if (operator === '+' && before.kind === 'list' && before.type === 'list') {
    const items = iterate(value);
    machine.changing(before);
    if (items) before.items.push(...items);
    else before.open = true;
    return;
  }
  if (operator === '|' && before.kind === 'dict') {
    callMethod(before, 'update', { positional: [value], named: new Map(), given: [], open: false }, at, machine);
    return;
  }
  const result = binary(operator, before, value, at, machine);
  // Lists that are repeated and arrays change in place, for all that hold them.
  if (before.kind === 'list' && result.kind === 'list' && (before.type === 'list' || before.type === 'array')) {
    machine.changing(before);
    before.items = result.items;
    before.open = result.open;
    return;
  }
  bind(
    machine,
    target,
    result,
    scope,
    result.kind === 'unknown' ? undefined : { ...target, from: target.from, to: target.to },
  );
}

export function removeTarget(machine: Machine, target: Expression, scope: Scope): void {
  if (target.kind === 'name') {
    machine.assign(scope, target.name, unknown(target.name, target));
  } else if (target.kind === 'subscript') {
    const object = machine.evaluate(target.object, scope);
    const key = machine.evaluate(target.index, scope);
    if (object.kind === 'dict') remove(object, key, machine);
    else if (object.kind === 'list')
      callMethod(object, 'pop', { positional: [key], named: new Map(), given: [], open: false }, target, machine);
  }
}
