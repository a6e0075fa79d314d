import { Worker, type ResourceLimits } from 'node:worker_threads';
import { MixlawError } from '../core/errors';
import { currentTranslations, t } from '../core/l10n';
import type { FitProgress } from '../core/fit/types';
import type { CallArgument, CallName, CallResult, Reply, WorkerData } from './protocol';

export interface WorkerClientOptions {
  /** Calculations that may run at once; each has its thread. */
  readonly threads?: number;
  readonly resourceLimits?: ResourceLimits;
}

export interface CallOptions {
  readonly onProgress?: (progress: FitProgress) => void;
  /** Aborting ends the calculation at once, even in the middle of a loop; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A defect of ours that happened in the worker: not something a user can act on. `stack` is the worker's. */
export class WorkerDefect extends Error {
  override readonly name = 'WorkerDefect';
  constructor(message: string, stack: string) {
    super(message);
    this.stack = stack;
  }
}

interface Job {
  readonly id: number;
  readonly name: CallName;
  readonly argument: unknown;
  readonly onProgress: ((progress: FitProgress) => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** A thread works on one job at a time, so that ending it takes nothing else along. */
interface Slot {
  worker?: Worker;
  job?: Job;
}

const DEFAULT_MEMORY_MB = 4096;

/**
 * The typed way to the worker threads, and the only code that starts them: on the first call, and again after one was
 * cancelled, crashed or ran out of memory.
 */
export class WorkerClient {
  private readonly slots: readonly Slot[];
  private readonly waiting: Job[] = [];
  private nextId = 1;
  private disposed = false;

  /** @param entry absolute path of the worker's script. */
  constructor(
    private readonly entry: string,
    private readonly options: WorkerClientOptions = {},
  ) {
    this.slots = Array.from({ length: Math.max(1, options.threads ?? 1) }, () => ({}));
  }

  /**
   * @throws MixlawError for what the user can change, `worker-…` codes included; WorkerDefect for our own mistakes;
   * the signal's reason when aborted.
   */
  call<N extends CallName>(name: N, argument: CallArgument<N>, options: CallOptions = {}): Promise<CallResult<N>> {
    const { signal, onProgress } = options;
    return new Promise<unknown>((resolve, reject) => {
      if (this.disposed) return reject(new Error('The worker was shut down.'));
      if (signal?.aborted) return reject(signal.reason);
      const settled = (): void => signal?.removeEventListener('abort', abort);
      const job: Job = {
        id: this.nextId++,
        name,
        argument,
        onProgress,
        resolve: (value) => (settled(), resolve(value)),
        reject: (reason) => (settled(), reject(reason)),
      };
      const abort = (): void => this.cancel(job, signal?.reason);
      signal?.addEventListener('abort', abort);
      this.waiting.push(job);
      this.pump();
    }) as Promise<CallResult<N>>;
  }

  /** Starts a thread for a call that is about to come: a cold one takes longer to be there than most calls take. */
  prepare(): void {
    const [slot] = this.slots;
    if (this.disposed || !slot || slot.worker) return;
    try {
      slot.worker = this.start(slot);
      slot.worker.unref();
    } catch {
      // The call will tell why it cannot be started.
    }
  }

  /** Ends every thread; calls under way reject. */
  dispose(): void {
    this.disposed = true;
    const gone = new Error('The worker was shut down.');
    for (const job of this.waiting.splice(0)) job.reject(gone);
    for (const slot of this.slots) this.fail(slot, gone);
  }

  private pump(): void {
    for (const slot of this.slots) {
      if (slot.job) continue;
      const job = this.waiting.shift();
      if (!job) return;
      this.run(slot, job);
    }
  }

  private run(slot: Slot, job: Job): void {
    slot.job = job;
    try {
      slot.worker ??= this.start(slot);
      slot.worker.ref();
      slot.worker.postMessage({ id: job.id, name: job.name, argument: job.argument });
    } catch (error) {
      this.fail(slot, error);
    }
  }

  private start(slot: Slot): Worker {
    const worker = new Worker(this.entry, {
      workerData: { entry: this.entry, translations: currentTranslations() } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: DEFAULT_MEMORY_MB, ...this.options.resourceLimits },
    });
    const own = (then: () => void) => (): void => {
      if (slot.worker === worker) then();
    };
    worker.on('message', (reply: Reply) => own(() => this.receive(slot, reply))());
    worker.on('messageerror', (error) =>
      own(() => this.fail(slot, stopped('worker-message', `its answer could not be read (${error.message})`)))(),
    );
    worker.on('error', (error) => own(() => this.fail(slot, this.crash(error)))());
    worker.on('exit', (code) => own(() => this.fail(slot, stopped('worker-exit', `exit code ${code}`)))());
    return worker;
  }

  private receive(slot: Slot, reply: Reply): void {
    const { job } = slot;
    if (!job || reply.id !== job.id) return;
    if (reply.type === 'progress') {
      job.onProgress?.(reply.progress);
      return;
    }
    delete slot.job;
    // An idle thread must not keep a process alive.
    slot.worker?.unref();
    if (reply.type === 'ok') job.resolve(reply.value);
    else if (reply.type === 'defect') job.reject(new WorkerDefect(reply.message, reply.stack));
    else job.reject(new MixlawError(reply.error.code, reply.error.message, reply.error.hint, reply.error.location));
    this.pump();
  }

  private cancel(job: Job, reason: unknown): void {
    const place = this.waiting.indexOf(job);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      job.reject(reason);
      return;
    }
    const slot = this.slots.find((candidate) => candidate.job === job);
    if (slot) this.fail(slot, reason);
  }

  /** Drops the thread with its job: a calculation can only be stopped that way. The next call starts a new one. */
  private fail(slot: Slot, reason: unknown): void {
    const { worker, job } = slot;
    delete slot.worker;
    delete slot.job;
    void worker?.terminate();
    job?.reject(reason);
    if (!this.disposed) this.pump();
  }

  private crash(error: unknown): Error {
    const { message, code } = error as { readonly message?: string; readonly code?: string };
    if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return stopped('worker-crash', message ?? String(error), error);
    const limit = this.options.resourceLimits?.maxOldGenerationSizeMb ?? DEFAULT_MEMORY_MB;
    return new MixlawError(
      'worker-memory',
      t('The calculation ran out of memory (limit {0} MB).', limit),
      t('Use a smaller file or fewer rows. Mixlaw itself keeps working.'),
    );
  }
}

function stopped(code: string, why: string, cause?: unknown): MixlawError {
  const error = new MixlawError(
    code,
    t('The calculation stopped unexpectedly: {0}.', why),
    t('Try again; if it happens again, report it with the text of the Mixlaw log.'),
  );
  if (cause instanceof Error && cause.stack) error.stack = cause.stack;
  return error;
}
