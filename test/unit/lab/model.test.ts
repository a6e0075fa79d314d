import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ContextSelection, forEachContext, MAX_ORDER, sortContexts } from '../../../examples/ngram-lab/contexts';
import type { Passages } from '../../../examples/ngram-lab/corpus';
import { HashTable } from '../../../examples/ngram-lab/hashTable';
import { NgramModel } from '../../../examples/ngram-lab/model';

/** Texts of few different bytes, so that contexts repeat; in one to three passages. */
const passages: fc.Arbitrary<Passages> = fc
  .array(fc.uint8Array({ min: 97, max: 99, minLength: MAX_ORDER + 1, maxLength: 60 }), { minLength: 1, maxLength: 3 })
  .map((parts) => {
    const starts = [0];
    for (const part of parts) starts.push(starts.at(-1)! + part.length);
    return { bytes: Uint8Array.from(parts.flatMap((part) => [...part])), starts: Int32Array.from(starts) };
  });

/** Every context of 1 to 6 bytes that precedes a predicted byte, with what follows it: plain maps, no sorting. */
function countContexts({ bytes, starts }: Passages): Map<string, Map<number, number>> {
  const contexts = new Map<string, Map<number, number>>();
  for (let p = 0; p + 1 < starts.length; p++) {
    for (let i = starts[p]! + MAX_ORDER; i < starts[p + 1]!; i++) {
      for (let order = 0; order <= MAX_ORDER; order++) {
        const key = String.fromCharCode(...bytes.subarray(i - order, i));
        const followers = contexts.get(key) ?? new Map<number, number>();
        contexts.set(key, followers.set(bytes[i]!, (followers.get(bytes[i]!) ?? 0) + 1));
      }
    }
  }
  return contexts;
}

const totalOf = (followers: Map<number, number>): number => [...followers.values()].reduce((a, b) => a + b, 0);

/** The documented formula, recursively. */
function expectedProbability(contexts: Map<string, Map<number, number>>, context: string, byte: number): number {
  const shorter = context === '' ? 1 / 256 : expectedProbability(contexts, context.slice(1), byte);
  const followers = contexts.get(context);
  if (!followers) return shorter;
  const count = followers.get(byte) ?? 0;
  return (Math.max(0, count - 0.8) + (4 + 0.8 * followers.size) * shorter) / (totalOf(followers) + 4);
}

describe('lab: n-gram model', () => {
  it('gives probabilities that sum to 1 over the 256 bytes, in every context and at every capacity', () => {
    fc.assert(
      fc.property(
        passages,
        fc.integer({ min: 0, max: 60 }),
        fc.uint8Array({ minLength: 7, maxLength: 7 }),
        (text, N, context) => {
          const model = NgramModel.train(text, N);
          for (const query of [context, context.map((byte) => 97 + (byte % 3)), text.bytes.slice(0, 7)]) {
            let sum = 0;
            for (let byte = 0; byte < 256; byte++) {
              query[6] = byte;
              const p = model.probability(query, 6);
              assert.ok(p > 0);
              sum += p;
            }
            assert.ok(Math.abs(sum - 1) < 1e-12, `sum ${sum}`);
          }
        },
      ),
    );
  });

  it('agrees with the formula evaluated on plain maps when nothing is left out', () => {
    fc.assert(
      fc.property(passages, (text) => {
        const model = NgramModel.train(text, 10_000);
        const contexts = countContexts(text);
        assert.equal(model.contextCount, contexts.size);
        for (let i = MAX_ORDER; i < text.bytes.length; i++) {
          const context = String.fromCharCode(...text.bytes.subarray(i - MAX_ORDER, i));
          const expected = expectedProbability(contexts, context, text.bytes[i]!);
          assert.ok(Math.abs(model.probability(text.bytes, i) - expected) < 1e-12);
        }
      }),
    );
  });

  it('stores exactly the N most frequent contexts, and with a context all of its suffixes', () => {
    fc.assert(
      fc.property(passages, fc.integer({ min: 1, max: 80 }), (text, N) => {
        const counts = [...countContexts(text)]
          .filter(([key]) => key !== '')
          .map(([, followers]) => totalOf(followers));
        const expected = counts.sort((a, b) => b - a).slice(0, N);
        const sorted = sortContexts(text);
        const selection = ContextSelection.mostFrequent(sorted, N);
        const stored: number[] = [];
        let parents: { start: number; end: number }[] = [{ start: 0, end: sorted.positions.length }];
        for (let order = 1; order <= MAX_ORDER; order++) {
          const kept: { start: number; end: number }[] = [];
          forEachContext(sorted, order, (start, end) => {
            if (!selection.has(order, start, end)) return;
            kept.push({ start, end });
            stored.push(end - start);
            assert.ok(parents.some((parent) => parent.start <= start && end <= parent.end));
          });
          parents = kept;
        }
        assert.deepEqual(
          stored.sort((a, b) => b - a),
          expected,
        );
        assert.equal(NgramModel.train(text, N).contextCount, expected.length + 1);
      }),
    );
  });
});

describe('lab: hash table', () => {
  it('behaves as a Map, through growth', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 0xfffffffe }), fc.nat(1000))), (entries) => {
        const table = new HashTable(2);
        const map = new Map<number, number>();
        for (const [key, value] of entries) {
          table.set(key, value);
          map.set(key, value);
        }
        assert.equal(table.size, map.size);
        for (const [key, value] of map) assert.equal(table.get(key, -1), value);
        assert.equal(table.get(0xfffffffe, -1), map.get(0xfffffffe) ?? -1);
      }),
    );
  });
});
