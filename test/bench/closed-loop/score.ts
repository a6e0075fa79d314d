import type { Case } from './decide';
import type { Measured } from './search';
import { weightedLoss } from './setting';

/** What a strategy's mixture turned out to be worth in one case. */
export interface StrategyResult {
  readonly strategy: string;
  readonly loss: number;
  /** Loss above the best mixture known, from direct search and all choices. Nats. */
  readonly regret: number;
  /** 1 + the number of the random mixtures that are better. */
  readonly rank: number;
  /** Predicted − measured target-weighted loss. */
  readonly error?: number;
}

export interface GainResult {
  readonly versus: string;
  readonly predicted: number;
  readonly low: number;
  readonly high: number;
  readonly measured: number;
}

export interface CaseResult {
  readonly seed: number;
  readonly modelSize: number;
  readonly weighting: string;
  readonly bestLoss: number;
  /** Codes of the guards shown with the recommendation. */
  readonly guards: readonly string[];
  readonly strategies: readonly StrategyResult[];
  readonly gains: readonly GainResult[];
  /** Predicted losses of the recommendation, with what was measured. */
  readonly losses: readonly {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly measured: number;
  }[];
}

/**
 * @param known every mixture measured at the scale of the case
 * @param random the random ones among them
 * @param chosen losses of the case's choices, in their order
 */
export function scoreCase(
  decided: Case,
  weights: readonly number[],
  known: readonly Measured[],
  random: readonly Measured[],
  chosen: readonly Measured[],
): CaseResult {
  const value = ({ losses }: Measured): number => weightedLoss(losses, weights);
  const bestLoss = Math.min(...known.map(value), ...chosen.map(value));
  const randomLosses = random.map(value);
  const strategies = decided.choices.map(({ strategy, predicted }, i): StrategyResult => {
    const loss = value(chosen[i]!);
    return {
      strategy,
      loss,
      regret: loss - bestLoss,
      rank: 1 + randomLosses.filter((other) => other < loss).length,
      ...(predicted === undefined ? {} : { error: predicted - loss }),
    };
  });
  const lossOf = (strategy: string): number => strategies.find((result) => result.strategy === strategy)!.loss;
  return {
    seed: decided.seed,
    modelSize: decided.scale.modelSize,
    weighting: decided.weighting,
    bestLoss,
    guards: decided.guards,
    strategies,
    gains: decided.gains.map(({ versus, value: predicted, low, high }) => ({
      versus,
      predicted,
      low,
      high,
      measured: lossOf(versus) - lossOf('recommended'),
    })),
    losses: decided.losses.map((loss, i) => ({ ...loss, measured: chosen[0]!.losses[i]! })),
  };
}

export interface StrategySummary {
  readonly strategy: string;
  readonly meanRegret: number;
  readonly worstRegret: number;
  readonly meanRank: number;
  /** Mean and root mean square of predicted − measured; undefined without a prediction. */
  readonly bias?: number;
  readonly rmsError?: number;
}

/** One line for each strategy, lowest mean regret first. */
export function summarize(results: readonly CaseResult[]): StrategySummary[] {
  const names = results[0]!.strategies.map(({ strategy }) => strategy);
  return names
    .map((strategy): StrategySummary => {
      const mine = results.map((result) => result.strategies.find((s) => s.strategy === strategy)!);
      const errors = mine.flatMap(({ error }) => (error === undefined ? [] : [error]));
      return {
        strategy,
        meanRegret: mean(mine.map(({ regret }) => regret)),
        worstRegret: Math.max(...mine.map(({ regret }) => regret)),
        meanRank: mean(mine.map(({ rank }) => rank)),
        ...(errors.length > 0 ? { bias: mean(errors), rmsError: Math.sqrt(mean(errors.map((e) => e * e))) } : {}),
      };
    })
    .sort((a, b) => a.meanRegret - b.meanRegret);
}

/** Share of the intervals that contain what was measured. */
export const coverage = (intervals: readonly { low: number; high: number; measured: number }[]): number =>
  mean(intervals.map(({ low, high, measured }) => (measured >= low && measured <= high ? 1 : 0)));

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export function deviation(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}
