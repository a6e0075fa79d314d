import { parseTOML, type AST } from 'toml-eslint-parser';
import type { TextRange } from '../types';
import type { DataNode, Entry, ListNode, MapNode, ScalarNode } from './node';

/** A table under construction: TOML may add to it from anywhere in the file. */
interface Table {
  readonly kind: 'map';
  range: TextRange;
  readonly entries: Entry[];
}
interface TableArray {
  readonly kind: 'list';
  range: TextRange;
  readonly items: DataNode[];
}

/** TOML as one tree: `[a.b]` and `[[a.list]]` sections put where they belong. Empty when the text is not TOML. */
export function parseToml(text: string): DataNode[] {
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text, { tomlVersion: 'next' });
  } catch {
    // The parser stops at the first error instead of recovering; there is no tree then.
    return [];
  }
  const root: Table = { kind: 'map', range: { start: 0, end: text.length }, entries: [] };
  for (const part of program.body[0].body) {
    if (part.type === 'TOMLKeyValue') {
      assign(root, part, text);
      continue;
    }
    const table =
      part.kind === 'array' ? nextOf(root, part.key, rangeOf(part)) : tableAt(root, part.key.keys, rangeOf(part));
    for (const pair of part.body) if (table) assign(table, pair, text);
  }
  return [root];
}

function assign(table: Table, { key, value }: AST.TOMLKeyValue, text: string): void {
  const keys = [...key.keys];
  const last = keys.pop();
  const at = tableAt(table, keys, rangeOf(key));
  if (last && at) at.entries.push({ key: nameOf(last), keyRange: rangeOf(last), value: convert(value, text) });
}

/** The table under these keys, made where missing; in a list of tables, the latest. */
function tableAt(from: Table, keys: readonly AST.TOMLKey['keys'][number][], range: TextRange): Table | undefined {
  let at: Table = from;
  for (const key of keys) {
    const found = at.entries.find((entry) => entry.key === nameOf(key))?.value as
      Table | TableArray | ScalarNode | undefined;
    const next = found?.kind === 'list' ? (found.items[found.items.length - 1] as Table | undefined) : found;
    if (next === undefined) {
      const made: Table = { kind: 'map', range, entries: [] };
      at.entries.push({ key: nameOf(key), keyRange: rangeOf(key), value: made });
      at = made;
    } else if (next.kind === 'map') {
      at = next;
    } else {
      return undefined;
    }
    at.range = { start: Math.min(at.range.start, range.start), end: Math.max(at.range.end, range.end) };
  }
  return at;
}

/** A new table at the end of the list of tables under `key`. */
function nextOf(root: Table, key: AST.TOMLKey, range: TextRange): Table | undefined {
  const keys = [...key.keys];
  const last = keys.pop();
  const at = tableAt(root, keys, range);
  if (!at || !last) return undefined;
  const table: Table = { kind: 'map', range, entries: [] };
  const found = at.entries.find((entry) => entry.key === nameOf(last))?.value as
    TableArray | Table | ScalarNode | undefined;
  if (found === undefined) {
    const list: TableArray = { kind: 'list', range, items: [table] };
    at.entries.push({ key: nameOf(last), keyRange: rangeOf(last), value: list });
  } else if (found.kind === 'list') {
    found.items.push(table);
    found.range = { start: found.range.start, end: range.end };
  } else {
    return undefined;
  }
  return table;
}

function convert(node: AST.TOMLContentNode, text: string): DataNode {
  const range = rangeOf(node);
  if (node.type === 'TOMLArray') {
    return { kind: 'list', range, items: node.elements.map((item) => convert(item, text)) } satisfies ListNode;
  }
  if (node.type === 'TOMLInlineTable') {
    const table: Table = { kind: 'map', range, entries: [] };
    for (const pair of node.body) assign(table, pair, text);
    return table satisfies MapNode;
  }
  if (node.kind !== 'string')
    return { kind: 'scalar', text: text.slice(range.start, range.end), range, quoted: false, verbatim: true };
  const inset = node.multiline ? 3 : 1;
  const inner = { start: range.start + inset, end: range.end - inset };
  const verbatim = text.slice(inner.start, inner.end) === node.value;
  return { kind: 'scalar', text: node.value, range: inner, quoted: true, verbatim };
}

function nameOf(key: AST.TOMLKey['keys'][number]): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function rangeOf({ range }: { readonly range: readonly [number, number] }): TextRange {
  return { start: range[0], end: range[1] };
}
