import { PredictionError } from '../errors';
import type { Predictor } from '../fit/types';
import { divergenceCost, recommend } from './recommend';
import type { Recommendation, RecommendOptions } from './types';

/**
 * The optimum as a function of scale: one recommendation for each model size and number of tokens, model size by model
 * size, those with the same model size in the order of `tokens`. Each says its own scale. Scales at which the limits cannot
 * hold (stocks that are too small for that many tokens) are left out.
 *
 * The corners of the grid are searched from all starts, the rest from their neighbours' optima, forwards and back, so that
 * an optimum that jumps between basins is found from either side.
 * @param options limits and targets; its own scale is not used
 * @param sizes millions of parameters, ascending
 * @param tokens billions, ascending
 * @throws PredictionError as `recommend`, when no scale is left
 */
export function scaleDrift(
  predictor: Predictor,
  options: RecommendOptions,
  sizes: readonly number[],
  tokens: readonly number[],
): Recommendation[] {
  const [rows, columns] = [sizes.length, tokens.length];
  const cells = new Array<Recommendation | undefined>(rows * columns);
  let refusal: PredictionError | undefined;
  const search = (row: number, column: number, startAt?: readonly number[]): void => {
    const scale = { modelSize: sizes[row]!, tokens: tokens[column]! };
    const at = row * columns + column;
    try {
      const found = recommend(predictor, { ...options, ...scale, ...(startAt ? { startAt } : {}) });
      const known = cells[at];
      if (!known || minimisedOf(found, options) < minimisedOf(known, options)) cells[at] = found;
    } catch (error) {
      if (!(error instanceof PredictionError) || error.code !== 'infeasible-limits') throw error;
      refusal = error;
    }
  };
  const isCorner = (row: number, column: number): boolean =>
    (row === 0 || row === rows - 1) && (column === 0 || column === columns - 1);
  const order = Array.from(cells.keys(), (at) => [Math.floor(at / columns), at % columns] as const);
  for (const [row, column] of order) if (isCorner(row, column)) search(row, column);
  for (const [path, step] of [
    [order, -1],
    [[...order].reverse(), 1],
  ] as const) {
    for (const [row, column] of path) {
      const neighbours = [cellAt(row, column + step), cellAt(row + step, column)];
      const starts = neighbours.filter((one) => one !== undefined);
      for (const { mixture } of starts) search(row, column, mixture);
      // Beside scales that were left out there is nothing to start from.
      if (starts.length === 0 && !cells[row * columns + column]) search(row, column);
    }
  }
  const found = cells.filter((cell) => cell !== undefined);
  if (found.length === 0 && refusal) throw refusal;
  return found;

  function cellAt(row: number, column: number): Recommendation | undefined {
    return row < 0 || row >= rows || column < 0 || column >= columns ? undefined : cells[row * columns + column];
  }
}

/** What `recommend` minimised: the objective with its KL term. */
const minimisedOf = ({ objective, mixture }: Recommendation, options: RecommendOptions): number =>
  objective + divergenceCost(mixture, options);
