/** Where in the user's files a problem is. Lines and columns are 1-based; `columnName` is a table column. */
export interface ErrorLocation {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly columnName?: string;
}

/**
 * An error a user can act on: `message` says what is wrong, `hint` what to do, `location` where.
 * `code` is stable and is what tests, quick fixes and scripts look at. Everything a user did wrong is one of these;
 * any other exception is a defect of ours.
 */
export class MixlawError extends Error {
  override readonly name: string = 'MixlawError';
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly location: ErrorLocation = {},
  ) {
    super(message);
  }

  toJSON(): SerializedError {
    return { code: this.code, message: this.message, hint: this.hint, location: this.location };
  }
}

export interface SerializedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly location: ErrorLocation;
}

/** A results file that cannot be used. */
export class ResultsError extends MixlawError {
  override readonly name = 'ResultsError';
}

/** A fit that cannot be made with these runs and options. */
export class FitError extends MixlawError {
  override readonly name = 'FitError';
}

/** A fit document (`.mixlaw.json`) that cannot be read. */
export class FitDocumentError extends MixlawError {
  override readonly name = 'FitDocumentError';
}

/** A mixture or scale that a fit cannot be evaluated at. */
export class PredictionError extends MixlawError {
  override readonly name = 'PredictionError';
}
