import { FitError } from '../errors';
import type { Law } from './law';
import { linearRegression } from './linear-regression';
import { overlap } from './overlap';
import { quantization } from './quantization';

/** Every law, in the order users see them. Adding a law is one line here. */
// prettier-ignore
export const laws: readonly Law[] = [
  overlap,
  linearRegression,
  quantization,
];

/** @throws FitError when there is no such law. */
export function lawById(id: string): Law {
  const law = laws.find((candidate) => candidate.id === id);
  if (law) return law;
  throw new FitError(
    'unknown-law',
    `There is no law “${id}”.`,
    `Choose one of ${laws.map((known) => known.id).join(', ')}.`,
  );
}
