import type { Fit } from '../fit/types';
import type { Comparison } from '../judge/comparison';
import type { DomainAgreement, Opinion } from '../recommend/consensus';
import type { Recommendation } from '../recommend/types';
import type { LossKind } from '../results/runs';
import type { ColumnReading, RowNote } from '../results/types';

export const FIT_DOCUMENT_VERSION = 1;

/** Numbers in JSON: NaN and infinities are written as null. */
export type JsonNumber = number | null;

/**
 * `results.mixlaw.json`: everything needed to show, check and use a fit without the results file.
 * It holds no time and no path, so that the same input gives the same bytes.
 */
export interface FitDocument {
  readonly $schema?: string;
  readonly schemaVersion: number;
  readonly generator: string;
  readonly data: {
    /** In the order given; names are relative to the document. */
    readonly files: readonly {
      readonly name: string;
      readonly bytes: number;
      readonly sha256: string;
      readonly format: string;
    }[];
    readonly columns: readonly ColumnReading[];
    readonly totalRows: number;
    readonly dropped: readonly RowNote[];
    readonly repaired: readonly RowNote[];
    readonly missingLosses: number;
    readonly warnings: readonly { readonly code: string; readonly message: string }[];
    readonly lossKind: LossKind;
  };
  readonly fit: Fit;
  /** The rows used (train and validation), so that the panel can draw them. Same length everywhere. */
  readonly observations: {
    readonly rows: readonly number[];
    readonly runIds: readonly number[];
    readonly mixtures: readonly (readonly number[])[];
    readonly losses: readonly (readonly JsonNumber[])[];
    readonly modelSizes: readonly JsonNumber[];
    readonly tokens: readonly JsonNumber[];
  };
  readonly recommendation: Recommendation;
  /** The laws that the recommendation rests on, when more than the fit's own law does. */
  readonly consensus?: FittedConsensus;
  /** How the laws did against each other on the same data, when they were compared. */
  readonly comparison?: Comparison;
  /** How the fit varies when runs are drawn anew, when that was asked for. */
  readonly bootstrap?: BootstrapSummary;
  /** Mixtures that a reader of the fit named and kept. */
  readonly whatIfs?: readonly NamedMixture[];
}

/**
 * Laws as good as the best one on held-out runs of the same data. The recommendation minimises the weighted mean
 * of their predictions.
 */
export interface FittedConsensus {
  /** Best first; the first is the document's own fit. Weights sum to 1. */
  readonly members: readonly ConsensusMember[];
  /** For each domain, between which weights the members' own optima lie, and whether that is agreement. */
  readonly domains: readonly DomainAgreement[];
}

export interface ConsensusMember extends Opinion {
  readonly law: string;
  readonly weight: number;
  /** Mean relative error on held-out runs; a fraction. */
  readonly error: number;
  /** Absent for the first member, whose fit is the document's. */
  readonly fit?: Fit;
}

/** Fractions in the order of the fit's domains; they sum to 1. */
export interface NamedMixture {
  readonly name: string;
  readonly mixture: readonly number[];
}

/** Percentiles over bootstrap fits: `lower` and `upper` enclose the middle `coverage` of them. */
export interface BootstrapSummary {
  readonly seed: number;
  readonly replicates: number;
  /** Replicates that could not be fitted; they are left out. */
  readonly failed: number;
  readonly coverage: number;
  /** In the order of the fit's parameters, in their units. */
  readonly parameters: readonly BootstrapSpread[];
  /** Losses of the recommended mixture by target. */
  readonly recommendedLosses: readonly (Omit<BootstrapSpread, 'name'> & { readonly target: string })[];
}

export interface BootstrapSpread {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  readonly deviation: number;
}
