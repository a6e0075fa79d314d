import { formatLoss, formatPercent } from '../../src/core/quantity';
import type { Backdrop } from '../charts/backdrop';
import type { ChartInstance, Dataset, Drawing } from '../charts/chart';
import type { ChartTheme } from '../charts/theme';
import type { ChartCardSpec } from '../components/card';
import { aimedLoss } from '../compute/curves';
import type { Point, Shares, Surface } from '../compute/ternary';
import { bandBetween, contour, HEIGHT, niceLevels, pointOf, sample, sharesOf, withShares } from '../compute/ternary';
import { lossUnit, shortened } from '../format';
import { post } from '../host';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { aimOf, aimText } from './exploreCharts';
import { number } from './fitCharts';

const STEPS = 36;
const LEVELS = 7;

interface MapRow {
  readonly shares: Shares;
  readonly mixture: Float64Array;
  readonly loss: number;
}

interface TernaryMap {
  readonly key: unknown;
  readonly surface: Surface;
  readonly levels: readonly number[];
  readonly lowest: number;
  readonly best: Shares;
  /** What the three have together. */
  readonly total: number;
}

/** The three domains on the map: those the reader chose, else those with the greatest recommended weights. */
export function cornersOf(model: PanelModel): readonly number[] {
  if (model.corners.length === 3) return model.corners;
  const { mixture } = model.recommended;
  return [...mixture.keys()].sort((a, b) => (mixture[b] as number) - (mixture[a] as number)).slice(0, 3);
}

