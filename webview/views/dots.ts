import type { Dataset } from '../charts/chart';
import type { ChartTheme } from '../charts/theme';

/** Looks of the points of a series; marks differ as well as colours. */
export const DOTS = [
  { pointStyle: 'circle', hollow: false, mark: 'dot' },
  { pointStyle: 'rect', hollow: true, mark: 'square' },
  { pointStyle: 'triangle', hollow: false, mark: 'filled-triangle' },
  { pointStyle: 'rectRot', hollow: true, mark: 'diamond' },
  { pointStyle: 'crossRot', hollow: true, mark: 'cross' },
  { pointStyle: 'circle', hollow: true, mark: 'ring' },
] as const;

/** Points at `values`, one in each row; those without a value are left out. */
export function dots(values: readonly number[], look: number, theme: ChartTheme, size = 5): Dataset {
  const { pointStyle, hollow } = DOTS[look % DOTS.length] ?? DOTS[0];
  const color = theme.series[(look % 3) as 0 | 1 | 2];
  return {
    data: values.map((x, y) => ({ x, y })),
    showLine: false,
    pointStyle,
    pointRadius: size,
    pointHoverRadius: size + 2,
    pointHitRadius: 8,
    borderColor: color,
    borderWidth: 1.75,
    backgroundColor: hollow ? theme.background : color,
    clip: 8,
  };
}

/** Height of a chart with so many rows of names. */
export const rowsHeight = (rows: number, each = 22): number => Math.max(120, rows * each + 52);
