import type { SyntaxNode } from '@lezer/common';
import { parseNumber } from '../syntax/number';
import type { Argument, Clause, DictItem, Expression, FormatPart, Item, Parameter, Span } from './tree';

const DEEPEST = 120;

export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'Comment' && !child.type.isError) found.push(child);
  return found;
}

const NO_EXPRESSION = /^(?:AssignOp|UpdateOp|ArithOp|CompareOp|BitOp|TypeDef|ArgList|ParamList|PropertyName|Body)$/;

/** Not punctuation, keywords, operators or types. */
export const isExpression = (node: SyntaxNode): boolean => /^[A-Z]/.test(node.name) && !NO_EXPRESSION.test(node.name);

export const spanOf = ({ from, to }: SyntaxNode): Span => ({ from, to });

/** Expressions of the parser's tree as ours. */
export class ExpressionParser {
  private depth = 0;

  constructor(protected readonly text: string) {}

  source({ from, to }: Span): string {
    return this.text.slice(from, to);
  }

  expression(node: SyntaxNode): Expression {
    if (this.depth > DEEPEST) return { kind: 'opaque', parts: [], ...spanOf(node) };
    this.depth++;
    const result = this.build(node);
    this.depth--;
    return result;
  }

  /** One expression, or a tuple without brackets. */
  list(nodes: readonly SyntaxNode[]): Expression | undefined {
    const expressions = nodes.filter(isExpression);
    const [first] = expressions;
    const last = expressions[expressions.length - 1];
    if (!first || !last) return undefined;
    if (expressions.length === 1 && !nodes.some(({ name }) => name === ',' || name === '*'))
      return this.expression(first);
    return { kind: 'sequence', type: 'tuple', items: this.items(nodes), from: first.from, to: last.to };
  }

  private build(node: SyntaxNode): Expression {
    const span = spanOf(node);
    const parts = children(node);
    switch (node.name) {
      case 'Number':
        return this.number(node);
      case 'String':
        return this.string(node);
      case 'FormatString':
      case 'ContinuedString':
        return this.joined(node.name === 'FormatString' ? [node] : parts, span);
      case 'None':
        return { kind: 'constant', value: null, ...span };
      case 'Boolean':
        return { kind: 'constant', value: this.source(node) === 'True', ...span };
      case 'VariableName':
        return { kind: 'name', name: this.source(node), ...span };
      case 'ParenthesizedExpression': {
        const inner = parts.find(isExpression);
        return inner ? this.expression(inner) : { kind: 'opaque', parts: [], ...span };
      }
      case 'ArrayExpression':
        return { kind: 'sequence', type: 'list', items: this.items(parts), ...span };
      case 'TupleExpression':
        return { kind: 'sequence', type: 'tuple', items: this.items(parts), ...span };
      case 'SetExpression':
        return { kind: 'sequence', type: 'set', items: this.items(parts), ...span };
      case 'DictionaryExpression':
        return { kind: 'dict', items: this.dictItems(parts), ...span };
      case 'ArrayComprehensionExpression':
        return this.comprehension('list', parts, span);
      case 'SetComprehensionExpression':
        return this.comprehension('set', parts, span);
      case 'DictionaryComprehensionExpression':
        return this.comprehension('dict', parts, span);
      case 'ComprehensionExpression':
        return this.comprehension('generator', parts, span);
      case 'CallExpression':
        return this.call(parts, span);
      case 'MemberExpression':
        return this.member(parts, span);
      case 'UnaryExpression':
        return this.unary(parts, span);
      case 'BinaryExpression':
        return this.binary(parts, span);
      case 'ConditionalExpression': {
        const [then, test, otherwise] = parts.filter(isExpression).map((part) => this.expression(part));
        return then && test && otherwise
          ? { kind: 'conditional', test, then, otherwise, ...span }
          : { kind: 'opaque', parts: [], ...span };
      }
      case 'LambdaExpression': {
        const body = parts[parts.length - 1];
        return body && isExpression(body)
          ? { kind: 'lambda', parameters: this.parameters(parts), body: this.expression(body), ...span }
          : { kind: 'opaque', parts: [], ...span };
      }
      case 'NamedExpression': {
        const [target, value] = parts.filter(isExpression).map((part) => this.expression(part));
        return target && value ? { kind: 'named', target, value, ...span } : { kind: 'opaque', parts: [], ...span };
      }
      case 'AwaitExpression': {
        const inner = parts.find(isExpression);
        return inner ? this.expression(inner) : { kind: 'opaque', parts: [], ...span };
      }
      default:
        return { kind: 'opaque', parts: parts.filter(isExpression).map((part) => this.expression(part)), ...span };
    }
  }

