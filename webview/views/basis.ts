import type { Notice } from '../components/notices';
import { el } from '../dom';
import { post } from '../host';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { titleOfLaw } from './agreement';

/** What to do first where the recommendation rests on one law that nothing has been compared with, or that lost. */
export function basisNotice({ session }: PanelModel): Notice[] {
  const { consensus, comparison, fit } = session.document;
  if (consensus || session.observations.count === 0) return [];
  const best = comparison?.verdict.best ?? undefined;
  if (comparison && (best === undefined || best === fit.law || comparison.verdict.tiedWith.includes(fit.law)))
    return [];
  const message =
    best === undefined
      ? t('This rests on one law, {0}. Laws differ in what they recommend.', titleOfLaw(fit.law))
      : t(
          'This rests on one law, {0}; {1} predicts held-out runs better.',
          titleOfLaw(fit.law),
          best === 'stack' ? t('the stack of laws') : titleOfLaw(best),
        );
  const action = el(
    'button',
    {
      class: 'link',
      title: t('Compares the laws on held-out runs and takes the mean of those as good as the best'),
      attributes: { type: 'button' },
      on: { click: () => post({ type: 'refit', law: 'auto' }) },
    },
    t('Decide by the best laws together'),
  );
  return [{ severity: best === undefined ? 'info' : 'warning', message, action }];
}