/** Loss over all ways to divide among three domains what the recommended mixture has of them. */
export function ternarySpec(model: PanelModel): ChartCardSpec<MapRow> {
  const { predictor, observations, document } = model.session;
  const unit = lossUnit(document.data.lossKind);
  const losses = new Float64Array(predictor.targets.length);
  let map: TernaryMap | undefined;
  const lossAt = (mixture: Float64Array): number => {
    predictor.predict(mixture, model.modelSize, model.tokens, losses);
    return aimedLoss(losses, aimOf(model));
  };
  const compute = (): TernaryMap => {
    const corners = cornersOf(model);
    const key = JSON.stringify([corners, model.exploredTarget, model.at, [...model.recommended.mixture]]);
    if (map?.key === key) return map;
    const { mixture } = model.recommended;
    const surface = sample(STEPS, (shares) => lossAt(withShares(mixture, corners, shares)));
    const finite = surface.values.filter(Number.isFinite).sort();
    const lowest = finite[0] ?? NaN;
    // At the edges the losses run away: what lies beyond most of the map is one shade.
    const most = finite[Math.floor(finite.length * 0.97)] ?? NaN;
    const best = surface.shares[surface.values.indexOf(lowest)] ?? [1, 0, 0];
    const total = corners.reduce((sum, j) => sum + (mixture[j] ?? 0), 0);
    return (map = { key, surface, levels: niceLevels(most - lowest, LEVELS), lowest, best, total });
  };
  const names = (): readonly string[] => cornersOf(model).map((j) => predictor.domains[j] ?? '');
  const shown = () => {
    const corners = cornersOf(model);
    const runs = observations.mixtures.flatMap((mixture, position) => {
      const shares = sharesOf(mixture, corners);
      return shares ? [{ shares, row: observations.rows[position] as number, position }] : [];
    });
    const marks = [
      {
        label: t('Recommended'),
        shares: sharesOf(model.recommended.mixture, corners),
        loss: lossAt(model.recommended.mixture),
      },
      {
        label: model.comparison.label,
        shares: sharesOf(model.comparison.mixture, corners),
        loss: lossAt(model.comparison.mixture),
      },
      { label: t('Lowest on this map'), shares: compute().best, loss: compute().lowest },
    ];
    return { runs, marks };
  };
  const sharesText = (shares: Shares, total: number): string[] =>
    names().map((name, i) => `${name} ${formatPercent((shares[i] ?? 0) * total, 1)}`);
  return {
    id: 'ternary',
    title: t('Three domains'),
    subtitle: () =>
      t(
        'Predicted {0}, {1}, however the {2} that the recommended mixture has of three domains are divided among them; the others stay. Contours tell by how much it is above the lowest.',
        aimText(model),
        unit,
        formatPercent(compute().total, 1),
      ),
    missing: () => {
      if (predictor.domains.length < 3) return t('A map needs three domains.');
      return compute().total > 0 && Number.isFinite(compute().lowest)
        ? undefined
        : t('The recommended mixture has none of these domains.');
    },
    legend: () => [
      { mark: 'dot', series: 0, label: t('Recommended') },
      { mark: 'square', series: 1, label: model.comparison.label },
      { mark: 'cross', series: 2, label: t('Lowest on this map') },
      { mark: 'ring', series: 'muted', label: t('Runs, by their shares of the three') },
    ],
    draw(theme, width): Drawing {
      const { surface, levels, lowest, total } = compute();
      const { runs, marks } = shown();
      const height = Math.round(Math.max(260, Math.min(460, width * 0.8)));
      return {
        kind: 'scatter',
        datasets: [
          points(
            runs.map(({ shares }) => pointOf(shares)),
            {
              pointStyle: 'circle',
              pointRadius: 2.5,
              borderColor: theme.text,
              backgroundColor: 'transparent',
              borderWidth: 1,
            },
          ),
          points([marks[0]?.shares].map(placed), {
            pointStyle: 'circle',
            pointRadius: 6,
            borderColor: theme.background,
            backgroundColor: theme.series[0],
            borderWidth: 1.5,
          }),
          points([marks[1]?.shares].map(placed), {
            pointStyle: 'rect',
            pointRadius: 5.5,
            borderColor: theme.series[1],
            backgroundColor: theme.background,
            borderWidth: 2,
          }),
          points([marks[2]?.shares].map(placed), {
            pointStyle: 'crossRot',
            pointRadius: 6,
            borderColor: theme.series[2],
            backgroundColor: theme.series[2],
            borderWidth: 2.5,
          }),
          // What lies under the pointer anywhere else.
          points(surface.shares.map(pointOf), { pointRadius: 0, pointHitRadius: 7 }),
        ],
        ...axes(width, height),
        height,
        padding: 4,
        isotropic: true,
        subject: names().join('\0'),
        backdrops: [shades(surface, levels, lowest, theme), frame(names(), total, theme, width)],
        tooltip(set, index) {
          if (set === 0) {
            const run = runs[index];
            const measured = run && aimedLoss(observations.losses[run.position] as Float64Array, aimOf(model));
            return run
              ? [
                  t('row {0}', run.row + 1),
                  ...sharesText(run.shares, sumOf(observations.mixtures[run.position], cornersOf(model))),
                  ...(Number.isFinite(measured) ? [t('measured {0}', formatLoss(measured as number, 4))] : []),
                ]
              : [];
          }
          if (set < 4) {
            const mark = marks[set - 1];
            return mark?.shares
              ? [mark.label, ...sharesText(mark.shares, total), t('loss {0}', formatLoss(mark.loss, 4))]
              : [];
          }
          const shares = surface.shares[index];
          return shares
            ? [...sharesText(shares, total), t('loss {0}', formatLoss(surface.values[index] as number, 4))]
            : [];
        },
        onPick(set, index) {
          const run = set === 0 ? runs[index] : undefined;
          const shares = set === 4 ? surface.shares[index] : undefined;
          if (run) post({ type: 'open-row', row: run.row });
          if (shares) model.setTrial(withShares(model.recommended.mixture, cornersOf(model), shares));
        },
      };
    },
    table: () => {
      const { surface, total } = compute();
      const coarse = surface.shares.flatMap((shares, i): MapRow[] =>
        shares.every((share) => Math.abs(share * 6 - Math.round(share * 6)) < 1e-9)
          ? [{ shares, mixture: new Float64Array(), loss: surface.values[i] as number }]
          : [],
      );
      return {
        caption: t('Predicted {0} in {1}', aimText(model), unit),
        rows: coarse,
        columns: [
          ...names().map((name, i) =>
            number<MapRow>(
              name,
              (row) => (row.shares[i] ?? 0) * total,
              (v) => formatPercent(v, 1),
            ),
          ),
          number<MapRow>(
            t('Loss'),
            (row) => row.loss,
            (v) => formatLoss(v, 4),
          ),
        ],
      };
    },
    note: () => t('Choose a place on the map to set your mixture to it.'),
  };
}

const sumOf = (mixture: Float64Array | undefined, corners: readonly number[]): number =>
  corners.reduce((sum, j) => sum + (mixture?.[j] ?? 0), 0);

const placed = (shares: Shares | undefined): Point => (shares ? pointOf(shares) : { x: NaN, y: NaN });

const points = (data: readonly Point[], look: Partial<Dataset>): Dataset =>
  ({ data: [...data], showLine: false, pointHoverRadius: 7, ...look }) as Dataset;

