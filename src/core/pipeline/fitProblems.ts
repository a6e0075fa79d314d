import { t } from '../l10n';
import type { Fit } from '../fit/types';
import { matchDomains, type Aliases } from '../mixtures/names';
import type { Mixture, MixtureProblem } from '../mixtures/types';
import { formatModelSize, formatPercent, formatTokens, parseTokens } from '../quantity';
import { isOutsideMeasured, type Assessment } from './assessMixture';

/** Tokens that exist, and how often they may be repeated. */
export interface Availability {
  readonly availableTokens: Iterable<readonly [domain: string, tokens: string]>;
  readonly maxEpochs: number;
}

/**
 * Billions of tokens that exist of each of `domains`, those of several names for one domain added up; NaN where nothing is
 * said. Names match as those of configs do.
 */
export function availableTokens(
  domains: readonly string[],
  { availableTokens: said }: Availability,
  aliases: Aliases = [],
): number[] {
  const entries = [...said];
  const names = entries.map(([domain]) => domain);
  const { matched } = matchDomains(names, domains, aliases);
  const tokens = new Array<number>(domains.length).fill(NaN);
  for (const [name, text] of entries) {
    const domain = domains.indexOf(matched.get(name) ?? '');
    const billions = parseTokens(text);
    if (matched.has(name) && domain >= 0 && billions > 0)
      tokens[domain] = (Number.isNaN(tokens[domain]!) ? 0 : tokens[domain]!) + billions;
  }
  return tokens;
}

/** Codes of the problems found here. */
export const FIT_PROBLEM_CODES = {
  unknownDomain: 'unknown-domain',
  ambiguousDomain: 'ambiguous-domain',
  outsideMeasured: 'outside-measured',
  beyondMeasuredScale: 'beyond-measured-scale',
  tooManyEpochs: 'too-many-epochs',
} as const;

/**
 * What a fit finds about a config's mixture that the config alone does not tell: names it does not know, and a mixture or
 * a scale far from what was measured.
 *
 * @param fitName as the user knows the fit.
 */
export function fitProblems(mixture: Mixture, fit: Fit, fitName: string, assessment: Assessment): MixtureProblem[] {
  return [...nameProblems(mixture, fitName, assessment), ...rangeProblems(mixture, fit, fitName, assessment)];
}

function nameProblems(mixture: Mixture, fitName: string, { matched }: Assessment): MixtureProblem[] {
  const { unmatched, ambiguous } = matched.match;
  return mixture.weights
    .filter(({ domain }) => unmatched.includes(domain))
    .map(({ domain, fraction, nameRange, range }): MixtureProblem => {
      const could = ambiguous.get(domain);
      const place = nameRange ?? range;
      if (could) {
        const message = t(
          '"{0}" could be {1} of {2}: an alias decides.',
          domain,
          could.reduce((some, one) => t('{0} or {1}', some, one)),
          fitName,
        );
        return { code: FIT_PROBLEM_CODES.ambiguousDomain, message, range: place };
      }
      const message = t(
        '{0} has no domain "{1}": predictions leave out its {2}.',
        fitName,
        domain,
        formatPercent(fraction),
      );
      const severity = fraction > 0 ? 'warning' : 'information';
      return { code: FIT_PROBLEM_CODES.unknownDomain, message, range: place, severity };
    });
}

function rangeProblems(mixture: Mixture, fit: Fit, fitName: string, assessment: Assessment): MixtureProblem[] {
  const problems: MixtureProblem[] = [];
  const { range } = mixture;
  const severity = 'information';
  if (isOutsideMeasured(assessment)) {
    const message = t(
      'This mixture is outside what {0} was fitted to: {1} of the tokens would have to move to reach a blend of measured mixtures. Its predicted losses are extrapolated.',
      fitName,
      formatPercent(assessment.outside),
    );
    problems.push({ code: FIT_PROBLEM_CODES.outsideMeasured, message, range, severity });
  }
  const beyond: string[] = [];
  if (assessment.modelSizeBeyond && fit.modelSizeRange) {
    const [least, most] = fit.modelSizeRange.map((value) => formatModelSize(value));
    beyond.push(
      t('{0} parameters (measured: {1} to {2})', formatModelSize(assessment.modelSize), least ?? '', most ?? ''),
    );
  }
  if (assessment.tokensBeyond && fit.tokensRange) {
    const [least, most] = fit.tokensRange.map((value) => formatTokens(value));
    beyond.push(t('{0} tokens (measured: {1} to {2})', formatTokens(assessment.tokens), least ?? '', most ?? ''));
  }
  if (beyond.length > 0) {
    const message = t('The scale of this config is beyond what {0} was fitted to: {1}.', fitName, beyond.join(', '));
    problems.push({ code: FIT_PROBLEM_CODES.beyondMeasuredScale, message, range, severity });
  }
  return problems;
}

/** More epochs than wanted of domains whose tokens are known, where the config tells how many tokens it trains on. */
export function epochProblems(mixture: Mixture, availability: Availability, aliases: Aliases = []): MixtureProblem[] {
  if (mixture.tokens === undefined) return [];
  return epochsOf(mixture, mixture.tokens, availability, aliases)
    .filter(({ epochs }) => epochs > availability.maxEpochs * 1.0001)
    .map(({ domain, epochs, available, range }): MixtureProblem => {
      const message = t(
        '"{0}" is trained on for {1} epochs: {2} tokens of it exist, and {3} epochs are the most that the settings allow.',
        domain,
        Number(epochs.toPrecision(3)),
        formatTokens(available),
        availability.maxEpochs,
      );
      return { code: FIT_PROBLEM_CODES.tooManyEpochs, message, range };
    });
}

/** How often a run over `tokens` billions goes through each domain of the mixture whose tokens are known. */
export function epochsOf(
  mixture: Mixture,
  tokens: number,
  { availableTokens: said }: Availability,
  aliases: Aliases = [],
): { domain: string; epochs: number; available: number; range: Mixture['range'] }[] {
  const known = new Map(said);
  const match = matchDomains(
    mixture.weights.map(({ domain }) => domain),
    [...known.keys()],
    aliases,
  );
  return mixture.weights.flatMap(({ domain, fraction, range }) => {
    const available = parseTokens(known.get(match.matched.get(domain) ?? '') ?? '');
    return available > 0 ? [{ domain, available, epochs: (fraction * tokens) / available, range }] : [];
  });
}
