import type { Mask } from '../../src/core/fit/types';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { linearAxis, logAxis } from '../charts/axes';
import { horizontalLine } from '../charts/backdrop';
import type { Drawing } from '../charts/chart';
import type { ChartCardSpec } from '../components/card';
import type { Notice } from '../components/notices';
import type { ErrorSummary } from '../compute/residuals';
import { summarise } from '../compute/residuals';
import { signedPercentText } from '../format';
import { post } from '../host';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import type { Session } from '../session';
import { rangeOf } from '../session';
import { legendOf, number, rowColumn, rowLink, shownEntries } from './fitCharts';

/** A run whose mean error is so many times the median of all runs stands out. */
const STANDS_OUT = 4;
/** Below this nobody minds, however small the others are (a fraction). */
const LEAST_ERROR = 0.01;
const MOST_NAMED = 5;

const known = new WeakMap<Session, Map<Mask, readonly ErrorSummary[]>>();

/** Runs by their mean error, worst first; computed once for each set of entries. */
export function runsByError(model: PanelModel): readonly ErrorSummary[] {
  const ofSession = known.get(model.session) ?? new Map<Mask, readonly ErrorSummary[]>();
  known.set(model.session, ofSession);
  let runs = ofSession.get(model.mask);
  if (!runs) {
    runs = summarise(shownEntries(model), 'position').sort((a, b) => b.mre - a.mre);
    ofSession.set(model.mask, runs);
  }
  return runs;
}

/** More points than this only make a blot, and a slow one. */
const DRAWN_RUNS = 2000;

/** Runs that the law misses by far more than it misses the others. */
export function outliers(runs: readonly ErrorSummary[]): {
  readonly runs: readonly ErrorSummary[];
  readonly median: number;
} {
  const median = runs[runs.length >> 1]?.mre ?? NaN;
  return { runs: runs.filter(({ mre }) => mre > STANDS_OUT * median && mre > LEAST_ERROR), median };
}

export function outlierNotices(model: PanelModel): Notice[] {
  const { runs, median } = outliers(runsByError(model));
  const named = runs.slice(0, MOST_NAMED).map((run): Notice => ({
    severity: 'warning',
    message: t(
      'Row {0} is missed by {1} on average, where half of the runs are missed by less than {2}. A run that diverged or was logged wrongly pulls the whole fit.',
      run.worst.row + 1,
      formatPercent(run.mre, 1),
      formatPercent(median, 1),
    ),
    action: rowLink(run.worst.row, t('Open row {0}', run.worst.row + 1)),
  }));
  const more = runs.length - named.length;
  return more > 0 ? [...named, { severity: 'warning', message: t('{0} more rows stand out so.', more) }] : named;
}

/** What the errors of runs are drawn against: what drifts with it, the law has wrong. */
export type Against = 'row' | 'modelSizes' | 'tokens';

/** What there is to choose from: the row always, a scale where the runs differ in it. */
export function againstChoices({ session }: PanelModel): { readonly value: Against; readonly label: string }[] {
  const varies = (range: readonly [number, number] | undefined): boolean => range !== undefined && range[1] > range[0];
  return [
    { value: 'row', label: t('row of the file') },
    ...(varies(session.modelSizeRange) ? [{ value: 'modelSizes', label: t('model size') } as const] : []),
    ...(varies(session.tokensRange) ? [{ value: 'tokens', label: t('training tokens') } as const] : []),
  ];
}

/** Points of one scale stand a little apart, by golden-ratio steps of at most 3 % to either side. */
const apart = (row: number): number => 1 + 0.06 * ((((row + 1) * 0.618034) % 1) - 0.5);

