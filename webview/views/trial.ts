import { formatLoss, formatPercent } from '../../src/core/quantity';
import { plainCard } from '../components/card';
import { moveWeight } from '../compute/trial';
import { button } from '../controls';
import { clippedName, el, icon, setStyle, setText } from '../dom';
import { lossUnit, signedText } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { COVERAGE_TEXT, isKnown, rangeText, signedRangeText } from './words';

const LOCK = 'M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3 7h10v7H3Z';

/** Ends of the sliders, in percent. */
const ENDS = [5, 10, 15, 20, 30, 40, 50, 75, 100];

/** A mixture under the reader's own hands: a slider a domain, locks for those that should stay. */
export function trialCard(model: PanelModel): { readonly element: HTMLElement; update(): void } {
  const { domains } = model.session.predictor;
  const locked = domains.map(() => false);
  const present = (): Float64Array => model.trial?.mixture ?? model.recommended.mixture;
  const move = (j: number, percent: number): void => model.setTrial(moveWeight(present(), locked, j, percent / 100));
  let end = 100;
  const rows = domains.map((domain, j) =>
    sliderRow(domain, {
      move: (percent) => move(j, percent),
      lock: (state) => (locked[j] = state),
      settle: () => fitEnd(),
    }),
  );
  /** The sliders reach a little beyond all that matters: most weights are small. */
  const fitEnd = (): void => {
    const region = model.region;
    const shown = [...present(), ...model.recommended.mixture, ...model.comparison.mixture];
    const highs = region?.ranges.map(({ high }) => Math.min(high, 2 * Math.max(...shown))) ?? [];
    const needed = Math.max(...shown, ...highs) * 118;
    end = ENDS.find((at) => at >= needed) ?? 100;
    rows.forEach((row) => row.reach(end));
  };
  const outcome = el('p', { class: 'outcome', attributes: { role: 'status' } });
  const key = (mark: string, text: string): HTMLElement =>
    el('span', {}, el('span', { class: `track-key key-${mark}`, attributes: { 'aria-hidden': 'true' } }), text);
  const legend = el(
    'p',
    { class: 'note track-legend' },
    key('recommended', t('recommended')),
    key('compared', t('compared')),
    key('band', t('as good as recommended')),
  );
  const element = plainCard(
    t('Your mixture'),
    t('Move a weight: the unlocked others give way in proportion, and every number on this page follows.'),
    el(
      'div',
      { class: 'card-controls' },
      button(
        t('From recommended'),
        () => model.setTrial(model.recommended.mixture),
        'secondary',
        t('Starts from the recommended mixture'),
      ),
      button(
        t('From compared'),
        () => model.setTrial(model.comparison.mixture),
        'secondary',
        t('Starts from the mixture that is compared with'),
      ),
      button(t('Clear'), () => model.setTrial(undefined), 'secondary', t('Puts your mixture away')),
    ),
    outcome,
    el('ul', { class: 'sliders' }, ...rows.map((row) => row.element)),
    legend,
  );
  let dragging = false;
  element.addEventListener('pointerdown', () => (dragging = true));
  window.addEventListener('pointerup', () => (dragging = false));
  return {
    element,
    update() {
      const mixture = present();
      const region = model.region;
      // A scale that changes under the hand would carry the slider away.
      if (!dragging) fitEnd();
      const compared = model.comparison === model.trial ? undefined : model.comparison.mixture;
      rows.forEach((row, j) =>
        row.show({
          weight: mixture[j] as number,
          recommended: model.recommended.mixture[j] as number,
          compared: compared?.[j],
          low: region?.ranges[j]?.low,
          high: region?.ranges[j]?.high,
        }),
      );
      setText(outcome, outcomeText(model));
    },
  };
}

function outcomeText(model: PanelModel): string {
  const { trial, recommended, evidence, at } = model;
  if (!trial) return t('The sliders show the recommended mixture.');
  const unit = lossUnit(model.session.document.data.lossKind);
  const own = evidence.losses(trial, at)?.mean;
  const gain = evidence.gain(recommended, trial, at);
  const difference = signedText(trial.mean - recommended.mean, 4);
  return isKnown(own) && isKnown(gain)
    ? t(
        'Predicted mean loss {0} {1} ({2}: {3}), {4} to the recommended one ({5}).',
        formatLoss(trial.mean, 4),
        unit,
        COVERAGE_TEXT,
        rangeText(own, 3),
        difference,
        signedRangeText(gain),
      )
    : t('Predicted mean loss {0} {1}, {2} to the recommended one.', formatLoss(trial.mean, 4), unit, difference);
}

