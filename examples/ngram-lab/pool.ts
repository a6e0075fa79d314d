import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { LabRun } from './lab';

/** Threads do not inherit the TypeScript loader: it is registered before the worker's own file is loaded. */
const BOOTSTRAP = `require('tsx/cjs'); require(require('node:worker_threads').workerData);`;

export interface PoolOptions<Result> {
  /** Default: one per core. */
  readonly threads?: number;
  /** Called as soon as a task is done, in any order. */
  readonly onDone?: (task: number, result: Result, done: number, total: number) => void;
}

/**
 * Runs tasks in threads, each thread one task at a time. The results are in the order of the tasks.
 * @param workerFile TypeScript that answers each message (a task) with one message (its result)
 */
export async function inThreads<Task, Result>(
  workerFile: URL,
  tasks: readonly Task[],
  options: PoolOptions<Result> = {},
): Promise<Result[]> {
  const results: Result[] = new Array<Result>(tasks.length);
  const threads = Math.min(options.threads ?? availableParallelism(), tasks.length);
  let next = 0;
  let done = 0;
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      let current = -1;
      const send = (): void => {
        if (next >= tasks.length) return resolve();
        current = next++;
        worker.postMessage(tasks[current]);
      };
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`A thread ended early (${code}).`)));
      worker.on('message', (result: Result) => {
        results[current] = result;
        options.onDone?.(current, result, ++done, tasks.length);
        send();
      });
      send();
    });
  const workerData = fileURLToPath(workerFile);
  const workers = Array.from({ length: threads }, () => new Worker(BOOTSTRAP, { eval: true, workerData }));
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}

/** Trains and measures all runs, one thread per core. The losses of each, in the order of `runs`. */
export const trainAll = (runs: readonly LabRun[], options?: PoolOptions<number[]>): Promise<number[][]> =>
  inThreads(new URL('./poolWorker.ts', import.meta.url), runs, options);
