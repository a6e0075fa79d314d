import type { PreviousFit } from '../../core/contract/panel';
import type { FitDocument } from '../../core/fitfile/types';

/** What a document recommended, for the next one to be compared with. */
export const previousOf = ({ fit, recommendation }: FitDocument): PreviousFit => ({
  law: fit.law,
  domains: fit.domains,
  rows: fit.rows.train.length + fit.rows.validation.length,
  recommendation,
});

/** Another fit, or a fit of other data: not a document that only got a comparison or a what-if mixture more. */
export function isAnotherFit(before: FitDocument, after: FitDocument): boolean {
  const key = ({ data, fit, recommendation }: FitDocument): string =>
    JSON.stringify([data.files.map(({ sha256 }) => sha256), fit.options, fit.rows, recommendation.mixture]);
  return key(before) !== key(after);
}
