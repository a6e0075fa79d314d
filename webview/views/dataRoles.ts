import type { ColumnReading, ColumnRole } from '../../src/core/results/types';
import { plainCard } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { table } from '../components/table';
import { button } from '../controls';
import { el, fill } from '../dom';
import { post } from '../host';
import { plural, t } from '../l10n';
import type { PanelModel } from '../model';

const ROLES: readonly (readonly [ColumnRole, string])[] = [
  ['weight', t('weight')],
  ['loss', t('loss')],
  ['model-size', t('model size')],
  ['tokens', t('tokens')],
  ['id', t('id')],
  ['ignored', t('ignored')],
];

/** Every column with its role, the reason, and a way to say that it is something else. */
export function columnsCard(model: PanelModel): HTMLElement {
  const { columns } = model.session.document.data;
  const said = new Map<string, ColumnRole>();
  const pending = el('div', { class: 'pending', attributes: { role: 'status' } });
  const content = el('div', { class: 'roles' });
  const show = (): void => {
    fill(content, table(columnsTable(model, said, changed)));
    drawPending();
  };
  const drawPending = (): void => {
    const sayings = [...said].map(([name, role]) => ({ name, role }));
    if (sayings.length === 0) return fill(pending);
    const send = (refit: boolean) => (): void => {
      post({ type: 'set-roles', roles: sayings, refit });
      said.clear();
      drawPending();
    };
    fill(
      pending,
      el(
        'span',
        {},
        plural(sayings.length, '{0} column is to be read differently.', '{0} columns are to be read differently.'),
      ),
      button(t('Save and fit again'), send(true), 'primary', t('Keeps it in the settings of the workspace')),
      button(t('Save'), send(false), 'secondary', t('Keeps it in the settings of the workspace')),
      button(t('Undo'), () => {
        said.clear();
        show();
      }),
    );
  };
  const changed = (column: ColumnReading, role: ColumnRole): void => {
    if (role === column.role) said.delete(column.name);
    else said.set(column.name, role);
    drawPending();
  };
  show();
  const counts = ROLES.flatMap(([id, label]) => {
    const count = columns.filter(({ role }) => role === id).length;
    return count > 0 ? [`${label} ${count}`] : [];
  });
  const subtitle = t(
    'What each of {0} columns is taken for, and why ({1}). Choose another role where that is wrong.',
    columns.length,
    counts.join(', '),
  );
  return plainCard(t('Columns'), subtitle, pending, content);
}

function columnsTable(
  model: PanelModel,
  said: ReadonlyMap<string, ColumnRole>,
  changed: (column: ColumnReading, role: ColumnRole) => void,
): TableSpec<ColumnReading> {
  const { columns, files } = model.session.document.data;
  const fileColumn: Column<ColumnReading> = { header: t('File'), text: (column) => files[column.file]?.name ?? '' };
  const label = (role: ColumnRole): string => ROLES.find(([id]) => id === role)?.[1] ?? role;
  return {
    caption: t('Columns and their roles'),
    rows: columns,
    columns: [
      { header: t('Column'), text: (column) => (column.name === '' ? t('(no name)') : column.name) },
      {
        header: t('Role'),
        text: (column) => label(said.get(column.name) ?? column.role),
        content: (column) => roleSelect(column, said.get(column.name) ?? column.role, changed),
      },
      { header: t('Of'), text: (column) => column.subject },
      {
        header: t('Why'),
        align: 'prose',
        text: (column) => column.reason,
        content: (column) => el('span', {}, ...withCode(column.reason)),
      },
      ...(files.length > 1 ? [fileColumn] : []),
    ],
  };
}

/** Names between backticks in the type of code, as they are meant. */
const withCode = (text: string): (HTMLElement | string)[] =>
  text.split('`').map((part, i) => (i % 2 === 1 ? el('code', {}, part) : part));

/** A native select: hundreds of columns are no burden, and it is the keyboard's friend. */
function roleSelect(
  column: ColumnReading,
  role: ColumnRole,
  changed: (column: ColumnReading, role: ColumnRole) => void,
): HTMLSelectElement {
  const select = el(
    'select',
    { class: `role-select role-${role}`, attributes: { 'aria-label': t('Role of column {0}', column.name) } },
    ...ROLES.map(([id, label]) => el('option', { attributes: { value: id, selected: id === role } }, label)),
  );
  select.addEventListener('change', () => {
    const [chosen] = ROLES.find(([id]) => id === select.value) ?? [column.role];
    select.className = `role-select role-${chosen}`;
    changed(column, chosen);
  });
  return select;
}
