import type { Formats, Translate } from '../hover/text';

/** Gaps below this are measurement noise and rounding. */
const NO_GAP = 5e-4;

/** The first lens above a mixture: its predicted mean loss, and how far that is from the recommended mixture's. */
export function lensTitle(
  mean: number,
  recommended: number,
  { extrapolated, stale }: { readonly extrapolated: boolean; readonly stale: boolean },
  t: Translate,
  { formatLoss }: Pick<Formats, 'formatLoss'>,
): string {
  const gap = mean - recommended;
  const parts = [
    t('Predicted mean loss {0}', formatLoss(mean)),
    Math.abs(gap) < NO_GAP
      ? t('as good as recommended')
      : gap > 0
        ? t('{0} above recommended', formatLoss(gap))
        : t('{0} below recommended', formatLoss(-gap)),
  ];
  if (extrapolated) parts.push(t('extrapolated'));
  if (stale) parts.push(t('results changed since the fit'));
  return parts.join(' · ');
}
