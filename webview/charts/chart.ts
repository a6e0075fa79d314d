/** The page's charts. chart.js is loaded apart (engine.ts): a page can be read and used before there is a picture in it. */
import type { Chart, ChartConfiguration, ChartDataset, ChartOptions } from 'chart.js';
import type { Backdrop } from './backdrop';
import type * as Engine from './engine';
import { listenToHand } from './gestures';
import type { Spot } from './gestures';
import type { SvgContext } from './svgContext';
import type { ChartTheme } from './theme';
import { onThemeChange, readTheme } from './theme';
import { between, panned, zoomed } from './zoom';
import type { Extent, Zoom } from './zoom';

let engine: typeof Engine | undefined;
let loading: Promise<void> | undefined;

export const chartsReady = (): boolean => engine !== undefined;

export const loadCharts = (): Promise<void> =>
  (loading ??= import('./engine').then((loaded) => {
    engine = loaded;
  }));

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
  /** Drawn over the data. */
  readonly overlays?: readonly Backdrop[];
  /** Room kept free right of the axes, CSS pixels. */
  readonly rightPadding?: number;
  readonly padding?: number;
  /** What the axes are about: where that changes, a zoom is over. */
  readonly subject?: string;
  /** A unit is as long across as it is up, so that the axes depend on the width of the chart. */
  readonly isotropic?: boolean;
  /** There is nothing to come closer to: the axes are no quantities. */
  readonly fixed?: boolean;
}

/** What a chart tells its card. */
export interface ChartEvents {
  /** The reader looks closer, or not any more. */
  zoomed(closer: boolean): void;
  /** The point the keyboard stands on, in words; empty for none. */
  say(text: string): void;
  /** The chart has another width, and is to be drawn again. */
  resized(): void;
}

/** How much one press of a key changes. */
const KEY_ZOOM = 0.7;
const KEY_PAN = 0.15;

/**
 * Draws, redraws on every theme change, and answers hand and keyboard: arrows walk the points, Enter picks one, + and −
 * zoom, Shift with arrows moves, 0 resets.
 */
export class ThemedChart {
  private chart: Chart | undefined;
  private readonly stopListening: () => void;
  private drawing: Drawing | undefined;
  private layout = '';
  private zoom: Zoom | undefined;
  private readonly wasDragged: () => boolean;
  /** Of the frame, as the browser tells it: asking would settle the layout. 0 where it is not shown. */
  private width = 0;
  private readonly sizes = new ResizeObserver((entries) => {
    const width = Math.floor(entries.at(-1)?.contentRect.width ?? 0);
    if (width === this.width) return;
    this.width = width;
    this.frame.setAttribute('aria-busy', 'true');
    this.events.resized();
  });

  constructor(
    private readonly frame: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly draw: (theme: ChartTheme, width: number) => Drawing,
    private readonly events: ChartEvents,
  ) {
    frame.setAttribute('aria-busy', 'true');
    this.stopListening = onThemeChange(() => this.redraw(true));
    this.sizes.observe(frame);
    canvas.addEventListener('keydown', (event) => this.onKey(event));
    canvas.addEventListener('blur', () => this.show(undefined));
    this.wasDragged = listenToHand(frame, canvas, {
      spotOf: (event) => this.spotOf(event),
      framing: () => this.drawing?.isotropic !== true,
      zoomBy: (factor, at) => this.zoomBy(factor, at),
      frame: (from, to) => this.setZoom((extent, log, axis) => between(extent, from[axis], to[axis], log)),
      panBy: (x, y) => this.panBy(x, y),
      reset: () => this.resetZoom(),
    });
  }

