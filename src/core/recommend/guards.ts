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
    name: string,
    value: number,
    measured: Float64Array,
    format: (v: number) => string,
  ): void => {
    const known = measured.filter((v) => Number.isFinite(v));
    if (known.length === 0) {
      guards.push({
        code: 'scale-unknown',
        severity: 'caution',
        message: `The results do not say the ${name} of the runs: the recommendation holds at their scale only.`,
      });
      return;
    }
    const low = known.reduce((a, b) => Math.min(a, b));
    const high = known.reduce((a, b) => Math.max(a, b));
    const factor = value > high ? value / high : low / value;
    if (factor <= 1.0001) return;
    const where =
      value > high ? `${factor.toPrecision(2)} times the largest` : `${factor.toPrecision(2)} times below the smallest`;
    const single =
      high <= low * 1.0001
        ? ` All runs have the same ${name}, so nothing in the data tells how the optimum moves with it.`
        : '';
    guards.push({
      code,
      severity: factor > 10 || single !== '' ? 'warning' : 'caution',
      message: `${format(value)} is ${where} measured ${name} (${format(low)} to ${format(high)}).${single}`,
    });
  };
  check('model-size-extrapolation', 'model size', modelSize, runs.modelSizes, formatModelSize);
  check('tokens-extrapolation', 'number of tokens', tokens, runs.tokens, formatTokens);
  return guards;
}

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
      message:
        `${percent(outside)} of the tokens would have to move to reach a blend of measured mixtures; ` +
        `most of it is ${runs.domains[furthest]} (${percent(mixture[furthest]!)} here, ${percent(nearest[furthest]!)} there).`,
    });
  }
  mixture.forEach((weight, j) => {
    if (K > 1 && weight > 0.95) {
      guards.push({
        code: 'vertex-optimum',
        severity: 'warning',
        message: `Nearly everything is ${runs.domains[j]}: the law sees no reason to mix. Do not train on this without runs near it.`,
      });
    }
    const users = new Set<number>();
    runs.runIds.forEach((id, row) => {
      if (runs.mixtures[row * K + j]! > 0) users.add(id);
    });
    if (users.size < FEW_RUNS && weight > 0.01) {
      guards.push({
        code: 'thin-domain',
        severity: 'warning',
        message: `Only ${users.size} ${users.size === 1 ? 'run contains' : 'runs contain'} ${runs.domains[j]}: its share of ${percent(weight)} is a guess.`,
      });
    }
  });
  return guards;
}

function repetitionGuards({ runs, mixture, tokens, available }: GuardedMixture): Guard[] {
  const guards: Guard[] = [];
  const K = runs.domains.length;
  mixture.forEach((weight, j) => {
    const stock = available?.[j];
    if (stock === undefined || !(stock > 0)) return;
    const epochs = (weight * tokens) / stock;
    if (epochs > FREE_EPOCHS) {
      guards.push({
        code: 'repetition',
        severity: epochs > LAST_USEFUL_EPOCHS ? 'warning' : 'caution',
        message:
          `${runs.domains[j]} would be repeated ${epochs.toPrecision(2)} times (${formatTokens(weight * tokens)} drawn from ${formatTokens(stock)}); ` +
          (epochs > LAST_USEFUL_EPOCHS
            ? 'beyond 16 epochs repeated tokens teach almost nothing.'
            : 'beyond 4 epochs repeated tokens are worth less than new ones.'),
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
        message: `No proxy run repeated ${runs.domains[j]} more than ${proxyEpochs.toPrecision(2)} times, so the law has not seen what repeating it ${epochs.toPrecision(2)} times does.`,
      });
    }
  });
  return guards;
}

function gainGuards({ gains, runs }: GuardedMixture): Guard[] {
  const unit = countedLossUnit(runs.lossKind);
  return (gains ?? [])
    .filter((gain) => gain.low <= 0)
    .map(({ versus, value, low, high }) =>
      high < 0
        ? {
            code: 'limits-cost' as const,
            severity: 'caution' as const,
            message: `Within these limits the loss is ${(-value).toFixed(4)} ${unit} higher than with ${versus} (at least ${(-high).toFixed(4)}).`,
          }
        : {
            code: 'flat-optimum' as const,
            severity: 'info' as const,
            message: `Two runs need not show the gain over ${versus}: ${value.toFixed(4)} ${unit} is predicted, and ${low.toFixed(4)} to ${high.toFixed(4)} would be measured. The optimum is too flat to choose on loss alone.`,
          },
    );
}