  private number(node: SyntaxNode): Expression {
    const span = spanOf(node);
    const source = this.source(node);
    const value = parseNumber(source) ?? (/^0[xob][\da-f_]+$/i.test(source) ? Number(source.replaceAll('_', '')) : NaN);
    if (!Number.isFinite(value)) return { kind: 'opaque', parts: [], ...span };
    return { kind: 'number', value, whole: !/[.e]/i.test(source) || /^0x/i.test(source), ...span };
  }

  private string(node: SyntaxNode): Expression & { kind: 'text' } {
    const source = this.source(node);
    const match = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/.exec(source);
    if (!match) return { kind: 'text', text: source, inner: spanOf(node), verbatim: false, ...spanOf(node) };
    const [, prefix = '', quote = '', inner = ''] = match;
    const from = node.from + prefix.length + quote.length;
    const text = /r/i.test(prefix) ? inner : unescaped(inner);
    const place = { from, to: from + inner.length };
    return { kind: 'text', text, inner: place, verbatim: text === inner, ...spanOf(node) };
  }

  /** Strings one after the other and f-strings. */
  private joined(nodes: readonly SyntaxNode[], span: Span): Expression {
    const parts = nodes.flatMap((node): FormatPart[] =>
      node.name === 'FormatString' ? this.formatParts(node) : [{ text: this.string(node).text }],
    );
    return { kind: 'format', parts, ...span };
  }

