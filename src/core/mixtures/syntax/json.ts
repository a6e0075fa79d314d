import { parseTree, type Node } from 'jsonc-parser';
import type { DataNode, ScalarNode } from './node';
import { parseYaml } from './yaml';

/**
 * JSON, JSON with comments and trailing commas, and GPT-NeoX's JSON with `#` comments: the last is a YAML flow mapping,
 * and is read as such.
 */
export function parseJson(text: string): DataNode[] {
  if (/^[ \t]*#/m.test(text)) return parseYaml(text);
  const root = parseTree(text, [], { allowTrailingComma: true, allowEmptyContent: true });
  return root ? [convert(text, root)] : [];
}

function convert(text: string, node: Node): DataNode {
  const range = { start: node.offset, end: Math.min(text.length, Math.max(node.offset, endOf(node))) };
  if (node.type === 'object') {
    const entries = (node.children ?? []).flatMap((property) => {
      const [name, value] = property.children ?? [];
      if (!name || !value) return [];
      const key = scalar(text, name);
      return [{ key: key.text, keyRange: key.range, value: convert(text, value) }];
    });
    return { kind: 'map', range, entries };
  }
  if (node.type === 'array')
    return { kind: 'list', range, items: (node.children ?? []).map((item) => convert(text, item)) };
  return scalar(text, node);
}

/** A node that the text breaks off in has no length of its own. */
function endOf({ offset, length, children = [] }: Node): number {
  const last = children[children.length - 1];
  return length > 0 ? offset + length : last ? endOf(last) : offset;
}

function scalar(text: string, node: Node): ScalarNode {
  const quoted = node.type === 'string';
  const inset = quoted ? 1 : 0;
  const range = { start: node.offset + inset, end: node.offset + node.length - inset };
  const source = text.slice(range.start, range.end);
  const value = quoted ? String(node.value) : source;
  return { kind: 'scalar', text: value, range, quoted, verbatim: value === source };
}
