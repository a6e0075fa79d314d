import type { SyntaxNode } from '@lezer/common';

/** What one name is bound to: an expression, or the items of a tuple without brackets; undefined when it has to be unpacked at run time. */
export interface Binding {
  readonly target: SyntaxNode;
  readonly value: readonly SyntaxNode[] | undefined;
}

export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

/** Not punctuation, comments, types or the parser's marks of errors. */
export function isExpression(node: SyntaxNode): boolean {
  return (
    /^[A-Z]/.test(node.name) && !/^(?:AssignOp|ArithOp|Comment|TypeDef|ArgList)$/.test(node.name) && !node.type.isError
  );
}

/** `a = 1`, `a: T = 1`, `a = b = 1`, `a, b = 1, 2`, `(a, b) = pair` as the names they bind. */
export function bindingsOf(statement: SyntaxNode): Binding[] {
  const sides: SyntaxNode[][] = [[]];
  for (const child of children(statement)) {
    if (child.name === 'AssignOp') sides.push([]);
    else sides[sides.length - 1]!.push(child);
  }
  const value = sides.pop()?.filter(isExpression) ?? [];
  return value.length === 0 ? [] : sides.flatMap((side) => bind(side, value));
}

const BRACKETS = new Set(['TupleExpression', 'ArrayExpression']);

function bind(side: readonly SyntaxNode[], value: readonly SyntaxNode[]): Binding[] {
  const targets = side.filter(isExpression);
  const only = targets.length === 1 ? targets[0]! : undefined;
  if (only && !BRACKETS.has(only.name)) return [{ target: only, value }];
  const names = only ? children(only).filter(isExpression) : targets;
  const starred = (only ? children(only) : side).some(({ name }) => name === '*');
  const tuple = value.length === 1 && BRACKETS.has(value[0]!.name) ? children(value[0]!).filter(isExpression) : value;
  const fits = !starred && tuple.length === names.length;
  return names.map((target, i) => ({ target, value: fits ? [tuple[i]!] : undefined }));
}
