import type { Runs } from './runs';

/** One file as it came from disk. */
export interface FileBytes {
  /**
   * Base name, used in messages and as a hint (`_1m`, `_60m`). Of files with equal base names, the path from the folder
   * they share, with slashes: `run_001/config.yaml`.
   */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ColumnRole = 'weight' | 'loss' | 'model-size' | 'tokens' | 'id' | 'ignored';

/** What one column of one file is taken for, and why. */
export interface ColumnReading {
  /** Index of the file; the first of those that were put together, where one table was made of several. */
  readonly file: number;
  readonly name: string;
  readonly role: ColumnRole;
  /** Domain or target name after stripping prefix and suffix; empty for other roles. */
  readonly subject: string;
  /** How it was decided, for the user: "prefix `weight_`", "rows sum to 1", "you said so". */
  readonly reason: string;
}

/**
 * The user's word on columns; it wins over detection, column by column. Keys are column names as in the file. Two or
 * more columns said to be weights are the whole mixture; a single one completes what is detected.
 */
export interface ResultsOptions {
  readonly roles?: ReadonlyMap<string, ColumnRole>;
  /** The roles are a setting that holds for other files too: that some name no column of these is nothing to warn of. */
  readonly rolesForOtherFilesToo?: boolean;
  /** Model parameters in millions for files that do not say (or to override them). */
  readonly modelSize?: number;
  /** Training tokens in billions, likewise. */
  readonly tokens?: number;
  /** Which checkpoints of a run to use. Absent: all where tokens tell them apart, else the last of each run. */
  readonly checkpoints?: CheckpointChoice;
  /** Largest file accepted, in bytes. */
  readonly maxBytes?: number;
}

/**
 * A row left out or changed, with the reason. `row` is the 0-based data row (counted through files that were put
 * together), `line` the 1-based line (or record) in the file.
 */
export interface RowNote {
  readonly file: number;
  readonly row: number;
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

export type CheckpointChoice = 'last' | 'all';

/** What was done about runs with several checkpoints (rows of one mixture and model size). */
export interface CheckpointReading {
  readonly used: CheckpointChoice;
  /** What orders the checkpoints of a run; `unknown` when nothing in the file does, or when every run has one only. */
  readonly by: 'tokens' | 'steps' | 'unknown';
  /** The user asked for it. */
  readonly said: boolean;
  /** Runs with several checkpoints in the files, and how many rows of these were left out. */
  readonly runs: number;
  readonly leftOut: number;
}

export interface ResultsReading {
  readonly files: readonly {
    readonly name: string;
    readonly format: string;
    readonly bytes: number;
    readonly rows: number;
  }[];
  readonly columns: readonly ColumnReading[];
  readonly runs: Runs;
  /**
   * Rows, before anything was dropped, of the table that numbers the rows: the first, or the second where one row of the
   * first serves several of it. Rows of files that were put together are counted through, in the order of the files.
   */
  readonly totalRows: number;
  readonly dropped: readonly RowNote[];
  readonly repaired: readonly RowNote[];
  readonly checkpoints: CheckpointReading;
  /** Empty, NaN or None loss cells in rows that were kept. */
  readonly missingLosses: number;
  /** Things worth knowing that drop nothing: two checkpoints very close in tokens, identical columns, … */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}
