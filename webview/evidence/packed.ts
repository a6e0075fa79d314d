import type { FitDocument, JsonNumber } from '../../src/core/fitfile/types';
import type { Session } from '../session';

/** A document as it is handed to the page's thread: its many numbers flat, as nested lists take long to copy. */
export interface PackedDocument {
  /** Without mixtures and losses. */
  readonly document: FitDocument;
  /** Row by row, NaN where the document says null. */
  readonly mixtures: Float64Array;
  readonly losses: Float64Array;
}

export const packed = ({ document, runs }: Pick<Session, 'document' | 'runs'>): PackedDocument => ({
  document: { ...document, observations: { ...document.observations, mixtures: [], losses: [] } },
  mixtures: runs.mixtures,
  losses: runs.losses,
});

export function unpacked({ document, mixtures, losses }: PackedDocument): FitDocument {
  const { observations } = document;
  const count = observations.rows.length;
  const nested = (values: Float64Array): number[][] => {
    const width = values.length / count;
    return observations.rows.map((_, i) => Array.from(values.subarray(i * width, (i + 1) * width)));
  };
  const known = (value: number): JsonNumber => (Number.isNaN(value) ? null : value);
  return {
    ...document,
    observations: {
      ...observations,
      mixtures: nested(mixtures),
      losses: nested(losses).map((row) => row.map(known)),
    },
  };
}
