import { parser } from '@lezer/python';
import type { SyntaxNode } from '@lezer/common';
import type { TextRange } from '../types';
import type { DataNode, Entry, ListNode, MapNode, ScalarNode } from './node';
import { parseNumber } from './number';
import { bindingsOf, children, isExpression } from './python-assignments';
import type { PythonExcerpt } from './python-statements';

export interface PythonAssignment {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly value: DataNode;
}

/** The literals of a Python file. Calls are maps with the function's name as tag and positions as keys of plain arguments. */
export interface PythonFile {
  /** `name = value`, wherever it stands. */
  readonly assignments: readonly PythonAssignment[];
  readonly calls: readonly MapNode[];
  /** Lists, tuples and sets. */
  readonly lists: readonly ListNode[];
  readonly maps: readonly MapNode[];
  /** The outermost literals, as the configs of other languages: what is assigned stands under its name. */
  readonly roots: readonly DataNode[];
}

const MOST_NODES = 200_000;

/** Reads the literals of a Python file; anything that has to be run stays text without a value. Never throws. */
export function parsePython(text: string): PythonFile {
  return parsePythonExcerpt({ text, offsetInFile: (offset) => offset });
}

/** The same of some of a file's statements, with places in the file. */
export const parsePythonExcerpt = (excerpt: PythonExcerpt): PythonFile => new Conversion(excerpt).file();

class Conversion {
  private readonly assignments: PythonAssignment[] = [];
  private readonly done = new Map<number, DataNode>();
  /** Right-hand sides of names that are assigned once; undefined for names assigned more often. */
  private readonly definitions = new Map<string, readonly SyntaxNode[] | undefined>();
  private readonly open = new Set<string>();
  private depth = 0;

  private readonly text: string;

  constructor(private readonly excerpt: PythonExcerpt) {
    this.text = excerpt.text;
  }

  private place(start: number, end: number): TextRange {
    const { offsetInFile } = this.excerpt;
    return { start: offsetInFile(start), end: end > start ? offsetInFile(end - 1) + 1 : offsetInFile(start) };
  }

  private rangeOf({ from, to }: SyntaxNode): TextRange {
    return this.place(from, to);
  }

  file(): PythonFile {
    const calls: MapNode[] = [];
    const lists: ListNode[] = [];
    const maps: MapNode[] = [];
    const literals: SyntaxNode[] = [];
    const targets: { readonly target: SyntaxNode; readonly value: readonly SyntaxNode[] | undefined }[] = [];
    const cursor = parser.parse(this.text).cursor();
    const changed = new Set<string>();
    let count = 0;
    do {
      if (++count > MOST_NODES) break;
      const { name } = cursor;
      if (name === 'AssignStatement') {
        for (const { target, value } of bindingsOf(cursor.node)) {
          if (target.name === 'VariableName') targets.push({ target, value });
          // `x[k] = v` changes what x was assigned.
          if (target.name === 'MemberExpression') changed.add(this.source(target.firstChild ?? target));
        }
      } else if (name === 'UpdateStatement') {
        changed.add(this.source(cursor.node.firstChild ?? cursor.node));
      } else if (LITERALS.has(name)) {
        const { node } = cursor;
        const method =
          name === 'CallExpression' ? CHANGING_CALL.exec(this.source(node.firstChild ?? node).slice(0, 200)) : null;
        if (method) changed.add(method[1]!);
        literals.push(node);
      }
    } while (cursor.next());
    for (const { target, value } of targets) {
      const key = this.source(target);
      this.definitions.set(key, this.definitions.has(key) || changed.has(key) ? undefined : value);
    }
    for (const { target, value } of targets) {
      if (value)
        this.assignments.push({ name: this.source(target), nameRange: this.rangeOf(target), value: this.bound(value) });
    }
    const assigned = new Map(targets.map(({ target, value }) => [value?.[0]?.from ?? -1, target] as const));
    const roots: DataNode[] = [];
    let covered = 0;
    for (const literal of literals) {
      const node = this.convert(literal);
      if (node.kind === 'list') lists.push(node);
      else if (node.kind === 'map') (node.tag === undefined ? maps : calls).push(node);
      if (literal.from < covered) continue;
      covered = literal.to;
      roots.push(this.named(assigned.get(literal.from), node));
    }
    return { assignments: this.assignments, calls, lists, maps, roots };
  }

  /** `name = {…}` as `{name: {…}}`. */
  private named(target: SyntaxNode | undefined, value: DataNode): DataNode {
    if (!target) return value;
    const keyRange = this.rangeOf(target);
    const range = { start: keyRange.start, end: Math.max(keyRange.end, value.range.end) };
    return { kind: 'map', range, entries: [{ key: this.source(target), keyRange, value }] };
  }

  /** One expression, or the items of a tuple without brackets. */
  private bound(value: readonly SyntaxNode[]): DataNode {
    const [first, ...rest] = value;
    if (rest.length === 0) return this.convert(first!);
    const range = this.place(first!.from, rest[rest.length - 1]!.to);
    return { kind: 'list', range, items: value.map((item) => this.convert(item)) };
  }

