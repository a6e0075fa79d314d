import { clipped, el } from '../dom';

export interface Stat {
  readonly label: string;
  readonly value: string;
  readonly detail?: string;
}

/** A few numbers side by side, each with its name and unit. */
export function statTiles(stats: readonly Stat[]): HTMLElement {
  return el(
    'dl',
    { class: 'stats' },
    ...stats.map((stat) =>
      el(
        'div',
        { class: 'stat' },
        el('dt', {}, clipped(stat.label)),
        el(
          'dd',
          {},
          el('span', { class: 'stat-value' }, stat.value),
          stat.detail ? el('span', { class: 'stat-detail' }, stat.detail) : '',
        ),
      ),
    ),
  );
}
