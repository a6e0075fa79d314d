import type { Scale } from './chart';
import { shortened } from '../format';
import type { ChartTheme } from './theme';

export interface AxisSpec {
  readonly title: string;
  /** Absent: as many decimals as the step between two ticks has. */
  format?(value: number): string;
  readonly min?: number;
  readonly max?: number;
  /** What the axis shows at least, where it is not given. */
  readonly suggestedMin?: number;
  readonly suggestedMax?: number;
  /** Labels stand here, where the values are few and known; of a logarithmic axis. */
  readonly at?: readonly number[];
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
    ...(spec.suggestedMin === undefined ? {} : { suggestedMin: spec.suggestedMin }),
    ...(spec.suggestedMax === undefined ? {} : { suggestedMax: spec.suggestedMax }),
    ticks: {
      ...ticks(theme),
      includeBounds: false,
      autoSkipPadding: 12,
      maxTicksLimit: spec.ticks ?? 7,
      callback: (value: number | string, _index: number, all: readonly { readonly value: number }[]) =>
        (spec.format ?? plain(all))(Number(value)),
    },
  };
}

/** Plain numbers with the decimals that tell neighbouring ticks apart, and no more: 2.5 and 3.0, but 2 and 3. */
function plain(ticks: readonly { readonly value: number }[]): (value: number) => string {
  const step = Math.abs((ticks[1]?.value ?? 1) - (ticks[0]?.value ?? 0));
  let decimals = 0;
  while (decimals < 8 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6) decimals++;
  return (value) => {
    const text = value.toFixed(decimals).replace('-', '−');
    return Number(value.toFixed(decimals)) === 0 ? text.replace('−', '') : text;
  };
}

/** More places than this do not fit, and round numbers do better. */
const MOST_PLACES = 8;

/** Logarithmic, labelled at 1, 2 and 5 of every decade. */
export function logAxis(theme: ChartTheme, spec: AxisSpec): object {
  const { at } = spec;
  if (at !== undefined && at.length <= MOST_PLACES) {
    return {
      ...linearAxis(theme, spec),
      type: 'logarithmic',
      afterBuildTicks: (axis: { ticks: { value: number }[]; min: number; max: number }) => {
        axis.ticks = at.filter((value) => value >= axis.min && value <= axis.max).map((value) => ({ value }));
      },
    };
  }
  const decades = spec.min && spec.max ? Math.log10(spec.max / spec.min) : 3;
  return {
    ...linearAxis(theme, spec),
    type: 'logarithmic',
    ticks: {
      ...ticks(theme),
      autoSkip: true,
      includeBounds: false,
      autoSkipPadding: 16,
      callback: (value: number | string) =>
        labelled(Number(value), decades) ? (spec.format ?? String)(Number(value)) : '',
    },
  };
}

function labelled(value: number, decades: number): boolean {
  const leading = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  const is = (digit: number): boolean => Math.abs(leading - digit) < 1e-6;
  return is(1) || (decades < 4 && (is(2) || is(5)));
}

/** A name cut to about a third of the chart's width. */
const cut = (name: string, axis: Scale): string =>
  shortened(name, Math.min(32, Math.max(10, Math.floor(axis.chart.width / 21))));

/** Names down the side, shortened so that they take at most a third of the chart. */
export function nameAxis(theme: ChartTheme): object {
  return {
    ...base(theme, ''),
    type: 'category',
    grid: { display: false },
    ticks: {
      ...ticks(theme),
      color: theme.text,
      autoSkip: false,
      // chart.js gives the axis as `this`.
      callback(this: Scale, index: number | string): string {
        return cut(this.getLabelForValue(Number(index)), this);
      },
    },
  };
}

/** A numeric axis whose whole numbers stand for names, for points that scatter around each. */
export function namedRows(theme: ChartTheme, names: readonly string[]): object {
  return {
    ...base(theme, ''),
    type: 'linear',
    min: -0.5,
    max: names.length - 0.5,
    reverse: true,
    grid: { color: theme.grid, drawTicks: false },
    afterBuildTicks: (axis: { ticks: { value: number }[]; min: number; max: number }) => {
      axis.ticks = [...names.keys()].filter((i) => i >= axis.min && i <= axis.max).map((value) => ({ value }));
    },
    ticks: {
      ...ticks(theme),
      color: theme.text,
      autoSkip: false,
      padding: 6,
      callback(this: Scale, value: number | string): string {
        return cut(names[Number(value)] ?? '', this);
      },
    },
  };
}
