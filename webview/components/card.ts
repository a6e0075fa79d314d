import type { Drawing } from '../charts/chart';
import { chartsReady, loadCharts, ThemedChart } from '../charts/chart';
import { pngOf, svgOf } from '../charts/picture';
import type { ChartTheme } from '../charts/theme';
import { toggle, toolButton } from '../controls';
import { el, fill, icon, setAttribute, setText, uniqueId } from '../dom';
import { post } from '../host';
import { t } from '../l10n';
import { attention } from './attention';
import { MARKS } from './marks';
import type { Mark } from './marks';
import { menuButton } from './menu';
import type { MenuItem } from './menu';
import type { TableSpec } from './table';
import { table, toCsv, toTsv } from './table';

export interface LegendItem {
  readonly mark: Mark;
  /** Index of the series colour. */
  readonly series: 0 | 1 | 2 | 'muted';
  readonly label: string;
}

/** A chart with its legend, its numbers as a table, and ways to take both along. */
export interface ChartCardSpec<Row> {
  /** Stable: it is stored when the table is open. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what is drawn, in which unit. Also the chart's name for a screen reader. */
  subtitle(): string;
  legend(): readonly LegendItem[];
  draw(theme: ChartTheme, width: number): Drawing;
  table(): TableSpec<Row>;
  /** Controls between title and chart. */
  readonly controls?: readonly Node[];
  /** Why there is nothing to draw, in words; undefined when there is. */
  missing?(): string | undefined;
  /** A remark under the chart; empty when there is none. */
  note?(): string;
}

export interface OpenTables {
  has(id: string): boolean;
  set(id: string, open: boolean): void;
}

export interface Card {
  readonly element: HTMLElement;
  update(): void;
  dispose(): void;
}

