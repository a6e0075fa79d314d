import { completeOptions } from '../fit/options';
import { lawById } from '../laws/registry';
import { fitLaw, independentSearches, type Split } from '../fit/fit';
import { splitRuns } from '../fit/data';
import type { Fit, FitProgress, RequestedOptions } from '../fit/types';
import { rowCount, type Runs } from '../results/runs';
import { inLanes, type Executor } from './executor';
import { fitWithPrior, settledOptions } from './prior';

/** Losses below which a fit ends before the threads for it have started. */
const WORTH_THREADS = 4000;
/** The same for laws fitted as a whole, which have few starts to share out and a last search that cannot be. */
const STARTS_WORTH_THREADS = 20_000;

/**
 * Fits a law as `fitWithPrior` does, to the same bytes; the targets of a separable law, or the starts of one that is fitted as a whole,
 * are searched side by side where there are lanes for it and losses enough to be worth them.
 */
export async function fitInLanes(
  executor: Executor,
  runs: Runs,
  options: RequestedOptions,
  split?: Split,
  onProgress: (progress: FitProgress) => void = () => undefined,
): Promise<Fit> {
  const alone = (): Fit => fitWithPrior(runs, options, split, onProgress);
  const { training } = splitRuns(runs, split);
  // The weight of the prior is chosen by fits that follow one another.
  if (executor.lanes < 2 || options.prior === 'auto') return alone();
  const settled = settledOptions(options);
  const worth = lawById(completeOptions(settled).law).separable ? WORTH_THREADS : STARTS_WORTH_THREADS;
  if (rowCount(training) * training.targets.length < worth) return alone();
  const total = independentSearches(runs, settled, split);
  if (total < 2) return alone();
  const searches = await inLanes(
    Array.from({ length: total }, (_, index) => index),
    executor.lanes,
    (index) => executor.search({ runs, options: settled, index, ...(split ? { split } : {}) }),
    (done) => onProgress({ phase: 'fitting', done, total }),
  );
  return fitLaw(runs, settled, split, undefined, searches);
}