/** Hidden axes on which a unit across is as long as a unit up, with room for the names of the corners. */
function axes(width: number, height: number): { readonly x: object; readonly y: object } {
  const [w, h] = [Math.max(1, width - 8), height - 8];
  const perUnit = Math.min((w - 40) / 1.12, (h - 56) / HEIGHT);
  const y = { low: -30 / perUnit, high: -30 / perUnit + h / perUnit };
  const half = w / perUnit / 2;
  const hidden = { type: 'linear', display: false } as const;
  return { x: { ...hidden, min: 0.5 - half, max: 0.5 + half }, y: { ...hidden, min: y.low, max: y.high } };
}

const pixels = ({ scales }: ChartInstance) => {
  const { x, y } = scales;
  return ({ x: px, y: py }: Point): [number, number] => [
    x?.getPixelForValue(px) ?? NaN,
    y?.getPixelForValue(py) ?? NaN,
  ];
};

/** The lower the loss, the stronger the shade; contours between, with their height above the lowest. */
const shades =
  (surface: Surface, levels: readonly number[], lowest: number, theme: ChartTheme): Backdrop =>
  (chart) => {
    const { ctx } = chart;
    const at = pixels(chart);
    const edges = [-Infinity, ...levels.map((level) => lowest + level), Infinity];
    ctx.save();
    ctx.fillStyle = theme.series[0];
    for (let k = 0; k + 1 < edges.length; k++) {
      ctx.globalAlpha = 0.5 * (1 - k / (edges.length - 1)) ** 1.3 + 0.03;
      ctx.beginPath();
      for (const polygon of bandBetween(surface, edges[k] as number, edges[k + 1] as number)) {
        polygon.forEach((point, i) => (i === 0 ? ctx.moveTo(...at(point)) : ctx.lineTo(...at(point))));
        ctx.closePath();
      }
      ctx.fill();
    }
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 0.75;
    const labels: { readonly text: string; readonly x: number; readonly y: number }[] = [];
    for (const level of levels) {
      const pieces = contour(surface, lowest + level);
      ctx.beginPath();
      for (const [from, to] of pieces) {
        ctx.moveTo(...at(from));
        ctx.lineTo(...at(to));
      }
      ctx.stroke();
      // Where a contour comes furthest down and to the right there is mostly room.
      const free = pieces
        .map(([from]) => at(from))
        .sort((a, b) => b[0] + b[1] - a[0] - a[1])
        .find(([x, y]) => labels.every((label) => Math.abs(label.x - x) > 52 || Math.abs(label.y - y) > 14));
      if (free) labels.push({ text: `+${level}`, x: free[0], y: free[1] });
    }
    ctx.font = `${theme.fontSize - 1}px ${theme.fontFamily}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    for (const { text, x, y } of labels) {
      const wide = ctx.measureText(text).width + 4;
      ctx.fillStyle = theme.background;
      ctx.globalAlpha = 0.8;
      ctx.fillRect(x - wide / 2, y - 6, wide, 12);
      ctx.globalAlpha = 1;
      ctx.fillStyle = theme.text;
      ctx.fillText(text, x, y);
    }
    ctx.restore();
  };

/** The triangle with the names of its corners and the weight each stands for. */
const frame =
  (names: readonly string[], total: number, theme: ChartTheme, width: number): Backdrop =>
  (chart) => {
    const { ctx } = chart;
    const at = pixels(chart);
    const corner = (i: number): Shares => [i === 0 ? 1 : 0, i === 1 ? 1 : 0, i === 2 ? 1 : 0];
    // Two names share the width, each with its percentage.
    const longest = Math.max(6, Math.floor(width / 14) - 8);
    ctx.save();
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1;
    ctx.beginPath();
    [0, 1, 2].forEach((i) => (i === 0 ? ctx.moveTo(...at(pointOf(corner(i)))) : ctx.lineTo(...at(pointOf(corner(i))))));
    ctx.closePath();
    ctx.stroke();
    ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
    ctx.fillStyle = theme.text;
    ctx.textBaseline = 'middle';
    const label = (i: number): string => `${shortened(names[i] ?? '', longest)} ${formatPercent(total, 1)}`;
    [0, 1, 2].forEach((i) => {
      const [x, y] = at(pointOf(corner(i)));
      const half = ctx.measureText(label(i)).width / 2;
      // The lower corners' names stay inside the picture.
      const middle = Math.min(Math.max(x, chart.chartArea.left + half), chart.chartArea.right - half);
      ctx.textAlign = 'center';
      ctx.fillText(label(i), middle, i === 2 ? y - 10 : y + 14);
    });
    ctx.restore();
  };
