import { parseQuantity } from '../quantity';

/** Spellings of "no number here", lower case. Infinite losses are diverged runs: no number either. */
const MISSING: ReadonlySet<string> = new Set(
  [
    '',
    'nan',
    'none',
    'null',
    'na',
    'n/a',
    '#n/a',
    '<na>',
    'nil',
    'undefined',
    '-',
    '–',
    '—',
    '.',
    '?',
    'missing',
  ].concat([
    'inf',
    '-inf',
    '+inf',
    'infinity',
    '-infinity',
    '+infinity',
    '-nan',
    '+nan',
    'nan(ind)',
    '#div/0!',
    '#num!',
  ]),
);

const PLAIN_NUMBER = /^[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export const isMissing = (text: string): boolean => MISSING.has(text.trim().toLowerCase());

/** A cell as a number, or NaN when it is missing or text; `1_000` and `1e-3` are numbers, `70M` and `25 %` are not (yet). */
export function plainNumber(text: string, decimalComma: boolean): number {
  const trimmed = text.trim();
  const dotted = decimalComma ? trimmed.replace(/\.(?=\d{3}(?:\D|$))/g, '').replace(',', '.') : trimmed;
  if (!PLAIN_NUMBER.test(dotted)) return NaN;
  const value = Number(dotted.replace(/_/g, ''));
  return Number.isFinite(value) ? value : NaN;
}

/** A cell that is no plain number but stands for one: `70M` → 7e7, `25 %` → 0.25, `1,000` → 1000. NaN otherwise. */
export function writtenNumber(text: string): number {
  const percent = /^(.*\d)\s*%$/.exec(text.trim());
  const value = percent ? parseQuantity(percent[1] as string) / 100 : parseQuantity(text);
  return Number.isFinite(value) ? value : NaN;
}

/** Integers too long for a double (64-bit run ids) stay text, or different ids would become equal. */
export const isLongInteger = (text: string): boolean => /^\s*[+-]?\d{16,}\s*$/.test(text);
