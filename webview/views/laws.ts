import type { Certificate, FitOptions, StartResult } from '../../src/core/fit/types';
import type { Law, LawShape } from '../../src/core/laws/law';
import { laws } from '../../src/core/laws/registry';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { plainCard, tableCard } from '../components/card';
import { table, type TableSpec } from '../components/table';
import { button } from '../controls';
import { el } from '../dom';
import { alignedDecimals, parameterText } from '../format';
import { post } from '../host';
import { plural, t, translated } from '../l10n';
import type { PanelModel } from '../model';
import { consensusTable } from './agreement';
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
    document.consensus &&
      tableCard(
        'consensus',
        t('Laws the recommendation rests on'),
        t(
          'Those that predict held-out runs as well as the best. The mean of their predictions is minimised, each with its share. Regret is what a law thinks the common mixture loses against its own best one.',
        ),
        consensusTable(document.consensus),
      ),
    el(
      'div',
      { class: 'grid' },
      law ? lawCard(law) : plainCard(fit.law, t('This version does not know the law of this fit.')),
      certificateCard(fit.certificate),
      tableCard('starts', t('Starts'), startsSubtitle(fit.starts), startsTable(fit.starts)),
      tableCard('options', t('Options'), t('Everything that decided the result.'), optionsTable(fit.options)),
    ),
    plainCard(
      t('Other laws'),
      t('What each says and assumes, and a way to fit it to the same data.'),
      el('div', { class: 'law-list' }, ...others.map((other) => otherLaw(other, fit))),
    ),
  );
  return { element, update: () => undefined, dispose: () => undefined };
}

const equation = (law: Law): HTMLElement => el('p', { class: 'equation' }, law.equation);

function lawCard(law: Law): HTMLElement {
  return plainCard(
    translated(law.title),
    t('The law of this fit, and what it assumes.'),
    equation(law),
    el('p', {}, translated(law.description)),
    el('p', { class: 'muted' }, law.citation),
  );
}

/** Folded: ten laws at once are nothing that anybody reads. */
function otherLaw(law: Law, shape: LawShape): HTMLElement {
  const unavailable = law.unavailable(shape);
  return el(
    'details',
    { class: 'law' },
    el(
      'summary',
      {},
      el('span', { class: 'law-title' }, translated(law.title)),
      ' ',
      el('span', { class: 'equation muted' }, law.equation),
    ),
    el('p', {}, translated(law.description)),
    el('p', { class: 'muted' }, law.citation),
    unavailable === undefined
      ? button(
          t('Fit this law'),
          () => post({ type: 'refit', law: law.id }),
          'secondary',
          t('Fit {0} to the same data', translated(law.title)),
        )
      : el('p', { class: 'note' }, t('Not for these data: {0}', unavailable)),
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
    { header: t('What'), text: (item) => item.name },
    { header: t('Value'), align: 'prose', text: (item) => item.value },
  ],
});

/** The certificate in words first, then number by number. */
function certificateCard(certificate: Certificate): HTMLElement {
  const { activeBounds, jacobianRank, parameterCount } = certificate;
  const rank = t('{0} of {1}', formatCount(jacobianRank), formatCount(parameterCount));
  const full = jacobianRank >= parameterCount;
  const thin = certificate.thinDomains.map(({ domain, runs }) =>
    plural(runs, '{1} ({0} run)', '{1} ({0} runs)', String(runs), domain),
  );
  const none = t('none');
  return plainCard(
    t('Certificate'),
    t('What vouches for the fit, or does not.'),
    el('p', { class: 'verdict' }, certificateText(certificate)),
    table(
      itemTable(t('Certificate of the fit'), [
        {
          name: t('Optimum reached'),
          value: certificate.converged ? t('yes') : t('no: the search stopped early'),
        },
        { name: t('Gradient norm'), value: parameterText(certificate.gradientNorm, 2) },
        {
          name: t('Starts that agree'),
          value: t('{0} of {1} within 1 % of the best', certificate.agreeingStarts, certificate.starts),
        },
        { name: t('Spread of the starts'), value: formatPercent(certificate.startSpread) },
        {
          name: t('Parameters told apart'),
          value: full ? t('{0}: all', rank) : t('{0}: some cannot be told from others', rank),
        },
        { name: t('Condition number'), value: parameterText(certificate.condition, 2) },
        { name: t('Parameters at a bound'), value: activeBounds.length === 0 ? none : activeBounds.join(', ') },
        { name: t('Thin domains'), value: thin.length === 0 ? none : thin.join(', ') },
        {
          name: t('Weights raised to the floor'),
          value: t('{0} of {1}', formatCount(certificate.flooredEntries), formatCount(certificate.entries)),
        },
      ]),
    ),
  );
}

