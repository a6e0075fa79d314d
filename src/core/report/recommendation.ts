import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../quantity';
import { number, text, type Block, type ChartBlock, type Section, type Shape } from './blocks';
import type { Subject } from './advice';
import { lossUnitText } from './words';

/** What should be read before the numbers, worst first. */
export function cautions({ document, advice }: Subject): Block[] {
  const { certificate } = document.fit;
  const said = new Set<string>(advice.guards.map(({ code }) => code));
  const notices = [
    ...advice.guards.map(({ severity, message }) => ({ warning: severity !== 'info', message })),
    ...advice.recommendation.warnings
      .filter(({ code }) => !said.has(code))
      .map(({ message }) => ({ warning: true, message })),
    ...certificate.notes.map(({ severity, message }) => ({ warning: severity === 'warning', message })),
  ];
  const sorted = [...notices.filter(({ warning }) => warning), ...notices.filter(({ warning }) => !warning)];
  return sorted.map(({ warning, message }) => ({
    kind: 'notice',
    severity: warning ? 'warning' : 'info',
    text: message,
  }));
}

export function recommendationSection(subject: Subject): Section {
  const { document, advice, options, compared } = subject;
  const { recommendation, rise } = advice;
  const unit = lossUnitText(document.data.lossKind);
  const weighted = targetsText(subject);
  const summary =
    `The mixture with the least predicted loss at ${formatModelSize(options.modelSize)} parameters and ` +
    `${formatTokens(options.tokens)} tokens${weighted}: ${formatLoss(recommendation.objective, 4)} ${unit}` +
    compared.map(({ label, mean }) => `, against ${formatLoss(mean, 4)} for ${label}`).join('') +
    '.';
  return {
    title: 'Recommended mixture',
    blocks: [
      { kind: 'text', text: summary },
      ...cautions(subject),
      mixtureChart(subject),
      mixtureTable(subject),
      ...bindings(subject),
      lossTable(subject),
      {
        kind: 'text',
        text:
          `“Near-optimal” is how far a weight can move, the others following, before the mean loss rises by ` +
          `${formatLoss(rise, 4)}: one standard deviation of a run’s loss around the law. Inside it the runs cannot tell ` +
          'mixtures apart.',
      },
    ],
  };
}

function targetsText({ document, advice }: Subject): string {
  const { targets } = document.fit;
  const weights = advice.recommendation.targetWeights;
  const equal = weights.every((weight) => Math.abs(weight - 1 / targets.length) < 1e-9);
  if (equal) return targets.length === 1 ? '' : `, mean over ${targets.length} targets`;
  const shares = targets.flatMap((target, i) => (weights[i]! > 0 ? [`${target} ${formatPercent(weights[i]!)}`] : []));
  return `, targets weighted ${shares.join(', ')}`;
}

/** Lowest and highest weight of each domain in the runs. Shape [K × 2]; NaN without runs. */
export function measuredRanges({ document }: Pick<Subject, 'document'>): { low: number; high: number }[] {
  return document.fit.domains.map((_, k) => {
    let [low, high] = [Infinity, -Infinity];
    for (const mixture of document.observations.mixtures) {
      low = Math.min(low, mixture[k]!);
      high = Math.max(high, mixture[k]!);
    }
    return low <= high ? { low, high } : { low: NaN, high: NaN };
  });
}

function mixtureTable(subject: Subject): Block {
  const { document, advice, compared } = subject;
  const measured = measuredRanges(subject);
  const range = (low: number, high: number): string => `${formatPercent(low)} – ${formatPercent(high)}`;
  return {
    kind: 'table',
    caption: 'Weights',
    columns: [
      text('Domain'),
      number('Recommended'),
      number('Near-optimal'),
      ...compared.map(({ label }) => number(label)),
      number('In the runs'),
    ],
    rows: document.fit.domains.map((domain, k) => [
      domain,
      formatPercent(advice.recommendation.mixture[k]!, 2),
      range(advice.region[k]!.low, advice.region[k]!.high),
      ...compared.map(({ mixture }) => formatPercent(mixture[k]!, 2)),
      range(measured[k]!.low, measured[k]!.high),
    ]),
  };
}

function mixtureChart({ document, advice, compared }: Subject): ChartBlock {
  const { mixture } = advice.recommendation;
  const [other] = compared;
  const marks = document.fit.domains.flatMap((_, y): Shape[] => [
    { mark: 'bar', y, from: 0, to: 100 * mixture[y]! },
    { mark: 'whisker', y, from: 100 * advice.region[y]!.low, to: 100 * advice.region[y]!.high },
    ...(other ? [{ mark: 'diamond' as const, x: 100 * other.mixture[y]!, y }] : []),
  ]);
  const values = marks.map((mark) => ('to' in mark ? mark.to : mark.x));
  return {
    kind: 'chart',
    title: 'Recommended mixture',
    caption: 'Weight of each domain in percent of the tokens.',
    legend: [
      { mark: 'bar', label: 'recommended' },
      { mark: 'whisker', label: 'near-optimal' },
      ...(other ? [{ mark: 'diamond' as const, label: other.label }] : []),
    ],
    drawing: {
      x: { title: 'weight, %', low: 0, high: Math.max(5, ...values) * 1.02, format: String },
      y: document.fit.domains,
      marks,
    },
  };
}

function lossTable({ document, request, advice, compared }: Subject): Block {
  const { recommendation } = advice;
  const { bootstrap } = document;
  // Intervals are those of the document's own recommendation.
  const own = request.options === undefined;
  const spread = new Map((own ? (bootstrap?.recommendedLosses ?? []) : []).map((row) => [row.target, row]));
  const level = bootstrap ? formatPercent(bootstrap.coverage, 0) : '';
  const rows = document.fit.targets.map((target, i) => {
    const loss = recommendation.losses[i]!;
    const interval = spread.get(target);
    return [
      target,
      formatLoss(loss),
      ...(spread.size > 0 ? [interval ? `${formatLoss(interval.lower)} – ${formatLoss(interval.upper)}` : '–'] : []),
      ...compared.map(({ losses }) => `${formatLoss(losses[i]!)} (${signed(loss - losses[i]!)})`),
    ];
  });
  const mean = [
    'weighted mean',
    formatLoss(recommendation.objective),
    ...(spread.size > 0 ? [''] : []),
    ...compared.map((other) => `${formatLoss(other.mean)} (${signed(recommendation.objective - other.mean)})`),
  ];
  return {
    kind: 'table',
    caption: `Predicted losses, ${lossUnitText(document.data.lossKind)}`,
    columns: [
      text('Target'),
      number('Recommended'),
      ...(spread.size > 0 ? [number(`${level} of resampled fits`)] : []),
      ...compared.map(({ label }) => number(label)),
    ],
    rows: [...rows, mean],
    ...(compared.length > 0
      ? { note: 'In brackets: how much lower (−) or higher (+) the recommended mixture is.' }
      : {}),
  };
}

function bindings({ advice }: Subject): Block[] {
  return advice.recommendation.bindings.map(({ constraint, multiplier }) => ({
    kind: 'text',
    text: `Held by the limit ${constraint}: relaxing it by one percentage point would gain ${(multiplier / 100).toPrecision(2)}.`,
  }));
}

const signed = (value: number): string =>
  Number.isFinite(value) ? `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}` : '–';
