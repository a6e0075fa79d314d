import type { CurrentMixture, Freshness } from '../core/contract/panel';
import type { SerializedError } from '../core/errors';
import type { KnownSearches } from '../core/fit/strategies';
import type { FitProgress, RequestedOptions } from '../core/fit/types';
import type { FitDocument, NamedMixture } from '../core/fitfile/types';
import type { Comparison } from '../core/judge/comparison';
import type { Replicate, ReplicateTask, SearchTask } from '../core/judge/executor';
import type { UnitTask } from '../core/judge/task';
import type { Plan, UnitResult } from '../core/judge/types';
import type { ReadOptions } from '../core/mixtures/family';
import type { MixtureReading } from '../core/mixtures/types';
import type { IntervalsQuestion, MixtureIntervals } from '../core/pipeline/mixtureIntervals';
import type { PreparedComparison } from '../core/pipeline/comparePlan';
import type { Recognised } from '../core/pipeline/recognise';
import type { ReportFormat, ReportRequest } from '../core/report/report';
import type { CheckpointChoice, ColumnReading, ColumnRole, ResultsReading } from '../core/results/types';

/** What a caller says about the files; structured-clone safe. */
export interface DataRequest {
  /** A results file, a weights and a losses file, a file for each run, or folders of such. Absolute paths: the worker reads them. */
  readonly paths: readonly string[];
  readonly roles?: ReadonlyMap<string, ColumnRole>;
  /** Model parameters in millions and training tokens in billions, for files that do not say. */
  readonly modelSize?: number;
  readonly tokens?: number;
  /** Which checkpoints of a run to use; absent: all where tokens tell them apart, else the last. */
  readonly checkpoints?: CheckpointChoice;
  /** Largest file accepted, in bytes. */
  readonly maxBytes?: number;
}

/** What every thread is started with. */
export interface WorkerData {
  /** Absolute path of the worker's script: a thread may start others. */
  readonly entry: string;
  /** From English to the reader's language; undefined: all texts in English. */
  readonly translations: Readonly<Record<string, string>> | undefined;
}

export interface FitRequest {
  readonly data: DataRequest;
  readonly options: RequestedOptions;
  /** 0-based data rows; all rows train when absent. */
  readonly split?: { readonly train: readonly number[]; readonly validation: readonly number[] };
  /** Absolute folder the document will live in: the names of the data files are written relative to it. */
  readonly documentFolder: string;
  /** Threads that may help; absent: one for each processor but one. */
  readonly threads?: number;
  /** Kept in the document if it was made of the same data. */
  readonly comparison?: Comparison;
  /** Mixtures named in the document that this fit replaces; kept if the domains are still the same. */
  readonly whatIfs?: { readonly domains: readonly string[]; readonly mixtures: readonly NamedMixture[] };
}

export interface PlanRequest extends Pick<FitRequest, 'data' | 'options' | 'split'> {
  /** `choose`: as little as a choice of a law needs; `compare`: for people to look at. */
  readonly purpose: 'choose' | 'compare';
}

/** A comparison ready to be made, unit by unit. */
export interface ComparisonPlan {
  readonly prepared: PreparedComparison;
  readonly plan: Plan;
  /** SHA-256 of the results files. */
  readonly files: readonly string[];
}

export interface ConcludeRequest extends ComparisonPlan {
  readonly results: readonly UnitResult[];
}

export interface AnnotateRequest {
  /** Absolute path of the fit document. */
  readonly path: string;
  readonly comparison: Comparison;
}

export interface WhatIfsRequest {
  /** Absolute path of the fit document. */
  readonly path: string;
  readonly whatIfs: readonly NamedMixture[];
}

export interface RecogniseRequest {
  /** Absolute paths. */
  readonly results: readonly string[];
  readonly configs: readonly string[];
}

export interface ReportTask {
  readonly document: FitDocument;
  readonly request: ReportRequest;
  readonly format: ReportFormat;
}

