import type { LegendItem } from '../components/card';
import { MARKS, STROKED } from '../components/marks';
import type { ChartTheme } from './theme';
import { readTheme } from './theme';

const MARGIN = 16;
const LINE = 18;

/** The chart as PNG with what the page shows around it: title, subtitle and legend, on the theme's background. */
export async function pictureOf(
  title: string,
  subtitle: string,
  legend: readonly LegendItem[],
  chart: HTMLCanvasElement,
): Promise<Uint8Array> {
  const theme = readTheme();
  const scale = chart.width / Math.max(1, chart.clientWidth);
  const head = MARGIN + LINE * 3 + 8;
  const picture = document.createElement('canvas');
  picture.width = chart.width + 2 * MARGIN * scale;
  picture.height = chart.height + (head + MARGIN) * scale;
  const context = picture.getContext('2d');
  if (!context) throw new Error('The browser gives no 2D canvas to draw the picture on.');
  context.fillStyle = theme.background;
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(chart, MARGIN * scale, head * scale);
  context.scale(scale, scale);
  context.textBaseline = 'middle';
  write(context, theme, title, MARGIN + LINE / 2, theme.text, 'bold 13px');
  write(context, theme, subtitle, MARGIN + LINE * 1.5, theme.muted, '11px');
  drawLegend(context, theme, legend, MARGIN + LINE * 2 + 4);
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The chart could not be turned into a picture.');
  return new Uint8Array(await blob.arrayBuffer());
}

function write(
  context: CanvasRenderingContext2D,
  theme: ChartTheme,
  text: string,
  y: number,
  color: string,
  font: string,
): void {
  context.fillStyle = color;
  context.font = `${font} ${theme.fontFamily}`;
  context.fillText(text, MARGIN, y);
}

function drawLegend(
  context: CanvasRenderingContext2D,
  theme: ChartTheme,
  legend: readonly LegendItem[],
  y: number,
): void {
  context.font = `11px ${theme.fontFamily}`;
  let x = MARGIN;
  for (const { mark, series, label } of legend) {
    const color = series === 'muted' ? theme.muted : theme.series[series];
    context.save();
    context.translate(x, y);
    context.lineWidth = 1.5;
    context.strokeStyle = context.fillStyle = mark === 'shade' ? theme.shade : color;
    const path = new Path2D(MARKS[mark]);
    if (STROKED.has(mark)) context.stroke(path);
    else context.fill(path);
    context.restore();
    context.fillStyle = theme.text;
    context.fillText(label, x + 20, y + 8);
    x += 20 + context.measureText(label).width + 20;
  }
}
