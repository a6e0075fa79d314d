import { MixlawError } from '../errors';
import { searchAlone } from '../fit/fit';
import type { KnownSearches } from '../fit/strategies';
import { selectRuns } from '../results/runs';
import { bootstrapFit, resampledRows } from './bootstrap';
import type { Executor, Replicate, ReplicateTask, SearchTask } from './executor';
import { refit } from './refit';
import type { UnitTask } from './task';
import type { UnitResult } from './types';
import { runUnit } from './units';

const now = (): number => performance.now() / 1000;

export const judgeTask = ({ runs, plan, unit }: UnitTask): UnitResult => runUnit(runs, plan, unit, now);

/** A replicate that cannot be fitted has no parameters: runs drawn anew may miss what a law needs. */
export function replicateTask({ runs, options, seed, replicate, from }: ReplicateTask): Replicate {
  try {
    if (from) {
      const { parameters, converged } = refit(selectRuns(runs, resampledRows(runs, seed, replicate)), options, from);
      return { replicate, parameters: parameters.map(numberOrNull), converged };
    }
    const { parameters, certificate } = bootstrapFit(runs, options, seed, replicate);
    const values = parameters.map(({ value }) => numberOrNull(value));
    return { replicate, parameters: values, converged: certificate.converged };
  } catch (error) {
    if (!(error instanceof MixlawError)) throw error;
    return { replicate, parameters: [], converged: false };
  }
}

export const searchTask = ({ runs, options, split, index }: SearchTask): KnownSearches | undefined =>
  searchAlone(runs, options, split, index);

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** One after the other in the thread that asks. */
export const inThisThread: Executor = {
  lanes: 1,
  judge: (task) => Promise.resolve().then(() => judgeTask(task)),
  replicate: (task) => Promise.resolve().then(() => replicateTask(task)),
  search: (task) => Promise.resolve().then(() => searchTask(task)),
};
