import { formatPercent } from '../../src/core/quantity';
import { plainCard } from '../components/card';
import { button, numberField } from '../controls';
import { el } from '../dom';
import { t } from '../l10n';
import type { PanelModel } from '../model';

/** How much each target counts: one field a target, any non-negative numbers. */
export function targetWeightsCard(model: PanelModel): { readonly element: HTMLElement; update(): void } {
  const { targets } = model.session.predictor;
  // As typed; the model holds them normalised, and rewriting what someone is typing would be rude.
  const largest = model.targetWeights.reduce((a, b) => Math.max(a, b), 0);
  let typed = Array.from(model.targetWeights, (weight) => Number((weight / largest).toPrecision(4)));
  const fields = targets.map((target, i) =>
    numberField(
      target,
      String(typed[i]),
      (text) => {
        const value = text.trim() === '' ? NaN : Number(text.trim().replace(',', '.'));
        if (!(value >= 0 && Number.isFinite(value))) return t('A number from 0 up.');
        const next = typed.with(i, value);
        if (!next.some((weight) => weight > 0)) return t('One target at least must count.');
        typed = next;
        model.setTargetWeights(typed);
        return undefined;
      },
      true,
    ),
  );
  const showAll = (weights: number[]): void => {
    typed = weights;
    fields.forEach((field, i) => field.show(String(weights[i])));
    model.setTargetWeights(weights);
  };
  const equal = button(t('All equal'), () => showAll(targets.map(() => 1)));
  const element = plainCard(
    t('Target weights'),
    targets.length === 1
      ? t('There is one target: it counts alone.')
      : t('How much the loss of each target counts; only their ratios matter.'),
    targets.length > 1 ? el('div', { class: 'card-controls' }, equal) : undefined,
    el('div', { class: 'fields' }, ...fields.map((field) => field.element)),
  );
  let shown: Float64Array | undefined;
  return {
    element,
    update() {
      if (shown === model.targetWeights) return;
      shown = model.targetWeights;
      fields.forEach((field, i) => field.remark(formatPercent(model.targetWeights[i] as number)));
    },
  };
}
