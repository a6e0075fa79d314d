import { predictorOf } from '../fit/predictor';
import type { FittedParameter, Mask, Metrics } from '../fit/types';
import type { FitDocument } from '../fitfile/types';
import { PredictionError } from '../errors';
import { formatCount, formatLoss, formatPercent, lossUnit } from '../quantity';
import { number, text, type Block, type ChartBlock, type Section, type Shape } from './blocks';
import { numberText } from './words';

/** A measured loss beside the law's. `error` is (predicted − observed) / observed. */
interface Entry {
  readonly run: number;
  readonly target: number;
  readonly observed: number;
  readonly predicted: number;
  readonly error: number;
}

/** More points than this only make a blot, and a large file. */
const DRAWN = 2000;
const WORST_RUNS = 10;
const MOST_PARAMETERS = 250;
/** Of pairs; more than this are pages that nobody reads. */
const MOST_PAIRS = 60;

export function qualitySection(document: FitDocument): Section {
  const entries = entriesOf(document);
  return {
    title: 'How well the law predicts',
    blocks: [
      metricsTable(document),
      ...(entries.length > 0
        ? [
            scatter(document, entries),
            residuals(document, entries),
            targetTable(document, entries),
            runTable(document, entries),
          ]
        : [{ kind: 'text' as const, text: 'No measured loss has a prediction.' }]),
    ],
  };
}

function entriesOf({ fit, observations }: FitDocument): Entry[] {
  const predictor = predictorOf(fit);
  const losses = new Float64Array(fit.targets.length);
  const { modelSize, tokens } = fit.options;
  return observations.mixtures.flatMap((mixture, run) => {
    try {
      const scale = [
        modelSize ?? observations.modelSizes[run] ?? NaN,
        tokens ?? observations.tokens[run] ?? NaN,
      ] as const;
      predictor.predict(Float64Array.from(mixture), scale[0], scale[1], losses);
    } catch (error) {
      // The law needs a scale that this run does not have.
      if (error instanceof PredictionError) return [];
      throw error;
    }
    return Array.from(losses, (predicted, target): Entry => {
      const observed = observations.losses[run]?.[target] ?? NaN;
      return { run, target, observed, predicted, error: (predicted - observed) / observed };
    }).filter(({ error }) => Number.isFinite(error));
  });
}

const MASKS: readonly (readonly [Mask, string])[] = [
  ['all', 'all losses'],
  ['positive', 'own weight above 0'],
];

function metricsTable({ fit, data }: FitDocument): Block {
  const { train, validation } = fit.metrics;
  const rows = (set: string, of: Readonly<Record<Mask, Metrics>>): string[][] =>
    MASKS.map(([mask, label]) => {
      const { mre, mae, rmse, n } = of[mask];
      return [
        `${set}, ${label}`,
        formatPercent(mre ?? NaN, 2),
        formatLoss(mae ?? NaN, 4),
        formatLoss(rmse ?? NaN, 4),
        formatCount(n),
      ];
    });
  return {
    kind: 'table',
    caption: `Errors of predicted losses; MAE and RMSE in ${lossUnit(data.lossKind)}`,
    columns: [text('Runs'), number('MRE'), number('MAE'), number('RMSE'), number('Losses')],
    rows: [...(validation ? rows('Held out', validation) : []), ...rows('Fitted on', train)],
    ...(validation ? {} : { note: 'No run was held out: these errors are those of the fit, not of predictions.' }),
  };
}

/** At most `DRAWN` entries: those the law misses by most, and every so-manieth of the rest. The same each time. */
function drawn(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length <= DRAWN) return entries;
  const worst = [...entries].sort((a, b) => Math.abs(b.error) - Math.abs(a.error)).slice(0, DRAWN / 4);
  const kept = new Set(worst);
  const stride = Math.ceil(entries.length / (DRAWN * 0.75));
  return entries.filter((entry, i) => kept.has(entry) || i % stride === 0);
}

function marker(document: FitDocument): (entry: Entry) => 'filled' | 'open' {
  const heldOut = new Set(document.fit.rows.validation);
  return ({ run }) => (heldOut.has(document.observations.rows[run]!) ? 'open' : 'filled');
}

const legendOf = ({ fit }: FitDocument): ChartBlock['legend'] => [
  { mark: 'filled', label: 'fitted on' },
  ...(fit.rows.validation.length > 0 ? [{ mark: 'open' as const, label: 'held out' }] : []),
];

const drawnText = (shown: readonly Entry[], all: readonly Entry[]): string =>
  shown.length < all.length
    ? ` ${formatCount(shown.length)} of ${formatCount(all.length)} drawn, all the worst among them.`
    : '';

function scatter(document: FitDocument, entries: readonly Entry[]): ChartBlock {
  const shown = drawn(entries);
  const markOf = marker(document);
  let [low, high] = [Infinity, -Infinity];
  for (const { observed, predicted } of shown) {
    low = Math.min(low, observed, predicted);
    high = Math.max(high, observed, predicted);
  }
  const margin = 0.04 * (high - low) || 0.1;
  const axis = { low: low - margin, high: high + margin, format: (value: number) => numberText(value) };
  return {
    kind: 'chart',
    title: 'Predicted against observed',
    caption: `Every measured loss against the law’s, in ${lossUnit(document.data.lossKind)}; on the line the law is exact.${drawnText(shown, entries)}`,
    legend: legendOf(document),
    drawing: {
      x: { title: 'observed loss', ...axis },
      y: { title: 'predicted loss', ...axis },
      reference: 'diagonal',
      marks: shown.map((entry): Shape => ({ mark: markOf(entry), x: entry.observed, y: entry.predicted })),
    },
  };
}

