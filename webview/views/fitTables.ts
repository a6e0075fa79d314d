import type { Mask, Metrics } from '../../src/core/fit/types';
import { formatCount, formatLoss, formatPercent } from '../../src/core/quantity';
import type { ErrorSummary } from '../compute/residuals';
import type { TableSpec } from '../components/table';
import { lossUnit, signedPercentText } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { number, rowColumn } from './fitCharts';
import { runsByError } from './fitRuns';

interface MetricsRow {
  readonly set: string;
  readonly entries: string;
  readonly metrics: Metrics;
}

const MASK_TEXT: Readonly<Record<Mask, string>> = { all: t('all'), positive: t('weight above 0') };

/** MRE, MAE and RMSE on both masks, for the runs fitted on and held out. */
export function metricsTable(model: PanelModel): TableSpec<MetricsRow> {
  const { fit, data } = model.session.document;
  const { train, validation } = fit.metrics;
  const masks: readonly Mask[] = ['all', 'positive'];
  const rows = (set: string, metrics: typeof train | undefined): MetricsRow[] =>
    metrics ? masks.map((mask) => ({ set, entries: MASK_TEXT[mask], metrics: metrics[mask] })) : [];
  const unit = lossUnit(data.lossKind);
  return {
    caption: t('Errors of the predicted losses; MAE and RMSE in {0}', unit),
    rows: [...rows(t('Held out'), validation), ...rows(t('Fitted on'), train)],
    columns: [
      { header: t('Runs'), text: (row) => row.set },
      { header: t('Entries'), text: (row) => row.entries },
      number(
        t('MRE'),
        (row) => row.metrics.mre ?? NaN,
        (v) => formatPercent(v, 2),
      ),
      number(
        t('MAE'),
        (row) => row.metrics.mae ?? NaN,
        (v) => formatLoss(v, 4),
      ),
      number(
        t('RMSE'),
        (row) => row.metrics.rmse ?? NaN,
        (v) => formatLoss(v, 4),
      ),
      number('n', (row) => row.metrics.n, formatCount),
    ],
  };
}

/** Runs by their mean error, worst first. */
export function runsTable(model: PanelModel): TableSpec<ErrorSummary> {
  const { targets } = model.session.predictor;
  return {
    caption: t('Runs by mean error'),
    rows: runsByError(model),
    limit: 8,
    columns: [
      rowColumn((summary) => summary.worst.row),
      { header: t('Set'), text: ({ worst }) => (worst.validation ? t('held out') : t('fitted on')) },
      number(
        t('MRE'),
        (summary) => summary.mre,
        (v) => formatPercent(v, 2),
      ),
      number(t('Worst error'), (summary) => summary.worst.error, signedPercentText),
      { header: t('Worst on'), text: ({ worst }) => targets[worst.target] ?? '' },
    ],
  };
}
