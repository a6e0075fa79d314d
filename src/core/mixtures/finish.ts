import { t } from '../l10n';
import type { Finding, Format, FoundMixture, FoundWeight, Source } from './family';
import { shortNames } from './paths';
import { scaleOf, stageTokens } from './scale/scale';
import { isTextForPyYaml } from './syntax/number';
import type { Mixture, MixtureProblem, MixtureReading, MixtureWeight, NumberToken, WeightUnit } from './types';

/** A finding with shares, units and the problems that every format can have. */
export function finish(finding: Finding, source: Source): MixtureReading {
  const problems = [...finding.problems];
  const scale = finding.mixtures.length > 0 ? scaleOf(source) : {};
  const stages = stageTokens(source, finding.mixtures);
  const mixtures = finding.mixtures.flatMap((found, i) => {
    const mixture = finishMixture(found, finding.format, source, problems);
    const tokens = stages[i];
    return mixture ? [{ ...mixture, ...scale, ...(tokens === undefined ? {} : { tokens }) }] : [];
  });
  const kind = mixtures.length > 0 ? 'mixture' : problems.length > 0 ? 'not-a-mixture' : 'unknown';
  problems.sort((a, b) => a.range.start - b.range.start);
  return { kind, format: finding.format.id, mixtures, problems };
}

function finishMixture(
  found: FoundMixture,
  format: Format,
  source: Source,
  problems: MixtureProblem[],
): Mixture | undefined {
  const names = format.namesArePaths
    ? shortNames(found.weights.map(({ name }) => name))
    : found.weights.map(({ name }) => name);
  const groups = new Map<string, FoundWeight[]>();
  found.weights.forEach((weight, i) => groups.set(names[i]!, [...(groups.get(names[i]!) ?? []), weight]));

  const uses = new Map<number, number>();
  for (const { token } of found.weights) uses.set(token.range.start, (uses.get(token.range.start) ?? 0) + 1);

  const weights: (MixtureWeight & { readonly product: number })[] = [];
  for (const [domain, group] of groups) {
    const kept = format.repeatedNames === 'added' ? group : group.slice(-1);
    if (group.length > 1) problems.push(repeated(domain, group, format));
    weights.push(
      weightOf(
        domain,
        kept.map((weight) => ownToken(weight, uses)),
      ),
    );
    for (const { token } of kept) problems.push(...problemsOfToken(domain, token, format, source));
  }
  const sum = weights.reduce((total, { product }) => total + product, 0);
  const positive = weights.reduce((total, { product }) => total + Math.max(0, product), 0);
  const { range, label } = found;
  if (!Number.isFinite(positive) || !(positive > 0)) {
    const message = t('No weight is above zero, so there is no mixture here.');
    if (weights.length > 0) problems.push({ code: 'all-zero', message, range });
    return undefined;
  }
  if (format.sumMustBeOne && Math.abs(sum - 1) > SUM_TOLERANCE) {
    const message = t(
      '{0} stops unless the weights sum to 1; these sum to {1}.',
      format.name,
      Number(sum.toPrecision(6)),
    );
    problems.push({ code: 'sum-not-one', message, range, severity: 'error' });
  }
  return {
    label,
    unit: found.unit ?? inferUnit(weights.map(({ product }) => product)),
    sum,
    weights: weights.map(({ product, ...weight }) => ({ ...weight, fraction: Math.max(0, product) / positive })),
    range,
  };
}

/** A number that several domains share (in a loop, by alias) cannot be rewritten for one of them. */
function ownToken(weight: FoundWeight, uses: ReadonlyMap<number, number>): FoundWeight {
  const shared = (uses.get(weight.token.range.start) ?? 0) > 1;
  return shared ? { ...weight, token: { ...weight.token, editable: false } } : weight;
}

/** numpy.allclose(sum, 1): relative 1e-5 and absolute 1e-8. */
const SUM_TOLERANCE = 1e-5 + 1e-8;

function weightOf(domain: string, group: readonly FoundWeight[]): MixtureWeight & { readonly product: number } {
  const first = group[0]!;
  const raw = group.reduce((total, { token }) => total + token.raw, 0);
  const product = (first.factors ?? []).reduce((total, factor) => total * factor.raw, raw) / (first.divisor ?? 1);
  return {
    domain,
    raw,
    fraction: 0,
    product,
    range: first.token.range,
    ...(first.nameRange ? { nameRange: first.nameRange } : {}),
    editable: group.every(({ token, factors = [] }) => token.editable && factors.every((factor) => factor.editable)),
    ...(group.length > 1 ? { parts: group.map(({ token }) => token) } : {}),
    ...(first.factors && first.factors.length > 0 ? { factors: first.factors } : {}),
    ...(first.divisor === undefined ? {} : { divisor: first.divisor }),
  };
}

function repeated(domain: string, group: readonly FoundWeight[], format: Format): MixtureProblem {
  const { token, nameRange } = group[group.length - 1]!;
  const message =
    format.repeatedNames === 'added'
      ? t('"{0}" is listed {1} times: its weights are added up.', domain, group.length)
      : t('"{0}" is listed {1} times: the last one counts.', domain, group.length);
  const severity = format.repeatedNames === 'added' ? 'information' : 'warning';
  return { code: 'duplicate-name', message, range: nameRange ?? token.range, severity };
}

function problemsOfToken(domain: string, token: NumberToken, format: Format, source: Source): MixtureProblem[] {
  const { raw, range } = token;
  const problems: MixtureProblem[] = [];
  if (raw < 0) {
    problems.push({
      code: 'negative-weight',
      message: t('The weight of "{0}" is negative.', domain),
      range,
      severity: 'error',
    });
  }
  if (raw === 0 && format.zeroForbidden) {
    const message = t('{0} stops at a weight of zero: remove "{1}" or give it a small weight.', format.name, domain);
    problems.push({ code: 'zero-weight', message, range, severity: 'error' });
  }
  const text = source.text.slice(range.start, range.end);
  if (source.kind === 'yaml' && token.editable && isTextForPyYaml(text) && !isQuoted(source.text, token)) {
    const message = t(
      'PyYAML reads {0} as text, not as a number: write it with a dot and a signed exponent, or without exponent.',
      text,
    );
    problems.push({ code: 'yaml-number', message, range });
  }
  return problems;
}

function isQuoted(text: string, { range }: NumberToken): boolean {
  return /["']/.test(text[range.start - 1] ?? '');
}

/** What the numbers count, from their sum: P2 of the survey. Equal weights of 1 are relative: they say nothing. */
export function inferUnit(weights: readonly number[]): WeightUnit {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const largest = Math.max(...weights);
  if (weights.length > 1 && weights.every((weight) => weight === 1)) return 'relative';
  if (largest <= 1 && sum > 0.5 && sum < 1.5) return 'fraction';
  if (largest > 1 && sum > 75 && sum < 125) return 'percent';
  if (sum >= 1e6) return 'tokens';
  return 'relative';
}
