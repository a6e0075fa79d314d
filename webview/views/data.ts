import { formatCount, formatNumber, formatPercent } from '../../src/core/quantity';
import { chartCard, plainCard, tableCard } from '../components/card';
import { columns } from '../components/columns';
import type { Part } from '../components/deferred';
import { deferred } from '../components/deferred';
import type { Notice } from '../components/notices';
import { notices } from '../components/notices';
import { statTiles } from '../components/stats';
import { el } from '../dom';
import { plural, t } from '../l10n';
import type { PanelModel } from '../model';
import { columnsCard } from './dataRoles';
import { runsCard } from './dataRuns';
import { coverageSpec, domainsMixed, gridTable, rowNotes } from './dataTables';
import type { View } from './view';
import { openTables } from './view';

/** What was read: files, columns and their roles, rows left out or repaired, and where the runs lie. */
export function dataView(model: PanelModel): View {
  const { document } = model.session;
  const { data, fit } = document;
  // One after the other: with many rows and columns each takes a while.
  const roles = deferred(90 + 27 * Math.min(data.columns.length, 17), () => fixed(columnsCard(model)));
  const coverage = deferred(150 + 18 * fit.domains.length, () => chartCard(coverageSpec(model), openTables(model)));
  const rows = deferred(model.session.observations.count > 0 ? 460 : 0, () => fixed(runsCard(model)));
  const parts = [roles, coverage, rows];
  const grid = gridTable(model);
  const notes: Notice[] = data.warnings.map(({ message }) => ({ severity: 'info', message }));
  // Short cards beside the tall one.
  const beside = el(
    'div',
    { class: 'column' },
    grid
      ? tableCard('scales', t('Scales measured'), t('Number of rows at each model size and number of tokens.'), grid)
      : plainCard(t('Scales measured'), t('The results say neither model size nor number of tokens.')),
    ...(data.dropped.length > 0
      ? [tableCard('dropped', t('Rows dropped'), '', rowNotes(data.dropped, data.files, t('Rows dropped')))]
      : []),
    ...(data.repaired.length > 0
      ? [tableCard('repaired', t('Rows repaired'), '', rowNotes(data.repaired, data.files, t('Rows repaired')))]
      : []),
    filesCard(model),
  );
  const stacks = columns([coverage.element, beside]);
  const element = el(
    'div',
    { class: 'view' },
    notices(notes, t('Remarks on the data')),
    statTiles(stats(model)),
    roles.element,
    stacks.element,
    rows.element,
  );
  let drawn = '';
  return {
    element,
    update() {
      const now = JSON.stringify([model.pinnedRow, [...model.recommended.mixture]]);
      if (drawn === '') parts.forEach((part) => part.update());
      else if (drawn !== now) coverage.update();
      drawn = now;
    },
    dispose: () => [...parts, stacks].forEach((part) => part.dispose()),
  };
}

const fixed = (element: HTMLElement | undefined): Part => ({ element: element ?? el('div'), update: () => {} });

function stats(model: PanelModel) {
  const { data, fit } = model.session.document;
  const used = fit.rows.train.length + fit.rows.validation.length;
  const mixed = domainsMixed(model);
  const listed = (count: number): string => (count > 0 ? t('listed below') : t('none'));
  return [
    {
      label: t('Rows in the file'),
      value: formatCount(data.totalRows),
      detail: data.files.map((file) => file.name).join(' + '),
    },
    {
      label: t('Rows used'),
      value: formatCount(used),
      detail: setText(fit.rows.train.length, fit.rows.validation.length),
    },
    { label: t('Rows dropped'), value: formatCount(data.dropped.length), detail: listed(data.dropped.length) },
    { label: t('Rows repaired'), value: formatCount(data.repaired.length), detail: listed(data.repaired.length) },
    { label: t('Missing losses'), value: formatCount(data.missingLosses), detail: t('cells left out of the fit') },
    ...(mixed
      ? [
          {
            label: t('Domains a run mixes'),
            value: formatNumber(mixed.median, 2),
            detail: t(
              'from {0} to {1}, by the entropy of the weights',
              formatNumber(mixed.low, 2),
              formatNumber(mixed.high, 2),
            ),
          },
        ]
      : []),
  ];
}

const setText = (train: number, validation: number): string =>
  validation > 0
    ? t(
        '{0} fitted on, {1} held out ({2})',
        formatCount(train),
        formatCount(validation),
        formatPercent(validation / (train + validation), 0),
      )
    : plural(train, '{0} row fitted on, none held out', '{0} rows fitted on, none held out', formatCount(train));

function filesCard(model: PanelModel): HTMLElement {
  return tableCard('files', t('Files'), '', {
    caption: t('Files read'),
    rows: model.session.document.data.files,
    columns: [
      { header: t('File'), text: (file) => file.name },
      { header: t('Format'), text: (file) => file.format },
      { header: t('Bytes'), align: 'number', text: (file) => formatCount(file.bytes), value: (file) => file.bytes },
      {
        header: 'SHA-256',
        text: (file) => file.sha256,
        content: (file) => el('code', { class: 'clip', title: file.sha256 }, file.sha256.slice(0, 12)),
      },
    ],
  });
}