export function chartCard<Row>(spec: ChartCardSpec<Row>, openTables: OpenTables): Card {
  const canvas = el('canvas', {
    attributes: {
      role: 'img',
      tabindex: 0,
      'aria-description': t(
        'Arrow keys walk the points and Enter opens the row of one; plus and minus zoom, Shift with arrows moves, 0 resets.',
      ),
    },
  });
  const frame = el('div', { class: 'chart-frame' }, canvas);
  const subtitle = el('p', { class: 'subtitle' });
  const legend = el('ul', { class: 'legend', attributes: { 'aria-label': t('Legend') } });
  const missing = el('p', { class: 'empty' });
  const note = el('p', { class: 'note' });
  const numbers = el('div', { class: 'numbers', attributes: { id: uniqueId('numbers') } });
  const spoken = el('p', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  let tableOpen = openTables.has(spec.id);

  const reset = toolButton(t('Reset zoom'), t('Show all of the chart again (0)'), () => {
    chart.resetZoom();
    canvas.focus();
  });
  reset.hidden = true;
  const chart = new ThemedChart(frame, canvas, (theme, width) => spec.draw(theme, width), {
    zoomed: (closer) => (reset.hidden = !closer),
    say: (text) => (spoken.textContent = text),
    resized: () => attended.postpone(),
  });
  const drawTable = (): void => {
    numbers.hidden = !tableOpen;
    if (tableOpen) fill(numbers, table(spec.table()));
    else if (numbers.hasChildNodes()) fill(numbers);
  };
  const tableButton = toggle(t('Table'), t('Show the numbers as a table'), tableOpen, (open) => {
    tableOpen = open;
    openTables.set(spec.id, open);
    drawTable();
  });
  const caption = () => ({ title: spec.title, subtitle: spec.subtitle(), legend: spec.legend() });
  const save = (extension: string, bytes: Uint8Array): void =>
    post({ type: 'export', suggestedName: `${spec.id}.${extension}`, bytes });
  const exportButton = menuButton(t('Export'), t('Take {0} along', spec.title), [
    ...copyItems(() => spec.table()),
    {
      label: t('Save as SVG'),
      detail: t('shapes and text, dark on white'),
      run: () => save('svg', new TextEncoder().encode(svgOf(caption(), chart))),
    },
    {
      label: t('Save as PNG'),
      detail: t('as it is shown'),
      run: () => void pngOf(caption(), chart).then((bytes) => save('png', bytes)),
    },
  ]);
  const headingId = uniqueId('card');
  const element = el(
    'div',
    { class: 'card', attributes: { role: 'group', 'aria-labelledby': headingId, 'data-card': spec.id } },
    el(
      'div',
      { class: 'card-head' },
      el('h3', { attributes: { id: headingId } }, spec.title),
      el(
        'div',
        { class: 'tools', attributes: { role: 'group', 'aria-label': t('{0}: tools', spec.title) } },
        reset,
        tableButton,
        exportButton,
      ),
    ),
    subtitle,
    spec.controls && el('div', { class: 'card-controls' }, ...spec.controls),
    legend,
    frame,
    missing,
    note,
    numbers,
    spoken,
  );
  const bringUp = (): void => {
    const reason = spec.missing?.();
    const shown = reason === undefined;
    for (const part of [frame, legend, tableButton, exportButton]) part.hidden = !shown;
    missing.hidden = shown;
    setText(missing, reason ?? '');
    subtitle.hidden = !shown;
    note.hidden ||= !shown;
    numbers.hidden = !shown || !tableOpen;
    if (shown && !chartsReady()) return void loadCharts().then(() => attended.postpone());
    drawn = true;
    element.removeAttribute('aria-busy');
    if (!shown) return;
    chart.redraw();
    // The texts may speak of what was drawn.
    const words = spec.subtitle();
    if (subtitle.textContent !== words) {
      subtitle.textContent = words;
      setAttribute(canvas, 'aria-label', `${spec.title}. ${words}`);
    }
    const items = spec.legend();
    const key = JSON.stringify(items);
    if (key !== legendKey) fill(legend, ...items.map(legendItem));
    legendKey = key;
    const remark = spec.note?.() ?? '';
    setText(note, remark);
    note.hidden = remark === '';
    drawTable();
  };
  let legendKey = '';
  let drawn = false;
  const attended = attention(element, bringUp);
  return {
    element,
    update() {
      if (!drawn) element.setAttribute('aria-busy', 'true');
      attended.attend();
    },
    dispose() {
      attended.stop();
      chart.dispose();
    },
  };
}

const copyItems = <Row>(spec: () => TableSpec<Row>): MenuItem[] => [
  {
    label: t('Copy as TSV'),
    detail: t('for spreadsheets'),
    run: () => post({ type: 'copy', text: toTsv(spec()) }),
  },
  { label: t('Copy as CSV'), run: () => post({ type: 'copy', text: toCsv(spec()) }) },
];

function legendItem(item: LegendItem): HTMLLIElement {
  return el(
    'li',
    {},
    icon(MARKS[item.mark], `mark mark-${item.mark} series-${item.series}`),
    el('span', { class: 'clip', title: item.label }, item.label),
  );
}

/** A card that holds only a table. */
export function tableCard<Row>(id: string, title: string, subtitle: string, spec: TableSpec<Row>): HTMLElement {
  const headingId = uniqueId('card');
  return el(
    'div',
    { class: 'card', attributes: { role: 'group', 'aria-labelledby': headingId, 'data-card': id } },
    el(
      'div',
      { class: 'card-head' },
      el('h3', { attributes: { id: headingId } }, title),
      el(
        'div',
        { class: 'tools' },
        menuButton(
          t('Copy'),
          t('Copy {0}', title),
          copyItems(() => spec),
        ),
      ),
    ),
    subtitle !== '' && el('p', { class: 'subtitle' }, subtitle),
    table(spec),
  );
}

/** A card of anything else. */
export function plainCard(title: string, subtitle: string, ...children: (Node | undefined)[]): HTMLElement {
  const headingId = uniqueId('card');
  return el(
    'div',
    { class: 'card', attributes: { role: 'group', 'aria-labelledby': headingId } },
    el('div', { class: 'card-head' }, el('h3', { attributes: { id: headingId } }, title)),
    subtitle !== '' && el('p', { class: 'subtitle' }, subtitle),
    ...children,
  );
}
