import { influence } from '../compute/influence';
import { clipped, clippedName, el } from '../dom';
import { signedText } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';

/** Domains across, targets down: what one more percentage point of a domain does to a target. */
export function influenceTable(model: PanelModel): HTMLElement {
  const { predictor } = model.session;
  const { domains, targets } = predictor;
  const K = domains.length;
  const values = influence(predictor, model.recommended.mixture, model.modelSize, model.tokens);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const cell = (i: number, j: number): HTMLTableCellElement => {
    const value = (values[i * K + j] as number) * 1000;
    const element = el(
      'td',
      {
        class: `heat ${value < 0 ? 'better' : 'worse'}`,
        title: t(
          '{0} when {1} gains a point: {2} thousandths',
          targets[i] ?? '',
          domains[j] ?? '',
          signedText(value, 3),
        ),
      },
      signedText(value, Math.abs(value) >= 10 ? 0 : 1),
    );
    element.style.setProperty('--heat', String(Math.round((Math.abs(value) / largest / 1000) * 34)));
    return element;
  };
  return el(
    'div',
    {
      class: 'table-scroll',
      attributes: { tabindex: 0, role: 'group', 'aria-label': t('Influence of domains on targets') },
    },
    el(
      'table',
      { class: 'heat-map' },
      el('caption', { class: 'visually-hidden' }, t('Influence of domains (columns) on targets (rows)')),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          el('th', { attributes: { scope: 'col' } }, t('Loss of ↓ by a point more of →')),
          ...domains.map((domain) => el('th', { class: 'upright', attributes: { scope: 'col' } }, clipped(domain))),
        ),
      ),
      el(
        'tbody',
        {},
        ...targets.map((target, i) =>
          el(
            'tr',
            {},
            el('th', { attributes: { scope: 'row' } }, clippedName(target)),
            ...domains.map((_, j) => cell(i, j)),
          ),
        ),
      ),
    ),
  );
}
