import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { LabRun } from './lab';

/** Threads do not inherit the TypeScript loader: it is registered before the worker's own file is loaded. */
const BOOTSTRAP = `require('tsx/cjs'); require(require('node:worker_threads').workerData);`;

export interface PoolOptions {
  /** Default: one per core. */
  readonly threads?: number;
  /** Called for each run as soon as it is measured, in any order. */
  readonly onMeasured?: (index: number, losses: number[]) => void;
  readonly onDone?: (done: number, total: number) => void;
}

/** Trains and measures all runs, one thread per core. The losses of each, in the order of `runs`. */
export async function trainAll(runs: readonly LabRun[], options: PoolOptions = {}): Promise<number[][]> {
  const losses: number[][] = new Array<number[]>(runs.length);
  const threads = Math.min(options.threads ?? availableParallelism(), runs.length);
  let next = 0;
  let done = 0;
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      let current = -1;
      const send = (): void => {
        if (next >= runs.length) return resolve();
        current = next++;
        worker.postMessage(runs[current]);
      };
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`A training thread ended early (${code}).`)));
      worker.on('message', (measured: number[]) => {
        losses[current] = measured;
        options.onMeasured?.(current, measured);
        options.onDone?.(++done, runs.length);
        send();
      });
      send();
    });
  const workerData = fileURLToPath(new URL('./poolWorker.ts', import.meta.url));
  const workers = Array.from({ length: threads }, () => new Worker(BOOTSTRAP, { eval: true, workerData }));
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return losses;
}
