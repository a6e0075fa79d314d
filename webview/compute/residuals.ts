import type { Entry } from '../session';

/** How a law does on one target, or one run. Errors are relative (fractions). */
export interface ErrorSummary {
  /** Target, or position of the run. */
  readonly index: number;
  readonly n: number;
  /** Mean of |error|. */
  readonly mre: number;
  /** Mean of the error: above 0 the law predicts too high. */
  readonly bias: number;
  /** The entry with the largest |error|. */
  readonly worst: Entry;
}

/** Summaries by target or by run, in the order in which they first occur. */
export function summarise(entries: readonly Entry[], by: 'target' | 'position'): ErrorSummary[] {
  const groups = new Map<number, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry[by]);
    if (group) group.push(entry);
    else groups.set(entry[by], [entry]);
  }
  return [...groups].map(([index, group]) => ({
    index,
    n: group.length,
    mre: mean(group, (entry) => Math.abs(entry.error)),
    bias: mean(group, (entry) => entry.error),
    worst: group.reduce((worst, entry) => (Math.abs(entry.error) > Math.abs(worst.error) ? entry : worst)),
  }));
}

const mean = (entries: readonly Entry[], of: (entry: Entry) => number): number =>
  entries.reduce((sum, entry) => sum + of(entry), 0) / entries.length;

/**
 * At most `limit` entries for drawing: those the law misses by most, and the rest thinned evenly. Order is kept, and
 * the same entries give the same choice.
 */
export function thinned(entries: readonly Entry[], limit: number): readonly Entry[] {
  if (entries.length <= limit) return entries;
  const worst = Math.floor(limit / 5);
  // Numbers in a typed array are sorted many times faster than entries are.
  const sizes = Float64Array.from(entries, (entry) => Math.abs(entry.error)).sort();
  const least = sizes[sizes.length - worst] ?? Infinity;
  const kept = new Set<number>();
  for (let i = 0; i < entries.length && kept.size < worst; i++) if (Math.abs(entries[i]!.error) > least) kept.add(i);
  for (let i = 0; i < entries.length && kept.size < worst; i++) if (Math.abs(entries[i]!.error) === least) kept.add(i);
  const stride = entries.length / (limit - worst);
  for (let i = 0; i < limit - worst; i++) kept.add(Math.floor(i * stride));
  return entries.filter((_, i) => kept.has(i));
}