  private source({ from, to }: SyntaxNode): string {
    return this.text.slice(from, to);
  }

  private convert(node: SyntaxNode): DataNode {
    // A node and its only child may cover the same text: the type is part of the key.
    const key = node.from * 4096 + node.type.id;
    const known = this.done.get(key);
    if (known) return known;
    if (this.depth > 200) return this.opaque(node);
    this.depth++;
    const result = this.build(node);
    this.depth--;
    this.done.set(key, result);
    return result;
  }

  private build(node: SyntaxNode): DataNode {
    switch (node.name) {
      case 'Number':
        return { ...this.opaque(node), verbatim: true };
      case 'String':
      case 'FormatString':
        return this.string(node);
      case 'ContinuedString':
        return {
          ...this.opaque(node),
          text: children(node)
            .map((part) => this.string(part).text)
            .join(''),
          quoted: true,
        };
      case 'None':
      case 'Boolean':
        return this.opaque(node);
      case 'ParenthesizedExpression': {
        const inner = children(node).find(isExpression);
        return inner ? this.convert(inner) : this.opaque(node);
      }
      case 'ArrayExpression':
      case 'TupleExpression':
      case 'SetExpression':
        return {
          kind: 'list',
          range: this.rangeOf(node),
          items: children(node)
            .filter(isExpression)
            .map((item) => this.convert(item)),
        };
      case 'DictionaryExpression':
        return this.dictionary(node);
      case 'CallExpression':
        return this.call(node);
      case 'VariableName':
        return this.variable(node);
      case 'MemberExpression':
        return this.attribute(node);
      case 'UnaryExpression':
      case 'BinaryExpression':
        return this.arithmetic(node);
      default:
        return this.opaque(node);
    }
  }

  private opaque(node: SyntaxNode): ScalarNode {
    return { kind: 'scalar', text: this.source(node), range: this.rangeOf(node), quoted: false, verbatim: false };
  }

