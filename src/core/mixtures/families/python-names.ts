import { isMap, isScalar, valueOf, type DataNode } from '../syntax/node';
import type { TextRange } from '../types';

export interface Named {
  readonly name: string;
  readonly range: TextRange;
  /** All of the path it is from. */
  readonly path?: string;
}

/** A telling name for an expression that stands for a dataset: its text, or the first text in the call that makes it. */
export function nameOf(node: DataNode | undefined): Named | undefined {
  if (isScalar(node)) return { name: node.text, range: node.range };
  if (!isMap(node)) return undefined;
  const place = valueOf(node, ...PLACES);
  if (isScalar(place)) {
    const name = lastPart(place.text).replace(/^self\.|\W+$/g, '');
    return { name, range: place.range, path: place.text };
  }
  const inner = node.entries.map(({ value }) => value).find((value) => isScalar(value) && value.quoted);
  // The pattern of many files tells less than the variable.
  if (isScalar(inner) && !(node.label !== undefined && /[{*]/.test(inner.text)))
    return { name: lastPart(inner.text), range: inner.range };
  const deeper = node.receiver ?? node.entries.map(({ value }) => value).find(isMap);
  const own = node.label ?? node.tag;
  return (
    (node.label === undefined ? nameOf(deeper) : undefined) ??
    (own === undefined ? undefined : { name: own, range: node.range })
  );
}

/** Arguments that say where a dataset is. */
const PLACES = ['input_dir', 'data_dir', 'path', 'remote', 'local'] as const;

/** Every dataset has a part of that name. */
const SPLIT = /^(?:train(?:ing)?|val(?:id(?:ation)?)?|data|tokenized)$/i;

function lastPart(path: string): string {
  const parts = path.split('/').filter(Boolean);
  while (parts.length > 1 && SPLIT.test(parts[parts.length - 1]!)) parts.pop();
  return parts.pop() ?? path;
}
