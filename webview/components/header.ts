import type { Freshness, ViewId } from '../../src/core/contract/panel';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { button } from '../controls';
import { clipped, el } from '../dom';
import { post } from '../host';
import { plural, t, translated } from '../l10n';
import type { Session } from '../session';
import type { Notice } from './notices';
import { notices } from './notices';
import type { Stat } from './stats';
import { statTiles } from './stats';
import { sharesText, titleOfLaw } from '../views/agreement';

/** More warnings than this are folded away, and whatever is no warning: a fit is not introduced by its footnotes. */
const SHOWN_WARNINGS = 3;

/** What the document is, what speaks against it, and how good it is: in that order. */
export function header(session: Session, open: (view: ViewId) => void, report: () => void): HTMLElement {
  const { law, document, fileName } = session;
  return el(
    'header',
    { class: 'header' },
    el(
      'div',
      { class: 'title-row' },
      el(
        'div',
        { class: 'titles' },
        el('h1', { class: 'clip', title: fileName }, fileName),
        document.consensus
          ? lawLine(t('Mean of {0}', sharesText(document.consensus)), undefined)
          : lawLine(translated(law?.title ?? document.fit.law), law?.equation),
      ),
      el(
        'div',
        { class: 'actions' },
        button(t('Open results'), () => post({ type: 'open-results' })),
        button(t('Report…'), report, 'secondary', t('Write a report for readers without VS Code')),
        session.freshness !== 'changed' && button(t('Refit'), () => post({ type: 'refit' })),
      ),
    ),
    freshnessBanner(session.freshness),
    folded(remarks(session, open)),
    statTiles(stats(session)),
  );
}

const lawLine = (title: string, equation: string | undefined): HTMLElement =>
  el('p', { class: 'law-line' }, el('span', {}, title), equation !== undefined && clipped(equation, 'equation'));

const banners = (): Readonly<Partial<Record<Freshness, string>>> => ({
  changed: t('The results have changed since this fit was made: what you see describes the old ones.'),
  missing: t('The results this fit was made from are not there any more. The fit can be read, but not repeated.'),
});

function freshnessBanner(freshness: Freshness): HTMLElement | undefined {
  const message = banners()[freshness];
  if (message === undefined) return undefined;
  return el(
    'div',
    { class: 'banner', attributes: { role: 'status' } },
    el('span', {}, message),
    freshness === 'changed' && button(t('Refit'), () => post({ type: 'refit' }), 'primary'),
  );
}

function remarks({ document, law }: Session, open: (view: ViewId) => void): Notice[] {
  const { data, fit } = document;
  const { certificate } = fit;
  const show = (view: ViewId): HTMLElement =>
    el('button', { class: 'link', attributes: { type: 'button' }, on: { click: () => open(view) } }, t('Show'));
  const list: Notice[] = certificate.notes.map(({ severity, message }) => ({
    severity,
    message,
    action: show('laws'),
  }));
  const codes = new Set(certificate.notes.map((note) => note.code));
  if (!law) list.unshift({ severity: 'warning', message: t('This version does not know the law “{0}”.', fit.law) });
  if (!certificate.converged && codes.size === 0) {
    list.push({
      severity: 'warning',
      message: t('The search for the parameters stopped before an optimum.'),
      action: show('laws'),
    });
  }
  if (data.dropped.length > 0) {
    list.push({
      severity: 'warning',
      message: plural(
        data.dropped.length,
        '{0} row of {1} was dropped: {2}',
        '{0} rows of {1} were dropped, the first one: {2}',
        formatCount(data.dropped.length),
        formatCount(data.totalRows),
        data.dropped[0]?.reason ?? '',
      ),
      action: show('data'),
    });
  }
  if (data.missingLosses > 0) {
    list.push({
      severity: 'info',
      message: plural(
        data.missingLosses,
        '{0} loss is missing in the results and is left out.',
        '{0} losses are missing in the results and are left out.',
        formatCount(data.missingLosses),
      ),
      action: show('data'),
    });
  }
  for (const warning of data.warnings) list.push({ severity: 'info', message: warning.message, action: show('data') });
  return list;
}

