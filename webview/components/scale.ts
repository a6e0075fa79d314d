import { formatModelSize, formatTokens, parseModelSize, parseTokens } from '../../src/core/quantity';
import type { NumberField } from '../controls';
import { numberField } from '../controls';
import { el } from '../dom';
import { t } from '../l10n';
import type { PanelModel } from '../model';

/** Fields for the model size and tokens to predict and recommend at. */
export function scaleFields(model: PanelModel): { readonly element: HTMLElement; update(): void } {
  const { usesModelSize, usesTokens, modelSizeRange, tokensRange } = model.session;
  const fields: { readonly field: NumberField; readonly refresh: (field: NumberField) => void }[] = [];
  const element = el('div', { class: 'scale' });
  const add = (spec: QuantitySpec): void => {
    const fixed = !spec.used
      ? t('not used by this law')
      : !spec.range
        ? t('not in the results: predicted as measured')
        : '';
    if (fixed !== '') {
      const label = el('span', { class: 'field-label' }, spec.label);
      element.append(el('div', { class: 'field' }, label, el('p', { class: 'field-fixed' }, fixed)));
      return;
    }
    const field = numberField(
      spec.label,
      spec.format(spec.value()),
      (text) => {
        const value = spec.parse(text);
        if (!(value > 0 && Number.isFinite(value))) return spec.complaint;
        spec.set(value);
        return undefined;
      },
      true,
    );
    fields.push({ field, refresh: () => field.remark(rangeRemark(spec.value(), spec.range, spec.format)) });
    element.append(field.element);
  };
  add({
    label: t('Model size (parameters)'),
    used: usesModelSize,
    range: modelSizeRange,
    value: () => model.modelSize,
    parse: parseModelSize,
    format: formatModelSize,
    complaint: t('Write a model size such as 1.3B or 410M.'),
    set: (modelSize) => model.setScale({ modelSize }),
  });
  add({
    label: t('Training tokens'),
    used: usesTokens,
    range: tokensRange,
    value: () => model.tokens,
    parse: parseTokens,
    format: formatTokens,
    complaint: t('Write a number of tokens such as 30B or 1.5T.'),
    set: (tokens) => model.setScale({ tokens }),
  });
  return { element, update: () => fields.forEach(({ field, refresh }) => refresh(field)) };
}

interface QuantitySpec {
  readonly label: string;
  readonly used: boolean;
  readonly range: readonly [number, number] | undefined;
  value(): number;
  parse(text: string): number;
  format(value: number): string;
  readonly complaint: string;
  set(value: number): void;
}

/** How a chosen scale lies to the measured ones: in words, empty when there is nothing to say. */
export function rangeRemark(
  value: number,
  range: readonly [number, number] | undefined,
  format: (value: number) => string,
): string {
  if (!range) return '';
  const [low, high] = range;
  const near = 1e-6;
  if (value > high * (1 + near))
    return t('extrapolated: {0} the largest measured ({1})', times(value / high), format(high));
  if (value < low * (1 - near))
    return t('extrapolated: {0} below the smallest measured ({1})', times(low / value), format(low));
  return low === high ? t('as measured') : t('measured: {0} to {1}', format(low), format(high));
}

export const isExtrapolated = (value: number, range: readonly [number, number] | undefined): boolean =>
  range !== undefined && (value > range[1] * (1 + 1e-6) || value < range[0] * (1 - 1e-6));

const times = (ratio: number): string => `${ratio >= 10 ? Math.round(ratio) : Number(ratio.toPrecision(2))}×`;
