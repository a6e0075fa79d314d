import { isScalar, isMap, numberOf, type DataNode } from './node';

/** `${a.b.c}`, `${.c}`, `${..c}`, and nothing else in the text. */
const REFERENCE = /^\$\{(\.*)([\w-]+(?:[.[][\w-]+\]?)*)\}$/;
const DEEPEST = 60;

/** What the blocks that a text refers to begin with. */
export function referredKeys(text: string): string[] {
  const keys = new Set<string>();
  for (const [, key] of text.matchAll(/\$\{\.*([\w-]+)/g)) keys.add(`${key}:`);
  return [...keys];
}

/**
 * The tree with OmegaConf's references replaced by what they stand for. What is referred to once keeps its place, so that it
 * can be rewritten there; what the file does not hold stays as it is written.
 */
export function resolveReferences(root: DataNode): DataNode {
  const uses = new Map<DataNode, number>();
  const done = new Map<DataNode, DataNode>();

  const walk = (node: DataNode, around: readonly DataNode[], replace: boolean): DataNode => {
    if (around.length > DEEPEST) return node;
    if (node.kind === 'scalar') {
      const target = targetOf(node, root, around);
      if (!target) return node;
      if (!replace) uses.set(target, (uses.get(target) ?? 0) + 1);
      return replace ? standIn(target, uses.get(target) ?? 1) : node;
    }
    const known = done.get(node);
    if (known) return known;
    const inner = [...around, node];
    const result: DataNode =
      node.kind === 'map'
        ? { ...node, entries: node.entries.map((entry) => ({ ...entry, value: walk(entry.value, inner, replace) })) }
        : { ...node, items: node.items.map((item) => walk(item, inner, replace)) };
    done.set(node, replace ? result : node);
    return replace ? result : node;
  };
  walk(root, [], false);
  if (uses.size === 0) return root;
  done.clear();
  return walk(root, [], true);
}

function targetOf(node: DataNode, root: DataNode, around: readonly DataNode[]): DataNode | undefined {
  const match = isScalar(node) ? REFERENCE.exec(node.text.trim()) : null;
  if (!match) return undefined;
  const [, dots = '', path = ''] = match;
  const start = dots === '' ? root : around[around.length - dots.length];
  let at: DataNode | undefined = start;
  for (const step of path.split(/[.[\]]+/).filter(Boolean)) {
    if (at?.kind === 'map') at = at.entries.findLast(({ key }) => key === step)?.value;
    else at = at?.kind === 'list' ? at.items[Number(step)] : undefined;
  }
  // References to references are rare, and may go round in circles.
  return at === undefined || (isScalar(at) && at.text.includes('${')) || around.includes(at) ? undefined : at;
}

function standIn(target: DataNode, uses: number): DataNode {
  if (isMap(target) || !isScalar(target) || uses === 1) return target;
  const value = numberOf(target);
  return { ...target, verbatim: false, ...(value === undefined || target.quoted ? {} : { value }) };
}
