import type { DomainMatch } from '../names';
import type { Mixture, MixtureWeight } from '../types';

/** Frameworks where a weight of zero means "evaluate on it, never train on it". */
const ZERO_IS_EVALUATION_ONLY: ReadonlySet<string> = new Set(['levanter', 'marin']);

/** A recommended share that the config has no place for may be left out up to here, in sum. */
const NEGLIGIBLE = 0.01;

/**
 * Shares of a fit's domains by the config's own names, for `applyMixture`. Several names of one domain keep their
 * proportions. Domains that the config does not name appear by the fit's name when they matter (more than 1 % together),
 * so that writing them is refused rather than forgotten.
 *
 * @param format as in `MixtureReading.format`.
 * @param recommended shares in the order of `domains`.
 */
export function sharesByConfigName(
  mixture: Mixture,
  format: string,
  match: DomainMatch,
  domains: readonly string[],
  recommended: readonly number[],
): Map<string, number> {
  const shares = new Map<string, number>();
  const missing: (readonly [string, number])[] = [];
  domains.forEach((domain, k) => {
    const share = recommended[k] ?? 0;
    const weights = mixture.weights.filter(
      (weight) => match.matched.get(weight.domain) === domain && !isEvaluationOnly(weight, format),
    );
    if (weights.length === 0) {
      missing.push([domain, share]);
      return;
    }
    const sum = weights.reduce((total, { fraction }) => total + fraction, 0);
    for (const { domain: name, fraction } of weights) {
      shares.set(name, share * (sum > 0 ? fraction / sum : 1 / weights.length));
    }
  });
  const left = missing.reduce((total, [, share]) => total + share, 0);
  if (left > NEGLIGIBLE) for (const [domain, share] of missing) if (share > 0) shares.set(domain, share);
  return shares;
}

export const isEvaluationOnly = ({ raw }: MixtureWeight, format: string): boolean =>
  raw === 0 && ZERO_IS_EVALUATION_ONLY.has(format);

/**
 * The mixture with one domain at `share` and the others in their present proportions; undefined when there are no others
 * to take the rest.
 */
export function withShare({ weights }: Mixture, domain: string, share: number): Map<string, number> | undefined {
  const others = weights.reduce((total, weight) => total + (weight.domain === domain ? 0 : weight.fraction), 0);
  if (!(others > 0)) return undefined;
  return new Map(
    weights.map((weight) => [
      weight.domain,
      weight.domain === domain ? share : (weight.fraction / others) * (1 - share),
    ]),
  );
}
