import { formatLoss } from '../../src/core/quantity';
import { linearAxis, namedRows } from '../charts/axes';
import { spans, verticalLine } from '../charts/backdrop';
import type { Drawing } from '../charts/chart';
import type { Candidate } from '../candidates';
import type { ChartCardSpec } from '../components/card';
import type { Gain, MixtureLosses } from '../evidence/calls';
import { lossUnit, signedText } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { dots, rowsHeight } from './dots';
import { number } from './fitCharts';
import { COVERAGE_TEXT, isKnown, lossWithRange, probabilityText, rangeText, signedRangeText } from './words';

interface GainRow {
  readonly candidate: Candidate;
  readonly value: number;
  readonly gain: Gain | undefined;
  readonly losses: MixtureLosses | undefined;
}

/** What the recommended mixture gains over every other one, with intervals. */
export function gainsSpec(model: PanelModel): ChartCardSpec<GainRow> {
  const unit = lossUnit(model.session.document.data.lossKind);
  let rows: readonly GainRow[] = [];
  const compute = (): GainRow[] =>
    model.candidates.map((candidate) => ({
      candidate,
      value: candidate.mean - model.recommended.mean,
      gain: model.evidence.gain(model.recommended, candidate, model.at),
      losses: model.evidence.losses(candidate, model.at),
    }));
  return {
    id: 'gains',
    title: t('What it gains'),
    subtitle: () =>
      t(
        'How much lower the mean loss ({0}) is with the recommended mixture than with others; right of 0 is better.',
        unit,
      ),
    legend: () => [
      { mark: 'dot', series: 0, label: t('Predicted') },
      ...(rows.some((row) => isKnown(row.gain))
        ? [{ mark: 'whisker', series: 'muted', label: t('{0} interval of two new runs', COVERAGE_TEXT) } as const]
        : []),
    ],
    draw(theme): Drawing {
      rows = compute();
      const intervals = rows.flatMap(({ gain }, y) => (isKnown(gain) ? [{ low: gain.low, high: gain.high, y }] : []));
      const ends = [0, ...rows.map((row) => row.value), ...intervals.flatMap(({ low, high }) => [low, high])];
      const [low, high] = [Math.min(...ends), Math.max(...ends)];
      const margin = 0.06 * (high - low) || 0.01;
      return {
        kind: 'scatter',
        datasets: [
          dots(
            rows.map((row) => row.value),
            0,
            theme,
          ),
        ],
        x: linearAxis(theme, {
          title: t('gain, {0}', unit),
          min: low - margin,
          max: high + margin,
        }),
        y: namedRows(
          theme,
          rows.map((row) => row.candidate.label),
        ),
        height: rowsHeight(rows.length, 26),
        backdrops: [verticalLine(0, theme.muted), spans(intervals, { color: theme.text, thickness: 1.25, caps: true })],
        tooltip: (_set, index) => lines(rows[index]),
      };
    },
    table: () => ({
      caption: t('Gain over other mixtures in {0}', unit),
      rows: compute(),
      columns: [
        { header: t('Mixture'), text: (row) => row.candidate.label },
        number(
          t('Mean loss'),
          (row) => row.candidate.mean,
          (v) => formatLoss(v, 4),
        ),
        { header: t('{0} interval', COVERAGE_TEXT), align: 'number', text: (row) => rangeText(row.losses?.mean) },
        number(
          t('Gain'),
          (row) => row.value,
          (v) => signedText(v, 4),
        ),
        { header: t('Gain, {0} interval', COVERAGE_TEXT), align: 'number', text: (row) => signedRangeText(row.gain) },
        {
          header: t('Better with probability'),
          align: 'number',
          text: (row) => probabilityText(row.gain),
          value: (row) => row.gain?.probability ?? NaN,
        },
      ],
    }),
  };
}

function lines(row: GainRow | undefined): string[] {
  if (!row) return [];
  return [
    row.candidate.label,
    t('mean loss {0}', lossWithRange(row.candidate.mean, row.losses?.mean)),
    isKnown(row.gain)
      ? t('gain {0}, {1}: {2}', signedText(row.value, 4), COVERAGE_TEXT, signedRangeText(row.gain))
      : t('gain {0}', signedText(row.value, 4)),
    ...(row.gain ? [t('the recommended one is better with probability {0}', probabilityText(row.gain))] : []),
  ];
}