  /** Draws again from the present state; `restyle` also rebuilds what depends on the theme. */
  redraw(restyle = false): void {
    const { width } = this;
    if (!engine || width === 0) return;
    this.frame.removeAttribute('aria-busy');
    const theme = readTheme();
    const drawing = this.draw(theme, width);
    if (this.zoom && drawing.subject !== this.drawing?.subject) this.forgetZoom();
    this.drawing = drawing;
    if (this.frame.style.height !== `${drawing.height}px`) this.frame.style.height = `${drawing.height}px`;
    if (!this.chart || restyle) {
      this.chart?.destroy();
      this.canvas.width = width;
      this.canvas.height = drawing.height;
      this.chart = new engine.Chart(this.canvas, {
        ...this.configuration(drawing, theme),
        platform: engine.ToldPlatform,
      } as ChartConfiguration);
      this.layout = this.layoutOf(drawing);
      return;
    }
    this.chart.data = dataOf(drawing);
    // Resolving options is most of the time a redraw takes, and mostly only the data changed.
    if (this.layout !== this.layoutOf(drawing)) this.chart.options = this.options(drawing, theme);
    this.layout = this.layoutOf(drawing);
    const { chart } = this;
    const ratio = window.devicePixelRatio;
    if (chart.width !== width || chart.height !== drawing.height || chart.currentDevicePixelRatio !== ratio)
      chart.resize(width, drawing.height);
    chart.update('none');
  }

  /** The picture as it is, for export. */
  get picture(): HTMLCanvasElement {
    return this.canvas;
  }

  /** Draws the chart as it is now into a picture made of shapes, in other colours. */
  drawInto(context: SvgContext, theme: ChartTheme, width: number): void {
    if (!engine) return;
    const drawing = this.draw(theme, width);
    const shown = this.drawing;
    this.drawing = drawing;
    const canvas = { width, height: drawing.height, style: {}, getContext: () => context };
    context.canvas = canvas;
    const configuration = this.configuration(drawing, theme);
    const chart = new engine.Chart(
      canvas as unknown as HTMLCanvasElement,
      {
        ...configuration,
        // Lines with segments of their own are drawn point by point; others as a `Path2D`, which cannot be read.
        data: { ...configuration.data, datasets: configuration.data.datasets.map((set) => ({ ...set, segment: {} })) },
        options: { ...configuration.options, devicePixelRatio: 1 },
        platform: engine.BasicPlatform,
      } as ChartConfiguration,
    );
    chart.destroy();
    this.drawing = shown;
  }

  resetZoom(): void {
    if (!this.zoom) return;
    this.forgetZoom();
    this.redraw();
  }

  dispose(): void {
    this.stopListening();
    this.sizes.disconnect();
    this.chart?.destroy();
    this.chart = undefined;
  }

  private forgetZoom(): void {
    this.zoom = undefined;
    this.events.zoomed(false);
  }

  /** Bars begin at 0 and are few: there is nothing to come closer to. */
  private get zoomable(): boolean {
    return this.drawing !== undefined && this.drawing.kind !== 'bar' && !this.drawing.fixed;
  }

  private spotOf(event: MouseEvent): Spot | undefined {
    const area = this.zoomable ? this.chart?.chartArea : undefined;
    if (!area) return undefined;
    const share = (value: number): number => Math.max(0, Math.min(1, value));
    const up = share((area.bottom - event.offsetY) / area.height);
    return {
      x: share((event.offsetX - area.left) / area.width),
      y: this.upsideDown ? 1 - up : up,
    };
  }

  /** Rows of names are counted from above. */
  private get upsideDown(): boolean {
    return this.chart?.scales['y']?.options.reverse === true;
  }

  private zoomBy(factor: number, at: Spot = { x: 0.5, y: 0.5 }): void {
    this.setZoom((extent, log, axis) => zoomed(extent, factor, at[axis], log));
  }

  private panBy(x: number, y: number): void {
    this.setZoom((extent, log, axis) => panned(extent, axis === 'x' ? x : y, log));
  }