interface Track {
  readonly weight: number;
  readonly recommended: number;
  readonly compared: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

interface RowHandlers {
  move(percent: number): void;
  lock(state: boolean): void;
  settle(): void;
}

interface SliderRow {
  readonly element: HTMLElement;
  show(track: Track): void;
  reach(end: number): void;
}

function sliderRow(domain: string, { move, lock: onLock, settle }: RowHandlers): SliderRow {
  let end = 100;
  const slider = el('input', {
    attributes: { type: 'range', min: 0, max: 100, step: 'any', 'aria-label': t('Weight of {0}, percent', domain) },
    on: { input: () => move(Number(slider.value)), change: settle },
  });
  slider.addEventListener('keydown', (event) => {
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: 10,
      PageDown: -10,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(100, Number(slider.value) + step * (event.shiftKey ? 1 : 0.1)));
    if (next > end) slider.max = String((end = 100));
    slider.value = String(next);
    move(next);
  });
  const field = el('input', {
    class: 'weight-field',
    attributes: { type: 'text', inputmode: 'decimal', 'aria-label': t('Weight of {0}: type a percentage', domain) },
    on: {
      focus: () => field.select(),
      change: () => {
        const percent = Number(field.value.trim().replace(/\s*%$/, '').replace(',', '.'));
        if (field.value.trim() !== '' && percent >= 0 && percent <= 100) move(percent);
        else field.value = shown;
        settle();
      },
    },
  });
  const band = el('span', { class: 'track-band' });
  const recommended = el('span', { class: 'track-tick key-recommended' });
  const compared = el('span', { class: 'track-tick key-compared' });
  const track = el('div', { class: 'track' }, band, compared, recommended, slider);
  const lock = el(
    'button',
    {
      class: 'lock',
      title: t('Keep {0} as it is while others move', domain),
      attributes: { type: 'button', 'aria-pressed': 'false', 'aria-label': t('Lock {0}', domain) },
      on: {
        click: () => {
          const state = lock.getAttribute('aria-pressed') !== 'true';
          lock.setAttribute('aria-pressed', String(state));
          slider.disabled = field.disabled = state;
          onLock(state);
        },
      },
    },
    icon(LOCK, 'icon stroked'),
  );
  let shown = '';
  let last: Track | undefined;
  /** As the thumb's middle stands: it stays inside the track by half its width. */
  const place = (weight: number): string => {
    const part = Math.max(0, Math.min(1, (weight * 100) / end));
    return `calc(8px + ${part} * (100% - 16px))`;
  };
  const draw = (): void => {
    if (!last) return;
    const { low, high } = last;
    setStyle(recommended, 'left', place(last.recommended));
    compared.hidden = last.compared === undefined;
    if (last.compared !== undefined) setStyle(compared, 'left', place(last.compared));
    band.hidden = low === undefined || high === undefined;
    if (low === undefined || high === undefined) return;
    setStyle(band, 'left', place(low));
    setStyle(
      band,
      'width',
      `calc(${Math.max(0, Math.min(1, (high * 100) / end) - Math.min(1, (low * 100) / end))} * (100% - 16px))`,
    );
    const title = t('As good from {0} to {1}', formatPercent(low), formatPercent(high));
    if (track.title !== title) track.title = title;
  };
  return {
    element: el('li', {}, clippedName(domain), track, field, lock),
    show(next) {
      const percent = next.weight * 100;
      // The slider being dragged is left alone: it already stands where the hand is.
      if (slider !== document.activeElement || Math.abs(Number(slider.value) - percent) > 0.05) {
        slider.value = String(percent);
      }
      shown = `${percent.toFixed(1)} %`;
      if (field !== document.activeElement && field.value !== shown) field.value = shown;
      slider.setAttribute('aria-valuetext', formatPercent(next.weight));
      last = next;
      draw();
    },
    reach(to) {
      if (end === to) return;
      end = to;
      slider.max = String(to);
      if (last) slider.value = String(last.weight * 100);
      draw();
    },
  };
}
