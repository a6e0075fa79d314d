import { el } from '../dom';

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly panel: HTMLElement;
}

export interface Tabs<Id extends string> {
  /** The row of tabs; the panels follow it in the page. */
  readonly list: HTMLElement;
  select(id: Id, focus?: boolean): void;
}

/**
 * Tabs as the WAI-ARIA pattern has them: one tab stop, arrows (and Home, End) move and select, Tab goes on into the
 * panel.
 */
export function tabs<Id extends string>(
  label: string,
  items: readonly Tab<Id>[],
  onSelect: (id: Id) => void,
): Tabs<Id> {
  const buttons = items.map((item) =>
    el(
      'button',
      {
        class: 'tab',
        attributes: { type: 'button', role: 'tab', id: `tab-${item.id}`, 'aria-controls': `view-${item.id}` },
        on: { click: () => select(item.id) },
      },
      item.label,
    ),
  );
  for (const { id, panel } of items) {
    panel.id = `view-${id}`;
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', `tab-${id}`);
  }
  const select = (id: Id, focus = false): void => {
    items.forEach((item, i) => {
      const selected = item.id === id;
      const tab = buttons[i] as HTMLButtonElement;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
      item.panel.hidden = !selected;
      if (selected && focus) tab.focus();
      // Not when the page is made: it would be laid out twice.
      if (selected && tab.isConnected)
        requestAnimationFrame(() => tab.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
    });
    onSelect(id);
  };
  const list = el(
    'div',
    {
      class: 'tabs',
      attributes: { role: 'tablist', 'aria-label': label },
      on: {
        keydown: (event) => {
          const at = buttons.findIndex((tab) => tab === document.activeElement);
          const to = target((event as KeyboardEvent).key, at, items.length);
          const item = to === undefined || at < 0 ? undefined : items[to];
          if (!item) return;
          event.preventDefault();
          select(item.id, true);
        },
      },
    },
    ...buttons,
  );
  return { list, select };
}

function target(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
