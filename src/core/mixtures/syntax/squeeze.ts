import type { TextRange } from '../types';
import type { DataNode } from './node';

/** Blanks in a row that take a parser's time: it goes over them one by one. */
const RUN = / {100,}/g;

/**
 * Parses an excerpt without the long blanks that hold the place of what was left out, and puts everything where it is in
 * the excerpt. The text the excerpt was taken of has no such blanks itself, or they stay.
 */
export function parseSqueezed(
  text: string,
  excerpt: string,
  parse: (text: string) => readonly DataNode[],
): readonly DataNode[] {
  if (text === excerpt || text.search(RUN) >= 0) return parse(excerpt);
  /** Where something is missing in the squeezed text, and how much is up to there. */
  const places: number[] = [];
  const missing: number[] = [];
  let total = 0;
  const squeezed = excerpt.replace(RUN, (run, index: number) => {
    places.push(index - total);
    missing.push((total += run.length));
    return '';
  });
  const placed = (offset: number): number => {
    let low = -1;
    for (let high = places.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (places[middle]! <= offset) low = middle;
      else high = middle;
    }
    return offset + (missing[low] ?? 0);
  };
  return parse(squeezed).map((tree) => moved(tree, placed));
}

function moved(node: DataNode, placed: (offset: number) => number): DataNode {
  const to = ({ start, end }: TextRange): TextRange => ({ start: placed(start), end: placed(end) });
  const range = to(node.range);
  if (node.kind === 'scalar') return { ...node, range };
  if (node.kind === 'list') return { ...node, range, items: node.items.map((item) => moved(item, placed)) };
  return {
    ...node,
    range,
    entries: node.entries.map(({ key, keyRange, value }) => ({
      key,
      keyRange: to(keyRange),
      value: moved(value, placed),
    })),
  };
}
