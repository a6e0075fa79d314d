import { shortened } from '../format';
import type { ChartTheme } from './theme';

export interface AxisSpec {
  readonly title: string;
  format(value: number): string;
  readonly min?: number;
  readonly max?: number;
  /** At most so many labels. */
  readonly ticks?: number;
}

const base = (theme: ChartTheme, title: string) => ({
  border: { color: theme.border },
  grid: { color: theme.grid, tickLength: 4 },
  title: {
    display: title !== '',
    text: title,
    color: theme.muted,
    font: { family: theme.fontFamily, size: theme.fontSize },
    padding: 4,
  },
});

const ticks = (theme: ChartTheme) => ({
  color: theme.muted,
  font: { family: theme.fontFamily, size: theme.fontSize },
  maxRotation: 0,
});

export function linearAxis(theme: ChartTheme, spec: AxisSpec): object {
  return {
    ...base(theme, spec.title),
    type: 'linear',
    ...(spec.min === undefined ? {} : { min: spec.min }),
    ...(spec.max === undefined ? {} : { max: spec.max }),
    ticks: {
      ...ticks(theme),
      autoSkipPadding: 12,
      maxTicksLimit: spec.ticks ?? 7,
      callback: (value: number | string) => spec.format(Number(value)),
    },
  };
}

/** Logarithmic, labelled at 1, 2 and 5 of every decade. */
export function logAxis(theme: ChartTheme, spec: AxisSpec): object {
  const decades = spec.min && spec.max ? Math.log10(spec.max / spec.min) : 3;
  return {
    ...linearAxis(theme, spec),
    type: 'logarithmic',
    ticks: {
      ...ticks(theme),
      autoSkip: true,
      autoSkipPadding: 16,
      callback: (value: number | string) => (labelled(Number(value), decades) ? spec.format(Number(value)) : ''),
    },
  };
}

function labelled(value: number, decades: number): boolean {
  const leading = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
  return leading === 1 || (decades < 4 && (leading === 2 || leading === 5));
}

/** Names down the side, shortened so that they take at most a third of the chart. */
export function nameAxis(theme: ChartTheme, names: readonly string[], length = 24): object {
  return {
    ...base(theme, ''),
    type: 'category',
    grid: { display: false },
    ticks: {
      ...ticks(theme),
      color: theme.text,
      autoSkip: false,
      callback: (index: number | string) => shortened(names[Number(index)] ?? '', length),
    },
  };
}

/** A numeric axis whose whole numbers stand for names, for points that scatter around each. */
export function namedRows(theme: ChartTheme, names: readonly string[], length = 24): object {
  return {
    ...base(theme, ''),
    type: 'linear',
    min: -0.5,
    max: names.length - 0.5,
    reverse: true,
    grid: { color: theme.grid, drawTicks: false },
    afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
      axis.ticks = names.map((_, value) => ({ value }));
    },
    ticks: {
      ...ticks(theme),
      color: theme.text,
      autoSkip: false,
      padding: 6,
      callback: (value: number | string) => shortened(names[Number(value)] ?? '', length),
    },
  };
}
