import { plural, t } from '../l10n';
import type { Runs } from '../results/runs';
import { countedLossUnit, formatModelSize, formatTokens } from '../quantity';
import { nearestInHull } from './hull';

export type GuardCode =
  | 'outside-hull'
  | 'model-size-extrapolation'
  | 'tokens-extrapolation'
  | 'scale-unknown'
  | 'vertex-optimum'
  | 'thin-domain'
  | 'repetition'
  | 'proxy-repetition'
  | 'flat-optimum'
  | 'limits-cost';

export interface Guard {
  readonly code: GuardCode;
  readonly severity: 'info' | 'caution' | 'warning';
  readonly message: string;
}

/** What the guards look at. K domains; scales in millions of parameters and billions of tokens. */
export interface GuardedMixture {
  readonly runs: Runs;
  readonly mixture: readonly number[];
  readonly modelSize: number;
  readonly tokens: number;
  /** Billions of tokens that exist of each domain; NaN where unknown. */
  readonly available?: readonly number[];
  /** Predicted gains over other mixtures, with intervals; one that reaches below 0 is no gain. */
  readonly gains?: readonly {
    readonly versus: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** Share of the tokens outside the hull above which a prediction rests on the law rather than on the data. */
export const OUTSIDE = 0.05;
/** A domain with a weight above 0 in fewer runs has a loss curve with less than one point per parameter. */
const FEW_RUNS = 5;
/** Repetition up to 4 epochs is nearly as good as new data, and worth little after 16 (Muennighoff et al. 2023, arXiv 2305.16264). */
export const FREE_EPOCHS = 4;
export const LAST_USEFUL_EPOCHS = 16;

const percent = (fraction: number): string => `${(100 * fraction).toFixed(fraction < 0.1 ? 1 : 0)} %`;

/** Everything that should be read before the number, worst first. Empty when nothing speaks against it. */
export function guardsFor(subject: GuardedMixture): Guard[] {
  const guards = [
    ...scaleGuards(subject),
    ...shapeGuards(subject),
    ...repetitionGuards(subject),
    ...gainGuards(subject),
  ];
  const rank = { warning: 0, caution: 1, info: 2 };
  return guards.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

function scaleGuards({ runs, modelSize, tokens }: GuardedMixture): Guard[] {
  const guards: Guard[] = [];
  const check = (
    code: GuardCode,
    ofModel: boolean,
    value: number,
    measured: Float64Array,
    format: (v: number) => string,
  ): void => {
    const known = measured.filter((v) => Number.isFinite(v));
    if (known.length === 0) {
      guards.push({
        code: 'scale-unknown',
        severity: 'caution',
        message: ofModel
          ? t('The results do not say the model size of the runs: the recommendation holds at their scale only.')
          : t('The results do not say the number of tokens of the runs: the recommendation holds at their scale only.'),
      });
      return;
    }
    const low = known.reduce((a, b) => Math.min(a, b));
    const high = known.reduce((a, b) => Math.max(a, b));
    const factor = value > high ? value / high : low / value;
    if (factor <= 1.0001) return;
    const isSingle = high <= low * 1.0001;
    const numbers = [format(value), factor.toPrecision(2), format(low), format(high)] as const;
    guards.push({
      code,
      severity: factor > 10 || isSingle ? 'warning' : 'caution',
      message: [beyond(ofModel, value > high, numbers), ...(isSingle ? [single(ofModel)] : [])].join(' '),
    });
  };
  check('model-size-extrapolation', true, modelSize, runs.modelSizes, formatModelSize);
  check('tokens-extrapolation', false, tokens, runs.tokens, formatTokens);
  return guards;
}

/** `numbers`: the scale asked for, how many times beyond, the smallest and the largest measured. */
function beyond(ofModel: boolean, above: boolean, numbers: readonly [string, string, string, string]): string {
  if (ofModel)
    return above
      ? t('{0} is {1} times the largest measured model size ({2} to {3}).', ...numbers)
      : t('{0} is {1} times below the smallest measured model size ({2} to {3}).', ...numbers);
  return above
    ? t('{0} is {1} times the largest measured number of tokens ({2} to {3}).', ...numbers)
    : t('{0} is {1} times below the smallest measured number of tokens ({2} to {3}).', ...numbers);
}

const single = (ofModel: boolean): string =>
  ofModel
    ? t('All runs have the same model size, so nothing in the data tells how the optimum moves with it.')
    : t('All runs have the same number of tokens, so nothing in the data tells how the optimum moves with it.');

function shapeGuards({ runs, mixture }: GuardedMixture): Guard[] {
  const guards: Guard[] = [];
  const K = runs.domains.length;
  const { outside, nearest } = nearestInHull(runs.mixtures, Float64Array.from(mixture));
  if (outside > OUTSIDE) {
    let furthest = 0;
    for (let j = 1; j < K; j++) {
      if (Math.abs(mixture[j]! - nearest[j]!) > Math.abs(mixture[furthest]! - nearest[furthest]!)) furthest = j;
    }
    guards.push({
      code: 'outside-hull',
      severity: outside > 4 * OUTSIDE ? 'warning' : 'caution',
      message: t(
        '{0} of the tokens would have to move to reach a blend of measured mixtures; most of it is {1} ({2} here, {3} there).',
        percent(outside),
        runs.domains[furthest]!,
        percent(mixture[furthest]!),
        percent(nearest[furthest]!),
      ),
    });
  }
  mixture.forEach((weight, j) => {
    if (K > 1 && weight > 0.95) {
      guards.push({
        code: 'vertex-optimum',
        severity: 'warning',
        message: t(
          'Nearly everything is {0}: the law sees no reason to mix. Do not train on this without runs near it.',
          runs.domains[j]!,
        ),
      });
    }
  });
  return [...guards, ...thinGuards(runs, mixture)];
}

/** One guard for all domains that few runs contain: with one each they would be all that is read. */
function thinGuards(runs: Runs, mixture: readonly number[]): Guard[] {
  const K = runs.domains.length;
  const thin = runs.domains.flatMap((domain, j) => {
    const users = new Set<number>();
    runs.runIds.forEach((id, row) => {
      if (runs.mixtures[row * K + j]! > 0) users.add(id);
    });
    const weight = mixture[j]!;
    return users.size < FEW_RUNS && weight > 0.01 ? [{ domain, weight, runs: users.size }] : [];
  });
  const [first] = thin;
  if (!first) return [];
  const message =
    thin.length === 1
      ? plural(
          first.runs,
          'Only {0} run contains {1}: its share of {2} is a guess.',
          'Only {0} runs contain {1}: its share of {2} is a guess.',
          String(first.runs),
          first.domain,
          percent(first.weight),
        )
      : t(
          'Fewer than {0} runs contain each of {1}: their shares, {2} together, are a guess.',
          FEW_RUNS,
          thin.map((one) => one.domain).join(', '),
          percent(thin.reduce((sum, { weight }) => sum + weight, 0)),
        );
  return [{ code: 'thin-domain', severity: 'warning', message }];
}

function repetitionGuards({ runs, mixture, tokens, available }: GuardedMixture): Guard[] {
  const guards: Guard[] = [];
  const K = runs.domains.length;
  mixture.forEach((weight, j) => {
    const stock = available?.[j];
    if (stock === undefined || !(stock > 0)) return;
    const epochs = (weight * tokens) / stock;
    if (epochs > FREE_EPOCHS) {
      const drawn = [
        runs.domains[j]!,
        epochs.toPrecision(2),
        formatTokens(weight * tokens),
        formatTokens(stock),
      ] as const;
      guards.push({
        code: 'repetition',
        severity: epochs > LAST_USEFUL_EPOCHS ? 'warning' : 'caution',
        message:
          epochs > LAST_USEFUL_EPOCHS
            ? t(
                '{0} would be repeated {1} times ({2} drawn from {3}); beyond 16 epochs repeated tokens teach almost nothing.',
                ...drawn,
              )
            : t(
                '{0} would be repeated {1} times ({2} drawn from {3}); beyond 4 epochs repeated tokens are worth less than new ones.',
                ...drawn,
              ),
      });
    }
    let proxyEpochs = 0;
    for (let row = 0; row < runs.rows.length; row++) {
      const drawn = runs.mixtures[row * K + j]! * runs.tokens[row]!;
      if (drawn > 0) proxyEpochs = Math.max(proxyEpochs, drawn / stock);
    }
    if (epochs > 1 && proxyEpochs > 0 && epochs > 4 * Math.max(1, proxyEpochs)) {
      guards.push({
        code: 'proxy-repetition',
        severity: 'caution',
        message: t(
          'No proxy run repeated {0} more than {1} times, so the law has not seen what repeating it {2} times does.',
          runs.domains[j]!,
          proxyEpochs.toPrecision(2),
          epochs.toPrecision(2),
        ),
      });
    }
  });
  return guards;
}

const decimals = (value: number): string => value.toFixed(4).replace('-', '−');

function gainGuards({ gains, runs }: GuardedMixture): Guard[] {
  const unit = countedLossUnit(runs.lossKind);
  return (gains ?? [])
    .filter((gain) => gain.low <= 0)
    .map(({ versus, value, low, high }) =>
      high < 0
        ? {
            code: 'limits-cost' as const,
            severity: 'caution' as const,
            message: t(
              'Within these limits the loss is {0} {1} higher than with {2} (at least {3}).',
              (-value).toFixed(4),
              unit,
              versus,
              (-high).toFixed(4),
            ),
          }
        : {
            code: 'flat-optimum' as const,
            severity: 'info' as const,
            message: t(
              'Two runs need not show the gain over {0}: {1} {2} is predicted, and {3} to {4} would be measured. The optimum is too flat to choose on loss alone.',
              versus,
              decimals(value),
              unit,
              decimals(low),
              decimals(high),
            ),
          },
    );
}
