import { formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import type { Dataset, Drawing } from '../charts/chart';
import type { Panel, Tick } from '../charts/multiples';
import { Multiples } from '../charts/multiples';
import type { ChartTheme } from '../charts/theme';
import type { ChartCardSpec, LegendItem } from '../components/card';
import { logSpaced } from '../compute/curves';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { rangeOf } from '../session';
import { number } from './fitCharts';

/** Scales along the axis of the panels, and lines in each of them. */
const SCALES = 6;
/** Lines are told apart by mark and dash as well as by colour and the name at their end. */
const LOOKS = [
  { pointStyle: 'circle', dash: [], mark: 'line' },
  { pointStyle: 'triangle', dash: [6, 3], mark: 'dashed' },
  { pointStyle: 'rect', dash: [2, 3], mark: 'dotted' },
] as const;

/** The recommended mixture at one scale. Millions of parameters, billions of tokens. */
interface Drift {
  readonly modelSize: number;
  readonly tokens: number;
  readonly mixture: readonly number[];
}

/** One of the two scales. */
interface Scale {
  readonly of: 'modelSize' | 'tokens';
  readonly title: string;
  /** Least and greatest measured. */
  readonly range: readonly [number, number];
  readonly chosen: number;
  format(value: number): string;
}

/** How the recommendation moves with scale, a small panel a domain: along the model size, a line a number of tokens. */
export function driftSpec(model: PanelModel): ChartCardSpec<Drift> {
  const { domains } = model.session.predictor;
  let shown: readonly Drift[] = [];
  /** What was found last stays shown while the next is looked for. */
  const compute = (): readonly Drift[] => (shown = found(model) ?? shown);
  /** Domains in the order of the panels, and the lines in them. */
  let order: readonly number[] = [];
  let lines: readonly (readonly Drift[])[] = [];
  return {
    id: 'drift',
    title: t('Recommendation against scale'),
    subtitle: () => subtitleOf(scalesOf(model)),
    missing: () => {
      if (scalesOf(model).length === 0)
        return t('The results do not say at which scale the runs were made, or the law does not use it.');
      return compute().length > 0 ? undefined : t('Being computed…');
    },
    legend: () => legendOf(model, lines),
    draw(theme, width): Drawing {
      const [across] = scalesOf(model);
      const drifts = compute();
      order = byGreatest(drifts, domains.length);
      lines = across ? linesOf(drifts, across) : [];
      const multiples = new Multiples(domains.length, width);
      const panels = across ? panelsOf(model, order, lines, across, theme) : undefined;
      return {
        kind: 'scatter',
        fixed: true,
        datasets: panels?.points.map((points, k) => marks(points, k, multiples, theme)) ?? [],
        ...multiples.axes(),
        height: multiples.height,
        backdrops: panels
          ? [multiples.backdrop(panels.panels, panels.ticks, panels.measured, panels.chosen, theme)]
          : [],
        tooltip: (set, index) => {
          const line = lines[set] ?? [];
          const j = order[Math.floor(index / Math.max(1, line.length))];
          const drift = line[index % Math.max(1, line.length)];
          return drift && j !== undefined
            ? [
                domains[j] ?? '',
                t('{0} parameters, {1} tokens', formatModelSize(drift.modelSize, 3), formatTokens(drift.tokens, 3)),
                t('recommended {0}', formatPercent(drift.mixture[j] ?? NaN, 2)),
              ]
            : [];
        },
      };
    },
    table: () => ({
      caption: t('Recommended mixture at several scales'),
      rows: compute(),
      columns: [
        ...scalesOf(model).map(({ of, title, format }) =>
          number<Drift>(
            title,
            (row) => row[of],
            (value) => format(value),
          ),
        ),
        ...domains.map((domain, j) =>
          number<Drift>(
            domain,
            (row) => row.mixture[j] ?? NaN,
            (v) => formatPercent(v, 1),
          ),
        ),
      ],
    }),
  };
}

/** The scales that the recommendation can depend on: the first is the axis of the panels, the second tells lines apart. */
function scalesOf(model: PanelModel): readonly Scale[] {
  const { usesModelSize, usesTokens, modelSizeRange, tokensRange } = model.session;
  const list: Scale[] = [];
  if (modelSizeRange && usesModelSize)
    list.push({
      of: 'modelSize',
      title: t('model size'),
      range: modelSizeRange,
      chosen: model.modelSize,
      format: (value) => formatModelSize(value, 3),
    });
  if (tokensRange && usesTokens)
    list.push({
      of: 'tokens',
      title: t('training tokens'),
      range: tokensRange,
      chosen: model.tokens,
      format: (value) => formatTokens(value, 3),
    });
  return list;
}

const subtitleOf = ([across, apart]: readonly Scale[]): string =>
  across?.of !== 'modelSize'
    ? t('Recommended weight of each domain in percent, as the training tokens grow; all panels have the same axes.')
    : apart
      ? t(
          'Recommended weight of each domain in percent, as the model grows, a line for each number of tokens; all panels have the same axes.',
        )
      : t('Recommended weight of each domain in percent, as the model grows; all panels have the same axes.');

/** Along the axis to three times what was measured or chosen; apart: the ends of what was measured, and what was chosen. */
function found(model: PanelModel): readonly Drift[] | undefined {
  const [across, apart] = scalesOf(model);
  if (!across) return [];
  const [low, high] = rangeOf([...across.range, across.chosen]) ?? across.range;
  const along = Array.from(logSpaced(low, high * 3, SCALES));
  const values = apart ? distinct([...apart.range, apart.chosen]) : [];
  const other = apart ? values : [across.of === 'tokens' ? model.modelSize : model.tokens];
  return across.of === 'modelSize'
    ? model.evidence.drift(model.madeWith, along, other)
    : model.evidence.drift(model.madeWith, other, along);
}

/** In order, without those that nearly coincide. */
const distinct = (values: readonly number[]): number[] =>
  [...values]
    .filter((value) => value > 0)
    .sort((a, b) => a - b)
    .filter((value, i, sorted) => i === 0 || value > 1.05 * (sorted[i - 1] ?? 0));

function linesOf(drifts: readonly Drift[], { of }: Scale): readonly (readonly Drift[])[] {
  const apart = of === 'modelSize' ? 'tokens' : 'modelSize';
  const lines = new Map<number, Drift[]>();
  for (const drift of drifts) lines.set(drift[apart], [...(lines.get(drift[apart]) ?? []), drift]);
  return [...lines.values()].slice(-LOOKS.length);
}

/** The domains, those with the greatest weight anywhere first. */
function byGreatest(drifts: readonly Drift[], K: number): number[] {
  const greatest = Array.from({ length: K }, (_, j) =>
    drifts.reduce((most, { mixture }) => Math.max(most, mixture[j] ?? 0), 0),
  );
  return [...greatest.keys()].sort((a, b) => (greatest[b] ?? 0) - (greatest[a] ?? 0));
}

function legendOf(model: PanelModel, lines: readonly (readonly Drift[])[]): readonly LegendItem[] {
  const [, apart] = scalesOf(model);
  return [
    ...lines.map((line, k): LegendItem => ({
      mark: (LOOKS[k] ?? LOOKS[0]).mark,
      series: (k % 3) as 0 | 1 | 2,
      label: apart ? t('{0} tokens', apart.format(line[0]?.tokens ?? NaN)) : t('Recommended weight'),
    })),
    { mark: 'shade', series: 'muted', label: t('Measured range') },
    ...(model.region ? [{ mark: 'band', series: 'muted', label: t('as good, at the chosen scale') } as const] : []),
  ];
}

/** Everything in shares of a panel's plot. */
function panelsOf(
  model: PanelModel,
  order: readonly number[],
  lines: readonly (readonly Drift[])[],
  across: Scale,
  theme: ChartTheme,
) {
  const { domains } = model.session.predictor;
  const drifts = lines.flat();
  const [least, most] = rangeOf(drifts.map((drift) => drift[across.of])) ?? across.range;
  const span = Math.log(most / least) || 1;
  const xOf = (value: number): number => Math.log(value / least) / span;
  const top = niceTop(Math.max(...drifts.flatMap(({ mixture }) => mixture), 0));
  const point = (drift: Drift, j: number) => ({ x: xOf(drift[across.of]), y: (drift.mixture[j] ?? NaN) / top });
  const apart = lines.length > 1;
  const panels = order.map((j): Panel => {
    const range = model.region?.ranges[j];
    return {
      name: domains[j] ?? '',
      lines: lines.map((line, k) => ({
        points: line.map((drift) => point(drift, j)),
        color: theme.series[(k % 3) as 0 | 1 | 2],
        dash: (LOOKS[k] ?? LOOKS[0]).dash,
        label: apart ? formatTokens(line[0]?.tokens ?? NaN, 2) : formatPercent(line.at(-1)?.mixture[j] ?? NaN, 1),
      })),
      ...(range ? { whisker: { x: xOf(across.chosen), low: range.low / top, high: range.high / top } } : {}),
    };
  });
  const inside = (x: number): number => Math.min(1, Math.max(0, x));
  return {
    panels,
    points: lines.map((line) => order.map((j) => line.map((drift) => point(drift, j)))),
    ticks: {
      x: ticksAlong(least, most, xOf, across.format),
      y: [0, 0.5, 1].map((at): Tick => ({ at, text: String(Number((100 * at * top).toPrecision(2))) })),
    },
    measured: [inside(xOf(across.range[0])), inside(xOf(across.range[1]))] as const,
    chosen: xOf(across.chosen),
  };
}

/** The first of 1, 2, 4, 10, 20, 40, 60, 80 and 100 percent (and smaller ones) that is not below. */
function niceTop(value: number): number {
  const nice = [0.001, 0.002, 0.004, 0.01, 0.02, 0.04, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8];
  return nice.find((top) => top >= value) ?? 1;
}

/** At most three labels of round numbers, far enough apart to be read. */
function ticksAlong(
  least: number,
  most: number,
  xOf: (value: number) => number,
  format: (v: number) => string,
): Tick[] {
  const round: number[] = [];
  for (let decade = Math.floor(Math.log10(least)); decade <= Math.log10(most); decade++)
    for (const digit of [1, 2, 5]) round.push(digit * 10 ** decade);
  const ticks = round
    .map((value) => ({ at: xOf(value), text: format(value) }))
    .filter(({ at }) => at >= -0.001 && at <= 1.001);
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (!first || !last || last.at - first.at < APART) return last ? [last] : [];
  const middle = ticks.find(({ at }) => at - first.at >= APART && last.at - at >= APART);
  return [first, ...(middle ? [middle] : []), last];
}

/** Labels of an axis need so much of it. */
const APART = 0.4;

/** The points of a line in every panel, panel by panel. */
function marks(
  points: readonly (readonly { readonly x: number; readonly y: number }[])[],
  k: number,
  multiples: Multiples,
  theme: ChartTheme,
): Dataset {
  const color = theme.series[(k % 3) as 0 | 1 | 2];
  return {
    data: points.flatMap((panel, i) => panel.map((point) => multiples.place(i, point))),
    showLine: false,
    pointStyle: (LOOKS[k] ?? LOOKS[0]).pointStyle,
    pointRadius: 2.5,
    pointHoverRadius: 5,
    pointHitRadius: 6,
    borderColor: color,
    backgroundColor: color,
    borderWidth: 1,
  };
}
