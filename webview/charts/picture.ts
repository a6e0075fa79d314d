import type { LegendItem } from '../components/card';
import { MARKS, STROKED } from '../components/marks';
import type { ThemedChart } from './chart';
import { SvgContext } from './svgContext';
import type { ChartTheme } from './theme';
import { paperTheme, readTheme } from './theme';

const MARGIN = 16;
const LINE = 18;

/** What the page shows around a chart. */
export interface Caption {
  readonly title: string;
  readonly subtitle: string;
  readonly legend: readonly LegendItem[];
}

/** What the caption is written with: a canvas's context, or what stands in for one. */
type Pen = Pick<
  CanvasRenderingContext2D,
  'save' | 'restore' | 'translate' | 'fillRect' | 'fillText' | 'measureText' | 'font' | 'lineWidth' | 'textBaseline'
> & { fillStyle: unknown; strokeStyle: unknown };

/** A line of text or of legend entries, with where each begins. */
interface Laid {
  readonly titles: readonly string[];
  readonly subtitles: readonly string[];
  readonly legend: readonly { readonly item: LegendItem; readonly x: number; readonly line: number }[];
  readonly height: number;
}

/** The chart as PNG, as it is shown, on the theme's background. */
export async function pngOf(caption: Caption, chart: ThemedChart): Promise<Uint8Array> {
  const theme = readTheme();
  const shown = chart.picture;
  const scale = shown.width / Math.max(1, shown.clientWidth);
  const { context, canvas } = blank();
  const laid = layOut(context, theme, caption, shown.width / scale);
  canvas.width = shown.width + 2 * MARGIN * scale;
  canvas.height = shown.height + (laid.height + MARGIN) * scale;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(shown, MARGIN * scale, laid.height * scale);
  context.scale(scale, scale);
  write(context, theme, laid, (path, stroked) =>
    stroked ? context.stroke(new Path2D(path)) : context.fill(new Path2D(path)),
  );
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The chart could not be turned into a picture.');
  return new Uint8Array(await blob.arrayBuffer());
}

/** The chart as SVG: shapes and text that can be edited, dark on white. */
export function svgOf(caption: Caption, chart: ThemedChart): string {
  const theme = paperTheme();
  const width = Math.max(320, chart.picture.clientWidth);
  const { context } = blank();
  const laid = layOut(context, theme, caption, width);
  const svg = new SvgContext(context, width + 2 * MARGIN, laid.height + chart.picture.clientHeight + MARGIN);
  svg.fillStyle = theme.background;
  svg.fillRect(0, 0, svg.width, svg.height);
  write(svg as unknown as Pen, theme, laid, (path, stroked) => svg.drawPath(path, stroked));
  svg.moveOrigin(MARGIN, laid.height);
  chart.drawInto(svg, theme, width);
  return svg.toString(caption.title, caption.subtitle);
}

function blank(): { readonly canvas: HTMLCanvasElement; readonly context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gives no 2D canvas to draw the picture on.');
  return { canvas, context };
}

const titleFont = (theme: ChartTheme): string => `bold 13px ${theme.fontFamily}`;
const textFont = (theme: ChartTheme): string => `11px ${theme.fontFamily}`;

/** Breaks lines and places the legend's entries in a width. */
function layOut(context: CanvasRenderingContext2D, theme: ChartTheme, caption: Caption, width: number): Laid {
  context.font = titleFont(theme);
  const titles = broken(context, caption.title, width);
  context.font = textFont(theme);
  const subtitles = broken(context, caption.subtitle, width);
  let x = 0;
  let line = 0;
  const legend = caption.legend.map((item) => {
    const wide = 20 + context.measureText(item.label).width;
    if (x > 0 && x + wide > width) [x, line] = [0, line + 1];
    const place = { item, x, line };
    x += wide + 20;
    return place;
  });
  const lines = titles.length + subtitles.length + (legend.length > 0 ? line + 1 : 0);
  return { titles, subtitles, legend, height: MARGIN + lines * LINE + 8 };
}

function broken(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function write(pen: Pen, theme: ChartTheme, laid: Laid, mark: (path: string, stroked: boolean) => void): void {
  let y = MARGIN + LINE / 2;
  const line = (text: string): void => {
    pen.fillText(text, MARGIN, y);
    y += LINE;
  };
  pen.textBaseline = 'middle';
  pen.font = titleFont(theme);
  pen.fillStyle = theme.text;
  laid.titles.forEach(line);
  pen.font = textFont(theme);
  pen.fillStyle = theme.muted;
  laid.subtitles.forEach(line);
  for (const { item, x, line: at } of laid.legend) {
    const top = y + at * LINE;
    const color = item.series === 'muted' ? theme.muted : theme.series[item.series];
    pen.save();
    pen.translate(MARGIN + x, top - 8);
    pen.lineWidth = 1.5;
    pen.strokeStyle = pen.fillStyle = item.mark === 'shade' ? theme.shade : item.mark === 'band' ? theme.band : color;
    mark(MARKS[item.mark], STROKED.has(item.mark));
    pen.restore();
    pen.fillStyle = theme.text;
    pen.fillText(item.label, MARGIN + x + 20, top);
  }
}
