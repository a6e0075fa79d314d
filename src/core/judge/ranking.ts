/** Spearman's ρ: the correlation of the ranks, ties sharing their mean rank. NaN with fewer than 2 values or no variation. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return correlation(ranks(a), ranks(b));
}

/** Ranks from 1, ties sharing their mean rank. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let k = from; k < to; k++) result[order[k]!] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}

function correlation(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const mean = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0) / n;
  const [meanA, meanB] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i++) {
    const x = a[i]! - meanA;
    const y = b[i]! - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

/**
 * Regret@1: the measured loss of the run the prediction likes best, minus the best measured loss among the same runs.
 * Among equally liked runs the mean of their losses counts.
 */
export function regret(predicted: ArrayLike<number>, measured: ArrayLike<number>): number {
  const favourite = Math.min(...Array.from(predicted));
  let best = Infinity;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < measured.length; i++) {
    best = Math.min(best, measured[i]!);
    if (predicted[i] !== favourite) continue;
    sum += measured[i]!;
    count++;
  }
  return count === 0 ? NaN : sum / count - best;
}
