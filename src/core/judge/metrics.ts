import { rowCount } from '../results/runs';
import type { Runs } from '../results/runs';
import type { Mask, MaskedMetrics, Metrics } from '../fit/types';

/**
 * Whether the loss of target `target` in run `run` (a position, not a file row) counts under a mask: it must be measured
 * and above 0 (no cross-entropy, bits per byte or perplexity is 0: that is a measurement that failed), and under `positive` the target's own domain must have a weight above 0. A target that is no domain always counts.
 */
export function isCounted(runs: Runs, run: number, target: number, mask: Mask): boolean {
  const loss = runs.losses[run * runs.targets.length + target]!;
  if (!(loss > 0 && Number.isFinite(loss))) return false;
  const domain = runs.targetDomain[target]!;
  return mask === 'all' || domain < 0 || runs.mixtures[run * runs.domains.length + domain]! > 0;
}

/**
 * Errors of predicted losses.
 * @param predicted shape [n × M], row-major, in the runs' loss unit
 */
export function metricsOf(runs: Runs, predicted: Float64Array, mask: Mask): Metrics {
  const M = runs.targets.length;
  let n = 0;
  let relative = 0;
  let absolute = 0;
  let squares = 0;
  for (let run = 0; run < rowCount(runs); run++) {
    for (let target = 0; target < M; target++) {
      if (!isCounted(runs, run, target, mask)) continue;
      const loss = runs.losses[run * M + target]!;
      const error = Math.abs(predicted[run * M + target]! - loss);
      relative += error / Math.abs(loss);
      absolute += error;
      squares += error * error;
      n++;
    }
  }
  return { mre: relative / n, mae: absolute / n, rmse: Math.sqrt(squares / n), n };
}

/** The same under both masks. */
export function maskedMetrics(runs: Runs, predicted: Float64Array): MaskedMetrics {
  return { all: metricsOf(runs, predicted, 'all'), positive: metricsOf(runs, predicted, 'positive') };
}
