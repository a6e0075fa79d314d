import type { Certificate, FitOptions, StartResult } from '../../src/core/fit/types';
import type { Law, LawShape } from '../../src/core/laws/law';
import { laws } from '../../src/core/laws/registry';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { plainCard, tableCard } from '../components/card';
import type { TableSpec } from '../components/table';
import { button } from '../controls';
import { el } from '../dom';
import { alignedDecimals, countText, parameterText } from '../format';
import { post } from '../host';
import type { PanelModel } from '../model';
import { number } from './fitCharts';
import { leaderboard } from './leaderboard';
import type { View } from './view';

/** The law that was fitted, what vouches for the fit, and the other laws that could be. */
export function lawsView(model: PanelModel): View {
  const { document, law } = model.session;
  const { fit } = document;
  const others = laws.filter((other) => other.id !== fit.law);
  const element = el(
    'div',
    { class: 'view' },
    ...leaderboard(document.comparison, fit.law, fit),
    el(
      'div',
      { class: 'grid' },
      law ? lawCard(law) : plainCard(fit.law, 'This version does not know the law of this fit.'),
      certificateCard(fit.certificate),
      tableCard('starts', 'Starts', startsSubtitle(fit.starts), startsTable(fit.starts)),
      tableCard('options', 'Options', 'Everything that decided the result.', optionsTable(fit.options)),
    ),
    el('h2', { class: 'section-title' }, 'Other laws'),
    el('div', { class: 'grid' }, ...others.map((other) => otherLawCard(other, fit))),
  );
  return { element, update: () => undefined, dispose: () => undefined };
}

const equation = (law: Law): HTMLElement => el('p', { class: 'equation' }, law.equation);

function lawCard(law: Law): HTMLElement {
  return plainCard(
    law.title,
    'The law of this fit.',
    equation(law),
    el('p', {}, law.description),
    el('p', { class: 'muted' }, law.citation),
  );
}

function otherLawCard(law: Law, shape: LawShape): HTMLElement {
  const unavailable = law.unavailable(shape);
  return plainCard(
    law.title,
    '',
    equation(law),
    el('p', {}, law.description),
    el('p', { class: 'muted' }, law.citation),
    unavailable === undefined
      ? button(
          `Fit this law`,
          () => post({ type: 'refit', law: law.id }),
          'secondary',
          `Fit ${law.title} to the same data`,
        )
      : el('p', { class: 'note' }, `Not for these data: ${unavailable}`),
  );
}

interface Item {
  readonly name: string;
  readonly value: string;
}

const itemTable = (caption: string, rows: readonly Item[]): TableSpec<Item> => ({
  caption,
  rows,
  columns: [
    { header: 'What', text: (item) => item.name },
    { header: 'Value', align: 'prose', text: (item) => item.value },
  ],
});

function certificateCard(certificate: Certificate): HTMLElement {
  const rank = `${formatCount(certificate.jacobianRank)} of ${formatCount(certificate.parameterCount)}`;
  const full = certificate.jacobianRank >= certificate.parameterCount;
  const thin = certificate.thinDomains.map(({ domain, runs }) => `${domain} (${countText(runs, 'run')})`);
  return tableCard(
    'certificate',
    'Certificate',
    'What vouches for the fit, or does not.',
    itemTable('Certificate of the fit', [
      { name: 'Optimum reached', value: certificate.converged ? 'yes' : 'no: the search stopped early' },
      { name: 'Gradient norm', value: parameterText(certificate.gradientNorm, 2) },
      {
        name: 'Starts that agree',
        value: `${certificate.agreeingStarts} of ${certificate.starts} within 1 % of the best`,
      },
      { name: 'Spread of the starts', value: formatPercent(certificate.startSpread) },
      { name: 'Parameters told apart', value: full ? `${rank}: all` : `${rank}: some cannot be told from others` },
      { name: 'Condition number', value: parameterText(certificate.condition, 2) },
      {
        name: 'Parameters at a bound',
        value: certificate.activeBounds.length === 0 ? 'none' : certificate.activeBounds.join(', '),
      },
      { name: 'Thin domains', value: thin.length === 0 ? 'none' : thin.join(', ') },
      {
        name: 'Weights raised to the floor',
        value: `${formatCount(certificate.flooredEntries)} of ${formatCount(certificate.entries)}`,
      },
    ]),
  );
}

const startsSubtitle = (starts: readonly StartResult[]): string =>
  `${countText(starts.length, 'start')}; the best by training objective is the fit.`;

const STOPS: Readonly<Record<StartResult['stop'], string>> = {
  gradient: 'gradient is zero',
  objective: 'objective no longer falls',
  step: 'steps are zero',
  iterations: 'iteration limit',
  stalled: 'no step lowers it',
  outrun: 'given up: behind the best start and hardly falling',
};

const startsTable = (starts: readonly StartResult[]): TableSpec<StartResult & { readonly index: number }> => ({
  caption: 'Starts of the fit',
  rows: starts.map((start, index) => ({ ...start, index })),
  limit: 50,
  columns: [
    { header: 'Start', align: 'number', text: (start) => String(start.index + 1), value: (start) => start.index },
    number(
      'Objective',
      (start) => start.objective ?? NaN,
      (v) => alignedDecimals(v, 5),
    ),
    number(
      'Minimised',
      (start) => start.minimised ?? NaN,
      (v) => alignedDecimals(v, 5),
    ),
    number('Iterations', (start) => start.iterations, formatCount),
    { header: 'Stopped when', align: 'prose', text: (start) => STOPS[start.stop] ?? start.stop },
  ],
});

function optionsTable(options: FitOptions): TableSpec<Item> {
  const floor = (value: number | 'fitted', unit: string): string =>
    value === 'fitted' ? 'fitted' : `${parameterText(value)}${unit}`;
  return itemTable('Options of the fit', [
    { name: 'Entries that count', value: options.mask === 'all' ? 'all' : 'those whose domain has a weight above 0' },
    {
      name: 'Loss',
      value:
        options.loss === 'huber' ? `Huber on relative residuals, scale ${options.huberScale}` : 'squared residuals',
    },
    { name: 'Weight of the prior', value: options.prior === 0 ? '0 (off)' : String(options.prior) },
    { name: 'Least allocation H', value: floor(options.minAllocation, ' million parameters') },
    { name: 'Floor on weights', value: floor(options.minWeight, '') },
    { name: 'Engine', value: options.engine },
    { name: 'Starts', value: String(options.starts) },
    { name: 'Seed', value: String(options.seed) },
    ...(options.modelSize === undefined
      ? []
      : [{ name: 'Model size set to', value: formatModelSize(options.modelSize) }]),
    ...(options.tokens === undefined ? [] : [{ name: 'Tokens set to', value: formatTokens(options.tokens) }]),
  ]);
}
