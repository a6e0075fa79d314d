import { formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { linearAxis, logAxis } from '../charts/axes';
import { endLabels, measuredBand, verticalLine } from '../charts/backdrop';
import type { Dataset, Drawing } from '../charts/chart';
import type { ChartTheme } from '../charts/theme';
import type { ChartCardSpec } from '../components/card';
import { logSpaced } from '../compute/curves';
import { shortened } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { rangeOf } from '../session';
import { number } from './fitCharts';

const SCALES = 6;
const DRAWN_DOMAINS = 6;
/** Lines are told apart by mark and dash as well as by colour and the name at their end. */
const STYLES = [
  { pointStyle: 'circle', dash: [] },
  { pointStyle: 'triangle', dash: [6, 3] },
  { pointStyle: 'rect', dash: [2, 3] },
  { pointStyle: 'rectRot', dash: [] },
  { pointStyle: 'cross', dash: [6, 3] },
  { pointStyle: 'star', dash: [2, 3] },
] as const;

/** The recommended mixture at one scale of a series. */
interface Drift {
  readonly x: number;
  readonly mixture: readonly number[];
}

/** How the recommendation moves with scale: along tokens where the law uses them, else along model size. */
export function driftSpec(model: PanelModel): ChartCardSpec<Drift> {
  const { predictor, law, tokensRange, modelSizeRange } = model.session;
  const alongTokens = tokensRange !== undefined && (law?.usesTokens ?? true);
  const range = alongTokens ? tokensRange : modelSizeRange;
  const format = (x: number): string => (alongTokens ? formatTokens(x, 3) : formatModelSize(x, 3));
  const chosen = (): number => (alongTokens ? model.tokens : model.modelSize);
  const axis = alongTokens ? t('training tokens') : t('model size');
  let last: readonly Drift[] = [];
  const known = (): readonly Drift[] | undefined => (range ? drift(model, range, chosen(), alongTokens) : []);
  /** What was found last stays shown while the next is looked for. */
  const compute = (): readonly Drift[] => (last = known() ?? last);
  let drawn: readonly number[] = [];
  return {
    id: 'drift',
    title: t('Recommendation against scale'),
    subtitle: () =>
      alongTokens
        ? t('Recommended weight of the {0} domains that matter most, as the training tokens grow.', drawn.length)
        : t('Recommended weight of the {0} domains that matter most, as the model grows.', drawn.length),
    missing: () => {
      if (!range) return t('The results do not say at which scale the runs were made.');
      return compute().length > 0 ? undefined : t('Being computed…');
    },
    legend: () => [{ mark: 'shade', series: 'muted', label: t('Measured range') }],
    draw(theme): Drawing {
      const points = compute();
      drawn = leading(points, predictor.domains.length);
      const last = points.at(-1);
      const colors = drawn.map((_, k) => theme.series[(k % 3) as 0 | 1 | 2]);
      const x = { title: axis, format, min: points[0]?.x ?? 1, max: last?.x ?? 10 };
      const labels = drawn.map((j, k) => ({
        text: shortened(predictor.domains[j] ?? '', 13),
        y: (last?.mixture[j] ?? 0) * 100,
        color: colors[k] ?? theme.text,
      }));
      return {
        kind: 'scatter',
        datasets: drawn.map((j, k) => line(points, j, k, theme)),
        x: logAxis(theme, x),
        y: linearAxis(theme, { title: t('weight, %'), format: String, min: 0 }),
        height: 300,
        rightPadding: 112,
        backdrops: [
          ...(range ? [measuredBand(range, theme.shade)] : []),
          verticalLine(chosen(), theme.muted),
          endLabels(labels, `${theme.fontSize}px ${theme.fontFamily}`),
        ],
        tooltip: (set, index) =>
          driftLines(predictor.domains[drawn[set] ?? -1], drawn[set], points[index], axis, format),
      };
    },
    table: () => ({
      caption: t('Recommended mixture at several scales'),
      rows: compute(),
      columns: [
        { header: axis, align: 'number', text: (row) => format(row.x), value: (row) => row.x },
        ...predictor.domains.map((domain, j) =>
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

function drift(
  model: PanelModel,
  range: readonly [number, number],
  chosen: number,
  alongTokens: boolean,
): readonly Drift[] | undefined {
  const [low, high] = rangeOf([...range, chosen]) ?? range;
  const scales = Array.from(logSpaced(low, high * 3, SCALES));
  const { modelSize, tokens } = model;
  const found = model.evidence.drift(
    model.madeWith,
    alongTokens ? [modelSize] : scales,
    alongTokens ? scales : [tokens],
  );
  return found?.map((one) => ({ x: alongTokens ? one.tokens : one.modelSize, mixture: one.mixture }));
}

/** The domains with the greatest weight anywhere in the series. */
function leading(drifts: readonly Drift[], K: number): number[] {
  const greatest = (j: number): number => drifts.reduce((most, { mixture }) => Math.max(most, mixture[j] ?? 0), 0);
  return Array.from({ length: K }, (_, j) => j)
    .sort((a, b) => greatest(b) - greatest(a))
    .slice(0, DRAWN_DOMAINS);
}

function line(drifts: readonly Drift[], j: number, k: number, theme: ChartTheme): Dataset {
  const style = STYLES[k % STYLES.length] ?? STYLES[0];
  const color = theme.series[(k % 3) as 0 | 1 | 2];
  return {
    data: drifts.map(({ x, mixture }) => ({ x, y: (mixture[j] ?? NaN) * 100 })),
    showLine: true,
    pointStyle: style.pointStyle,
    pointRadius: 3.5,
    pointHoverRadius: 6,
    borderColor: color,
    backgroundColor: color,
    borderWidth: 1.5,
    borderDash: [...style.dash],
  };
}

function driftLines(
  domain: string | undefined,
  j: number | undefined,
  point: Drift | undefined,
  axis: string,
  format: (x: number) => string,
): string[] {
  if (domain === undefined || j === undefined || !point) return [];
  return [domain, `${axis} ${format(point.x)}`, t('recommended {0}', formatPercent(point.mixture[j] ?? NaN, 2))];
}