  private formatParts(node: SyntaxNode): FormatPart[] {
    const source = this.source(node);
    const match = /^([A-Za-z]*)("""|'''|"|')/.exec(source);
    if (!match || !source.endsWith(match[2]!)) return [{ text: source }];
    const raw = /r/i.test(match[1]!);
    const literal = (from: number, to: number): FormatPart => {
      const inner = this.text.slice(from, to).replaceAll('{{', '{').replaceAll('}}', '}');
      return { text: raw ? inner : unescaped(inner) };
    };
    return this.replacements(node, node.from + match[0].length, node.to - match[2]!.length, literal);
  }

  private replacements(
    node: SyntaxNode,
    from: number,
    to: number,
    literal: (from: number, to: number) => FormatPart,
  ): FormatPart[] {
    const parts: FormatPart[] = [];
    let at = from;
    for (const child of children(node)) {
      if (child.name !== 'FormatReplacement') continue;
      if (child.from > at) parts.push(literal(at, child.from));
      at = child.to;
      const inside = children(child);
      const value = inside.find((each) => isExpression(each) && !/^Format/.test(each.name));
      const spec = inside.find(({ name }) => name === 'FormatSpec');
      const conversion = inside.find(({ name }) => name === 'FormatConversion');
      if (!value) parts.push({ text: this.source(child) });
      else
        parts.push({
          value: this.expression(value),
          conversion: conversion ? this.source(conversion) : '',
          spec: spec
            ? this.replacements(spec, spec.from + 1, spec.to, (a, b) => ({ text: this.text.slice(a, b) }))
            : [],
        });
    }
    if (to > at) parts.push(literal(at, to));
    return parts;
  }

  items(nodes: readonly SyntaxNode[]): Item[] {
    const items: Item[] = [];
    let spread = false;
    for (const node of nodes) {
      if (node.name === '*') spread = true;
      else if (isExpression(node)) {
        items.push({ value: this.expression(node), spread });
        spread = false;
      }
    }
    return items;
  }

  private dictItems(nodes: readonly SyntaxNode[]): DictItem[] {
    const items: DictItem[] = [];
    let key: Expression | undefined;
    let spread = false;
    for (const node of nodes) {
      if (node.name === '**') spread = true;
      else if (node.name === ',') key = undefined;
      else if (!isExpression(node)) continue;
      else if (spread) {
        items.push({ value: this.expression(node) });
        spread = false;
      } else if (!key) key = this.expression(node);
      else {
        items.push({ key, value: this.expression(node) });
        key = undefined;
      }
    }
    return items;
  }

  private comprehension(
    type: 'list' | 'set' | 'dict' | 'generator',
    nodes: readonly SyntaxNode[],
    span: Span,
  ): Expression {
    const start = nodes.findIndex(({ name }) => name === 'for' || name === 'async');
    const [element, value] = nodes.slice(0, Math.max(0, start)).filter(isExpression);
    const clauses = this.clauses(nodes.slice(Math.max(0, start)));
    if (!element || !clauses || (type === 'dict' && !value)) return { kind: 'opaque', parts: [], ...span };
    return {
      kind: 'comprehension',
      type,
      element: this.expression(element),
      ...(type === 'dict' && value ? { value: this.expression(value) } : {}),
      clauses,
      ...span,
    };
  }

  private clauses(nodes: readonly SyntaxNode[]): Clause[] | undefined {
    const clauses: Clause[] = [];
    for (let i = 0; i < nodes.length; i++) {
      const { name } = nodes[i]!;
      if (name === 'for') {
        const inside = nodes.findIndex((node, k) => k > i && node.name === 'in');
        const target = inside < 0 ? undefined : this.list(nodes.slice(i + 1, inside));
        const iterable = nodes[inside + 1];
        if (!target || !iterable || !isExpression(iterable)) return undefined;
        clauses.push({ kind: 'for', target, iterable: this.expression(iterable) });
        i = inside + 1;
      } else if (name === 'if') {
        const test = nodes[++i];
        if (!test || !isExpression(test)) return undefined;
        clauses.push({ kind: 'if', test: this.expression(test) });
      }
    }
    return clauses;
  }

  private call(parts: readonly SyntaxNode[], span: Span): Expression {
    const [callee, argumentList] = parts;
    if (!callee || argumentList?.name !== 'ArgList') return { kind: 'opaque', parts: [], ...span };
    return { kind: 'call', callee: this.expression(callee), arguments: this.arguments(argumentList), ...span };
  }

  arguments(argumentList: SyntaxNode): Argument[] {
    const parts = children(argumentList);
    const start = parts.findIndex(({ name }) => name === 'for');
    if (start > 0) {
      // A generator as the only argument has no brackets of its own.
      const inner = parts.filter(({ name }) => name !== '(' && name !== ')');
      return [{ value: this.comprehension('generator', inner, spanOf(argumentList)) }];
    }
    const found: Argument[] = [];
    let name: SyntaxNode | undefined;
    let spread: '*' | '**' | undefined;
    for (const [i, part] of parts.entries()) {
      if (part.name === '*' || part.name === '**') spread = part.name;
      else if (parts[i + 1]?.name === 'AssignOp' && part.name === 'VariableName') name = part;
      else if (isExpression(part)) {
        found.push({
          value: this.expression(part),
          ...(name ? { name: { text: this.source(name), ...spanOf(name) } } : {}),
          ...(spread ? { spread } : {}),
        });
        name = undefined;
        spread = undefined;
      }
    }
    return found;
  }

  private member(parts: readonly SyntaxNode[], span: Span): Expression {
    const [object, mark, ...rest] = parts;
    if (!object || !mark) return { kind: 'opaque', parts: [], ...span };
    if (mark.name === '.') {
      const name = rest[0];
      if (!name) return this.expression(object);
      return { kind: 'attribute', object: this.expression(object), name: this.source(name), at: spanOf(name), ...span };
    }
    const inside = rest.filter(({ name }) => name !== ']');
    const index = inside.some(({ name }) => name === ':') ? this.slice(inside, span) : this.list(inside);
    if (!index) return { kind: 'opaque', parts: [], ...span };
    return { kind: 'subscript', object: this.expression(object), index, ...span };
  }

  private slice(nodes: readonly SyntaxNode[], span: Span): Expression {
    const parts: (Expression | undefined)[] = [undefined];
    for (const node of nodes) {
      if (node.name === ':') parts.push(undefined);
      else if (node.name === ',') return { kind: 'opaque', parts: [], ...span };
      else if (isExpression(node)) parts[parts.length - 1] = this.expression(node);
    }
    return { kind: 'slice', parts, ...span };
  }

  private unary(parts: readonly SyntaxNode[], span: Span): Expression {
    const [sign, operand] = parts;
    if (!sign || !operand || !isExpression(operand)) return { kind: 'opaque', parts: [], ...span };
    const inner = this.expression(operand);
    const operator = this.source(sign);
    // `-0.3` is one number.
    if (inner.kind === 'number' && (operator === '-' || operator === '+'))
      return { ...inner, value: operator === '-' ? -inner.value : inner.value, ...span };
    return { kind: 'unary', operator, operand: inner, ...span };
  }

  private binary(parts: readonly SyntaxNode[], span: Span): Expression {
    const [left, right] = parts.filter(isExpression);
    const operator = parts
      .filter((part) => part !== left && part !== right)
      .map((part) => this.source(part))
      .join(' ');
    if (!left || !right || operator === '') return { kind: 'opaque', parts: [], ...span };
    const before = COMPARISON.test(operator) && left.name === 'BinaryExpression' ? this.expression(left) : undefined;
    // `0 < share < 1` is `0 < share and share < 1`.
    const last = lastComparison(before);
    if (before && last) {
      const more: Expression = { kind: 'binary', operator, left: last.right, right: this.expression(right), ...span };
      return { kind: 'binary', operator: 'and', left: before, right: more, ...span };
    }
    if (before) return { kind: 'binary', operator, left: before, right: this.expression(right), ...span };
    return { kind: 'binary', operator, left: this.expression(left), right: this.expression(right), ...span };
  }

  parameters(nodes: readonly SyntaxNode[]): Parameter[] {
    const list = nodes.find(({ name }) => name === 'ParamList');
    const parameters: Parameter[] = [];
    let spread: '*' | '**' | undefined;
    let pending = false;
    for (const part of list ? children(list) : []) {
      const last = parameters[parameters.length - 1];
      if (part.name === '*' || part.name === '**') spread = part.name;
      else if (part.name === ',') spread = undefined;
      else if (part.name === 'AssignOp') pending = true;
      else if (pending && last && isExpression(part)) {
        parameters[parameters.length - 1] = { ...last, initial: this.expression(part) };
        pending = false;
      } else if (part.name === 'VariableName') {
        parameters.push({ name: this.source(part), at: spanOf(part), ...(spread ? { spread } : {}) });
        spread = undefined;
      }
    }
    return parameters;
  }
}

const COMPARISON = /^(?:[<>]=?|[!=]=|in|not in|is|is not)$/;

/** The comparison at the end of a chain of them. */
function lastComparison(expression: Expression | undefined): (Expression & { readonly kind: 'binary' }) | undefined {
  if (expression?.kind !== 'binary') return undefined;
  if (COMPARISON.test(expression.operator)) return expression;
  const { operator, right } = expression;
  return operator === 'and' && right.from === expression.from ? lastComparison(right) : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '' };

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(["'\\ntr\n])/g, (_, sign: string) => ESCAPES[sign] ?? sign) : text;
}
