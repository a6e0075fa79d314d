import type { MenuItem } from '../components/menu';
import { menuButton } from '../components/menu';
import { button } from '../controls';
import { el } from '../dom';
import { post } from '../host';
import { t } from '../l10n';

/** A mixture that may leave the page. */
export interface Leaving {
  readonly name: string;
  readonly mixture: ArrayLike<number>;
}

const apply = ({ name, mixture }: Leaving): void => post({ type: 'apply-mixture', name, mixture: Array.from(mixture) });
const take = ({ name, mixture }: Leaving, to: 'clipboard' | 'file'): void =>
  post({ type: 'export-mixture', name, mixture: Array.from(mixture), to });

/** What can be done with a mixture outside the page; the host asks for configs and formats. */
export const leavingItems = (leaving: () => Leaving): MenuItem[] => [
  { label: t('Apply to config…'), run: () => apply(leaving()) },
  { label: t('Copy as…'), run: () => take(leaving(), 'clipboard') },
  { label: t('Export as…'), run: () => take(leaving(), 'file') },
];

/** The same as buttons, the first of them the page's main one. */
export function leavingButtons(leaving: () => Leaving): HTMLElement {
  return el(
    'div',
    { class: 'card-controls', attributes: { role: 'group', 'aria-label': t('Use the recommended mixture') } },
    button(
      t('Apply to config…'),
      () => apply(leaving()),
      'primary',
      t('Write it into a training config of this workspace, after a look at the difference'),
    ),
    button(t('Copy as…'), () => take(leaving(), 'clipboard'), 'secondary', t('To the clipboard, in any format')),
    button(t('Export as…'), () => take(leaving(), 'file'), 'secondary', t('To a file, in any format')),
  );
}

export const moreButton = (title: string, items: readonly MenuItem[]): HTMLElement =>
  menuButton(t('More'), title, items);
