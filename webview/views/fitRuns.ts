import type { Mask } from '../../src/core/fit/types';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { linearAxis } from '../charts/axes';
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
    action: rowLink(run.worst.row),
  }));
  const more = runs.length - named.length;
  return more > 0 ? [...named, { severity: 'warning', message: t('{0} more rows stand out so.', more) }] : named;
}

/** Mean error of every run, in the order of the file: drifts and bad runs are seen at once. */
export function runErrorSpec(model: PanelModel): ChartCardSpec<ErrorSummary> {
  const { observations } = model.session;
  let sets: readonly (readonly ErrorSummary[])[] = [[], []];
  const scale = (position: number): string =>
    [
      Number.isFinite(observations.modelSizes[position]) &&
        t('{0} parameters', formatModelSize(observations.modelSizes[position] as number)),
      Number.isFinite(observations.tokens[position]) &&
        t('{0} tokens', formatTokens(observations.tokens[position] as number)),
    ]
      .filter((part) => part !== false)
      .join(', ');
  return {
    id: 'errors-by-run',
    title: t('Errors by run'),
    subtitle: () =>
      t('Mean error over the targets of each row, in the order of the file; above 0 the law predicts too high.'),
    legend: () => legendOf(model),
    missing: () => (shownEntries(model).length === 0 ? t('No measured loss has a prediction.') : undefined),
    draw(theme): Drawing {
      const all = runsByError(model);
      // The worst, and every so-manieth of the others.
      const stride = Math.ceil(all.length / DRAWN_RUNS);
      const runs = all.filter((_, i) => i < DRAWN_RUNS / 4 || i % stride === 0);
      sets = [runs.filter(({ worst }) => !worst.validation), runs.filter(({ worst }) => worst.validation)];
      return {
        kind: 'scatter',
        datasets: sets.map((set, i) => ({
          data: set.map(({ worst, bias }) => ({ x: worst.row + 1, y: bias * 100 })),
          pointStyle: i === 0 ? 'circle' : 'triangle',
          pointRadius: i === 0 ? 2.5 : 4,
          pointHoverRadius: 6,
          backgroundColor: i === 0 ? theme.series[0] : 'transparent',
          borderColor: theme.series[i === 0 ? 0 : 1],
          borderWidth: i === 0 ? 0 : 1.5,
        })),
        x: linearAxis(theme, { title: t('row of the file'), format: String }),
        y: linearAxis(theme, { title: t('mean error, %'), format: (v) => String(v).replace('-', '−') }),
        height: 300,
        tooltip(set, index) {
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
