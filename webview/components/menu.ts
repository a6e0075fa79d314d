import { el, uniqueId } from '../dom';

export interface MenuItem {
  readonly label: string;
  /** What it is good for, beside the label. */
  readonly detail?: string;
  run(): void;
}

/** A small button that opens a menu, as the WAI-ARIA pattern has it: arrows walk, Enter chooses, Escape leaves. */
export function menuButton(label: string, title: string, items: readonly MenuItem[]): HTMLElement {
  const id = uniqueId('menu');
  const entries = items.map(({ label: name, detail, run }) =>
    el(
      'button',
      {
        class: 'menu-item',
        attributes: { type: 'button', role: 'menuitem', tabindex: -1 },
        on: {
          click: () => {
            close(true);
            run();
          },
        },
      },
      el('span', {}, name),
      detail !== undefined && el('span', { class: 'muted' }, detail),
    ),
  );
  const menu = el('div', { class: 'menu', attributes: { id, role: 'menu', 'aria-label': title } }, ...entries);
  menu.hidden = true;
  const button = el(
    'button',
    {
      class: 'tool menu-button',
      title,
      attributes: { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': id },
      on: { click: () => (menu.hidden ? open(0) : close(true)) },
    },
    label,
  );
  const element = el('div', { class: 'menu-holder' }, button, menu);

  const outside = (event: Event): void => {
    if (!element.contains(event.target as Node)) close(false);
  };
  const open = (at: number): void => {
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    // To the side on which there is room.
    const { left } = button.getBoundingClientRect();
    menu.classList.toggle('rightward', left + menu.offsetWidth < document.documentElement.clientWidth - 8);
    document.addEventListener('pointerdown', outside, true);
    entries.at(at)?.focus();
  };
  const close = (refocus: boolean): void => {
    if (menu.hidden) return;
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    if (refocus) button.focus();
  };
  element.addEventListener('keydown', (event) => {
    if (menu.hidden) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') open(event.key === 'ArrowDown' ? 0 : -1);
      else return;
    } else if (event.key === 'Escape') close(true);
    else if (event.key === 'Tab') return close(false);
    else {
      const at = entries.indexOf(document.activeElement as HTMLButtonElement);
      const to = target(event.key, at, entries.length);
      if (to === undefined) return;
      entries[to]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  });
  return element;
}

function target(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
