/** The page's charts. Only this file imports chart.js; only the parts that are used are registered. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';
import type { ChartConfiguration, ChartDataset, ChartOptions } from 'chart.js';
import type { Backdrop } from './backdrop';
import type { ChartTheme } from './theme';
import { onThemeChange, readTheme } from './theme';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
);

export type { Scale } from 'chart.js';
export type ChartInstance = Chart;

export type ChartKind = 'bar' | 'line' | 'scatter';
export type Dataset = ChartDataset<ChartKind, ({ x: number; y: number } | [number, number] | number)[]>;

/** What to draw; made anew for every change, so that a chart never holds state of its own. */
export interface Drawing {
  readonly kind: ChartKind;
  readonly labels?: readonly string[];
  readonly datasets: readonly Dataset[];
  readonly x: object;
  readonly y: object;
  /** Bars lie on their side. */
  readonly horizontal?: boolean;
  /** Height in CSS pixels; the width follows the card. */
  readonly height: number;
  /** Lines of the tooltip for a point. */
  tooltip(dataset: number, index: number): string[];
  onPick?(dataset: number, index: number): void;
  readonly backdrops?: readonly Backdrop[];
  /** Room kept free right of the axes, CSS pixels. */
  readonly rightPadding?: number;
}

/** Draws, redraws on every theme change, and answers the keyboard: arrows walk the points, Enter picks one. */
export class ThemedChart {
  private chart: Chart | undefined;
  private readonly stopListening: () => void;
  private drawing: Drawing | undefined;
  private layout = '';

  constructor(
    private readonly frame: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly draw: (theme: ChartTheme) => Drawing,
  ) {
    this.stopListening = onThemeChange(() => this.redraw(true));
    canvas.addEventListener('keydown', (event) => this.onKey(event));
    canvas.addEventListener('blur', () => this.show(undefined));
  }

  /** Draws again from the present state; `restyle` also rebuilds what depends on the theme. */
  redraw(restyle = false): void {
    const theme = readTheme();
    const drawing = this.draw(theme);
    this.drawing = drawing;
    if (this.frame.style.height !== `${drawing.height}px`) this.frame.style.height = `${drawing.height}px`;
    if (!this.chart || restyle) {
      this.chart?.destroy();
      this.chart = new Chart(this.canvas, this.configuration(drawing, theme));
      this.layout = layoutOf(drawing);
      return;
    }
    this.chart.data = dataOf(drawing);
    // Resolving options is most of the time a redraw takes, and mostly only the data changed.
    if (this.layout !== layoutOf(drawing)) this.chart.options = this.options(drawing, theme);
    this.layout = layoutOf(drawing);
    this.chart.update('none');
  }

  /** The picture as it is, for export. */
  get picture(): HTMLCanvasElement {
    return this.canvas;
  }

  dispose(): void {
    this.stopListening();
    this.chart?.destroy();
    this.chart = undefined;
  }

  private configuration(drawing: Drawing, theme: ChartTheme): ChartConfiguration {
    return {
      type: drawing.kind,
      data: dataOf(drawing),
      options: this.options(drawing, theme),
      plugins: [
        {
          id: 'backdrops',
          beforeDatasetsDraw: (chart: Chart) => this.drawing?.backdrops?.forEach((backdrop) => backdrop(chart)),
        },
      ],
    } as ChartConfiguration;
  }

  private options(drawing: Drawing, theme: ChartTheme): ChartOptions {
    return {
      animation: false,
      layout: { padding: { right: drawing.rightPadding ?? 0 } },
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: drawing.horizontal ? 'y' : 'x',
      color: theme.text,
      font: { family: theme.fontFamily, size: theme.fontSize },
      interaction: {
        mode: drawing.kind === 'scatter' ? 'nearest' : 'index',
        intersect: drawing.kind === 'scatter',
        axis: drawing.kind === 'scatter' ? 'xy' : drawing.horizontal ? 'y' : 'x',
      },
      scales: { x: drawing.x, y: drawing.y },
      plugins: { tooltip: this.tooltipOptions(theme) },
      onClick: (_event, elements) => {
        const hit = elements[0];
        if (hit) this.drawing?.onPick?.(hit.datasetIndex, hit.index);
      },
      onHover: (_event, elements) => {
        this.canvas.style.cursor = elements.length > 0 && this.drawing?.onPick ? 'pointer' : 'default';
      },
    } as ChartOptions;
  }

  private tooltipOptions(theme: ChartTheme): object {
    return {
      animation: false,
      backgroundColor: theme.surface,
      borderColor: theme.border,
      borderWidth: 1,
      titleColor: theme.text,
      bodyColor: theme.text,
      bodyFont: { family: theme.fontFamily, size: theme.fontSize },
      displayColors: false,
      padding: 8,
      caretSize: 4,
      cornerRadius: 3,
      callbacks: {
        title: () => '',
        label: (item: { datasetIndex: number; dataIndex: number }) =>
          this.drawing?.tooltip(item.datasetIndex, item.dataIndex) ?? [],
      },
    };
  }

  private onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const step = steps[event.key];
    const active = this.chart?.getActiveElements()[0];
    if (step !== undefined) {
      this.show(this.next(active, step));
      event.preventDefault();
    } else if (event.key === 'Escape') {
      this.show(undefined);
    } else if (event.key === 'Enter' && active) {
      this.drawing?.onPick?.(active.datasetIndex, active.index);
    }
  }

  /** The point after (or before) the active one, through all datasets and round again. */
  private next(active: { datasetIndex: number; index: number } | undefined, step: number): Place | undefined {
    const places = (this.drawing?.datasets ?? []).flatMap((dataset, datasetIndex) =>
      walkable(dataset) ? dataset.data.map((_, index) => ({ datasetIndex, index })) : [],
    );
    if (places.length === 0) return undefined;
    const at = active
      ? places.findIndex((place) => place.datasetIndex === active.datasetIndex && place.index === active.index)
      : step > 0
        ? -1
        : 0;
    return places[(at + step + places.length) % places.length];
  }

  private show(place: Place | undefined): void {
    if (!this.chart) return;
    const places = place ? [place] : [];
    this.chart.setActiveElements(places);
    this.chart.tooltip?.setActiveElements(places, { x: 0, y: 0 });
    this.chart.update('none');
  }
}

interface Place {
  readonly datasetIndex: number;
  readonly index: number;
}

/** Lines have too many points to stop at each; points and bars are worth it. */
const walkable = (dataset: Dataset): boolean => !('pointRadius' in dataset && dataset.pointRadius === 0);

/** What the axes of a drawing say; formats are functions and fixed for each chart. */
const layoutOf = (drawing: Drawing): string => JSON.stringify([drawing.x, drawing.y]);

const dataOf = (drawing: Drawing): ChartConfiguration['data'] =>
  ({ labels: [...(drawing.labels ?? [])], datasets: [...drawing.datasets] }) as ChartConfiguration['data'];
