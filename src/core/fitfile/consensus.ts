import { t } from '../l10n';
import { PredictionError } from '../errors';
import { predictorOf } from '../fit/predictor';
import type { Fit, Predictor } from '../fit/types';
import { averageOf } from '../recommend/consensus';
import { quoted } from '../words';
import type { FitDocument } from './types';

/** The fits that a document's recommendation rests on, with their shares: the members of its consensus, or its one fit. */
export function membersOf({ fit, consensus }: FitDocument): { readonly fit: Fit; readonly weight: number }[] {
  return (
    consensus?.members.map((member) => ({ fit: member.fit ?? fit, weight: member.weight })) ?? [{ fit, weight: 1 }]
  );
}

/** Predicts what the document's recommendation minimises: the weighted mean of the members, or the one fit. */
export const predictorOfDocument = (document: FitDocument): Predictor =>
  averageOf(membersOf(document).map(({ fit, weight }) => ({ predictor: predictorOf(fit), weight })));

/**
 * The document as if only one of its laws had been fitted.
 * @throws PredictionError `law-not-fitted`
 */
export function withOneLaw({ consensus, ...document }: FitDocument, law: string): FitDocument {
  const fits = membersOf(consensus ? { ...document, consensus } : document).map(({ fit }) => fit);
  const fit = fits.find((one) => one.law === law);
  if (fit) return { ...document, fit };
  throw new PredictionError(
    'law-not-fitted',
    t('The document holds no fit of {0}.', quoted(law)),
    t('It holds {0}; fit another with mixlaw fit --law.', fits.map((one) => one.law).join(', ')),
  );
}
