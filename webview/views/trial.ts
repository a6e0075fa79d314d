import { formatLoss, formatPercent } from '../../src/core/quantity';
import { plainCard } from '../components/card';
import { button } from '../controls';
import { clipped, el, icon } from '../dom';
import { lossUnit, signedText } from '../format';
import type { PanelModel } from '../model';
import { moveWeight } from '../compute/trial';

const LOCK = 'M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3 7h10v7H3Z';

/** A mixture under the reader's own hands: a slider a domain, locks for those that should stay. */
export function trialCard(model: PanelModel): { readonly element: HTMLElement; update(): void } {
  const { domains } = model.session.predictor;
  const locked = domains.map(() => false);
  const present = (): Float64Array => model.trial?.mixture ?? model.recommended.mixture;
  const rows = domains.map((domain, j) => {
    const slider = el('input', {
      attributes: { type: 'range', min: 0, max: 100, step: 0.1, 'aria-label': `Weight of ${domain}, percent` },
      on: { input: () => model.setTrial(moveWeight(present(), locked, j, Number(slider.value) / 100)) },
    });
    const value = el('output', { class: 'number' });
    const lock = el(
      'button',
      {
        class: 'lock',
        title: `Keep ${domain} as it is while others move`,
        attributes: { type: 'button', 'aria-pressed': 'false', 'aria-label': `Lock ${domain}` },
        on: {
          click: () => {
            locked[j] = !locked[j];
            lock.setAttribute('aria-pressed', String(locked[j]));
            slider.disabled = locked[j] === true;
          },
        },
      },
      icon(LOCK, 'icon stroked'),
    );
    return { slider, value, element: el('li', {}, clipped(domain), slider, value, lock) };
  });
  const outcome = el('p', { class: 'outcome', attributes: { role: 'status' } });
  const element = plainCard(
    'Your mixture',
    'Move a weight: the unlocked others give way in proportion, and every number above follows.',
    el(
      'div',
      { class: 'card-controls' },
      button('From recommended', () => model.setTrial(model.recommended.mixture)),
      button('From compared', () => model.setTrial(model.comparison.mixture)),
      button('Clear', () => model.setTrial(undefined)),
    ),
    outcome,
    el('ul', { class: 'sliders' }, ...rows.map((row) => row.element)),
  );
  return {
    element,
    update() {
      const mixture = present();
      rows.forEach(({ slider, value }, j) => {
        const weight = mixture[j] as number;
        // The slider being dragged is left alone: it already stands where the hand is.
        if (slider !== document.activeElement) slider.value = String(weight * 100);
        value.textContent = formatPercent(weight);
      });
      const unit = lossUnit(model.session.document.data.lossKind);
      outcome.textContent = model.trial
        ? `Predicted mean loss ${formatLoss(model.trial.mean, 4)} ${unit}, ${signedText(model.trial.mean - model.recommended.mean, 4)} to the recommended one.`
        : 'The sliders show the recommended mixture.';
    },
  };
}