/** Mean error of every run, against its row or its scale: drifts and bad runs are seen at once. */
export function runErrorSpec(model: PanelModel, against: () => Against): ChartCardSpec<ErrorSummary> {
  const { observations } = model.session;
  let sets: readonly (readonly ErrorSummary[])[] = [[], []];
  let means: readonly { readonly x: number; readonly bias: number; readonly runs: number }[] = [];
  const scale = (position: number): string =>
    [
      Number.isFinite(observations.modelSizes[position]) &&
        t('{0} parameters', formatModelSize(observations.modelSizes[position] as number)),
      Number.isFinite(observations.tokens[position]) &&
        t('{0} tokens', formatTokens(observations.tokens[position] as number)),
    ]
      .filter((part) => part !== false)
      .join(', ');
  const formatOf = (kind: Against): ((value: number) => string) =>
    kind === 'modelSizes'
      ? (v) => formatModelSize(v, 3)
      : kind === 'tokens'
        ? (v) => formatTokens(v, 3)
        : (v) => (Number.isInteger(v) ? formatCount(v) : '');
  return {
    id: 'errors-by-run',
    title: t('Errors by run'),
    subtitle: () =>
      against() === 'row'
        ? t('Mean error over the targets of each row, in the order of the file; above 0 the law predicts too high.')
        : t('Mean error over the targets of each row, by its scale; a trend is what the law has wrong about scale.'),
    legend: () => [
      ...legendOf(model),
      ...(against() === 'row' ? [] : [{ mark: 'diamond', series: 2, label: t('Mean of a scale') } as const]),
    ],
    missing: () => (shownEntries(model).length === 0 ? t('No measured loss has a prediction.') : undefined),
    draw(theme): Drawing {
      const kind = against();
      const all = runsByError(model);
      // The worst, and every so-manieth of the others.
      const stride = Math.ceil(all.length / DRAWN_RUNS);
      const runs = all.filter((_, i) => i < DRAWN_RUNS / 4 || i % stride === 0);
      sets = [runs.filter(({ worst }) => !worst.validation), runs.filter(({ worst }) => worst.validation)];
      means = kind === 'row' ? [] : meansBy(all, (run) => observations[kind][run.index] as number);
      const at = ({ index, worst }: ErrorSummary): number =>
        kind === 'row' ? worst.row + 1 : (observations[kind][index] as number) * apart(worst.row);
      const ends = rangeOf(runs.map(at)) ?? [1, 2];
      const axis = {
        title: againstChoices(model).find(({ value }) => value === kind)?.label ?? '',
        format: formatOf(kind),
      };
      return {
        kind: 'scatter',
        datasets: [
          ...sets.map((set, i) => ({
            data: set.map((run) => ({ x: at(run), y: run.bias * 100 })),
            pointStyle: i === 0 ? 'circle' : 'triangle',
            pointRadius: i === 0 ? 2.5 : 4,
            pointHoverRadius: 6,
            backgroundColor: i === 0 ? theme.series[0] : 'transparent',
            borderColor: theme.series[i === 0 ? 0 : 1],
            borderWidth: i === 0 ? 0 : 1.5,
          })),
          {
            data: means.map(({ x, bias }) => ({ x, y: bias * 100 })),
            pointStyle: 'rectRot',
            pointRadius: 6,
            pointHoverRadius: 8,
            backgroundColor: theme.background,
            borderColor: theme.series[2],
            borderWidth: 2,
            // Over the points of its runs.
            order: -1,
          },
        ],
        x:
          kind === 'row'
            ? linearAxis(theme, { ...axis, min: ends[0] - 1, max: ends[1] + 1 })
            : logAxis(theme, { ...axis, at: means.map(({ x }) => x), min: ends[0] / 1.3, max: ends[1] * 1.3 }),
        y: linearAxis(theme, { title: t('mean error, %') }),
        height: 300,
        subject: kind,
        backdrops: [horizontalLine(0, theme.muted)],
        tooltip(set, index) {
          const mean = set === 2 ? means[index] : undefined;
          if (mean) {
            return [
              formatOf(kind)(mean.x),
              t('mean error {0} over {1} rows', signedPercentText(mean.bias), formatCount(mean.runs)),
            ];
          }
          const run = sets[set]?.[index];
          if (!run) return [];
          return [
            t('row {0}', run.worst.row + 1),
            t('mean error {0}, mean size of the errors {1}', signedPercentText(run.bias), formatPercent(run.mre, 2)),
            scale(run.index),
          ].filter((line) => line !== '');
        },
        onPick(set, index) {
          const run = sets[set]?.[index];
          if (run) post({ type: 'open-row', row: run.worst.row });
        },
      };
    },
    table: () => ({
      caption: t('Errors by run'),
      rows: runsByError(model),
      limit: 200,
      columns: [
        rowColumn((run) => run.worst.row),
        { header: t('Set'), text: ({ worst }) => (worst.validation ? t('held out') : t('fitted on')) },
        number(
          t('MRE'),
          (run) => run.mre,
          (v) => formatPercent(v, 2),
        ),
        number(t('Mean error'), (run) => run.bias, signedPercentText),
        number(t('Losses'), (run) => run.n, formatCount),
      ],
    }),
  };
}

/** The mean of the runs' errors at each scale, from the smallest; runs whose scale is unknown are left out. */
function meansBy(runs: readonly ErrorSummary[], scale: (run: ErrorSummary) => number) {
  const sums = new Map<number, { bias: number; runs: number }>();
  for (const run of runs) {
    const x = scale(run);
    if (!Number.isFinite(x)) continue;
    const sum = sums.get(x) ?? { bias: 0, runs: 0 };
    sums.set(x, { bias: sum.bias + run.bias, runs: sum.runs + 1 });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([x, sum]) => ({ x, bias: sum.bias / sum.runs, runs: sum.runs }));
}