  private string(node: SyntaxNode): ScalarNode {
    const source = this.source(node);
    const match = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/.exec(source);
    if (!match) return { ...this.opaque(node), quoted: true };
    const [, prefix = '', quote = '', inner = ''] = match;
    const start = node.from + prefix.length + quote.length;
    const plain = !inner.includes('\\') || /r/i.test(prefix);
    const text = plain ? inner : inner.replace(/\\(["'\\])/g, '$1');
    return {
      kind: 'scalar',
      text,
      range: this.place(start, start + inner.length),
      quoted: true,
      verbatim: text === inner,
    };
  }

  private dictionary(node: SyntaxNode): MapNode {
    const entries: Entry[] = [];
    let key: SyntaxNode | undefined;
    let spread = false;
    for (const child of children(node)) {
      if (child.name === '**') spread = true;
      else if (!isExpression(child)) continue;
      else if (spread) {
        const value = this.convert(child);
        if (value.kind === 'map' && value.tag === undefined) entries.push(...value.entries);
        else entries.push({ key: `**${this.source(child)}`, keyRange: this.rangeOf(child), value: this.opaque(child) });
        spread = false;
      } else if (!key) key = child;
      else {
        const name = this.convert(key);
        const label = name.kind === 'scalar' ? name : this.opaque(key);
        entries.push({ key: label.text, keyRange: label.range, value: this.convert(child) });
        key = undefined;
      }
    }
    return { kind: 'map', range: this.rangeOf(node), entries };
  }

  private call(node: SyntaxNode): DataNode {
    const callee = node.firstChild;
    const argumentList = node.lastChild;
    if (!callee || argumentList?.name !== 'ArgList') return this.opaque(node);
    const tag = this.source(callee).replace(/\s+/g, '');
    const entries: Entry[] = [];
    let name: SyntaxNode | undefined;
    let position = 0;
    const parts = children(argumentList);
    for (const [i, part] of parts.entries()) {
      if (parts[i + 1]?.name === 'AssignOp' && part.name === 'VariableName') name = part;
      else if (!isExpression(part) || part.name === 'AssignOp') continue;
      else if (name) {
        entries.push({ key: this.source(name), keyRange: this.rangeOf(name), value: this.convert(part) });
        name = undefined;
      } else {
        entries.push({ key: String(position++), keyRange: this.rangeOf(part), value: this.convert(part) });
      }
    }
    return this.view(tag, entries) ?? { kind: 'map', range: this.rangeOf(node), entries, tag };
  }

  /** `dict(a=1)`, `d.values()`, `list(d.values())`, `tuple(…)`: other ways to write the same literals. */
  private view(tag: string, entries: readonly Entry[]): DataNode | undefined {
    if (tag === 'dict' && entries.length > 0 && entries.every(({ key }) => !/^\d/.test(key))) {
      const range = { start: entries[0]!.keyRange.start, end: entries[entries.length - 1]!.value.range.end };
      return { kind: 'map', range, entries };
    }
    const only = entries.length === 1 ? entries[0]!.value : undefined;
    if ((tag === 'list' || tag === 'tuple') && only?.kind === 'list') return only;
    const match = /^([A-Za-z_]\w*)\.(values|keys)$/.exec(tag);
    const owner = match && this.resolve(match[1]!);
    if (!match || owner?.kind !== 'map' || owner.tag !== undefined) return undefined;
    const items = owner.entries.map(({ key, keyRange, value }): DataNode => {
      return match[2] === 'values'
        ? value
        : { kind: 'scalar', text: key, range: keyRange, quoted: true, verbatim: true };
    });
    return { kind: 'list', range: owner.range, items };
  }

  private variable(node: SyntaxNode): DataNode {
    const resolved = this.resolve(this.source(node));
    if (!resolved) return this.opaque(node);
    // The number is written elsewhere, perhaps for others too.
    return resolved.kind === 'scalar' && !resolved.quoted
      ? { ...resolved, verbatim: false, ...valueOfScalar(resolved) }
      : resolved;
  }

  /** `self.WEIGHTS` is the class's `WEIGHTS`, when that is assigned once. */
  private attribute(node: SyntaxNode): DataNode {
    const [owner, , name, ...more] = children(node);
    const own = owner && ['self', 'cls'].includes(this.source(owner)) && name?.name === 'PropertyName';
    const resolved = own && more.length === 0 ? this.resolve(this.source(name)) : undefined;
    return resolved && resolved.kind !== 'scalar' ? resolved : this.opaque(node);
  }

  /** What a name that is assigned once stands for. */
  private resolve(name: string): DataNode | undefined {
    const definition = this.definitions.get(name);
    if (!definition || this.open.has(name)) return undefined;
    this.open.add(name);
    const value = this.bound(definition);
    this.open.delete(name);
    return value.kind === 'scalar' && !value.quoted && valueOfScalar(value).value === undefined ? undefined : value;
  }

  private arithmetic(node: SyntaxNode): DataNode {
    const parts = children(node);
    const scalar = this.opaque(node);
    if (node.name === 'UnaryExpression') {
      const [sign, operand] = parts;
      const value = operand && this.numberOf(operand);
      if (!sign || value === undefined) return scalar;
      const literal = operand?.name === 'Number';
      const signed = this.source(sign) === '-' ? -value : this.source(sign) === '+' ? value : undefined;
      if (signed === undefined) return scalar;
      return literal ? { ...scalar, verbatim: true } : { ...scalar, value: signed };
    }
    const [left, operator, right] = parts;
    const list = left && operator && right ? this.listArithmetic(node, left, this.source(operator), right) : undefined;
    if (list) return list;
    const a = left && this.numberOf(left);
    const b = right && this.numberOf(right);
    const value = operator && a !== undefined && b !== undefined ? apply(this.source(operator), a, b) : undefined;
    return value === undefined ? scalar : { ...scalar, value };
  }

  /** `[a] + [b]` and `[1.0] * 3`. */
  private listArithmetic(
    node: SyntaxNode,
    left: SyntaxNode,
    operator: string,
    right: SyntaxNode,
  ): ListNode | undefined {
    if (operator !== '+' && operator !== '*') return undefined;
    const one = this.convert(left);
    if (one.kind !== 'list') return undefined;
    if (operator === '*') {
      const count = this.numberOf(right) ?? 0;
      if (!Number.isInteger(count) || count < 1 || count * one.items.length > 1000) return undefined;
      return { ...one, range: this.rangeOf(node), items: Array.from({ length: count }, () => one.items).flat() };
    }
    const other = this.convert(right);
    return other.kind === 'list' && one.items.length + other.items.length <= 10_000
      ? { ...one, range: this.rangeOf(node), items: [...one.items, ...other.items] }
      : undefined;
  }

  private numberOf(node: SyntaxNode): number | undefined {
    const value = this.convert(node);
    return value.kind === 'scalar' && !value.quoted ? valueOfScalar(value).value : undefined;
  }
}

/** Methods that change a list or dictionary in place. */
const CHANGING_CALL = /^([A-Za-z_]\w*)\.(?:append|extend|insert|update|pop|remove|clear|setdefault)$/;
const LITERALS = new Set([
  'CallExpression',
  'ArrayExpression',
  'TupleExpression',
  'SetExpression',
  'DictionaryExpression',
]);

function valueOfScalar(node: ScalarNode): { readonly value?: number } {
  const value = node.value ?? parseNumber(node.text);
  return value === undefined ? {} : { value };
}

function apply(operator: string, a: number, b: number): number | undefined {
  const results: Readonly<Record<string, () => number>> = {
    '+': () => a + b,
    '-': () => a - b,
    '*': () => a * b,
    '/': () => a / b,
    '//': () => Math.floor(a / b),
    '**': () => a ** b,
  };
  const value = Object.hasOwn(results, operator) ? results[operator]!() : undefined;
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
