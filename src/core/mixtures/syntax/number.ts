const NUMBER = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?\.?(?:nan|inf|infinity)$/i;

/**
 * The number a config means by `text`, or undefined. Takes what YAML 1.1, YAML 1.2, JSON, TOML, Python and `float()`
 * take between them: `.05`, `1.`, `60_000`, `1e-6`. Never NaN and never infinite.
 */
export function parseNumber(text: string): number | undefined {
  if (text.length > 64 || !NUMBER.test(text)) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

/** `nan`, `.inf`, `-Infinity`: words that a framework would read as a number and a mixture cannot hold. */
export function isNotFinite(text: string): boolean {
  return NOT_FINITE.test(text) || (text.length <= 64 && NUMBER.test(text) && parseNumber(text) === undefined);
}

/** Decimals needed to write `text` out without an exponent: 2 for `0.25`, 3 for `1e-3`, 0 for `30`. */
export function decimalsOf(text: string): number {
  const match = /^[^.eE]*(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.replaceAll('_', ''));
  if (!match) return 0;
  return Math.max(0, (match[1]?.length ?? 0) - Number(match[2] ?? 0));
}

/** PyYAML (YAML 1.1) reads these as text, the YAML 1.2 parsers as numbers: a float needs a dot and a signed exponent. */
export function isTextForPyYaml(text: string): boolean {
  return /[eE]/.test(text) && !/^[+-]?(?:\d[\d_]*)?\.[\d_]*[eE][+-]\d+$/.test(text) && parseNumber(text) !== undefined;
}