function folded(list: readonly Notice[]): HTMLElement | undefined {
  const warnings = list.filter(({ severity }) => severity === 'warning');
  const shown = list.length === 1 ? list : warnings.slice(0, SHOWN_WARNINGS);
  const rest = [...warnings, ...list.filter((notice) => !warnings.includes(notice))].filter(
    (notice) => !shown.includes(notice),
  );
  const folded = notices(rest, t('More remarks'));
  return el(
    'div',
    {},
    notices(shown, t('Remarks on the fit')),
    folded &&
      el(
        'details',
        { class: 'more' },
        el(
          'summary',
          {},
          shown.length > 0
            ? plural(rest.length, '{0} more remark', '{0} more remarks')
            : plural(rest.length, '{0} remark on the fit', '{0} remarks on the fit'),
        ),
        folded,
      ),
  );
}

/** By held-out runs where there are some, or those of the comparison that chose the laws. */
function errorStat({ fit, consensus }: Session['document']): Stat {
  const { train, validation } = fit.metrics;
  const judged = validation ?? train;
  const { mask } = fit.options;
  const [best] = consensus?.members ?? [];
  if (best && !validation) {
    return {
      label: t('Held-out error'),
      value: formatPercent(best.error, 2),
      detail: t(
        'mean relative error of {0} by cross-validation; on all runs {1}',
        titleOfLaw(best.law),
        formatPercent(train[mask].mre ?? NaN, 2),
      ),
    };
  }
  const own = judged[mask].mre ?? NaN;
  const other = judged[mask === 'all' ? 'positive' : 'all'].mre ?? NaN;
  return {
    label: validation ? t('Held-out error') : t('Training error'),
    value: formatPercent(own, 2),
    detail:
      other === own
        ? t('mean relative error')
        : mask === 'all'
          ? t('mean relative error; where the domain’s weight is above 0: {0}', formatPercent(other, 2))
          : t('mean relative error where the domain’s weight is above 0; of all: {0}', formatPercent(other, 2)),
  };
}

function stats({ document, modelSizeRange, tokensRange, usesModelSize, usesTokens }: Session): Stat[] {
  const { fit } = document;
  const { validation } = fit.metrics;
  const list: Stat[] = [
    errorStat(document),
    {
      label: t('Runs'),
      value: formatCount(fit.rows.train.length + fit.rows.validation.length),
      detail: validation
        ? t('{0} fitted on, {1} held out', formatCount(fit.rows.train.length), formatCount(fit.rows.validation.length))
        : t('all fitted on'),
    },
    {
      label: t('Domains'),
      value: formatCount(fit.domains.length),
      detail: [
        plural(fit.targets.length, '{0} target', '{0} targets', formatCount(fit.targets.length)),
        plural(fit.parameters.length, '{0} parameter', '{0} parameters', formatCount(fit.parameters.length)),
      ].join(', '),
    },
    {
      label: t('Model size'),
      value: rangeText(modelSizeRange, formatModelSize),
      detail: scaleDetail(modelSizeRange, usesModelSize, t('parameters, in the runs')),
    },
    {
      label: t('Training tokens'),
      value: rangeText(tokensRange, formatTokens),
      detail: scaleDetail(tokensRange, usesTokens, t('tokens, in the runs')),
    },
  ];
  return list;
}

function rangeText(range: readonly [number, number] | undefined, format: (value: number) => string): string {
  if (!range) return t('unknown');
  return range[0] === range[1] ? format(range[0]) : `${format(range[0])} – ${format(range[1])}`;
}

const scaleDetail = (range: readonly [number, number] | undefined, used: boolean | undefined, what: string): string =>
  used === false ? t('not used by this law') : range ? what : t('not in the results');
