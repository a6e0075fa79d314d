/** Numbers as the page shows them, where core/quantity has no form for them. */
export { lossUnit } from '../src/core/quantity';

export const MISSING = '–';

/** With its sign, a true minus and no minus zero. */
export function signedText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

export const signedPercentText = (fraction: number, decimals = 2): string =>
  Number.isFinite(fraction) ? `${signedText(fraction * 100, decimals)} %` : MISSING;

/** A parameter's value: four significant digits; powers of ten where they are shorter to read. */
export function parameterText(value: number | null | undefined, digits = 4): string {
  if (value == null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-4 || size >= 1e5)
      ? value.toExponential(2).replace('e+', 'e')
      : String(Number(value.toPrecision(digits)));
  return text.replace(/-/g, '−');
}

/** With a fixed number of decimals, so that a column's digits stand under each other; short where that would be 0. */
export function alignedDecimals(value: number | null | undefined, decimals: number): string {
  if (value == null || !Number.isFinite(value)) return MISSING;
  const text = value.toFixed(decimals);
  return value !== 0 && Number(text) === 0 ? parameterText(value, 2) : text.replace(/-/g, '−');
}

/** Of a name inside a sentence: longer ones would be most of it. */
export const NAME_IN_SENTENCE = 36;

/** Cut in the middle, so that names that differ at their end stay apart. */
export function shortened(name: string, length: number): string {
  if (name.length <= length) return name;
  const tail = Math.floor((length - 1) / 2);
  return `${name.slice(0, length - 1 - tail)}…${name.slice(name.length - tail)}`;
}