function residuals(document: FitDocument, entries: readonly Entry[]): ChartBlock {
  const shown = drawn(entries);
  const markOf = marker(document);
  let reach = 0;
  for (const { error } of shown) reach = Math.max(reach, 100 * Math.abs(error));
  reach = reach * 1.05 || 1;
  return {
    kind: 'chart',
    title: 'Residuals by target',
    caption: `Error of every prediction in percent of the observed loss; right of 0 the law predicts too high.${drawnText(shown, entries)}`,
    legend: legendOf(document),
    drawing: {
      x: { title: 'error, %', low: -reach, high: reach, format: (value) => numberText(value).replace('-', '−') },
      y: document.fit.targets,
      reference: 'zero',
      marks: shown.map((entry): Shape => {
        // Points of one target are kept apart by golden-ratio steps.
        const spread = (((entry.run + 1) * 0.618034) % 1) * 0.7 - 0.35;
        return { mark: markOf(entry), x: 100 * entry.error, y: entry.target + spread };
      }),
    },
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function groupsOf(entries: readonly Entry[], by: 'run' | 'target'): Map<number, Entry[]> {
  const groups = new Map<number, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry[by]);
    if (group) group.push(entry);
    else groups.set(entry[by], [entry]);
  }
  return groups;
}

const worstOf = (entries: readonly Entry[]): Entry =>
  entries.reduce((worst, entry) => (Math.abs(entry.error) > Math.abs(worst.error) ? entry : worst));

const signedPercent = (fraction: number): string =>
  `${fraction < 0 ? '−' : '+'}${formatPercent(Math.abs(fraction), 2)}`;

function targetTable(document: FitDocument, entries: readonly Entry[]): Block {
  const groups = groupsOf(entries, 'target');
  return {
    kind: 'table',
    caption: 'Errors by target',
    columns: [text('Target'), number('MRE'), number('Mean error'), number('Worst'), number('in row'), number('Losses')],
    rows: document.fit.targets.map((target, i) => {
      const group = groups.get(i);
      if (!group) return [target, '–', '–', '–', '–', '0'];
      const worst = worstOf(group);
      return [
        target,
        formatPercent(mean(group.map(({ error }) => Math.abs(error))), 2),
        signedPercent(mean(group.map(({ error }) => error))),
        signedPercent(worst.error),
        String(document.observations.rows[worst.run]! + 1),
        formatCount(group.length),
      ];
    }),
  };
}

function runTable(document: FitDocument, entries: readonly Entry[]): Block {
  const heldOut = new Set(document.fit.rows.validation);
  const runs = [...groupsOf(entries, 'run')]
    .map(([run, group]) => ({
      row: document.observations.rows[run]!,
      mre: mean(group.map(({ error }) => Math.abs(error))),
      worst: worstOf(group),
    }))
    .sort((a, b) => b.mre - a.mre || a.row - b.row)
    .slice(0, WORST_RUNS);
  return {
    kind: 'table',
    caption: 'Runs the law misses most',
    columns: [number('Row'), text('Set'), number('MRE'), number('Worst'), text('on')],
    rows: runs.map(({ row, mre, worst }) => [
      String(row + 1),
      heldOut.has(row) ? 'held out' : 'fitted on',
      formatPercent(mre, 2),
      signedPercent(worst.error),
      document.fit.targets[worst.target]!,
    ]),
    note: 'Rows are data rows of the results file, the first being 1.',
  };
}

export function parameterSection({ fit, bootstrap }: FitDocument): Section {
  const resampled = new Map((bootstrap?.parameters ?? []).map((spread) => [spread.name, spread]));
  // Parameters of pairs are K × K: they come last, and are the first to be left out.
  const rank = ({ domain, target }: FittedParameter): number => (domain !== undefined && target !== undefined ? 1 : 0);
  const sorted = [...fit.parameters].sort((a, b) => rank(a) - rank(b));
  const single = sorted.filter((parameter) => rank(parameter) === 0).length;
  const shown = sorted.slice(
    0,
    Math.min(MOST_PARAMETERS, sorted.length - single > MOST_PAIRS ? single : sorted.length),
  );
  const more = sorted.length - shown.length;
  return {
    title: 'Parameters',
    blocks: [
      {
        kind: 'table',
        caption: 'Fitted parameters',
        columns: [
          text('Parameter'),
          text('of'),
          number('Value'),
          number('Standard error'),
          ...(bootstrap ? [number(`${formatPercent(bootstrap.coverage, 0)} of resampled fits`)] : []),
          text('Unit'),
        ],
        rows: shown.map((parameter) => {
          const { name, symbol, domain, target, value, standardError, atBound, unit } = parameter;
          const spread = resampled.get(name);
          return [
            symbol,
            [target, domain].filter((part) => part !== undefined).join(' from '),
            numberText(value),
            atBound ? `at its ${atBound} bound` : numberText(standardError, 2),
            ...(bootstrap ? [spread ? `${numberText(spread.lower)} – ${numberText(spread.upper)}` : '–'] : []),
            unit === '1' ? '' : unit,
          ];
        }),
        ...(more > 0 ? { note: `${formatCount(more)} more are in the fit document.` } : {}),
      },
    ],
  };
}
