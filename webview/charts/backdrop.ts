import type { ChartInstance } from './chart';
import type { ChartTheme } from './theme';

/** Something drawn under the data: a range, a reference line. */
export type Backdrop = (chart: ChartInstance) => void;

/** Where the runs were measured, as a shaded part of the x axis; a single value becomes a thin bar. */
export const measuredBand =
  (range: readonly [number, number], color: string): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const axis = scales['x'];
    if (!axis) return;
    const inside = (x: number): number => Math.min(chartArea.right, Math.max(chartArea.left, x));
    const from = inside(axis.getPixelForValue(range[0]));
    const to = inside(axis.getPixelForValue(range[1]));
    const width = Math.max(4, to - from);
    ctx.save();
    ctx.fillStyle = color;
    ctx.fillRect((from + to - width) / 2, chartArea.top, width, chartArea.height);
    ctx.restore();
  };

/** A dashed vertical line at a chosen x. */
export const verticalLine =
  (x: number, color: string): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const at = scales['x']?.getPixelForValue(x) ?? NaN;
    if (!(at >= chartArea.left && at <= chartArea.right)) return;
    strokeLine(ctx, color, [at, chartArea.top], [at, chartArea.bottom], [4, 3]);
  };

/** A dashed horizontal line at a y. */
export const horizontalLine =
  (y: number, color: string): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const at = scales['y']?.getPixelForValue(y) ?? NaN;
    if (!(at >= chartArea.top && at <= chartArea.bottom)) return;
    strokeLine(ctx, color, [chartArea.left, at], [chartArea.right, at], [4, 3]);
  };

/** The line y = x, on which a perfect law would put every point. */
export const diagonal =
  (color: string): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const { x, y } = scales;
    if (!x || !y) return;
    const low = Math.max(x.min, y.min);
    const high = Math.min(x.max, y.max);
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
    ctx.clip();
    strokeLine(
      ctx,
      color,
      [x.getPixelForValue(low), y.getPixelForValue(low)],
      [x.getPixelForValue(high), y.getPixelForValue(high)],
      [],
    );
    ctx.restore();
  };

function strokeLine(
  ctx: CanvasRenderingContext2D,
  color: string,
  from: readonly [number, number],
  to: readonly [number, number],
  dash: number[],
): void {
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
  ctx.restore();
}

/** Names at the right ends of lines, moved apart where lines end close together; the chart leaves room for them. */
export const endLabels =
  (labels: readonly { readonly text: string; readonly y: number; readonly color: string }[], font: string): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const axis = scales['y'];
    if (!axis) return;
    const lineHeight = 13;
    const placed = labels
      .map((label) => ({ ...label, at: axis.getPixelForValue(label.y) }))
      .sort((a, b) => a.at - b.at);
    let free = chartArea.top;
    for (const label of placed) {
      label.at = Math.max(label.at, free);
      free = label.at + lineHeight;
    }
    const excess = Math.max(0, free - lineHeight - chartArea.bottom);
    ctx.save();
    ctx.font = font;
    ctx.textBaseline = 'middle';
    for (const { text, at, color } of placed) {
      ctx.fillStyle = color;
      ctx.fillText(text, chartArea.right + 6, at - excess);
    }
    ctx.restore();
  };

/** A text at the right of each row, in a column; the chart leaves `width` pixels of room for it. */
export const rowTexts =
  (texts: readonly string[], width: number, color: string, font: string): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const axis = scales['y'];
    if (!axis) return;
    ctx.save();
    ctx.font = font;
    ctx.fillStyle = color;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    texts.forEach((text, row) => {
      const at = axis.getPixelForValue(row);
      if (at >= chartArea.top && at <= chartArea.bottom) ctx.fillText(text, chartArea.right + width, at);
    });
    ctx.restore();
  };

/** A horizontal piece of a row: from one x to another. */
export interface Span {
  readonly low: number;
  readonly high: number;
  /** The row. */
  readonly y: number;
}

