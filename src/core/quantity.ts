/**
 * Numbers as practitioners write them: `122M` parameters, `10B` tokens. Inside the core model sizes are in millions of
 * parameters and tokens in billions; everything that turns text into those numbers, or back, is here.
 */

import type { LossKind } from './results/runs';

const SUFFIX: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['m', 1e6],
  ['mn', 1e6],
  ['million', 1e6],
  ['b', 1e9],
  ['bn', 1e9],
  ['g', 1e9],
  ['billion', 1e9],
  ['t', 1e12],
  ['tn', 1e12],
  ['trillion', 1e12],
]);

const QUANTITY =
  /^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)?(?:\.\d*)?(?:e[+-]?\d+)?)\s*(k|mn?|million|bn?|g|billion|tn?|trillion)?\s*(?:tokens?|toks?|params?|parameters?)?$/i;

/** Splits `1.3B` into its number and the factor of its suffix; undefined when the text is no quantity. */
function parts(
  text: string,
): { readonly value: number; readonly factor: number; readonly suffixed: boolean } | undefined {
  const match = QUANTITY.exec(text.trim());
  const digits = match?.[1]?.replace(/[_,]/g, '');
  // `Number('')` and `Number('.')`, `Number('e5')` must not pass for numbers.
  if (!match || !digits || !/\d/.test(digits) || /^[+-]?e/i.test(digits)) return undefined;
  const suffix = (match[2] ?? '').toLowerCase();
  return { value: Number(digits), factor: SUFFIX.get(suffix) ?? 1, suffixed: suffix !== '' };
}

/**
 * The number a text stands for: `122M` → 122e6, `10B` → 1e10, `1.1e9`, `1_000`, `1,000,000`, `1.3T`, `30B tokens`.
 * NaN when it is not a quantity.
 */
export function parseQuantity(text: string): number {
  const quantity = parts(text);
  return quantity ? quantity.value * quantity.factor : NaN;
}

/** The text carries its own unit (`70M`), so that no convention is needed to read it. */
export const hasUnitSuffix = (text: string): boolean => parts(text)?.suffixed ?? false;

/** What plain numbers (no suffix) of a model-size or tokens column count. */
export type PlainUnit = 'units' | 'millions' | 'billions';

export const PLAIN_UNIT_FACTOR: Readonly<Record<PlainUnit, number>> = { units: 1, millions: 1e6, billions: 1e9 };

/** Unit that a column's name gives: `params_b`, `size (M)`, `tokens_billions`; undefined when it gives none. */
export function unitInName(name: string): PlainUnit | undefined {
  if (/(?:[_ (\-[./]|^)(?:m|mn|millions?)[)\]]?$/i.test(name) && !/^m$/i.test(name)) return 'millions';
  if (/(?:[_ (\-[./]|^)(?:b|bn|billions?)[)\]]?$/i.test(name) && !/^b$/i.test(name)) return 'billions';
  return undefined;
}

/**
 * What plain model sizes count, judged by their magnitude: from 100 000 up they count parameters (122000000); below
 * 0.5 they can only be billions (0.07, 1.3), since nobody trains half a million parameters; otherwise millions (200, 440).
 */
export function modelSizeUnit(values: Iterable<number>): PlainUnit {
  let largest = 0;
  let smallest = Infinity;
  for (const value of values) {
    if (!(value > 0)) continue;
    largest = Math.max(largest, value);
    smallest = Math.min(smallest, value);
  }
  if (largest >= 1e5) return 'units';
  return smallest < 0.5 ? 'billions' : 'millions';
}

/** What plain token counts count, judged by their magnitude: from 1 000 000 up tokens (25000000000), otherwise billions (25, 2500). */
export function tokensUnit(values: Iterable<number>): PlainUnit {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  return largest >= 1e6 ? 'units' : 'billions';
}

/** Model size in millions of parameters: `1.3B` → 1300, `122000000` → 122, and a small plain number is millions already: `200` → 200. */
export function parseModelSize(text: string): number {
  return inUnit(text, modelSizeUnit) / 1e6;
}

/** Tokens in billions: `30B` → 30, `1.3T` → 1300, `25e9` → 25, and a small plain number is billions already: `2500` → 2500. */
export function parseTokens(text: string): number {
  return inUnit(text, tokensUnit) / 1e9;
}

function inUnit(text: string, unitOf: (values: Iterable<number>) => PlainUnit): number {
  const value = parseQuantity(text);
  return hasUnitSuffix(text) ? value : value * PLAIN_UNIT_FACTOR[unitOf([value])];
}

const UNKNOWN = '–';

/** Rounded to `digits` significant digits, without trailing zeros. */
function significant(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

function withSuffix(value: number, digits: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const steps: readonly (readonly [number, string])[] = [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'K'],
  ];
  // Round first, so that 999.96M becomes 1B and not 1000M.
  const rounded = Number(value.toPrecision(digits));
  for (const [factor, suffix] of steps) {
    if (Math.abs(rounded) >= factor) return significant(rounded / factor, digits) + suffix;
  }
  return significant(rounded, digits);
}

/** `1300` (millions of parameters) → `1.3B`; `122` → `122M`. Unknown → `–`. */
export const formatModelSize = (millions: number, digits = 4): string => withSuffix(millions * 1e6, digits);

/** `30` (billions of tokens) → `30B`; `1300` → `1.3T`; `19.998` → `19.998B` with the default five digits. Unknown → `–`. */
export const formatTokens = (billions: number, digits = 5): string => withSuffix(billions * 1e9, digits);

/** A loss to three decimals: `2.345`. Unknown → `–`. */
export const formatLoss = (loss: number, decimals = 3): string =>
  Number.isFinite(loss) ? loss.toFixed(decimals) : UNKNOWN;

const LOSS_UNITS: Readonly<Record<LossKind, readonly [unit: string, counted: string]>> = {
  nats: ['nats per token', 'nats'],
  'bits-per-byte': ['bits per byte', 'bits per byte'],
  perplexity: ['perplexity', 'of perplexity'],
};

/** The unit of losses, spelled out, as on an axis: `nats per token`. */
export const lossUnit = (kind: LossKind): string => LOSS_UNITS[kind][0];

/** The same behind a number, as in a sentence: `0.01 nats`, `0.2 of perplexity`. */
export const countedLossUnit = (kind: LossKind): string => LOSS_UNITS[kind][1];

/** A fraction as percent: `0.0712` → `7.1 %`. Unknown → `–`. */
export const formatPercent = (fraction: number, decimals = 1): string =>
  Number.isFinite(fraction) ? `${(fraction * 100).toFixed(decimals)} %` : UNKNOWN;

/** Any other number to `digits` significant digits; very large and very small ones in exponent form. Unknown → `–`. */
export function formatNumber(value: number, digits = 4): string {
  return Number.isFinite(value) ? significant(value, digits) : UNKNOWN;
}

/** A count with thin spaces between thousands: `1 308`. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
