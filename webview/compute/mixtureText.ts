/**
 * Fractions rounded to `decimals` so that they sum to exactly 1: what rounding takes or adds goes to the weights it
 * wronged most (largest remainders).
 */
export function roundedMixture(mixture: ArrayLike<number>, decimals = 4): number[] {
  const unit = 10 ** decimals;
  const floors = Array.from(mixture, (weight) => Math.floor(weight * unit + 1e-9));
  const missing = unit - floors.reduce((sum, value) => sum + value, 0);
  const byRemainder = floors
    .map((floor, i) => ({ i, remainder: (mixture[i] as number) * unit - floor }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (let k = 0; k < missing; k++) {
    const place = byRemainder[k % byRemainder.length];
    if (place) floors[place.i] = (floors[place.i] as number) + 1;
  }
  return floors.map((value) => Number((value / unit).toFixed(decimals)));
}

export type MixtureFormat = 'json' | 'yaml' | 'tsv' | 'cli';

/** A mixture as text to paste: a JSON object, a YAML map, tab-separated lines, or `a=0.5,b=0.5`. */
export function mixtureText(domains: readonly string[], mixture: ArrayLike<number>, format: MixtureFormat): string {
  const weights = roundedMixture(mixture);
  const each = (line: (domain: string, weight: number) => string): string[] =>
    domains.map((domain, i) => line(domain, weights[i] as number));
  switch (format) {
    case 'json':
      return `{\n${each((domain, weight) => `  ${JSON.stringify(domain)}: ${weight}`).join(',\n')}\n}\n`;
    case 'yaml':
      return each((domain, weight) => `${yamlKey(domain)}: ${weight}\n`).join('');
    case 'tsv':
      return each((domain, weight) => `${domain.replace(/[\t\r\n]+/g, ' ')}\t${weight}\n`).join('');
    case 'cli':
      return each((domain, weight) => `${domain}=${weight}`).join(',');
  }
}

/** Plain where that is safe; quoted (JSON strings are YAML) otherwise. */
const yamlKey = (name: string): string =>
  /^[A-Za-z_][\w-]*$/.test(name) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(name)
    ? name
    : JSON.stringify(name);
