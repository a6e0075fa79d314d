import type { Fit, StopReason } from '../fit/types';
import type { FitDocument } from '../fitfile/types';
import type { Figure } from '../judge/types';
import { laws } from '../laws/registry';
import { formatCount, formatLoss, formatPercent } from '../quantity';
import { number, prose, text, type Block, type Section } from './blocks';
import { numberText } from './words';

export function lawSection({ fit, comparison }: FitDocument): Section {
  const law = laws.find(({ id }) => id === fit.law);
  return {
    title: 'The law, and the others',
    blocks: [
      {
        kind: 'text',
        text: law ? `${law.title}: ${law.equation}` : `${fit.law}, which this version of Mixlaw does not know.`,
      },
      ...(law ? [law.description, law.citation].map((line): Block => ({ kind: 'text', text: line })) : []),
      ...(comparison
        ? comparisonBlocks(comparison, fit.law)
        : [
            {
              kind: 'notice' as const,
              severity: 'info' as const,
              text: 'The laws were not compared on these data: this one was chosen without seeing how others do.',
            },
          ]),
      certificateTable(fit),
      ...fit.certificate.notes
        .filter(({ severity }) => severity === 'info')
        .map(({ message }): Block => ({ kind: 'notice', severity: 'info', text: message })),
      startsTable(fit),
    ],
  };
}

function comparisonBlocks(comparison: NonNullable<FitDocument['comparison']>, fitted: string): Block[] {
  const { verdict, method, rows, notes, noiseFloor } = comparison;
  const percent = (value: number): string => formatPercent(value, 2);
  const loss = (value: number): string => formatLoss(value, 4);
  const figure = (value: Figure, spread: Figure, format: (value: number) => string): string =>
    value === null ? '–' : spread === null ? format(value) : `${format(value)} ± ${format(spread)}`;
  return [
    { kind: 'text', text: `Compared by ${method.description}. ${verdict.reason}` },
    ...(noiseFloor === null
      ? []
      : [
          {
            kind: 'text' as const,
            text: `Repeated runs of one mixture differ by ${percent(noiseFloor)}: no law can do better.`,
          },
        ]),
    ...notes.map((note): Block => ({ kind: 'text', text: note })),
    {
      kind: 'table',
      caption: 'Laws and baselines on held-out runs',
      columns: [
        text('Law'),
        text('Standing'),
        number('MRE, all'),
        number('MRE, h > 0'),
        number('Spearman ρ'),
        number('Regret'),
        number('Parameters'),
        prose('Note'),
      ],
      rows: rows.map((row) => [
        row.title,
        [
          row.law === verdict.best ? 'best' : verdict.tiedWith.includes(row.law) ? 'tied with the best' : '',
          row.kind === 'baseline' ? 'baseline' : '',
          row.law === fitted ? 'this fit' : '',
        ]
          .filter((part) => part !== '')
          .join(', '),
        figure(row.mre.all, row.spread.mre.all, percent),
        figure(row.mre.positive, row.spread.mre.positive, percent),
        figure(row.spearman, row.spread.spearman, (value) => value.toFixed(3)),
        figure(row.regret, row.spread.regret, loss),
        row.kind === 'baseline' ? '–' : formatCount(row.parameterCount),
        row.note ?? '',
      ]),
      note: 'Mean ± standard deviation over the splits.',
    },
  ];
}

function certificateTable({ certificate }: Fit): Block {
  const { agreeingStarts, starts, jacobianRank, parameterCount, activeBounds, thinDomains } = certificate;
  return {
    kind: 'table',
    caption: 'Certificate of the fit',
    columns: [text('What'), prose('Finding')],
    rows: [
      ['Optimum reached', certificate.converged ? 'yes' : 'no: the search stopped early'],
      ['Gradient norm', numberText(certificate.gradientNorm, 2)],
      ['Starts that agree', `${agreeingStarts} of ${starts} within 1 % of the best`],
      ['Spread of the starts', formatPercent(certificate.startSpread)],
      ['Parameters told apart', `${formatCount(jacobianRank)} of ${formatCount(parameterCount)}`],
      ['Condition number', numberText(certificate.condition, 2)],
      ['Parameters at a bound', activeBounds.length === 0 ? 'none' : activeBounds.join(', ')],
      [
        'Thin domains',
        thinDomains.length === 0
          ? 'none'
          : thinDomains.map(({ domain, runs }) => `${domain} (${runs} runs)`).join(', '),
      ],
      [
        'Weights raised to the floor',
        `${formatCount(certificate.flooredEntries)} of ${formatCount(certificate.entries)}`,
      ],
    ],
  };
}

const STOPS: Readonly<Record<StopReason, string>> = {
  gradient: 'gradient is zero',
  objective: 'objective no longer falls',
  step: 'steps are zero',
  iterations: 'iteration limit',
  stalled: 'no step lowers it',
  outrun: 'given up: behind the best start and hardly falling',
};

const startsTable = ({ starts }: Fit): Block => ({
  kind: 'table',
  caption: 'Starts of the search',
  columns: [number('Start'), number('Objective'), number('Minimised'), number('Iterations'), prose('Stopped when')],
  rows: starts.map(({ objective, minimised, iterations, stop }, i) => [
    String(i + 1),
    numberText(objective),
    numberText(minimised),
    formatCount(iterations),
    STOPS[stop],
  ]),
});
