import type { SortedContexts } from './contexts';
import { ContextSelection, forEachContext, MAX_ORDER, predictedPositions, sortContexts } from './contexts';
import type { Passages } from './corpus';
import { HashTable } from './hashTable';

/** Taken off each count and given to the shorter context; and the weight of the shorter context, in counts. */
const DISCOUNT = 0.8;
const STRENGTH = 4;

/**
 * A byte-level n-gram language model of limited capacity. A context is up to 6 preceding bytes. The probability of a byte is
 * interpolated from the empty context to the longest stored one (the Pitman–Yor form of back-off, Teh 2006):
 *
 *   p(byte | context) = (count(context, byte) − d + (s + d · kinds(context)) · p(byte | shorter context)) / (count(context) + s),
 *
 * without the −d for a byte never seen in the context; d = 0.8, s = 4, kinds(context) the number of different bytes seen after it,
 * and p(byte | nothing) = 1/256 below the empty context.
 */
export class NgramModel {
  /** Stored contexts: the empty one (number 0) and at most N others, a tree of growing contexts. */
  private readonly children: HashTable;
  private readonly pairs: HashTable;
  private readonly counts: Int32Array;
  private readonly kinds: Int32Array;
  contextCount = 1;
  /** Scratch of `store`: all zero between calls. */
  private readonly followerCounts = new Int32Array(256);
  private readonly followers = new Uint8Array(256);

  /** @param capacity N, the most contexts stored beside the empty one. */
  private constructor(contexts: SortedContexts, capacity: number) {
    this.children = new HashTable(Math.min(capacity, contexts.positions.length));
    this.pairs = new HashTable(4 * Math.min(capacity, contexts.positions.length));
    this.counts = new Int32Array(capacity + 1);
    this.kinds = new Int32Array(capacity + 1);
    this.store(contexts, 0, 0, contexts.positions.length);
    const selection = ContextSelection.mostFrequent(contexts, capacity);
    const { bytes, positions } = contexts;
    /** The stored context of the previous order at each sorted position, or −1. */
    const parents = new Int32Array(positions.length);
    for (let order = 1; order <= MAX_ORDER; order++) {
      forEachContext(contexts, order, (start, end) => {
        const parent = parents[start]!;
        if (parent < 0) return;
        if (!selection.has(order, start, end)) {
          parents.fill(-1, start, end);
          return;
        }
        const context = this.contextCount++;
        this.children.set(parent * 256 + bytes[positions[start]! - order]!, context);
        this.store(contexts, context, start, end);
        parents.fill(context, start, end);
      });
    }
  }

  static train(text: Passages, capacity: number): NgramModel {
    return new NgramModel(sortContexts(text), capacity);
  }

  /** Counts what follows a context: the bytes at the sorted positions [start, end). */
  private store({ following }: SortedContexts, context: number, start: number, end: number): void {
    const { followers, followerCounts } = this;
    let kinds = 0;
    for (let i = start; i < end; i++) {
      const byte = following[i]!;
      if (followerCounts[byte]!++ === 0) followers[kinds++] = byte;
    }
    for (let k = 0; k < kinds; k++) {
      const byte = followers[k]!;
      this.pairs.set(context * 256 + byte, followerCounts[byte]!);
      followerCounts[byte] = 0;
    }
    this.counts[context] = end - start;
    this.kinds[context] = kinds;
  }

  /** p(byte at `position` | the bytes before it, up to 6). */
  probability(bytes: Uint8Array, position: number): number {
    const byte = bytes[position]!;
    let p = 1 / 256;
    let context = 0;
    for (let back = 1; context >= 0; back++) {
      const count = this.pairs.get(context * 256 + byte, 0);
      const backOff = (STRENGTH + DISCOUNT * this.kinds[context]!) * p;
      p = ((count > 0 ? count - DISCOUNT : 0) + backOff) / (this.counts[context]! + STRENGTH);
      if (back > MAX_ORDER || back > position) break;
      context = this.children.get(context * 256 + bytes[position - back]!, -1);
    }
    return p;
  }

  /** Mean −ln p over the bytes of the passages: nats per byte. */
  loss(heldOut: Passages): number {
    const positions = predictedPositions(heldOut);
    let sum = 0;
    for (const position of positions) sum -= Math.log(this.probability(heldOut.bytes, position));
    return sum / positions.length;
  }
}
