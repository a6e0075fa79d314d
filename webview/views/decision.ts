import type { Gain } from '../evidence/calls';
import { formatLoss, formatModelSize, formatTokens } from '../../src/core/quantity';
import { isExtrapolated } from '../components/scale';
import type { Stat } from '../components/stats';
import { statTiles } from '../components/stats';
import { lossUnit, signedPercentText, signedText } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { COVERAGE_TEXT, isKnown, probabilityText, rangeText, signedRangeText } from './words';

/** The numbers of the decision: what is predicted, against what, and how sure that is. */
export function decisionTiles(model: PanelModel): HTMLElement {
  const { recommended, comparison, evidence, at } = model;
  const unit = lossUnit(model.session.document.data.lossKind);
  const own = evidence.losses(recommended, at)?.mean;
  const other = evidence.losses(comparison, at)?.mean;
  const gain = evidence.gain(recommended, comparison, at);
  const tiles: Stat[] = [
    {
      label: t('Predicted mean loss'),
      value: formatLoss(recommended.mean, 4),
      detail: isKnown(own)
        ? t('{0}: {1} {2}, {3}', COVERAGE_TEXT, rangeText(own, 3), unit, scaleText(model))
        : `${unit}, ${scaleText(model)}`,
    },
    {
      label: t('With {0}', comparison.label),
      value: formatLoss(comparison.mean, 4),
      detail: isKnown(other) ? t('{0}: {1} {2}', COVERAGE_TEXT, rangeText(other, 3), unit) : unit,
    },
    gainTile(comparison.mean - recommended.mean, gain, comparison),
    {
      label: t('Better than {0}', comparison.label),
      value: probabilityText(gain),
      detail: probabilityDetail(gain),
    },
  ];
  return statTiles(tiles);
}

/** An interval of two runs that holds 0 and a probability near 1 look like a contradiction, and are none. */
function probabilityDetail(gain: Gain | undefined): string {
  if (!gain) return t('being computed');
  return isKnown(gain) && gain.low < 0 && gain.probability > 0.9
    ? t(
        'probability that its expected loss is lower, if the law is right; one pair of runs may still show the opposite',
      )
    : t('probability that its expected loss is lower, if the law is right');
}

/** Beyond the runs the law's own drift is discounted: then the gain is not the difference of the two losses, and says so. */
function gainTile(
  ofLosses: number,
  gain: Gain | undefined,
  { label, mean }: { readonly label: string; readonly mean: number },
): Stat {
  const title = t('Gain over {0}', label);
  if (!isKnown(gain))
    return {
      label: title,
      value: signedText(ofLosses, 4),
      detail: t('{0} of its loss', signedPercentText(ofLosses / mean)),
    };
  const detail = t(
    '{0} of its loss; two new runs would show {1} ({2})',
    signedPercentText(gain.value / mean),
    signedRangeText(gain),
    COVERAGE_TEXT.replace(' ', '\u00a0'),
  );
  const discounted = Math.abs(gain.value - ofLosses) > 5e-5;
  return {
    label: title,
    value: signedText(gain.value, 4),
    detail: discounted
      ? `${detail}; ${t('the losses differ by {0}, half of how far the law drifts beyond the runs is taken off', signedText(ofLosses, 4))}`
      : detail,
  };
}

function scaleText(model: PanelModel): string {
  const { usesModelSize, usesTokens, modelSizeRange, tokensRange } = model.session;
  const size = formatModelSize(model.modelSize);
  const tokens = formatTokens(model.tokens);
  const parts: string[] = [];
  if (usesModelSize && modelSizeRange)
    parts.push(
      isExtrapolated(model.modelSize, modelSizeRange)
        ? t('{0} parameters (extrapolated)', size)
        : t('{0} parameters', size),
    );
  if (usesTokens && tokensRange)
    parts.push(
      isExtrapolated(model.tokens, tokensRange) ? t('{0} tokens (extrapolated)', tokens) : t('{0} tokens', tokens),
    );
  return parts.length > 0 ? t('at {0}', parts.join(', ')) : t('at the measured scale');
}
