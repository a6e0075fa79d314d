import { writtenNumber } from './cells';
import type { Column } from './table';

/** What weights that sum like this are: shares, percentages, or amounts of any unit. */
export type WeightUnit = 'fraction' | 'percent' | 'constant' | 'relative';

export interface SumShape {
  readonly unit: WeightUnit;
  /** The usual sum: 1, 100, or the median. */
  readonly usual: number;
  readonly smallest: number;
  readonly largest: number;
}

/** Share of rows that must sum alike before the sum counts as evidence. */
const MOST_ROWS = 0.95;
/** Three-decimal weights of seventeen domains sum to 0.99 … 1.01. */
const TOLERANCE = 0.01;

/** The number a cell stands for, `70M` and `25 %` included; NaN when it is missing or text. */
export function numberIn(column: Column, row: number): number {
  const value = column.numbers[row] as number;
  if (!Number.isNaN(value)) return value;
  const text = column.texts.get(row);
  return text === undefined ? NaN : writtenNumber(text);
}

/** A column of numbers, `70M` included. Length n. */
export function numbersIn(column: Column): Float64Array {
  const values = Float64Array.from(column.numbers);
  for (const [row, text] of column.texts) values[row] = writtenNumber(text);
  return values;
}

/** Sum of each row, NaN where a cell is missing. Length n. */
export function rowSums(columns: readonly Float64Array[], rowCount: number): Float64Array {
  const sums = new Float64Array(rowCount);
  for (const column of columns) for (let row = 0; row < rowCount; row++) sums[row]! += column[row] as number;
  return sums;
}

/** How the rows of a set of weights sum; undefined when no row has a positive sum. */
export function sumShape(sums: Float64Array): SumShape | undefined {
  const known = sums.filter((sum) => sum >= 0).sort();
  if (!known.some((sum) => sum > 0)) return undefined;
  const median = known[known.length >> 1] as number;
  const smallest = known[0] as number;
  const largest = known[known.length - 1] as number;
  const near = (usual: number): boolean => {
    const alike = known.filter((sum) => Math.abs(sum - usual) <= TOLERANCE * usual).length;
    return alike >= MOST_ROWS * known.length;
  };
  if (near(1)) return { unit: 'fraction', usual: 1, smallest, largest };
  if (near(100)) return { unit: 'percent', usual: 100, smallest, largest };
  return { unit: near(median) ? 'constant' : 'relative', usual: median, smallest, largest };
}

/** Enough rows to know a constant sum by, and enough columns for any mixture: the search below is quadratic in columns. */
const SEARCHED_ROWS = 200;
const SEARCHED_COLUMNS = 500;

/**
 * The longest run of neighbouring columns whose rows sum to 1, to 100 or to a constant: a mixture without names to tell
 * it by. A constant counts only where the columns themselves differ widely between rows, as weights do; similar losses
 * have nearly constant sums too. Columns that are 0 throughout are no part of it.
 * Returns positions in `columns`, or undefined.
 */
export function columnsSummingAlike(columns: readonly Float64Array[], rowCount: number): number[] | undefined {
  const searched = columns.slice(0, SEARCHED_COLUMNS).map((column) => evenly(column, SEARCHED_ROWS));
  const rows = Math.min(rowCount, SEARCHED_ROWS);
  const usable = searched.map((values) => values.filter((value) => value >= 0).length >= Math.max(1, MOST_ROWS * rows));
  const varies = searched.map((values) => Math.max(...values) > Math.min(...values));
  const variesWidely = searched.map((values) => Math.max(...values) > 2 * Math.min(...values));
  let best: readonly [first: number, last: number] | undefined;
  for (let first = 0; first < searched.length; first++) {
    const sums = new Float64Array(rows);
    let varying = 0;
    let varyingWidely = 0;
    for (let last = first; last < searched.length && usable[last]; last++) {
      const column = searched[last] as Float64Array;
      for (let row = 0; row < rows; row++) sums[row]! += column[row] as number;
      varying += Number(varies[last]);
      varyingWidely += Number(variesWidely[last]);
      if (varying < 2 || (best && last - first <= best[1] - best[0])) continue;
      const unit = sumShape(sums)?.unit;
      const alike = unit === 'fraction' || unit === 'percent' || (unit === 'constant' && varyingWidely >= 2);
      if (alike) best = [first, last];
    }
  }
  if (!best) return undefined;
  const [first, last] = best;
  const window = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return window.filter((i) => columns[i]?.some((value) => value > 0));
}

/** At most `count` of the values, evenly spaced. */
function evenly(values: Float64Array, count: number): Float64Array {
  if (values.length <= count) return values;
  return Float64Array.from({ length: count }, (_, i) => values[Math.floor((i * values.length) / count)] as number);
}
