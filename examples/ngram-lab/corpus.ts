import { createHash } from 'node:crypto';
import { Random } from '../../src/core/random';
import type { Domain } from './domains';
import { fingerprint } from './domains';

/** Bytes of a passage, the piece of text that is drawn as a whole; the last passage of a document is shorter. */
export const PASSAGE_BYTES = 256;
/** One document in ten is held out. */
const HELD_OUT_ONE_IN = 10;
/** Held-out bytes per domain that losses are measured on. */
const HELD_OUT_BYTES = 48 * 1024;

/** Passages one after the other: passage p is bytes[starts[p] .. starts[p + 1]). */
export interface Passages {
  readonly bytes: Uint8Array;
  /** Length: passages + 1. */
  readonly starts: Int32Array;
}

export interface DomainText {
  readonly name: string;
  readonly train: Passages;
  readonly heldOut: Passages;
  /** SHA-256 of all train and held-out bytes: tells whether a result was measured on the same text. */
  readonly sha256: string;
}

/** Splits each domain's documents into training and held-out passages. No document group is on both sides. */
export function makeCorpus(domains: readonly Domain[]): DomainText[] {
  return domains.map(({ name, documents }) => {
    const train: Uint8Array[] = [];
    const heldOut: Uint8Array[] = [];
    for (const { group, text } of documents()) {
      const side = fingerprint(`${name} ${group}`) % HELD_OUT_ONE_IN === 0 ? heldOut : train;
      side.push(...passagesOf(Buffer.from(text, 'utf8')));
    }
    const corpus = { name, train: join(train), heldOut: join(evenlySpaced(heldOut, HELD_OUT_BYTES)) };
    const hash = createHash('sha256').update(corpus.train.bytes).update(corpus.heldOut.bytes);
    return { ...corpus, sha256: hash.digest('hex') };
  });
}

/**
 * Draws `tokens` training bytes, h_j·tokens of domain j (rounded so that the sum is exact): whole passages in the random
 * order that `seed` gives each domain, without repetition until a domain's text is used up, then over again.
 * @param mixture shape [K], sums to 1.
 */
export function drawTrainingText(
  corpus: readonly DomainText[],
  mixture: ArrayLike<number>,
  tokens: number,
  seed: number,
): Passages {
  const bytes = new Uint8Array(tokens);
  const starts: number[] = [];
  let filled = 0;
  let share = 0;
  corpus.forEach(({ train }, domain) => {
    share += mixture[domain]!;
    const end = domain === corpus.length - 1 ? tokens : Math.min(tokens, Math.round(share * tokens));
    if (filled >= end) return;
    const passage = randomOrder(train.starts.length - 1, new Random(seed * corpus.length + domain));
    while (filled < end) {
      const next = passage();
      const from = train.starts[next]!;
      const to = Math.min(train.starts[next + 1]!, from + end - filled);
      starts.push(filled);
      bytes.set(train.bytes.subarray(from, to), filled);
      filled += to - from;
    }
  });
  starts.push(filled);
  return { bytes, starts: Int32Array.from(starts) };
}

/** 0 … n − 1 in random order, then the same order again: a Fisher–Yates shuffle that goes only as far as it is asked. */
function randomOrder(n: number, random: Random): () => number {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let calls = 0;
  return () => {
    const at = calls % n;
    if (calls++ < n) {
      const other = at + random.below(n - at);
      const drawn = order[other]!;
      order[other] = order[at]!;
      order[at] = drawn;
    }
    return order[at]!;
  };
}

function passagesOf(text: Uint8Array): Uint8Array[] {
  const passages: Uint8Array[] = [];
  for (let start = 0; start < text.length; start += PASSAGE_BYTES) {
    passages.push(text.subarray(start, start + PASSAGE_BYTES));
  }
  return passages;
}

function evenlySpaced(passages: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const count = Math.min(passages.length, Math.ceil(bytes / PASSAGE_BYTES));
  return Array.from({ length: count }, (_, i) => passages[Math.floor((i * passages.length) / count)]!);
}

function join(passages: readonly Uint8Array[]): Passages {
  const starts = new Int32Array(passages.length + 1);
  passages.forEach((passage, p) => (starts[p + 1] = starts[p]! + passage.length));
  const bytes = new Uint8Array(starts[passages.length]!);
  passages.forEach((passage, p) => bytes.set(passage, starts[p]!));
  return { bytes, starts };
}
