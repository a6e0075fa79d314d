import type { PreviousFit } from '../../src/core/contract/panel';
import { laws } from '../../src/core/laws/registry';
import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { table } from '../components/table';
import { button } from '../controls';
import { el } from '../dom';
import { lossUnit, MISSING, signedPercentText, signedText } from '../format';
import { post } from '../host';
import { plural, t, translated } from '../l10n';
import type { Session } from '../session';
import { number } from './fitCharts';

interface Change {
  readonly domain: string;
  /** Fractions; NaN where one of the fits has no such domain. */
  readonly then: number;
  readonly now: number;
}

/** How the recommendation differs from the one before the file was fitted again; undefined when nobody fitted it again. */
export function previousNotice(session: Session, previous: PreviousFit | undefined): HTMLElement | undefined {
  if (!previous) return undefined;
  const changes = changesOf(session, previous);
  const moved = changes.reduce((sum, { then, now }) => sum + Math.abs((now || 0) - (then || 0)), 0) / 2;
  const element = el(
    'section',
    { class: 'previous', attributes: { 'aria-label': t('Difference to the fit before') } },
    el(
      'div',
      { class: 'previous-head' },
      el('strong', {}, t('Fitted again: {0} of the tokens moved.', formatPercent(moved, 1))),
      button(t('Dismiss'), () => {
        element.remove();
        post({ type: 'dismiss-previous' });
      }),
    ),
    el('p', {}, [rowsText(session, previous), lossText(session, previous)].filter((text) => text !== '').join(' ')),
    table<Change>({
      caption: t('Recommended mixture then and now'),
      rows: [...changes].sort((a, b) => size(b) - size(a)),
      columns: [
        { header: t('Domain'), text: ({ domain }) => domain },
        number(t('Then'), ({ then }) => then, percent),
        number(t('Now'), ({ now }) => now, percent),
        number(
          t('Change'),
          ({ then, now }) => now - then,
          (v) => signedPercentText(v),
        ),
      ],
    }),
  );
  return element;
}

const size = ({ then, now }: Change): number => Math.abs((now || 0) - (then || 0));
const percent = (fraction: number): string => (Number.isNaN(fraction) ? MISSING : formatPercent(fraction, 2));

export function changesOf({ document }: Pick<Session, 'document'>, { domains, recommendation }: PreviousFit): Change[] {
  const then = new Map(domains.map((domain, k) => [domain, recommendation.mixture[k] ?? NaN]));
  const now = new Map(document.fit.domains.map((domain, k) => [domain, document.recommendation.mixture[k] ?? NaN]));
  const all = new Set([...now.keys(), ...then.keys()]);
  return [...all].map((domain) => ({ domain, then: then.get(domain) ?? NaN, now: now.get(domain) ?? NaN }));
}

function rowsText({ document }: Session, previous: PreviousFit): string {
  const { train, validation } = document.fit.rows;
  const more = train.length + validation.length - previous.rows;
  const title = (id: string): string => translated(laws.find((law) => law.id === id)?.title ?? id);
  return [
    more > 0
      ? plural(more, '{0} row more than before.', '{0} rows more than before.')
      : more < 0
        ? plural(-more, '{0} row fewer than before.', '{0} rows fewer than before.')
        : '',
    previous.law === document.fit.law ? '' : t('The law was {0}.', title(previous.law)),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

/** What this fit says of both mixtures, at this document's scale: losses of two fits are not to be compared. */
function lossText({ document, predictor }: Session, { domains, recommendation: before }: PreviousFit): string {
  const { fit, recommendation: now, data } = document;
  if (domains.join('\0') !== fit.domains.join('\0')) {
    return t('The domains are not the same, so that the losses cannot be compared.');
  }
  const losses = new Float64Array(fit.targets.length);
  predictor.predict(Float64Array.from(before.mixture), now.modelSize, now.tokens, losses);
  const then = losses.reduce((sum, loss, i) => sum + loss * (now.targetWeights[i] ?? 0), 0);
  return t(
    'By this fit, at {0} parameters and {1} tokens, the mixture recommended then has a mean loss of {2}, the one recommended now {3} ({4} {5}).',
    formatModelSize(now.modelSize),
    formatTokens(now.tokens),
    formatLoss(then, 4),
    formatLoss(now.objective, 4),
    signedText(now.objective - then, 4),
    lossUnit(data.lossKind),
  );
}
