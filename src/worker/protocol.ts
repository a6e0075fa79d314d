import type { FitOptions, FitProgress } from '../core/fit/types';
import type { FitDocument } from '../core/fitfile/types';
import type { ResultsReading } from '../core/results/types';
import type { SerializedError } from '../core/errors';
import type { ColumnRole } from '../core/results/types';

/** What a caller says about the files; structured-clone safe. */
export interface DataRequest {
  /** One results file, or a weights and a losses file. Absolute paths: the worker reads them. */
  readonly paths: readonly string[];
  readonly roles?: ReadonlyMap<string, ColumnRole>;
  readonly modelSize?: number;
  readonly tokens?: number;
}

export interface FitRequest {
  readonly data: DataRequest;
  readonly options: Partial<FitOptions>;
  /** 0-based data rows; all rows train when absent. */
  readonly split?: { readonly train: readonly number[]; readonly validation: readonly number[] };
}

/** Every call the worker answers, with its answer. One interface types both sides. */
export interface WorkerCalls {
  inspect(request: DataRequest): ResultsReading;
  /** Reads, fits, recommends; the text is what goes to disk. */
  fit(request: FitRequest): { readonly document: FitDocument; readonly text: string; readonly seconds: number };
}

export type CallName = keyof WorkerCalls;

export interface Call<N extends CallName = CallName> {
  readonly id: number;
  readonly name: N;
  readonly argument: Parameters<WorkerCalls[N]>[0];
}

export type Reply =
  | { readonly id: number; readonly type: 'progress'; readonly progress: FitProgress }
  | { readonly id: number; readonly type: 'ok'; readonly value: unknown }
  /** `error` is the user's fault and readable; `defect` is ours and carries the stack for the log. */
  | { readonly id: number; readonly type: 'error'; readonly error: SerializedError }
  | { readonly id: number; readonly type: 'defect'; readonly message: string; readonly stack: string };
