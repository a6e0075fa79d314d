import type { TextRange } from '../types';
import { parseNumber } from './number';

/** What YAML, JSON, TOML and Python literals have in common, with the place of everything in the text. */
export type DataNode = MapNode | ListNode | ScalarNode;

export interface Entry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: DataNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly range: TextRange;
  /** In file order, duplicates included. */
  readonly entries: readonly Entry[];
  /** YAML tag such as `!include`, Python class or function name. */
  readonly tag?: string;
  /** Python: what the method was called on. */
  readonly receiver?: DataNode;
  /** Python: the variable it was assigned to. */
  readonly label?: string;
}

export interface ListNode {
  readonly kind: 'list';
  readonly range: TextRange;
  readonly items: readonly DataNode[];
}

export interface ScalarNode {
  readonly kind: 'scalar';
  /** The text without quotes, escapes resolved. */
  readonly text: string;
  /** The text without its quotes. */
  readonly range: TextRange;
  readonly quoted: boolean;
  /** The source between `range` is `text` letter by letter: offsets inside it can be trusted and it can be rewritten. */
  readonly verbatim: boolean;
  /** Value of an expression that is not a single literal (Python `0.361 / 3`). */
  readonly value?: number;
  /** Number tokens that `value` is a multiple of, as long as all else stays. */
  readonly multiples?: readonly Multiple[];
  /** Python: what an argument is when nobody says otherwise. */
  readonly initial?: boolean;
  /** Shell: put together where the script could not be followed, so that there may be more of it, or less. */
  readonly unsure?: boolean;
}

/** `scale` times the number that is written at `range`. */
export interface Multiple {
  readonly raw: number;
  readonly range: TextRange;
  readonly scale: number;
}

export const isMap = (node: DataNode | undefined): node is MapNode => node?.kind === 'map';
export const isList = (node: DataNode | undefined): node is ListNode => node?.kind === 'list';
export const isScalar = (node: DataNode | undefined): node is ScalarNode => node?.kind === 'scalar';

/** The last entry of that name (as PyYAML and json.loads do). */
export function entryOf(node: DataNode | undefined, ...names: readonly string[]): Entry | undefined {
  if (!isMap(node)) return undefined;
  for (let i = node.entries.length - 1; i >= 0; i--) {
    const entry = node.entries[i];
    if (entry && names.includes(entry.key)) return entry;
  }
  return undefined;
}

export function valueOf(node: DataNode | undefined, ...names: readonly string[]): DataNode | undefined {
  return entryOf(node, ...names)?.value;
}

export function valueAt(node: DataNode | undefined, path: readonly string[]): DataNode | undefined {
  return path.reduce<DataNode | undefined>((at, name) => valueOf(at, name), node);
}

export function listOf(node: DataNode | undefined): readonly DataNode[] | undefined {
  return isList(node) ? node.items : undefined;
}

/** Text of a scalar; undefined for null, maps and lists. */
export function textOf(node: DataNode | undefined): string | undefined {
  return isScalar(node) && !isNull(node) ? node.text : undefined;
}

/** Number of a scalar, in quotes or not. */
export function numberOf(node: DataNode | undefined): number | undefined {
  if (!isScalar(node)) return undefined;
  return node.value ?? parseNumber(node.text.trim());
}

export function isNull(node: DataNode | undefined): boolean {
  return (
    node === undefined ||
    (isScalar(node) && !node.quoted && ['', '~', 'null', 'Null', 'NULL', 'None'].includes(node.text))
  );
}

/** `???`, `${…}`, `<fill in>`: to be filled in at run time. */
export function isPlaceholder(node: DataNode | undefined): boolean {
  return isScalar(node) && (node.text === '???' || node.text.includes('${') || /^<.*>$/.test(node.text));
}

/** From the first to the last of several places, in whatever order they are. */
export function spanOf(ranges: readonly TextRange[]): TextRange {
  const written = ranges.filter(({ end }) => end > 0);
  if (written.length === 0) return { start: 0, end: 0 };
  return { start: Math.min(...written.map(({ start }) => start)), end: Math.max(...written.map(({ end }) => end)) };
}

export interface Place {
  readonly node: MapNode;
  readonly parent?: MapNode;
  /** Keys and list positions from the root. */
  readonly path: readonly (string | number)[];
}

/** Every map of the trees, outermost first; each once, however often it is aliased. */
export function* mapsOf(roots: readonly DataNode[]): Generator<Place> {
  const seen = new Set<DataNode>();
  interface Step {
    readonly node: DataNode;
    readonly parent: MapNode | undefined;
    readonly path: readonly (string | number)[];
  }
  // Pushed in reverse, so that maps come in file order.
  const open: Step[] = roots.map((node) => ({ node, parent: undefined, path: [] }));
  open.reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent, path } = next;
    if (seen.has(node) || path.length > 40) continue;
    seen.add(node);
    if (node.kind === 'map') {
      yield parent ? { node, parent, path } : { node, path };
      for (let i = node.entries.length - 1; i >= 0; i--) {
        const { key, value } = node.entries[i]!;
        open.push({ node: value, parent: node, path: [...path, key] });
      }
    } else if (node.kind === 'list') {
      for (let i = node.items.length - 1; i >= 0; i--) open.push({ node: node.items[i]!, parent, path: [...path, i] });
    }
  }
}
