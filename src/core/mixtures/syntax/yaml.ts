import {
  isAlias,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type ParsedNode,
} from '../../yaml';
import type { TextRange } from '../types';
import type { DataNode, Entry, ScalarNode } from './node';

/** Alternatives in one file: a YAML stream may hold several documents. Broken text gives what could be made out of it. */
export function parseYaml(text: string): DataNode[] {
  const documents = parseAllDocuments(text, {
    uniqueKeys: false,
    strict: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => new Conversion(text, document).root() ?? []);
}

class Conversion {
  /** undefined while a node is being converted: an alias to it would be a cycle. */
  private readonly done = new Map<ParsedNode, DataNode | undefined>();
  private readonly anchors = new Map<string, ParsedNode>();

  constructor(
    private readonly text: string,
    private readonly document: Document.Parsed,
  ) {}

  root(): DataNode | undefined {
    return this.document.contents ? this.convert(this.document.contents) : undefined;
  }

  private convert(node: ParsedNode): DataNode {
    if (this.done.has(node)) return this.done.get(node) ?? nothingAt(rangeOf(node));
    this.done.set(node, undefined);
    if (!isAlias(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node);
    const result = this.build(node);
    this.done.set(node, result);
    return result;
  }

  private build(node: ParsedNode): DataNode {
    const range = rangeOf(node);
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      const value = target && this.convert(target);
      // The number an alias stands for is written elsewhere, for others too: it can be read here, not rewritten.
      return value === undefined ? nothingAt(range) : value.kind === 'scalar' ? { ...value, verbatim: false } : value;
    }
    if (isScalar(node)) return this.scalar(node.value, node.type, range);
    if (isSeq(node)) {
      return { kind: 'list', range, items: node.items.map((item) => this.item(item)) };
    }
    const entries: Entry[] = [];
    for (const pair of node.items) {
      const key = pair.key as ParsedNode | null;
      const value = pair.value
        ? this.convert(pair.value as ParsedNode)
        : nothingAt({ start: range.end, end: range.end });
      if (!isScalar(key)) continue;
      const name = this.scalar(key.value, key.type, rangeOf(key));
      if (name.text === '<<' && !name.quoted) entries.unshift(...merged(value));
      else entries.push({ key: name.text, keyRange: name.range, value });
    }
    return { kind: 'map', range, entries, ...(node.tag?.startsWith('!') ? { tag: node.tag } : {}) };
  }

  /** A list item; `- a: 1` in a flow list is a pair without a map around it. */
  private item(item: unknown): DataNode {
    if (isPair(item)) return nothingAt({ start: 0, end: 0 });
    return this.convert(item as ParsedNode);
  }

  private scalar(value: unknown, type: string | undefined, outer: TextRange): ScalarNode {
    const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
    const block = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
    const closed = quoted && outer.end - outer.start >= 2 && this.text[outer.end - 1] === this.text[outer.start];
    const header = block ? this.text.slice(outer.start, outer.end).indexOf('\n') + 1 : 0;
    const range = closed
      ? { start: outer.start + 1, end: outer.end - 1 }
      : { start: outer.start + header, end: outer.end };
    const source = this.text.slice(range.start, range.end);
    // Over several lines a scalar differs from its source in blanks only: nobody asks for those, all ask for places.
    const sameButBlanks = type === 'PLAIN' || block || (source.includes('\n') && !source.includes('\\'));
    const text = sameButBlanks || typeof value !== 'string' ? source : value;
    return { kind: 'scalar', text, range, quoted: quoted || block, verbatim: source === text };
  }
}

/** `<<: *base` and `<<: [*a, *b]`: entries of the merged maps, before and so weaker than the map's own. */
function merged(value: DataNode): Entry[] {
  const maps = value.kind === 'list' ? [...value.items].reverse() : [value];
  return maps
    .flatMap((map) => (map.kind === 'map' ? map.entries : []))
    .map((entry) => ({
      ...entry,
      value: entry.value.kind === 'scalar' ? { ...entry.value, verbatim: false } : entry.value,
    }));
}

function rangeOf(node: ParsedNode): TextRange {
  return { start: node.range[0], end: endOf(node) };
}

/** The parser counts the line end, and comments, after a block collection to it: it ends with its last entry. */
function endOf(node: ParsedNode): number {
  if (isAlias(node) || isScalar(node) || node.flow) return node.range[1];
  const last: unknown = node.items[node.items.length - 1];
  const inside = isPair(last) ? (last.value ?? last.key) : last;
  return isNode(inside) && inside.range ? Math.max(node.range[0], endOf(inside as ParsedNode)) : node.range[1];
}

function nothingAt(range: TextRange): ScalarNode {
  return { kind: 'scalar', text: '', range, quoted: false, verbatim: false };
}
