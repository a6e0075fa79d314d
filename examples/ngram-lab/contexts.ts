import type { Passages } from './corpus';

/** Longest context, in bytes. */
export const MAX_ORDER = 6;

/**
 * The positions of a text whose byte is to be predicted, sorted by the bytes before them (the nearest byte counts most), so that
 * all positions with one context, of any order, are neighbours. No context reaches over the start of a passage.
 */
export interface SortedContexts {
  readonly bytes: Uint8Array;
  readonly positions: Int32Array;
  /** The byte at each position: what is to be predicted. */
  readonly following: Uint8Array;
  /** How many bytes before position i and before position i − 1 (in sorted order) are equal; at most MAX_ORDER. */
  readonly shared: Uint8Array;
}

/** Positions that have a full context within their passage. */
export function predictedPositions({ starts }: Passages): Int32Array {
  let count = 0;
  for (let p = 0; p + 1 < starts.length; p++) count += Math.max(0, starts[p + 1]! - starts[p]! - MAX_ORDER);
  const positions = new Int32Array(count);
  let filled = 0;
  for (let p = 0; p + 1 < starts.length; p++) {
    for (let i = starts[p]! + MAX_ORDER; i < starts[p + 1]!; i++) positions[filled++] = i;
  }
  return positions;
}

/** Radix sort, one stable counting pass per two bytes of context, farthest bytes first. */
export function sortContexts(text: Passages): SortedContexts {
  const { bytes } = text;
  let positions: Int32Array = predictedPositions(text);
  let sorted: Int32Array = new Int32Array(positions.length);
  const next = new Int32Array(1 << 16);
  for (let back = MAX_ORDER; back >= 2; back -= 2) {
    const key = (position: number): number => bytes[position - back]! | (bytes[position - back + 1]! << 8);
    next.fill(0);
    for (let i = 0; i < positions.length; i++) next[key(positions[i]!)]!++;
    for (let value = 0, sum = 0; value < next.length; value++) {
      const count = next[value]!;
      next[value] = sum;
      sum += count;
    }
    for (let i = 0; i < positions.length; i++) sorted[next[key(positions[i]!)]!++] = positions[i]!;
    [positions, sorted] = [sorted, positions];
  }
  const following = new Uint8Array(positions.length);
  for (let i = 0; i < positions.length; i++) following[i] = bytes[positions[i]!]!;
  const shared = new Uint8Array(positions.length);
  for (let i = 1; i < positions.length; i++) {
    const a = positions[i - 1]!;
    const b = positions[i]!;
    let k = 0;
    while (k < MAX_ORDER && bytes[a - k - 1] === bytes[b - k - 1]) k++;
    shared[i] = k;
  }
  return { bytes, positions, following, shared };
}

/** Calls `visit` with the range [start, end) of sorted positions of every context of the given order. */
export function forEachContext(
  { shared }: SortedContexts,
  order: number,
  visit: (start: number, end: number) => void,
): void {
  const n = shared.length;
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && shared[end]! >= order) end++;
    visit(start, end);
    start = end;
  }
}

/**
 * Which contexts a model of limited capacity stores: the most frequent ones, whatever their order or domain. Ties are broken in
 * favour of short contexts, then by a hash of the context, which favours no domain. So a stored context's suffixes are stored too.
 */
export class ContextSelection {
  private constructor(
    private readonly leastCount: number,
    /** Contexts that occur exactly `leastCount` times are stored up to this order … */
    private readonly lastOrder: number,
    /** … and of this order + 1 only those that begin at these sorted positions. */
    private readonly chosen: ReadonlySet<number>,
  ) {}

  has(order: number, start: number, end: number): boolean {
    const count = end - start;
    if (count !== this.leastCount) return count > this.leastCount;
    return order <= this.lastOrder || (order === this.lastOrder + 1 && this.chosen.has(start));
  }

  static mostFrequent(contexts: SortedContexts, capacity: number): ContextSelection {
    const n = contexts.positions.length;
    const frequency = new Int32Array(n + 1);
    for (let order = 1; order <= MAX_ORDER; order++) {
      forEachContext(contexts, order, (start, end) => void frequency[end - start]!++);
    }
    let left = capacity;
    let count = n;
    while (count > 0 && frequency[count]! <= left) left -= frequency[count--]!;
    if (count === 0) return new ContextSelection(0, MAX_ORDER, new Set());
    for (let order = 1; order <= MAX_ORDER; order++) {
      const ties: number[] = [];
      forEachContext(contexts, order, (start, end) => {
        if (end - start === count) ties.push(start);
      });
      if (ties.length > left) return new ContextSelection(count, order - 1, lowestHashes(contexts, order, ties, left));
      left -= ties.length;
    }
    throw new Error('Counts of contexts do not add up.');
  }
}

function lowestHashes(
  { bytes, positions }: SortedContexts,
  order: number,
  starts: number[],
  count: number,
): Set<number> {
  const hashes = new Map<number, number>();
  for (const start of starts) {
    let hash = 0x811c9dc5;
    for (let back = 1; back <= order; back++) hash = Math.imul(hash ^ bytes[positions[start]! - back]!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hashes.set(start, (hash ^ (hash >>> 13)) >>> 0);
  }
  return new Set(starts.sort((a, b) => hashes.get(a)! - hashes.get(b)! || a - b).slice(0, count));
}