interface SpanStyle {
  readonly color: string;
  /** Pixels up and down. */
  readonly thickness: number;
  /** Short strokes at both ends, as intervals have them. */
  readonly caps?: boolean;
  /** Moves all of them down by so many pixels, where rows hold several. */
  readonly shift?: number;
}

/** Pieces of rows: bands behind points, and intervals around them. */
export const spans =
  (list: readonly Span[], { color, thickness, caps = false, shift = 0 }: SpanStyle): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const { x, y } = scales;
    if (!x || !y) return;
    const inside = (value: number): number => Math.min(chartArea.right, Math.max(chartArea.left, value));
    ctx.save();
    ctx.fillStyle = color;
    for (const span of list) {
      const row = y.getPixelForValue(span.y) + shift;
      const [low, high] = [x.getPixelForValue(span.low), x.getPixelForValue(span.high)];
      const beyond =
        row < chartArea.top - 1 || row > chartArea.bottom + 1 || high < chartArea.left || low > chartArea.right;
      if (!Number.isFinite(low + high + row) || beyond) continue;
      const [from, to] = [inside(low), inside(high)];
      ctx.fillRect(from, row - thickness / 2, Math.max(2, to - from), thickness);
      if (!caps) continue;
      for (const end of [low, high]) {
        if (end === inside(end)) ctx.fillRect(end - 0.75, row - 4, 1.5, 8);
      }
    }
    ctx.restore();
  };

/** The part of a curve between two lines, shaded. Points without an interval are left out. */
export const curveBand =
  (points: readonly { readonly x: number; readonly low: number; readonly high: number }[], color: string): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const { x, y } = scales;
    const known = points.filter(({ low, high }) => Number.isFinite(low + high));
    if (!x || !y || known.length < 2) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
    ctx.clip();
    ctx.beginPath();
    for (const point of known) ctx.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.high));
    for (const point of [...known].reverse()) ctx.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.low));
    ctx.closePath();
    ctx.fillStyle = color;
    ctx.fill();
    ctx.restore();
  };

/** Names beside points: to the side on which there is room, and moved down where they would lie on each other. */
export const pointLabels =
  (
    labels: readonly { readonly x: number; readonly y: number; readonly text: string }[],
    theme: Pick<ChartTheme, 'text' | 'background' | 'fontSize' | 'fontFamily'>,
  ): Backdrop =>
  ({ scales, chartArea, ctx }) => {
    const { x, y } = scales;
    if (!x || !y) return;
    ctx.save();
    ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
    ctx.textBaseline = 'middle';
    ctx.lineJoin = 'round';
    const marks = labels.map((label) => [x.getPixelForValue(label.x), y.getPixelForValue(label.y)] as const);
    const taken: Box[] = marks.map(([px, py]) => boxAt(px - 6, 12, py));
    labels.forEach((label, i) => {
      const [px, py] = marks[i] as readonly [number, number];
      if (!(px >= chartArea.left && px <= chartArea.right && py >= chartArea.top && py <= chartArea.bottom)) return;
      const wide = ctx.measureText(label.text).width;
      const fits = (box: Box): boolean => box.from >= chartArea.left && box.to <= chartArea.right;
      const places = SHIFTS.flatMap((shift) => [
        boxAt(px + 10, wide, py + shift),
        boxAt(px - 10 - wide, wide, py + shift),
      ]);
      const free = places.find((box) => fits(box) && !taken.some((other) => overlap(box, other))) ?? places[0];
      if (!free) return;
      taken.push(free);
      const [from, at] = [free.from, free.y];
      ctx.strokeStyle = theme.background;
      ctx.lineWidth = 3;
      ctx.strokeText(label.text, from, at);
      ctx.fillStyle = theme.text;
      ctx.fillText(label.text, from, at);
    });
    ctx.restore();
  };

/** A line of text: from where to where across, and its middle. */
interface Box {
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** How far a name may be moved from its point, nearest first. */
const SHIFTS = [0, -13, 13, -26, 26, -39, 39];

const boxAt = (from: number, wide: number, y: number): Box => ({ from, to: from + wide, y });
const overlap = (a: Box, b: Box): boolean => a.from < b.to && a.to > b.from && Math.abs(a.y - b.y) < 12;
