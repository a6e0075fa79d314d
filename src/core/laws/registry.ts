import { FitError } from '../errors';
import { additive } from './additive';
import { bimix } from './bimix';
import { exponential } from './exponential';
import { joint } from './joint';
import type { Law } from './law';
import { linear } from './linear';
import { linearRegression } from './linear-regression';
import { logLinear } from './log-linear';
import { overlap } from './overlap';
import { ownPower } from './own-power';
import { quantization } from './quantization';

/** Every law, in the order users see them. Adding a law is one line here. */
// prettier-ignore
export const laws: readonly Law[] = [
  overlap,
  additive,
  joint,
  linearRegression,
  quantization,
  exponential,
  logLinear,
  bimix,
  ownPower,
  linear,
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