export interface OpenRequest {
  /** Absolute path of the fit document. */
  readonly path: string;
}

export interface IntervalsRequest extends IntervalsQuestion {
  /** Absolute path of the fit document. */
  readonly path: string;
}

export interface MixturesRequest {
  readonly fileName: string;
  readonly text: string;
  readonly options: ReadOptions;
}

export interface RowRequest {
  /** The results files, as they were fitted. */
  readonly data: DataRequest;
  /** 0-based data row, counted as in the fit document. */
  readonly row: number;
}

/** A place in one of the results files. */
export interface RowPlace {
  /** Absolute. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

export interface CurrentMixtureRequest {
  /** Training configs, the likeliest first; absolute paths, and what to call each. */
  readonly configs: readonly { readonly path: string; readonly label: string }[];
  readonly domains: readonly string[];
}

/** Every call the worker answers, with its answer. One interface types both sides. */
export interface WorkerCalls {
  inspect(request: DataRequest): ResultsReading;
  /** What each column is taken for, also where the file as a whole cannot be used. */
  columns(request: DataRequest): readonly ColumnReading[];
  /** Where a data row stands; undefined when there is no such row. */
  placeOfRow(request: RowRequest): RowPlace | undefined;
  /** Reads, fits, recommends; the text is what goes to disk. */
  fit(request: FitRequest): { readonly document: FitDocument; readonly text: string; readonly seconds: number };
  /** Reads a fit document and compares the data it was fitted to with what is on disk now. */
  open(request: OpenRequest): { readonly document: FitDocument; readonly freshness: Freshness };
  /** How sure the predictions of a mixture are; undefined where the document is none. Documents are kept between calls. */
  intervals(request: IntervalsRequest): MixtureIntervals | undefined;
  /** The mixtures of a config too long for the thread that asks. */
  mixtures(request: MixturesRequest): MixtureReading;
  /** The first mixture about the given domains; undefined when there is none. */
  currentMixture(request: CurrentMixtureRequest): CurrentMixture | undefined;
  /** Reads the results and decides what a comparison of laws consists of. */
  planComparison(request: PlanRequest): ComparisonPlan;
  /** Makes one fit of a comparison. */
  judge(task: UnitTask): UnitResult;
  /** Makes one fit of a bootstrap. */
  replicate(task: ReplicateTask): Replicate;
  search(task: SearchTask): KnownSearches | undefined;
  /** Puts the results together. */
  conclude(request: ConcludeRequest): Comparison;
  /** The text of a fit document with a comparison in it; undefined when it is no document, or of other data. */
  annotate(request: AnnotateRequest): string | undefined;
  /** The text of a fit document with these what-if mixtures in it; every other byte as it is. */
  withWhatIfs(request: WhatIfsRequest): string;
  /** What files look like from their beginnings; those that are neither results nor hold mixtures are left out. */
  recognise(request: RecogniseRequest): ReadonlyMap<string, Recognised>;
  /** A report of a fit: the text of the file. */
  report(task: ReportTask): string;
}

export type CallName = keyof WorkerCalls;
export type CallArgument<N extends CallName> = Parameters<WorkerCalls[N]>[0];
export type CallResult<N extends CallName> = ReturnType<WorkerCalls[N]>;

export interface Call<N extends CallName = CallName> {
  readonly id: number;
  readonly name: N;
  readonly argument: CallArgument<N>;
}

export type Reply =
  | { readonly id: number; readonly type: 'progress'; readonly progress: FitProgress }
  | { readonly id: number; readonly type: 'ok'; readonly value: unknown }
  /** `error` is the user's fault and readable; `defect` is ours and carries the stack for the log. */
  | { readonly id: number; readonly type: 'error'; readonly error: SerializedError }
  | { readonly id: number; readonly type: 'defect'; readonly message: string; readonly stack: string };
