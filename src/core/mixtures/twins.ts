import { t } from '../l10n';
import type { FoundWeight } from './family';
import { numberOf, textOf, type ScalarNode } from './syntax/node';
import type { MixtureProblem, TextRange } from './types';
import { gather } from './weights';

export interface Twins {
  readonly weights: readonly FoundWeight[];
  readonly problems: readonly MixtureProblem[];
}

/** The name of a weight that has none. */
export const numbered = ({ range }: ScalarNode, i: number): ScalarNode => ({
  kind: 'scalar',
  text: `dataset ${i + 1}`,
  range,
  quoted: true,
  verbatim: false,
});

/**
 * Weights of two lists that belong together by position. Lists of different length are an error of the config: names without
 * a weight are left out, and so are surplus weights of zero; other weights without a name are numbered (published configs
 * with the paths taken out).
 */
export function pairUp(
  names: readonly ScalarNode[],
  values: readonly ScalarNode[],
  range: TextRange,
): Twins | undefined {
  if (values.length === 0) return undefined;
  const used = values.filter((value, i) => i < names.length || numberOf(value) !== 0);
  const pairs = used.map((value, i) => ({
    name: textOf(names[i]) ?? `dataset ${i + 1}`,
    nameRange: names[i]?.range ?? value.range,
    value,
  }));
  const { weights, problems, strange } = gather(pairs);
  if (weights.length === 0 || strange >= weights.length) return undefined;
  if (names.length === values.length) return { weights, problems };
  const message = t(
    '{0} names, but {1} weights: names and weights belong together by position, so one list is wrong.',
    names.length,
    values.length,
  );
  return { weights, problems: [...problems, { code: 'length-mismatch', message, range, severity: 'error' }] };
}