  private setZoom(move: (extent: Extent, log: boolean, axis: 'x' | 'y') => Extent): void {
    const { x, y } = this.chart?.scales ?? {};
    if (!x || !y || !this.zoomable) return;
    const moved = (scale: typeof x, axis: 'x' | 'y'): Extent =>
      move([scale.min, scale.max], scale.type === 'logarithmic', axis);
    const next = { x: moved(x, 'x'), y: moved(y, 'y') };
    if (![...next.x, ...next.y].every(Number.isFinite)) return;
    this.zoom = next;
    this.events.zoomed(true);
    this.redraw();
  }

  private layoutOf(drawing: Drawing): string {
    return JSON.stringify([drawing.x, drawing.y, this.zoom]);
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
          afterDatasetsDraw: (chart: Chart) => this.drawing?.overlays?.forEach((overlay) => overlay(chart)),
        },
      ],
    } as ChartConfiguration;
  }

  private options(drawing: Drawing, theme: ChartTheme): ChartOptions {
    return {
      animation: false,
      layout: {
        padding: { right: drawing.rightPadding ?? 0, ...(drawing.padding === undefined ? {} : all(drawing.padding)) },
      },
      responsive: false,
      maintainAspectRatio: false,
      indexAxis: drawing.horizontal ? 'y' : 'x',
      color: theme.text,
      font: { family: theme.fontFamily, size: theme.fontSize },
      interaction: {
        mode: drawing.kind === 'scatter' ? 'nearest' : 'index',
        intersect: drawing.kind === 'scatter',
        axis: drawing.kind === 'scatter' ? 'xy' : drawing.horizontal ? 'y' : 'x',
      },
      scales: { x: within(drawing.x, this.zoom?.x), y: within(drawing.y, this.zoom?.y) },
      plugins: { tooltip: this.tooltipOptions(theme) },
      onClick: (_event, elements) => {
        const hit = elements[0];
        if (hit && !this.wasDragged()) this.drawing?.onPick?.(hit.datasetIndex, hit.index);
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
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS.get(event.key);
    const active = this.chart?.getActiveElements()[0];
    if (step && event.shiftKey && this.zoomable)
      this.panBy(step.x * KEY_PAN, (this.upsideDown ? -1 : 1) * step.y * KEY_PAN);
    else if (step) this.show(this.next(active, step.along));
    else if (this.zoomable && (event.key === '+' || event.key === '=')) this.zoomBy(KEY_ZOOM);
    else if (this.zoomable && (event.key === '-' || event.key === '_')) this.zoomBy(1 / KEY_ZOOM);
    else if (event.key === '0') this.resetZoom();
    else if (event.key === 'Escape') this.show(undefined);
    else if (event.key === 'Enter' && active) this.drawing?.onPick?.(active.datasetIndex, active.index);
    else return;
    event.preventDefault();
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
    this.events.say(place ? (this.drawing?.tooltip(place.datasetIndex, place.index) ?? []).join(', ') : '');
  }
}

/** Where an arrow leads: along the points, and to which side of the axes. */
const STEPS: ReadonlyMap<string, { readonly along: number; readonly x: number; readonly y: number }> = new Map([
  ['ArrowRight', { along: 1, x: 1, y: 0 }],
  ['ArrowLeft', { along: -1, x: -1, y: 0 }],
  ['ArrowUp', { along: -1, x: 0, y: 1 }],
  ['ArrowDown', { along: 1, x: 0, y: -1 }],
]);

const all = (padding: number) => ({ left: padding, right: padding, top: padding, bottom: padding });

const within = (axis: object, extent: Extent | undefined): object =>
  extent ? { ...axis, min: extent[0], max: extent[1] } : axis;

interface Place {
  readonly datasetIndex: number;
  readonly index: number;
}

/** Lines have too many points to stop at each; points and bars are worth it. */
const walkable = (dataset: Dataset): boolean => !('pointRadius' in dataset && dataset.pointRadius === 0);

const dataOf = (drawing: Drawing): ChartConfiguration['data'] =>
  ({ labels: [...(drawing.labels ?? [])], datasets: [...drawing.datasets] }) as ChartConfiguration['data'];
