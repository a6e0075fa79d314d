import { formatCount, formatLoss, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { linearAxis, logAxis } from '../charts/axes';
import { curveBand, measuredBand, verticalLine } from '../charts/backdrop';
import type { Dataset, Drawing } from '../charts/chart';
import type { ChartTheme } from '../charts/theme';
import type { ChartCardSpec, LegendItem } from '../components/card';
import type { Aim, Curve } from '../compute/curves';
import { aimedLoss, alongDomain, alongModelSize, alongTokens, logSpaced, withWeight } from '../compute/curves';
import { lossUnit, NAME_IN_SENTENCE, shortened } from '../format';
import type { CurvePoint, Range } from '../evidence/calls';
import { post } from '../host';
import { plural, t } from '../l10n';
import type { PanelModel } from '../model';
import { rangeOf } from '../session';
import { number } from './fitCharts';
import { COVERAGE_TEXT, isKnown, rangeText } from './words';

const CURVE_POINTS = 81;
const DRAWN_RUNS = 1500;
/** How far intervals, and then runs, may stretch the axis of the curves. */
const BAND_REACH = 0.5;
const RUNS_REACH = 2;
/** Intervals are computed at every so many points of a curve. */
const INTERVAL_STRIDE = 4;

interface CurveRow {
  readonly x: number;
  readonly recommended: number;
  readonly compared: number;
  /** Of a new run with the recommended mixture, where it has been computed. */
  readonly range: Range | undefined;
}

interface Run {
  readonly x: number;
  readonly y: number;
  readonly row: number;
}

/** What differs between the three curves. */
interface CurveSpec {
  readonly id: string;
  readonly title: string;
  readonly axis: string;
  readonly log: boolean;
  subtitle(): string;
  missing(): string | undefined;
  /** x values of the curve. */
  range(): Float64Array;
  curve(mixture: Float64Array, x: Float64Array, aim: Aim): Curve;
  /** Mixture and scale at a point of the recommended mixture's curve. */
  pointAt(x: number): CurvePoint;
  /** What the curve is about: a zoom is over when that changes. */
  subject(): string;
  /** x of a run. */
  measured(position: number): number;
  /** What is held fixed: only runs measured nearest to it are drawn. */
  readonly held: readonly Held[];
  /** From the least to the greatest x of any run. */
  band(): readonly [number, number] | undefined;
  /** x the reader chose, marked in the chart. */
  chosen(): number;
  format(x: number): string;
}

export const aimOf = (model: PanelModel): Aim =>
  model.exploredTarget >= 0 ? { target: model.exploredTarget } : { weights: model.targetWeights };

export const aimText = (model: PanelModel): string =>
  model.exploredTarget >= 0
    ? t('loss of {0}', shortened(model.session.predictor.targets[model.exploredTarget] ?? '', NAME_IN_SENTENCE))
    : t('target-weighted mean loss');

function curveCard(model: PanelModel, spec: CurveSpec): ChartCardSpec<CurveRow> {
  const unit = lossUnit(model.session.document.data.lossKind);
  let rows: CurveRow[] = [];
  let runs: Run[] = [];
  let beyond = 0;
  const compute = (): CurveRow[] => {
    const x = spec.range();
    const recommended = spec.curve(model.recommended.mixture, x, aimOf(model)).losses;
    const compared = spec.curve(model.comparison.mixture, x, aimOf(model)).losses;
    const places = Array.from(x).filter((_, i) => i % INTERVAL_STRIDE === 0);
    const ranges = model.evidence.band(
      spec.id,
      places.map((value) => spec.pointAt(value)),
      model.exploredTarget,
      model.at,
    );
    return Array.from(x, (value, i) => ({
      x: value,
      recommended: recommended[i] as number,
      compared: compared[i] as number,
      range: i % INTERVAL_STRIDE === 0 ? ranges?.[i / INTERVAL_STRIDE] : undefined,
    }));
  };
  return {
    id: spec.id,
    title: spec.title,
    subtitle: () => t('Predicted {0}, {1}, {2}.', aimText(model), unit, spec.subtitle()),
    missing: spec.missing,
    legend: () =>
      curveLegend(
        model,
        runs.length > 0,
        atText(model, spec.held),
        rows.some((row) => isKnown(row.range)),
      ),
    draw(theme): Drawing {
      rows = compute();
      runs = measuredRuns(model, spec);
      const lines = rows.flatMap((row) => [row.recommended, row.compared]);
      const ranges = rows.flatMap((row) => (isKnown(row.range) ? [{ x: row.x, ...row.range }] : []));
      const curves = stretched(
        rangeOf(lines) ?? [0, 1],
        ranges.flatMap(({ low, high }) => [low, high]),
        BAND_REACH,
      );
      const limits = stretched(
        curves,
        runs.map(({ y }) => y),
        RUNS_REACH,
      );
      beyond = runs.filter(({ y }) => y < limits[0] || y > limits[1]).length;
      const margin = 0.05 * (limits[1] - limits[0]) || 0.05;
      const x = { title: spec.axis, format: spec.format, min: rows[0]?.x ?? 0, max: rows.at(-1)?.x ?? 1 };
      const band = spec.band();
      return {
        kind: 'scatter',
        datasets: curveSets(theme, rows, runs),
        x: spec.log ? logAxis(theme, x) : linearAxis(theme, x),
        y: linearAxis(theme, {
          title: t('loss'),
          min: limits[0] - margin,
          max: limits[1] + margin,
        }),
        height: 300,
        subject: spec.subject(),
        backdrops: [
          ...(band ? [measuredBand(band, theme.shade)] : []),
          curveBand(ranges, theme.band),
          verticalLine(spec.chosen(), theme.muted),
        ],
        tooltip: (set, index) => lines3(model, spec, set, rows[index], runs[index]),
        onPick: (set, index) => {
          const run = set === 2 ? runs[index] : undefined;
          if (run) post({ type: 'open-row', row: run.row });
        },
      };
    },
    note: () =>
      beyond === 0
        ? ''
        : plural(
            beyond,
            '{0} run lies so far from the curves that it is not drawn.',
            '{0} runs lie so far from the curves that they are not drawn.',
            formatCount(beyond),
          ),
    table: () => ({
      caption: t('{0}: predicted {1} in {2}', spec.title, aimText(model), unit),
      rows: compute().filter((_, i) => i % INTERVAL_STRIDE === 0),
      columns: [
        { header: spec.axis, align: 'number', text: (row) => spec.format(row.x), value: (row) => row.x },
        number(
          t('Recommended'),
          (row) => row.recommended,
          (v) => formatLoss(v, 4),
        ),
        { header: t('{0} interval', COVERAGE_TEXT), align: 'number', text: (row) => rangeText(row.range) },
        number(
          model.comparison.label,
          (row) => row.compared,
          (v) => formatLoss(v, 4),
        ),
      ],
    }),
  };
}

/** An axis stretched to values, by so many of its own lengths at most: the curves shall not be flat lines for them. */
function stretched([low, high]: readonly [number, number], values: readonly number[], most: number): [number, number] {
  const reach = most * (high - low);
  const near = values.map((value) => Math.min(Math.max(value, low - reach), high + reach));
  return [Math.min(low, ...near), Math.max(high, ...near)];
}

function curveLegend(model: PanelModel, measured: boolean, measuredAt: string, sure: boolean): LegendItem[] {
  const items: LegendItem[] = [
    { mark: 'line', series: 0, label: t('Recommended') },
    { mark: 'dashed', series: 1, label: model.comparison.label },
    ...(sure ? [{ mark: 'band', series: 'muted', label: t('{0} interval of a new run', COVERAGE_TEXT) } as const] : []),
  ];
  if (!measured) return items;
  return [
    ...items,
    { mark: 'ring', series: 'muted', label: measuredAt },
    { mark: 'shade', series: 'muted', label: t('Measured range') },
  ];
}

function curveSets(theme: ChartTheme, rows: readonly CurveRow[], runs: readonly Run[]): Dataset[] {
  const line = (value: (row: CurveRow) => number, color: string, dash: number[]): Dataset => ({
    data: rows.map((row) => ({ x: row.x, y: value(row) })),
    showLine: true,
    pointRadius: 0,
    pointHitRadius: 8,
    pointHoverRadius: 4,
    borderColor: color,
    pointBackgroundColor: color,
    borderWidth: 2,
    borderDash: dash,
  });
  return [
    line((row) => row.recommended, theme.series[0], []),
    line((row) => row.compared, theme.series[1], [6, 4]),
    {
      data: runs.map(({ x, y }) => ({ x, y })),
      pointStyle: 'circle',
      pointRadius: 2.5,
      pointHoverRadius: 5,
      borderColor: theme.muted,
      backgroundColor: 'transparent',
      borderWidth: 1,
    },
  ];
}

function lines3(
  model: PanelModel,
  spec: CurveSpec,
  set: number,
  row: CurveRow | undefined,
  run: Run | undefined,
): string[] {
  if (set === 2)
    return run
      ? [t('row {0}', run.row + 1), `${spec.axis} ${spec.format(run.x)}`, t('measured {0}', formatLoss(run.y, 4))]
      : [];
  if (!row) return [];
  return [
    `${spec.axis} ${spec.format(row.x)}`,
    t('recommended {0}', formatLoss(row.recommended, 4)),
    ...(isKnown(row.range) ? [`${COVERAGE_TEXT}: ${rangeText(row.range)}`] : []),
    `${model.comparison.label} ${formatLoss(row.compared, 4)}`,
  ];
}

/** The scale a curve does not run along. */
type Held = 'modelSizes' | 'tokens';

const chosenOf = (model: PanelModel, held: Held): number => (held === 'tokens' ? model.tokens : model.modelSize);

/** The measured scale nearest to the chosen one (by ratio); NaN where the results do not say. */
function nearestScale(model: PanelModel, held: Held): number {
  const chosen = Math.log(chosenOf(model, held));
  let nearest = NaN;
  for (const value of model.session.observations[held]) {
    if (!Number.isFinite(value)) continue;
    if (!(Math.abs(Math.log(value) - chosen) >= Math.abs(Math.log(nearest) - chosen))) nearest = value;
  }
  return nearest;
}

function atText(model: PanelModel, held: readonly Held[]): string {
  const known = held
    .map((scale) => [scale, nearestScale(model, scale)] as const)
    .filter(([, value]) => Number.isFinite(value))
    .map(([scale, value]) =>
      scale === 'tokens' ? t('{0} tokens', formatTokens(value)) : t('{0} parameters', formatModelSize(value)),
    );
  return known.length > 0 ? t('Runs at {0}, of any mixture', known.join(', ')) : t('Runs, of any mixture');
}

/** The runs as points: measured loss as the aim sees it, at their own x; evenly thinned when there are many. */
function measuredRuns(model: PanelModel, spec: CurveSpec): Run[] {
  const { observations } = model.session;
  const aim = aimOf(model);
  const fixed = spec.held.map((scale) => [observations[scale], nearestScale(model, scale)] as const);
  const runs: Run[] = [];
  for (let position = 0; position < observations.count; position++) {
    if (!fixed.every(([values, at]) => !Number.isFinite(at) || values[position] === at)) continue;
    const x = spec.measured(position);
    const y = aimedLoss(observations.losses[position] as Float64Array, aim);
    if (Number.isFinite(x) && Number.isFinite(y)) runs.push({ x, y, row: observations.rows[position] as number });
  }
  const stride = Math.max(1, Math.ceil(runs.length / DRAWN_RUNS));
  return runs.filter((_, i) => i % stride === 0);
}

/** A decade or more around what was measured and what was chosen. */
function decades(range: readonly [number, number] | undefined, chosen: number): Float64Array {
  const [low, high] = rangeOf([...(range ?? []), chosen]) ?? [1, 10];
  return logSpaced(low / 3, high * 3, CURVE_POINTS);
}

/** The curve does not move: the law has nothing to say about this scale. */
function isFlat(curve: Curve): boolean {
  const range = rangeOf(curve.losses);
  return range !== undefined && range[1] - range[0] < 1e-9;
}

export function tokensSpec(model: PanelModel): ChartCardSpec<CurveRow> {
  const { predictor, tokensRange, observations, usesModelSize } = model.session;
  const curve: CurveSpec['curve'] = (mixture, x, aim) => alongTokens(predictor, mixture, model.modelSize, x, aim);
  const range = (): Float64Array => decades(tokensRange, model.tokens);
  return curveCard(model, {
    id: 'loss-tokens',
    title: t('Loss against tokens'),
    axis: t('training tokens'),
    log: true,
    subtitle: () =>
      usesModelSize ? t('at {0} parameters', formatModelSize(model.modelSize)) : t('at the measured model size'),
    missing: () => {
      if (!tokensRange)
        return t('The results do not say how many tokens the runs were trained on: there is no curve to draw.');
      return isFlat(curve(model.recommended.mixture, range(), aimOf(model)))
        ? t('In this fit the loss does not depend on the number of tokens.')
        : undefined;
    },
    range,
    curve,
    pointAt: (tokens) => ({ mixture: model.recommended.mixture, modelSize: model.modelSize, tokens }),
    subject: () => String(model.exploredTarget),
    measured: (position) => observations.tokens[position] as number,
    held: ['modelSizes'],
    band: () => tokensRange,
    chosen: () => model.tokens,
    format: (x) => formatTokens(x, 3),
  });
}

export function modelSizeSpec(model: PanelModel): ChartCardSpec<CurveRow> {
  const { predictor, modelSizeRange, observations, usesTokens } = model.session;
  const curve: CurveSpec['curve'] = (mixture, x, aim) => alongModelSize(predictor, mixture, model.tokens, x, aim);
  const range = (): Float64Array => decades(modelSizeRange, model.modelSize);
  return curveCard(model, {
    id: 'loss-model-size',
    title: t('Loss against model size'),
    axis: t('model size'),
    log: true,
    subtitle: () =>
      usesTokens ? t('at {0} tokens', formatTokens(model.tokens)) : t('at the measured number of tokens'),
    missing: () => {
      if (!modelSizeRange) return t('The results do not say the model size of the runs: there is no curve to draw.');
      return isFlat(curve(model.recommended.mixture, range(), aimOf(model)))
        ? t('In this fit the loss does not depend on the model size.')
        : undefined;
    },
    range,
    curve,
    pointAt: (modelSize) => ({ mixture: model.recommended.mixture, modelSize, tokens: model.tokens }),
    subject: () => String(model.exploredTarget),
    measured: (position) => observations.modelSizes[position] as number,
    held: ['tokens'],
    band: () => modelSizeRange,
    chosen: () => model.modelSize,
    format: (x) => formatModelSize(x, 3),
  });
}

/** From 0 to a little beyond what was measured, recommended or compared: near 1 the law's losses run away. */
function reach(model: PanelModel): number {
  const j = model.exploredDomain;
  const shown = [model.recommended, model.comparison].map(({ mixture }) => mixture[j] ?? 0);
  const measured = model.session.observations.mixtures.map((mixture) => mixture[j] ?? 0);
  const high = rangeOf([...shown, ...measured])?.[1] ?? 1;
  return Math.min(1, Math.max(0.02, high * 1.25));
}

const weights = (high: number): Float64Array =>
  Float64Array.from({ length: CURVE_POINTS }, (_, i) => (high * i) / (CURVE_POINTS - 1));

export function domainSpec(model: PanelModel): ChartCardSpec<CurveRow> {
  const { predictor, observations } = model.session;
  const name = (): string => predictor.domains[model.exploredDomain] ?? '';
  return curveCard(model, {
    id: 'loss-domain',
    title: t('Loss along one domain'),
    axis: t('weight'),
    log: false,
    subtitle: () =>
      t('as the weight of {0} moves and the others keep their proportions', shortened(name(), NAME_IN_SENTENCE)),
    missing: () => (predictor.domains.length < 2 ? t('There is only one domain.') : undefined),
    range: () => weights(reach(model)),
    curve: (mixture, x, aim) => alongDomain(predictor, mixture, model.exploredDomain, model, x, aim),
    pointAt: (weight) => ({
      mixture: withWeight(model.recommended.mixture, model.exploredDomain, weight),
      modelSize: model.modelSize,
      tokens: model.tokens,
    }),
    subject: () => `${model.exploredDomain} ${model.exploredTarget}`,
    measured: (position) => observations.mixtures[position]?.[model.exploredDomain] ?? NaN,
    held: ['modelSizes', 'tokens'],
    band: () => rangeOf(observations.mixtures.map((mixture) => mixture[model.exploredDomain] ?? NaN)),
    chosen: () => model.recommended.mixture[model.exploredDomain] ?? NaN,
    format: (x) => formatPercent(x, x > 0 && x < 0.01 ? 1 : 0),
  });
}
