import { formatLoss } from '../../src/core/quantity';
import type { Gain, Range } from '../evidence/calls';
import { COVERAGE } from '../evidence/calls';
import { MISSING, signedText } from '../format';
import { t } from '../l10n';

/** "90 %" */
export const COVERAGE_TEXT = `${Math.round(COVERAGE * 100)} %`;

export const isKnown = (range: Range | undefined): range is Range =>
  range !== undefined && Number.isFinite(range.low) && Number.isFinite(range.high);

/** "2.21 – 2.27": where a new run's loss would lie; a dash while or because it is not known. */
export const rangeText = (range: Range | undefined, decimals = 4): string =>
  isKnown(range)
    ? `${formatLoss(range.low, decimals)} – ${formatLoss(range.high, decimals)}`.replaceAll('-', '−')
    : MISSING;

export const signedRangeText = (range: Range | undefined, decimals = 4): string =>
  isKnown(range) ? t('{0} to {1}', signedText(range.low, decimals), signedText(range.high, decimals)) : MISSING;

/** How sure it is that a mixture is the better one. */
export function probabilityText(gain: Gain | undefined): string {
  if (gain === undefined || !Number.isFinite(gain.probability)) return MISSING;
  if (gain.probability > 0.999) return '> 99.9 %';
  if (gain.probability < 0.001) return '< 0.1 %';
  return `${(gain.probability * 100).toFixed(gain.probability > 0.99 || gain.probability < 0.01 ? 1 : 0)} %`;
}

/** Nats and the like for a tooltip or a table, with the unit's name elsewhere. */
export const lossWithRange = (value: number, range: Range | undefined): string =>
  isKnown(range) ? `${formatLoss(value, 4)} (${rangeText(range)})` : formatLoss(value, 4);
