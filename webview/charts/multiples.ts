import { shortened } from '../format';
import type { Backdrop } from './backdrop';
import type { ChartInstance } from './chart';
import type { ChartTheme } from './theme';

/** Widths and heights in CSS pixels. */
const LEAST_WIDTH = 168;
const HEIGHT = 116;
/** What a panel keeps free around its plot: for its name above, labels of its axes, and names at the ends of lines. */
const ROOM = { left: 32, right: 46, top: 20, bottom: 20 };

/** Height of a name at the end of a line. */
const LABEL = 12;

/** A point of a plot: shares of its width and height, from the lower left. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

export interface Tick {
  /** Share of the axis. */
  readonly at: number;
  readonly text: string;
}

/** A line of a panel. */
export interface PlotLine {
  readonly points: readonly PlotPoint[];
  readonly color: string;
  readonly dash: readonly number[];
  /** Stands at its end, where there is room. */
  readonly label: string;
}

export interface Panel {
  readonly name: string;
  readonly lines: readonly PlotLine[];
  /** Weights that are as good, at one x. */
  readonly whisker?: { readonly x: number; readonly low: number; readonly high: number };
}

/**
 * Many small plots with the same axes, in one chart: the axes of the chart count panels across and down, and everything
 * in a panel is placed by shares of its plot.
 */
export class Multiples {
  readonly columns: number;
  readonly rows: number;
  readonly height: number;
  private readonly across: number;

  constructor(
    readonly count: number,
    width: number,
  ) {
    this.columns = Math.max(1, Math.min(count, Math.floor(width / LEAST_WIDTH)));
    this.rows = Math.ceil(count / this.columns);
    this.height = this.rows * HEIGHT;
    this.across = width / this.columns;
  }

  /** Where a point of a panel's plot lies on the axes of the chart. */
  place(panel: number, { x, y }: PlotPoint): { x: number; y: number } {
    const plotWidth = this.across - ROOM.left - ROOM.right;
    const plotHeight = HEIGHT - ROOM.top - ROOM.bottom;
    return {
      x: (panel % this.columns) + (ROOM.left + x * plotWidth) / this.across,
      y: Math.floor(panel / this.columns) + (ROOM.top + (1 - y) * plotHeight) / HEIGHT,
    };
  }

  axes(): { readonly x: object; readonly y: object } {
    const hidden = { type: 'linear', display: false, min: 0 };
    return { x: { ...hidden, max: this.columns }, y: { ...hidden, max: this.rows, reverse: true } };
  }

  /** Frames, names, axes and lines; the points are the chart's own. */
  backdrop(
    panels: readonly Panel[],
    axes: { readonly x: readonly Tick[]; readonly y: readonly Tick[] },
    shaded: readonly [number, number] | undefined,
    marked: number,
    theme: ChartTheme,
  ): Backdrop {
    return (chart) => {
      const { ctx } = chart;
      ctx.save();
      ctx.textBaseline = 'middle';
      panels.forEach((panel, i) => {
        const at = (point: PlotPoint): readonly [number, number] => this.pixel(chart, i, point);
        if (shaded) box(ctx, at({ x: shaded[0], y: 1 }), at({ x: shaded[1], y: 0 }), theme.shade);
        ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
        for (const { at: y, text } of axes.y) {
          stroke(ctx, [at({ x: 0, y }), at({ x: 1, y })], theme.grid, 1, []);
          if (i % this.columns === 0) write(ctx, text, at({ x: 0, y }), [-5, 0], 'right', theme.muted);
        }
        const isLowest = i + this.columns >= this.count;
        for (const { at: x, text } of axes.x) {
          stroke(ctx, [at({ x, y: 0 }), at({ x, y: 1 })], theme.grid, 1, []);
          if (isLowest) write(ctx, text, at({ x, y: 0 }), [0, 10], 'center', theme.muted);
        }
        if (marked >= 0 && marked <= 1)
          stroke(ctx, [at({ x: marked, y: 0 }), at({ x: marked, y: 1 })], theme.muted, 1, [3, 3]);
        if (panel.whisker) {
          const { x, low, high } = panel.whisker;
          const [[left, top], [, bottom]] = [at({ x, y: Math.min(1, high) }), at({ x, y: low })];
          box(ctx, [left - 3, top], [left + 3, Math.max(bottom, top + 2)], theme.band);
        }
        for (const { points, color, dash } of panel.lines) stroke(ctx, points.map(at), color, 1.75, dash);
        this.labels(chart, i, panel.lines);
        ctx.font = `bold ${theme.fontSize}px ${theme.fontFamily}`;
        write(ctx, this.fitting(ctx, panel.name), at({ x: 0, y: 1 }), [0, -9], 'left', theme.text);
      });
      ctx.restore();
    };
  }

  /** Names at the ends of lines, moved apart where those end close together. */
  private labels(chart: ChartInstance, panel: number, lines: readonly PlotLine[]): void {
    const ends = lines
      .flatMap(({ points, label, color }) => {
        const last = points.at(-1);
        return last && label !== '' ? [{ label, color, end: this.pixel(chart, panel, last) }] : [];
      })
      .sort((a, b) => a.end[1] - b.end[1]);
    let free = -Infinity;
    const tops = ends.map(({ end }) => (free = Math.max(end[1], free + LABEL)));
    // As far up as they went down, so that they stay around their lines.
    const shift = ends.reduce((sum, { end }, i) => sum + (tops[i] ?? end[1]) - end[1], 0) / Math.max(1, ends.length);
    ends.forEach(({ label, color, end }, i) =>
      write(chart.ctx, label, [end[0], (tops[i] ?? end[1]) - shift], [6, 0], 'left', color),
    );
  }

  private fitting(ctx: CanvasRenderingContext2D, name: string): string {
    const room = this.across - ROOM.left - 8;
    let text = name;
    for (let length = name.length; length > 4 && ctx.measureText(text).width > room; length--)
      text = shortened(name, length - 1);
    return text;
  }

  private pixel({ scales }: ChartInstance, panel: number, point: PlotPoint): readonly [number, number] {
    const { x, y } = this.place(panel, point);
    return [scales['x']?.getPixelForValue(x) ?? NaN, scales['y']?.getPixelForValue(y) ?? NaN];
  }
}

type Pixel = readonly [number, number];

function box(ctx: CanvasRenderingContext2D, [left, top]: Pixel, [right, bottom]: Pixel, color: string): void {
  ctx.fillStyle = color;
  ctx.fillRect(left, top, Math.max(2, right - left), bottom - top);
}

function stroke(
  ctx: CanvasRenderingContext2D,
  pixels: readonly Pixel[],
  color: string,
  width: number,
  dash: readonly number[],
): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.setLineDash([...dash]);
  ctx.beginPath();
  pixels.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
  ctx.stroke();
  ctx.setLineDash([]);
}

function write(
  ctx: CanvasRenderingContext2D,
  text: string,
  [x, y]: Pixel,
  [right, down]: Pixel,
  align: CanvasTextAlign,
  color: string,
): void {
  ctx.fillStyle = color;
  ctx.textAlign = align;
  ctx.fillText(text, x + right, y + down);
}
