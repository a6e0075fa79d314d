import { decimalsOf } from '../syntax/number';

/** Values of one level of a mixture, to be written in the places of these tokens. */
export interface Rounding {
  /** Tokens as they stand in the file: they tell the decimals and the digit grouping. */
  readonly written: readonly string[];
  /** New values, whose sum is to be kept. */
  readonly values: readonly number[];
  /** Counts of tokens are whole. */
  readonly whole?: boolean;
}

/** Coarser steps than this part of the sum would not be what was recommended: 7/3 becomes 6.2/3.8, not 6/4. */
const COARSEST = 0.01;
const MOST_DECIMALS = 17;

/** Decimals to write: as in the file, more where the file's would be too coarse for shares. */
export function decimalsFor({ written, values, whole = false }: Rounding): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (whole || !(sum > 0)) return 0;
  const inFile = Math.max(0, ...written.map(decimalsOf));
  const needed = Math.ceil(-Math.log10(sum * COARSEST));
  return Math.min(MOST_DECIMALS, Math.max(inFile, needed, 0));
}

/**
 * Texts of the values with the same number of decimals each, so that they sum to the rounded sum (largest remainders first).
 * A positive value that would become zero gets as many more decimals as it needs: zero is another statement.
 */
export function roundLevel(rounding: Rounding): string[] {
  const { written, values, whole = false } = rounding;
  const decimals = decimalsFor(rounding);
  const step = 10 ** decimals;
  const units = values.map((value) => value * step);
  const rounded = exact(units) ? largestRemainders(units) : undefined;
  return values.map((value, i) => {
    let text = rounded ? (rounded[i]! / step).toFixed(decimals) : value.toFixed(decimals);
    if (value > 0 && Number(text) === 0) text = whole ? '1' : smallest(value);
    return written[i]?.includes('_') ? groupDigits(text) : text;
  });
}

/** Whole numbers of steps that a double holds exactly, with digits to spare for the remainders. */
function exact(units: readonly number[]): boolean {
  return units.reduce((total, unit) => total + unit, 0) < 2 ** 46;
}

function largestRemainders(units: readonly number[]): number[] {
  const floors = units.map((unit) => Math.floor(unit + 1e-9));
  const target = Math.round(units.reduce((total, unit) => total + unit, 0));
  let missing = target - floors.reduce((total, floor) => total + floor, 0);
  const order = units.map((unit, i) => ({ i, rest: unit - floors[i]! })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of order) {
    if (missing <= 0) break;
    floors[i]!++;
    missing--;
  }
  return floors;
}

/** Two significant digits, without exponent: YAML 1.1 does not read `1e-7` as a number. */
function smallest(value: number): string {
  const decimals = Math.min(100, Math.ceil(-Math.log10(value)) + 1);
  const text = value.toFixed(decimals);
  return Number(text) > 0 ? text : value.toFixed(100);
}

function groupDigits(text: string): string {
  const [whole = '', ...rest] = text.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, '_'), ...rest].join('.');
}
