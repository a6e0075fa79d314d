import { availableParallelism } from 'node:os';
import type { Executor } from '../core/judge/executor';
import { WorkerClient } from './client';

/** Processors that this process may use. */
export const processors = (): number => availableParallelism();

/**
 * Threads for many small calculations: one processor is left to the editor, but two threads are used where there are
 * two, since the thread that asks only waits.
 */
export const defaultThreads = (cores: number = processors()): number => Math.min(cores, Math.max(2, cores - 1));

/** Makes calculations in a client's threads. Aborting ends those under way at once. */
export function executorOf(client: WorkerClient, lanes: number, signal?: AbortSignal): Executor {
  const options = signal ? { signal } : {};
  return {
    lanes,
    judge: (task) => client.call('judge', task, options),
    replicate: (task) => client.call('replicate', task, options),
    search: (task) => client.call('search', task, options),
  };
}

/**
 * Threads for the length of one piece of work, gone when it ends, fails or is cancelled.
 * @param entry absolute path of the worker's script
 */
export async function withThreads<Result>(
  entry: string,
  work: (executor: Executor) => Promise<Result>,
  { threads = defaultThreads(), signal }: { readonly threads?: number; readonly signal?: AbortSignal } = {},
): Promise<Result> {
  const client = new WorkerClient(entry, { threads });
  try {
    return await work(executorOf(client, threads, signal));
  } finally {
    client.dispose();
  }
}
