import type { Split } from '../fit/fit';
import type { KnownSearches } from '../fit/strategies';
import type { FitOptions, FitProgress } from '../fit/types';
import type { Runs } from '../results/runs';
import type { KnownFit } from './refit';
import { Standing } from './standing';
import { taskOf, type UnitTask } from './task';
import type { Plan, Unit, UnitResult } from './types';

/** One bootstrap replicate to fit. */
export interface ReplicateTask {
  readonly runs: Runs;
  readonly options: FitOptions;
  readonly seed: number;
  readonly replicate: number;
  /** The fit of the runs themselves: replicates are searched from its optimum alone. Absent: from all starts. */
  readonly from?: KnownFit;
}

/** What a replicate says: the law's parameters, or why it could not be fitted. */
export interface Replicate {
  readonly replicate: number;
  /** In the order of the fit's parameters; null where there is none. */
  readonly parameters: readonly (number | null)[];
  readonly converged: boolean;
}

/** One of the independent searches of a fit: one target of a separable law, or one start of a law fitted as a whole. */
export interface SearchTask {
  readonly runs: Runs;
  readonly options: Partial<FitOptions>;
  readonly split?: Split;
  readonly index: number;
}

/** Makes independent calculations, here or in other threads. Results do not depend on which. */
export interface Executor {
  /** How many it makes at once. */
  readonly lanes: number;
  judge(task: UnitTask): Promise<UnitResult>;
  replicate(task: ReplicateTask): Promise<Replicate>;
  /** undefined when no loss of the target counts. */
  search(task: SearchTask): Promise<KnownSearches | undefined>;
}

/** Results in the order of the items, `lanes` of them under way at a time; the first failure ends it. */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<Result>,
  onDone: (done: number, result: Result) => void = () => undefined,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  let done = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const at = next++;
      try {
        const result = await work(items[at]!);
        results[at] = result;
        onDone(++done, result);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}

/** Makes units of a plan and reports how many are done, and which law leads so far. */
export function runUnits(
  executor: Executor,
  runs: Runs,
  plan: Plan,
  units: readonly Unit[],
  onProgress: (progress: FitProgress) => void = () => undefined,
): Promise<UnitResult[]> {
  const total = units.length;
  const standing = new Standing(runs, plan);
  onProgress({ phase: 'judging', done: 0, total });
  return inLanes(
    units,
    executor.lanes,
    async (unit) => ({ ...(await executor.judge(taskOf(runs, plan, unit))), unit }),
    (done, result) => onProgress({ phase: 'judging', done, total, message: standing.after(result) }),
  );
}
