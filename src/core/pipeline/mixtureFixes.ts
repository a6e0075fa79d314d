import { t } from '../l10n';
import type { ReadOptions } from '../mixtures/family';
import type { Mixture, MixtureWeight, TextEdit, TextRange } from '../mixtures/types';
import { applyMixture } from '../mixtures/write/apply';
import { normaliseMixture, yamlNumber } from '../mixtures/write/normalise';
import { roundLevel } from '../mixtures/write/round';
import { withShare } from '../mixtures/write/shares';
import { formatPercent } from '../quantity';
import type { Assessment } from './assessMixture';
import { epochsOf, FIT_PROBLEM_CODES, type Availability } from './fitProblems';

/** One way to mend a problem. */
export type Fix =
  | {
      readonly kind: 'edits';
      readonly title: string;
      readonly edits: readonly TextEdit[];
      readonly preferred?: boolean;
    }
  | { readonly kind: 'apply-recommended'; readonly title: string }
  /** The user chooses among the domains where there are several. */
  | { readonly kind: 'alias'; readonly title: string; readonly name: string; readonly domains: readonly string[] };

/** A problem in its file, and what is known about the mixture it is in. */
export interface FixRequest {
  readonly code: string;
  readonly range: TextRange;
  readonly text: string;
  readonly fileName: string;
  readonly mixture: Mixture;
  readonly readOptions: ReadOptions;
  /** Of the fit that applies, if one does, with its domains. */
  readonly assessment?: Assessment;
  readonly domains?: readonly string[];
  readonly availability: Availability;
}

/** A weight for domains that a framework does not let be zero. */
const SMALL_SHARE = 0.001;
/** So many domains are offered by name; more are chosen from a list. */
const MOST_OFFERED = 3;

/** Fixes keyed on the problem's code, the likeliest first; none where no edit is safe. */
export function fixesFor(request: FixRequest): Fix[] {
  const { code, range, text, mixture } = request;
  const weight = mixture.weights.find((each) => isAt(each, range));
  switch (code) {
    case 'sum-not-one':
      return [...normalised(request), ...restToLargest(request)];
    case 'negative-weight':
      return weight ? shared(request, weight, 0, t('Set “{0}” to 0', weight.domain)) : [];
    case 'zero-weight':
      return weight
        ? shared(
            request,
            weight,
            SMALL_SHARE,
            t('Give “{0}” {1} of the mixture', weight.domain, formatPercent(SMALL_SHARE)),
          )
        : [];
    case 'yaml-number': {
      const newText = yamlNumber(text.slice(range.start, range.end));
      return [{ kind: 'edits', title: t('Write {0}', newText), edits: [{ range, newText }], preferred: true }];
    }
    case FIT_PROBLEM_CODES.unknownDomain:
    case FIT_PROBLEM_CODES.ambiguousDomain:
      return weight ? [...aliases(request, weight), ...moved(request, weight)] : [];
    case FIT_PROBLEM_CODES.outsideMeasured:
      return [{ kind: 'apply-recommended', title: t('Apply the recommended mixture') }];
    case FIT_PROBLEM_CODES.tooManyEpochs:
      return weight ? [...capped(request, weight), ...recommended(request)] : [];
    default:
      return [];
  }
}

const isAt = ({ range, nameRange, parts = [] }: MixtureWeight, { start }: TextRange): boolean =>
  range.start === start || nameRange?.start === start || parts.some((part) => part.range.start === start);

function normalised({ text, mixture }: FixRequest): Fix[] {
  const edits = normaliseMixture(text, mixture);
  return edits && edits.length > 0
    ? [{ kind: 'edits', title: t('Normalise the weights to a sum of 1'), edits, preferred: true }]
    : [];
}

/** The largest weight takes what is missing, or gives what is too much, and no other changes. */
function restToLargest({ text, mixture: { weights, sum } }: FixRequest): Fix[] {
  const largest = weights.reduce((best, each) => (each.raw > best.raw ? each : best), weights[0]!);
  const value = largest.raw + 1 - sum;
  if (!(value > 0) || value > 1 || !largest.editable || largest.parts || largest.factors) return [];
  const i = weights.indexOf(largest);
  const newText = roundLevel({
    written: weights.map(({ range }) => text.slice(range.start, range.end)),
    values: weights.map(({ raw }, k) => (k === i ? value : Math.max(0, raw))),
  })[i]!;
  const edits = [{ range: largest.range, newText }];
  return [{ kind: 'edits', title: t('Set “{0}” to {1}, so that the sum is 1', largest.domain, newText), edits }];
}

/** One domain at a share, the others in proportion. */
function shared(request: FixRequest, weight: MixtureWeight, share: number, title: string): Fix[] {
  const { text, fileName, mixture, readOptions } = request;
  const shares = withShare(mixture, weight.domain, share);
  const result = shares && applyMixture(text, fileName, mixture, shares, readOptions);
  return result?.kind === 'edits' && result.edits.length > 0 ? [{ kind: 'edits', title, edits: result.edits }] : [];
}

const moved = (request: FixRequest, weight: MixtureWeight): Fix[] =>
  weight.fraction > 0 ? shared(request, weight, 0, t('Move the weight of “{0}” to the rest', weight.domain)) : [];

function capped(request: FixRequest, weight: MixtureWeight): Fix[] {
  const { mixture, availability } = request;
  const repeated = epochsOf(mixture, mixture.tokens ?? NaN, availability).find(
    ({ domain }) => domain === weight.domain,
  );
  if (!repeated) return [];
  const share = (weight.fraction * availability.maxEpochs) / repeated.epochs;
  const title = t('Move what is over {0} epochs of “{1}” to the rest', availability.maxEpochs, weight.domain);
  return shared(request, weight, share, title);
}

const recommended = ({ assessment }: FixRequest): Fix[] =>
  assessment ? [{ kind: 'apply-recommended', title: t('Apply the recommended mixture') }] : [];

function aliases({ assessment, domains = [] }: FixRequest, { domain: name }: MixtureWeight): Fix[] {
  if (!assessment) return [];
  const { ambiguous, unused } = assessment.matched.match;
  const likely = ambiguous.get(name) ?? unused;
  const offered = likely.length <= MOST_OFFERED ? likely : [];
  const ordered = [...likely, ...domains.filter((domain) => !likely.includes(domain))];
  return [
    ...offered.map((domain): Fix => ({
      kind: 'alias',
      title: t('Add alias: “{0}” is “{1}”', name, domain),
      name,
      domains: [domain],
    })),
    { kind: 'alias', title: t('Add alias for “{0}”…', name), name, domains: ordered },
  ];
}
