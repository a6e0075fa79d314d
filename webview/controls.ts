/**
 * The controls of the page. Only this file imports the webview UI toolkit, whose upstream is archived: replacing it
 * means rewriting this file. Only the components used are registered.
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeTextField } from '@vscode/webview-ui-toolkit';
import type { Button, Checkbox, TextField } from '@vscode/webview-ui-toolkit';
import { apply, el, uniqueId } from './dom';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeTextField());

export function button(
  label: string,
  onClick: () => void,
  appearance: 'primary' | 'secondary' = 'secondary',
  title = '',
): Button {
  const element = document.createElement('vscode-button') as Button;
  element.appearance = appearance;
  element.append(label);
  apply(element, { title, on: { click: onClick } });
  return element;
}

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

export function checkbox(label: string, checked: boolean, onChange: (checked: boolean) => void): Checkbox {
  const element = document.createElement('vscode-checkbox') as Checkbox;
  element.checked = checked;
  element.append(label);
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
 * As `numberField`, but a plain input: for fields that come by the dozen. The label is seen only where `seen` says so.
 */
export function smallField(
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
    { class: seen ? 'field-label clip' : 'visually-hidden', title: label, attributes: { for: id } },
    label,
  );
  const problem = el('p', { class: 'field-problem', attributes: { role: 'alert' } });
  const remark = el('p', { class: 'field-remark' });
  const complain = (message: string | undefined): void => {
    problem.textContent = message ?? '';
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
      remark.textContent = value;
    },
  };
}

/**
 * A text field for a quantity. `accept` gets every edit: it returns what is wrong with the text in words for the
 * user, or undefined when it took the value.
 */
export function numberField(
  label: string,
  text: string,
  accept: (text: string) => string | undefined,
  compact = false,
): NumberField {
  const field = document.createElement('vscode-text-field') as TextField;
  const noteId = uniqueId('note');
  field.value = text;
  field.spellcheck = false;
  const problem = el('p', { class: 'field-problem', attributes: { id: noteId, role: 'alert' } });
  const remark = el('p', { class: 'field-remark' });
  // The toolkit makes the label's text the field's accessible name, and overwrites any other.
  field.append(label);
  field.title = label;
  const complain = (message: string | undefined): void => {
    problem.textContent = message ?? '';
    field.classList.toggle('invalid', message !== undefined);
    if (message === undefined) field.removeAttribute('aria-invalid');
    else field.setAttribute('aria-invalid', 'true');
  };
  field.addEventListener('input', () => complain(accept(field.value)));
  const element = el('div', { class: compact ? 'field compact' : 'field' }, field, problem, remark);
  return {
    element,
    show(value) {
      if (field.value !== value) field.value = value;
      complain(undefined);
    },
    remark(value) {
      remark.textContent = value;
    },
  };
}
