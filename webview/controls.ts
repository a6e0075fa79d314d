/**
 * The controls of the page. Those that come by the dozen, or before anything can be used, are native and styled with the
 * theme's variables; the webview UI toolkit's are loaded apart (toolkit.ts) when the first of them is needed, and only
 * this file knows of it.
 */
import type { Checkbox } from '@vscode/webview-ui-toolkit';
import { clippedName, el, setText, uniqueId } from './dom';

export const button = (
  label: string,
  onClick: () => void,
  appearance: 'primary' | 'secondary' = 'secondary',
  title = '',
): HTMLButtonElement =>
  el('button', { class: `button ${appearance}`, title, attributes: { type: 'button' }, on: { click: onClick } }, label);

/** A button that stays pressed; `onToggle` gets the new state. */
export function toggle(label: string, title: string, pressed: boolean, onToggle: (pressed: boolean) => void) {
  let state = pressed;
  const element = toolButton(label, title, () => {
    state = !state;
    element.setAttribute('aria-pressed', String(state));
    onToggle(state);
  });
  element.setAttribute('aria-pressed', String(state));
  return element;
}

/** The small buttons in a chart's corner: native ones, so that they carry `aria-pressed` themselves. */
export function toolButton(label: string, title: string, onClick: () => void): HTMLButtonElement {
  return el('button', { class: 'tool', title, attributes: { type: 'button' }, on: { click: onClick } }, label);
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface Chooser {
  readonly element: HTMLElement;
  /** Offers other choices; cheap when they are the same as before. */
  show(choices: readonly Choice[], selected: string): void;
}

/** One of a few; `onChange` gets the chosen value. */
export function choose(
  label: string,
  choices: readonly Choice[],
  selected: string,
  onChange: (value: string) => void,
): Chooser {
  const id = uniqueId('choice');
  const select = el('select', { class: 'select', attributes: { id } });
  let offered = '';
  const show = (next: readonly Choice[], value: string): void => {
    const key = JSON.stringify(next);
    if (key !== offered) {
      offered = key;
      select.replaceChildren(
        ...next.map((choice) => el('option', { attributes: { value: choice.value } }, choice.label)),
      );
    }
    if (select.value !== value) select.value = value;
    select.title = next.find((choice) => choice.value === value)?.label ?? '';
  };
  show(choices, selected);
  select.addEventListener('change', () => onChange(select.value));
  const name = el('label', { class: 'field-label', attributes: { for: id } }, label);
  return { element: el('div', { class: 'field choose' }, name, select), show };
}

/** The toolkit's; its text can be read before it is loaded. */
export function checkbox(label: string, checked: boolean, onChange: (checked: boolean) => void): Checkbox {
  void import('./toolkit');
  const element = document.createElement('vscode-checkbox') as Checkbox;
  element.checked = checked;
  element.append(label);
  element.title = label;
  element.addEventListener('change', () => onChange(element.checked));
  return element;
}

export interface NumberField {
  readonly element: HTMLElement;
  /** Shows a value set from elsewhere and clears any complaint. */
  show(text: string): void;
  /** A remark beside the number, such as that it lies outside the measured range; empty clears it. */
  remark(text: string): void;
}

/**
 * A text field for a quantity. `accept` gets every edit: it returns what is wrong with the text in words for the
 * user, or undefined when it took the value. The label is seen only where `seen` says so.
 */
export function numberField(
  label: string,
  text: string,
  accept: (text: string) => string | undefined,
  seen = false,
): NumberField {
  const id = uniqueId('field');
  const field = el('input', {
    class: 'small-field',
    title: label,
    attributes: { id, type: 'text', inputmode: 'decimal', spellcheck: 'false', autocomplete: 'off' },
  });
  field.value = text;
  const name = el(
    'label',
    { class: seen ? 'field-label' : 'visually-hidden', title: label, attributes: { for: id } },
    seen ? clippedName(label) : label,
  );
  const problem = el('p', { class: 'field-problem', attributes: { role: 'alert' } });
  const remark = el('p', { class: 'field-remark' });
  const complain = (message: string | undefined): void => {
    setText(problem, message ?? '');
    if (message === undefined) field.removeAttribute('aria-invalid');
    else field.setAttribute('aria-invalid', 'true');
  };
  field.addEventListener('input', () => complain(accept(field.value)));
  return {
    element: el('div', { class: 'field compact' }, name, field, problem, remark),
    show(value) {
      if (field.value !== value) field.value = value;
      complain(undefined);
    },
    remark(value) {
      setText(remark, value);
    },
  };
}
