import { el, icon } from '../dom';
import { t } from '../l10n';

export type Severity = 'warning' | 'info' | 'good';

export interface Notice {
  readonly severity: Severity;
  readonly message: string;
  readonly action?: HTMLElement;
}

const ICONS: Readonly<Record<Severity, string>> = {
  warning: 'M8 1.5 15 14H1ZM8 6v4M8 11.5v1',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13ZM8 7v4.5M8 4.5v1',
  good: 'M2.5 8.5 6.5 12.5 13.5 4',
};
const words = (severity: Severity): string =>
  severity === 'warning' ? t('Warning: ') : severity === 'info' ? t('Note: ') : '';

/** A list of remarks, warnings first; told apart by sign and word, not by colour alone. */
export function notices(items: readonly Notice[], label: string): HTMLElement | undefined {
  if (items.length === 0) return undefined;
  const order: readonly Severity[] = ['warning', 'info', 'good'];
  const sorted = order.flatMap((severity) => items.filter((item) => item.severity === severity));
  return el('ul', { class: 'notices', attributes: { 'aria-label': label } }, ...sorted.map(notice));
}

function notice({ severity, message, action }: Notice): HTMLLIElement {
  return el(
    'li',
    { class: `notice ${severity}` },
    icon(ICONS[severity], `icon stroked ${severity}`),
    el('span', { class: 'visually-hidden' }, words(severity)),
    el('span', { class: 'message' }, message, action && ' ', action),
  );
}
