import { formatLoss, formatPercent } from '../../src/core/quantity';
import type { TradeOffPoint } from '../../src/core/recommend/trade-off';
import { linearAxis } from '../charts/axes';
import { pointLabels } from '../charts/backdrop';
import type { Dataset, Drawing } from '../charts/chart';
import type { ChartCardSpec } from '../components/card';
import { lossUnit, NAME_IN_SENTENCE, shortened } from '../format';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { number } from './fitCharts';

const STEPS = 15;

/** The two targets of the trade-off, −1 for the mean: the reader's, else those that gain most and least. */
export function tradedTargets(model: PanelModel): readonly [number, number] {
  const [a, b] = model.tradeOff;
  const M = model.session.predictor.targets.length;
  if (a !== undefined && b !== undefined && a !== b && a < M && b < M) return [a, b];
  const gain = (i: number): number => (model.recommended.losses[i] as number) / (model.candidates[0]?.losses[i] ?? NaN);
  const order = model.session.predictor.targets.map((_, i) => i).sort((i, k) => gain(i) - gain(k));
  return [order[0] ?? 0, order.at(-1) ?? 0];
}

/** The best that can be had of one target for every loss of another. */
export function tradeOffSpec(model: PanelModel): ChartCardSpec<TradeOffPoint> {
  const { predictor, document } = model.session;
  const unit = lossUnit(document.data.lossKind);
  const M = predictor.targets.length;
  const name = (target: number): string => (target < 0 ? t('target-weighted mean') : (predictor.targets[target] ?? ''));
  const weights = (target: number): readonly number[] =>
    target < 0 ? Array.from(model.targetWeights) : predictor.targets.map((_, i) => (i === target ? 1 : 0));
  const compute = (): readonly TradeOffPoint[] | undefined => {
    const [a, b] = tradedTargets(model);
    return model.evidence.tradeOff(model.madeWith, weights(a), weights(b), STEPS);
  };
  const lossOf = (losses: Float64Array, mean: number, target: number): number =>
    target < 0 ? mean : (losses[target] ?? NaN);
  const marked = () => {
    const ids = new Set(['current', 'uniform', 'proportional', 'trial']);
    return [
      model.recommended,
      ...model.candidates.filter((candidate) => ids.has(candidate.id) || candidate === model.comparison),
    ];
  };
  return {
    id: 'trade-off',
    title: t('Trade-off'),
    subtitle: () => {
      const [a, b] = tradedTargets(model);
      return t(
        'The lowest loss on {0} for every loss on {1}, {2}: below and left of the curve there is no mixture.',
        shortened(name(b), NAME_IN_SENTENCE),
        shortened(name(a), NAME_IN_SENTENCE),
        unit,
      );
    },
    missing: () => {
      if (M < 2) return t('There is one target: it has nothing to be traded for.');
      return compute() ? undefined : t('Being computed…');
    },
    legend: () => [
      { mark: 'line', series: 0, label: t('Best mixtures') },
      { mark: 'square', series: 1, label: t('Mixtures to compare with') },
    ],
    draw(theme): Drawing {
      const curve = compute() ?? [];
      const [a, b] = tradedTargets(model);
      const others = marked().map((candidate) => ({
        label: candidate.label,
        x: lossOf(candidate.losses, candidate.mean, a),
        y: lossOf(candidate.losses, candidate.mean, b),
      }));
      const line: Dataset = {
        data: curve.map(({ lossA, lossB }) => ({ x: lossA, y: lossB })),
        showLine: true,
        pointStyle: 'circle',
        pointRadius: 3.5,
        pointHoverRadius: 6,
        borderColor: theme.series[0],
        backgroundColor: theme.series[0],
        borderWidth: 2,
      };
      const squares: Dataset = {
        data: others.map(({ x, y }) => ({ x, y })),
        showLine: false,
        pointStyle: 'rect',
        pointRadius: 5,
        pointHoverRadius: 7,
        borderColor: theme.series[1],
        backgroundColor: theme.background,
        borderWidth: 2,
      };
      return {
        kind: 'scatter',
        datasets: [line, squares],
        x: linearAxis(theme, { title: shortened(t('loss on {0}', name(a)), 48) }),
        y: linearAxis(theme, { title: shortened(t('loss on {0}', name(b)), 34) }),
        height: 340,
        subject: `${a} ${b}`,
        overlays: [
          pointLabels(
            others.map((other) => ({ ...other, text: shortened(other.label, 22) })),
            theme,
          ),
        ],
        tooltip(set, index) {
          const other = others[index];
          if (set === 1)
            return other
              ? [other.label, `${name(a)} ${formatLoss(other.x, 4)}`, `${name(b)} ${formatLoss(other.y, 4)}`]
              : [];
          const point = curve[index];
          return point
            ? [
                `${name(a)} ${formatLoss(point.lossA, 4)}`,
                `${name(b)} ${formatLoss(point.lossB, 4)}`,
                ...largest(point.mixture, predictor.domains),
              ]
            : [];
        },
        onPick(set, index) {
          const point = set === 0 ? curve[index] : undefined;
          if (point) model.setTrial(Float64Array.from(point.mixture));
        },
      };
    },
    table: () => {
      const [a, b] = tradedTargets(model);
      return {
        caption: t('Best mixtures between {0} and {1}', name(a), name(b)),
        rows: compute() ?? [],
        columns: [
          number<TradeOffPoint>(
            t('Share of {0}', name(b)),
            (row) => row.weight,
            (v) => formatPercent(v, 0),
          ),
          number<TradeOffPoint>(
            name(a),
            (row) => row.lossA,
            (v) => formatLoss(v, 4),
          ),
          number<TradeOffPoint>(
            name(b),
            (row) => row.lossB,
            (v) => formatLoss(v, 4),
          ),
          ...predictor.domains.map((domain, j) =>
            number<TradeOffPoint>(
              domain,
              (row) => row.mixture[j] ?? NaN,
              (v) => formatPercent(v, 1),
            ),
          ),
        ],
      };
    },
    note: () => t('Choose a point of the curve to set your mixture to it.'),
  };
}

/** The largest weights of a mixture, in words. */
const largest = (mixture: readonly number[], domains: readonly string[]): string[] =>
  [...mixture.keys()]
    .sort((i, k) => (mixture[k] as number) - (mixture[i] as number))
    .slice(0, 4)
    .map((j) => `${domains[j]} ${formatPercent(mixture[j] as number)}`);
