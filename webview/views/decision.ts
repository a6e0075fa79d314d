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
      label: comparison.label,
      value: formatLoss(comparison.mean, 4),
      detail: isKnown(other) ? t('{0}: {1} {2}', COVERAGE_TEXT, rangeText(other, 3), unit) : unit,
    },
    differenceTile(recommended.mean - comparison.mean, gain, comparison),
    {
      label: t('The recommended one is better'),
      value: probabilityText(gain),
      detail: gain ? t('probability that its expected loss is lower, if the law is right') : t('being computed'),
    },
  ];
  return statTiles(tiles);
}

/** Beyond the runs the law's own drift is discounted: then the difference is not that of the two losses, and says so. */
function differenceTile(
  ofLosses: number,
  gain: Gain | undefined,
  { label, mean }: { readonly label: string; readonly mean: number },
): Stat {
  if (!isKnown(gain)) {
    const detail = t('{0} against {1}', signedPercentText(ofLosses / mean), label);
    return { label: t('Difference'), value: signedText(ofLosses, 4), detail };
  }
  const difference = -gain.value;
  const range = signedRangeText({ value: difference, low: -gain.high, high: -gain.low });
  const detail = t('{0}: {1}; {2} against {3}', COVERAGE_TEXT, range, signedPercentText(difference / mean), label);
  const discounted = Math.abs(difference - ofLosses) > 5e-5;
  return {
    label: t('Difference'),
    value: signedText(difference, 4),
    detail: discounted
      ? `${detail}; ${t('the losses differ by {0}, half of how far the law drifts beyond the runs is taken off', signedText(ofLosses, 4))}`
      : detail,
  };
}

function scaleText(model: PanelModel): string {
  const { law, modelSizeRange, tokensRange } = model.session;
  const size = formatModelSize(model.modelSize);
  const tokens = formatTokens(model.tokens);
  const parts: string[] = [];
  if ((law?.usesModelSize ?? true) && modelSizeRange)
    parts.push(
      isExtrapolated(model.modelSize, modelSizeRange)
        ? t('{0} parameters (extrapolated)', size)
        : t('{0} parameters', size),
    );
  if ((law?.usesTokens ?? true) && tokensRange)
    parts.push(
      isExtrapolated(model.tokens, tokensRange) ? t('{0} tokens (extrapolated)', tokens) : t('{0} tokens', tokens),
    );
  return parts.length > 0 ? t('at {0}', parts.join(', ')) : t('at the measured scale');
}
