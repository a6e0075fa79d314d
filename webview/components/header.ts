import type { Freshness, ViewId } from '../../src/core/contract/panel';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { button } from '../controls';
import { clipped, el } from '../dom';
import { countText } from '../format';
import { post } from '../host';
import { t } from '../l10n';
import type { Session } from '../session';
import type { Notice } from './notices';
import { notices } from './notices';
import type { Stat } from './stats';
import { statTiles } from './stats';

/** More remarks than this are folded away. */
const SHOWN_NOTICES = 3;

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
        lawLine(law?.title ?? document.fit.law, law?.equation),
      ),
      el(
        'div',
        { class: 'actions' },
        button('Open results', () => post({ type: 'open-results' })),
        button(t('Report…'), report, 'secondary', t('Write a report for readers without VS Code')),
        session.freshness !== 'changed' && button('Refit', () => post({ type: 'refit' })),
      ),
    ),
    freshnessBanner(session.freshness),
    folded(remarks(session, open)),
    statTiles(stats(session)),
  );
}

const lawLine = (title: string, equation: string | undefined): HTMLElement =>
  el('p', { class: 'law-line' }, el('span', {}, title), equation !== undefined && clipped(equation, 'equation'));

const BANNERS: Readonly<Partial<Record<Freshness, string>>> = {
  changed: 'The results have changed since this fit was made: what you see describes the old ones.',
  missing: 'The results this fit was made from are not there any more. The fit can be read, but not repeated.',
};

function freshnessBanner(freshness: Freshness): HTMLElement | undefined {
  const message = BANNERS[freshness];
  if (message === undefined) return undefined;
  return el(
    'div',
    { class: 'banner', attributes: { role: 'status' } },
    el('span', {}, message),
    freshness === 'changed' && button('Refit', () => post({ type: 'refit' }), 'primary'),
  );
}

function remarks({ document, law }: Session, open: (view: ViewId) => void): Notice[] {
  const { data, fit } = document;
  const { certificate } = fit;
  const show = (view: ViewId): HTMLElement =>
    el('button', { class: 'link', attributes: { type: 'button' }, on: { click: () => open(view) } }, 'Show');
  const list: Notice[] = certificate.notes.map(({ severity, message }) => ({
    severity,
    message,
    action: show('laws'),
  }));
  const codes = new Set(certificate.notes.map((note) => note.code));
  if (!law) list.unshift({ severity: 'warning', message: `This version does not know the law “${fit.law}”.` });
  if (!certificate.converged && codes.size === 0) {
    list.push({
      severity: 'warning',
      message: 'The search for the parameters stopped before an optimum.',
      action: show('laws'),
    });
  }
  if (data.dropped.length > 0) {
    list.push({
      severity: 'warning',
      message: `${countText(data.dropped.length, 'row')} of ${formatCount(data.totalRows)} ${data.dropped.length === 1 ? 'was' : 'were'} dropped: ${data.dropped[0]?.reason ?? ''}`,
      action: show('data'),
    });
  }
  if (data.missingLosses > 0) {
    list.push({
      severity: 'info',
      message: `${countText(data.missingLosses, 'loss is', 'losses are')} missing in the results and ${data.missingLosses === 1 ? 'is' : 'are'} left out.`,
      action: show('data'),
    });
  }
  for (const warning of data.warnings) list.push({ severity: 'info', message: warning.message, action: show('data') });
  return list;
}

function folded(list: readonly Notice[]): HTMLElement | undefined {
  const sorted = [...list].sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'));
  const rest = notices(sorted.slice(SHOWN_NOTICES), 'More remarks');
  const first = notices(sorted.slice(0, SHOWN_NOTICES), 'Remarks on the fit');
  if (!first) return undefined;
  return el(
    'div',
    {},
    first,
    rest &&
      el(
        'details',
        { class: 'more' },
        el('summary', {}, `${countText(sorted.length - SHOWN_NOTICES, 'more remark')}`),
        rest,
      ),
  );
}

function stats({ document, modelSizeRange, tokensRange, law }: Session): Stat[] {
  const { fit } = document;
  const { train, validation } = fit.metrics;
  const judged = validation ?? train;
  const { mask } = fit.options;
  const list: Stat[] = [
    {
      label: validation ? 'Error on held-out runs' : 'Error on fitted runs',
      value: formatPercent(judged[mask].mre ?? NaN, 2),
      detail: `MRE, ${mask === 'all' ? 'all entries' : 'weight above 0'}; ${mask === 'all' ? `weight above 0: ${formatPercent(judged.positive.mre ?? NaN, 2)}` : `all: ${formatPercent(judged.all.mre ?? NaN, 2)}`}`,
    },
    {
      label: 'Runs',
      value: formatCount(fit.rows.train.length + fit.rows.validation.length),
      detail: validation
        ? `${formatCount(fit.rows.train.length)} fitted on, ${formatCount(fit.rows.validation.length)} held out`
        : 'all fitted on',
    },
    {
      label: 'Domains',
      value: formatCount(fit.domains.length),
      detail: `${countText(fit.targets.length, 'target')}, ${countText(fit.parameters.length, 'parameter')}`,
    },
    {
      label: 'Model size',
      value: rangeText(modelSizeRange, formatModelSize),
      detail: scaleDetail(modelSizeRange, law?.usesModelSize, 'parameters measured'),
    },
    {
      label: 'Training tokens',
      value: rangeText(tokensRange, formatTokens),
      detail: scaleDetail(tokensRange, law?.usesTokens, 'tokens measured'),
    },
  ];
  return list;
}

function rangeText(range: readonly [number, number] | undefined, format: (value: number) => string): string {
  if (!range) return 'unknown';
  return range[0] === range[1] ? format(range[0]) : `${format(range[0])} – ${format(range[1])}`;
}

const scaleDetail = (range: readonly [number, number] | undefined, used: boolean | undefined, what: string): string =>
  used === false ? 'not used by this law' : range ? what : 'not in the results';
