import type { Mixture } from '../../core/mixtures/types';

/** Shares to show behind the numbers of a mixture: none where the numbers are shares already. */
export function shareHints({ unit, sum, weights }: Mixture): { readonly offset: number; readonly fraction: number }[] {
  if (unit === 'fraction' && Math.abs(sum - 1) < 5e-4) return [];
  const hints = new Map<number, number>();
  const shared = new Set<number>();
  for (const { range, fraction, parts } of weights) {
    // Listed more than once: the share is the domain's, not the entry's.
    const offset = parts?.at(-1)?.range.end ?? range.end;
    if (hints.has(offset)) shared.add(offset);
    hints.set(offset, fraction);
  }
  // A number that several domains share, in a loop, has no one share.
  return [...hints].filter(([offset]) => !shared.has(offset)).map(([offset, fraction]) => ({ offset, fraction }));
}
