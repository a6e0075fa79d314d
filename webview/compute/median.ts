/**
 * The median of numbers, which are put into another order: the middle is looked for (Hoare's quickselect) instead of all
 * of them being sorted. NaN when there are none.
 */
export function median(values: Float64Array): number {
  const { length } = values;
  if (length === 0) return NaN;
  const half = length >> 1;
  const upper = select(values, half);
  if (length % 2 === 1) return upper;
  // Everything before the middle is at most as large.
  let lower = -Infinity;
  for (let i = 0; i < half; i++) lower = Math.max(lower, values[i]!);
  return (lower + upper) / 2;
}

/** The number that would stand at `at` if the values were sorted; none before it is larger afterwards. */
function select(values: Float64Array, at: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const other = values[i]!;
      values[i++] = values[j]!;
      values[j--] = other;
    }
    if (at <= j) high = j;
    else if (at >= i) low = i;
    else break;
  }
  return values[at]!;
}
