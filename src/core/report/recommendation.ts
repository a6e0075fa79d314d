import { formatLoss, formatModelSize, formatPercent, formatTokens, lossUnit } from '../quantity';
import { number, text, type Block, type ChartBlock, type Section, type Shape } from './blocks';
import type { ConfidenceSource } from '../recommend/confidence';
import type { Advice } from '../pipeline/advise';
import { laws } from '../laws/registry';
import type { Subject } from './advice';

/** What should be read before the numbers, worst first. */
export function cautions({ document, advice }: Subject): Block[] {
  const { certificate } = document.fit;
  const said = new Set<string>(advice.guards.map(({ code }) => code));
  const notices = [
    ...advice.guards.map(({ severity, message }) => ({ warning: severity !== 'info', message })),
    ...advice.recommendation.warnings
      .filter(({ code }) => !said.has(code))
      .map(({ message }) => ({ warning: true, message })),
    // What is no warning stands with the law: a decision is not introduced by footnotes.
    ...certificate.notes
      .filter(({ severity, code }) => severity === 'warning' && !said.has(code))
      .map(({ message }) => ({ warning: true, message })),
  ];
  const sorted = [...notices.filter(({ warning }) => warning), ...notices.filter(({ warning }) => !warning)];
  return sorted.map(({ warning, message }) => ({
    kind: 'notice',
    severity: warning ? 'warning' : 'info',
    text: message,
  }));
}

export function recommendationSection(subject: Subject): Section {
  const { document, advice, options } = subject;
  const { recommendation, rise, riseFrom, confidence } = advice;
  const unit = lossUnit(document.data.lossKind);
  const weighted = targetsText(subject);
  const summary =
    `The mixture with the least predicted loss at ${formatModelSize(options.modelSize)} parameters and ` +
    `${formatTokens(options.tokens)} tokens${weighted}: ${formatLoss(recommendation.objective, 4)} ${unit}` +
    ` (${formatPercent(confidence.level, 0)} of new runs: ${formatLoss(confidence.objective.low, 4)} – ${formatLoss(confidence.objective.high, 4)}).`;
  return {
    title: 'Recommended mixture',
    blocks: [
      { kind: 'text', text: summary },
      ...cautions(subject),
      mixtureChart(subject),
      mixtureTable(subject),
      ...bindings(subject),
      ...gainBlocks(subject),
      ...consensusBlocks(subject),
      lossTable(subject),
      {
        kind: 'text',
        text:
          `“Near-optimal” is how far a weight can move, the others following, before the mean loss rises by ` +
          `${formatLoss(rise, 4)}: ${RISES[riseFrom]}. Inside it one run could not tell mixtures apart.`,
      },
    ],
  };
}

const RISES: Readonly<Record<Advice['riseFrom'], string>> = {
  repeats: 'one standard deviation of runs that were repeated with other seeds',
  residuals: 'one standard deviation of a run’s loss around the law',
};

const SOURCES: Readonly<Record<ConfidenceSource, string>> = {
  covariance: 'by the joint covariance of the fitted parameters and the scatter of runs',
  bootstrap: 'by fits to resampled runs and the scatter of runs',
  residuals: 'by the scatter of runs around the law alone',
};

/** What the mixture gains over others, and how sure that is. */
function gainBlocks({ document, advice }: Subject): Block[] {
  const { gains, level, source } = advice.confidence;
  if (gains.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: `How much lower the mean loss is, ${lossUnit(document.data.lossKind)}`,
      columns: [
        text('Than'),
        number('Gain'),
        number(`${formatPercent(level, 0)} interval`),
        number('Better, if the law is right'),
      ],
      rows: gains.map(({ versus, value, low, high, probability }) => [
        versus,
        signed(value, 4),
        `${signed(low, 4)} – ${signed(high, 4)}`,
        formatPercent(probability, 0),
      ]),
      note: `The interval is for the difference of two new runs, ${SOURCES[source]}.`,
    },
  ];
}

/** The laws that a common recommendation rests on, and what each of them thinks of it. */
function consensusBlocks({ document, advice }: Subject): Block[] {
  const { consensus } = advice;
  if (!consensus) return [];
  const apart = document.fit.domains.flatMap((domain, k) => {
    const range = consensus.domains[k];
    return range && !range.agree ? [`${domain} (${formatPercent(range.low)} – ${formatPercent(range.high)})`] : [];
  });
  return [
    {
      kind: 'table',
      caption: 'Laws as good as the best on held-out runs; the recommendation minimises the mean of their predictions',
      columns: [text('Law'), number('Share'), number('Error on held-out runs'), number('Above its own optimum')],
      rows: consensus.members.map(({ law, weight, error, regret }) => [
        laws.find(({ id }) => id === law)?.title ?? law,
        formatPercent(weight, 0),
        formatPercent(error, 2),
        formatLoss(regret, 4),
      ]),
      note:
        apart.length === 0
          ? 'Their own optima agree on every domain.'
          : `Their own optima differ on ${apart.join(', ')}: there the choice of the law decides, not the data.`,
    },
  ];
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

function lossTable({ document, advice, compared }: Subject): Block {
  const { recommendation, confidence } = advice;
  const rows = document.fit.targets.map((target, i) => {
    const loss = recommendation.losses[i]!;
    const { low, high } = confidence.losses[i] ?? { low: NaN, high: NaN };
    return [
      target,
      formatLoss(loss),
      `${formatLoss(low)} – ${formatLoss(high)}`,
      ...compared.map(({ losses }) => `${formatLoss(losses[i]!)} (${signed(loss - losses[i]!)})`),
    ];
  });
  const mean = [
    'weighted mean',
    formatLoss(recommendation.objective),
    `${formatLoss(confidence.objective.low)} – ${formatLoss(confidence.objective.high)}`,
    ...compared.map((other) => `${formatLoss(other.mean)} (${signed(recommendation.objective - other.mean)})`),
  ];
  return {
    kind: 'table',
    caption: `Predicted losses, ${lossUnit(document.data.lossKind)}`,
    columns: [
      text('Target'),
      number('Recommended'),
      number(`${formatPercent(confidence.level, 0)} of new runs`),
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

const signed = (value: number, decimals = 3): string =>
  Number.isFinite(value) ? `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(decimals)}` : '–';
