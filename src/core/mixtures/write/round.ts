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
/** So small a part of the sum stops no framework. */
const NEGLIGIBLE = 1e-7;

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
 * A positive value that would become zero gets as many more decimals as it needs: zero is another statement. The largest value
 * then gets those decimals too, and gives up what the others have too much: many frameworks stop unless the sum is 1.
 */
export function roundLevel(rounding: Rounding): string[] {
  const { written, values, whole = false } = rounding;
  const decimals = decimalsFor(rounding);
  const step = 10 ** decimals;
  const texts = exact(values.map((value) => value * step))
    ? roundExactly(values, decimals, whole)
    : values.map((value) => visible(value, value.toFixed(decimals), whole));
  return texts.map((text, i) => (written[i]?.includes('_') ? groupDigits(text) : text));
}

const visible = (value: number, text: string, whole: boolean): string =>
  value > 0 && Number(text) === 0 ? (whole ? '1' : smallest(value)) : text;

function roundExactly(values: readonly number[], decimals: number, whole: boolean): string[] {
  const step = 10 ** decimals;
  const total = Math.round(values.reduce((sum, value) => sum + value * step, 0)) / step;
  // Values that are too small for the decimals, with their own texts: the others share what these leave.
  const small = new Map<number, string>();
  for (;;) {
    const counted = [...small.values()].filter((text) => Number(text) > total * NEGLIGIBLE);
    const taken = counted.reduce((sum, text) => sum + Number(text), 0);
    const left = Math.max(0, total - taken);
    const units = values.map((value, i) => (small.has(i) ? 0 : value * step));
    const rounded = largestRemainders(units, Math.floor(left * step + 1e-6));
    const vanished = values.findIndex((value, i) => value > 0 && rounded[i] === 0 && !small.has(i));
    if (vanished >= 0) {
      small.set(vanished, visible(values[vanished]!, '0', whole));
      continue;
    }
    const rest = left - rounded.reduce((sum, unit) => sum + unit, 0) / step;
    const largest = rounded.indexOf(Math.max(...rounded));
    const finer = Math.min(MOST_DECIMALS, Math.max(decimals, ...counted.map(decimalsOf)));
    return rounded.map((unit, i) => {
      const text = (unit / step).toFixed(decimals);
      return (
        small.get(i) ?? (i === largest && finer > decimals && unit > 0 ? (unit / step + rest).toFixed(finer) : text)
      );
    });
  }
}

/** Whole numbers of steps that a double holds exactly, with digits to spare for the remainders. */
function exact(units: readonly number[]): boolean {
  return units.reduce((total, unit) => total + unit, 0) < 2 ** 46;
}

function largestRemainders(units: readonly number[], target: number): number[] {
  const floors = units.map((unit) => Math.floor(unit + 1e-9));
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
