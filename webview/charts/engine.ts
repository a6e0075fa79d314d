/** chart.js, with only the parts that are used: a script of its own, loaded once the page can be used (chart.ts). */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  DomPlatform,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';

export { BasicPlatform, Chart } from 'chart.js';

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

/** Charts are told their size: asking the page for it would settle the layout for every one of them. */
export class ToldPlatform extends DomPlatform {
  override getMaximumSize(
    canvas: HTMLCanvasElement,
    width?: number,
    height?: number,
  ): { width: number; height: number } {
    return { width: width ?? canvas.width, height: height ?? canvas.height };
  }
}
