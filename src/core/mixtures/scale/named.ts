/**
 * Nominal size in a name (`tinyllama_1M`, `llama_1_4b`, `open_lm_7b`, `Llama-3.1-8B`), in millions; undefined without one. Thousands (`4k`, `128k`) are
 * lengths of contexts.
 */
export function sizeInName(name: string): number | undefined {
  const pattern = /(?<![A-Za-z0-9.])(?:(\d+)[._])?(\d+)\s?([mbt])(?![A-Za-z0-9])/gi;
  for (const [, whole, digits = '', suffix = ''] of name.matchAll(pattern)) {
    const factor = { m: 1, b: 1e3, t: 1e6 }[suffix.toLowerCase()];
    if (factor === undefined || /^(?:token|step)/i.test(name)) continue;
    // `1_1b` is 1.1 billion; in `llama_3_8b` the 3 is the generation. A dot is always a decimal point.
    const decimal =
      whole !== undefined &&
      (name.includes(`${whole}.${digits}`) || whole === '0' || (whole === '1' && digits.length === 1));
    const value = decimal ? Number(`${whole}.${digits}`) : Number(digits);
    if (value > 0) return value * factor;
  }
  return undefined;
}