/** A sentence each on the search, the starts, the parameters and what is thin. */
function certificateText(certificate: Certificate): string {
  const { converged, agreeingStarts, starts, jacobianRank, parameterCount, thinDomains } = certificate;
  const undetermined = parameterCount - jacobianRank;
  return [
    converged
      ? t('The search reached an optimum.')
      : t('The search stopped before an optimum: treat the numbers as provisional.'),
    starts < 2
      ? t('It was started once only, so that nothing says whether a better one exists.')
      : agreeingStarts > 1
        ? t('{0} of {1} starts ended there, so that it is likely the best there is.', agreeingStarts, starts)
        : t('None of the other {0} starts ended there: with more starts a better one may be found.', starts - 1),
    undetermined <= 0
      ? t('The runs determine every parameter.')
      : plural(
          undetermined,
          '{0} parameter is not determined by the runs; the weak prior chose it. Predictions where the runs lie do not suffer.',
          '{0} parameters are not determined by the runs; the weak prior chose them. Predictions where the runs lie do not suffer.',
          formatCount(undetermined),
        ),
    thinDomains.length === 0 ? '' : t('Too few runs contain {0}.', thinDomains.map(({ domain }) => domain).join(', ')),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

const startsSubtitle = (starts: readonly StartResult[]): string =>
  plural(
    starts.length,
    '{0} start; the best by training objective is the fit.',
    '{0} starts; the best by training objective is the fit.',
  );

const STOPS: Readonly<Record<StartResult['stop'], string>> = {
  gradient: t('gradient is zero'),
  objective: t('objective no longer falls'),
  step: t('steps are zero'),
  iterations: t('iteration limit'),
  stalled: t('no step lowers it'),
  outrun: t('given up: behind the best start and hardly falling'),
};

const startsTable = (starts: readonly StartResult[]): TableSpec<StartResult & { readonly index: number }> => ({
  caption: t('Starts of the fit'),
  rows: starts.map((start, index) => ({ ...start, index })),
  limit: 50,
  columns: [
    { header: t('Start'), align: 'number', text: (start) => String(start.index + 1), value: (start) => start.index },
    number(
      t('Objective'),
      (start) => start.objective ?? NaN,
      (v) => alignedDecimals(v, 5),
    ),
    number(
      t('Minimised'),
      (start) => start.minimised ?? NaN,
      (v) => alignedDecimals(v, 5),
    ),
    number(t('Iterations'), (start) => start.iterations, formatCount),
    { header: t('Stopped when'), align: 'prose', text: (start) => STOPS[start.stop] ?? start.stop },
  ],
});

function optionsTable(options: FitOptions): TableSpec<Item> {
  const floor = (value: number | 'fitted', unit: string): string =>
    value === 'fitted' ? t('fitted') : `${parameterText(value)}${unit}`;
  return itemTable(t('Options of the fit'), [
    {
      name: t('Entries that count'),
      value: options.mask === 'all' ? t('all') : t('those whose domain has a weight above 0'),
    },
    {
      name: t('Loss'),
      value:
        options.loss === 'huber'
          ? t('Huber on relative residuals, scale {0}', options.huberScale)
          : t('squared residuals'),
    },
    { name: t('Weight of the prior'), value: options.prior === 0 ? t('0 (off)') : String(options.prior) },
    { name: t('Least allocation H'), value: floor(options.minAllocation, ` ${t('million parameters')}`) },
    { name: t('Floor on weights'), value: floor(options.minWeight, '') },
    { name: t('Engine'), value: options.engine },
    { name: t('Starts'), value: String(options.starts) },
    { name: t('Seed'), value: String(options.seed) },
    ...(options.modelSize === undefined
      ? []
      : [{ name: t('Model size set to'), value: formatModelSize(options.modelSize) }]),
    ...(options.tokens === undefined ? [] : [{ name: t('Tokens set to'), value: formatTokens(options.tokens) }]),
  ]);
}
