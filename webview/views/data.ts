import { formatCount, formatPercent } from '../../src/core/quantity';
import { chartCard, plainCard, tableCard } from '../components/card';
import type { Notice } from '../components/notices';
import { notices } from '../components/notices';
import { statTiles } from '../components/stats';
import { el } from '../dom';
import { countText } from '../format';
import type { PanelModel } from '../model';
import { columnsTable, coverageSpec, gridTable, rowNotes } from './dataTables';
import type { View } from './view';
import { openTables } from './view';

/** What was read: files, columns and their roles, rows left out or repaired, and where the runs lie. */
export function dataView(model: PanelModel): View {
  const { document, observations } = model.session;
  const { data, fit } = document;
  const coverage = chartCard(coverageSpec(model), openTables(model));
  const grid = gridTable(model);
  const notes: Notice[] = data.warnings.map(({ message }) => ({ severity: 'info', message }));
  const used = fit.rows.train.length + fit.rows.validation.length;
  const element = el(
    'div',
    { class: 'view' },
    notices(notes, 'Remarks on the data'),
    statTiles([
      { label: 'Rows in the file', value: formatCount(data.totalRows), detail: fileText(model) },
      {
        label: 'Rows used',
        value: formatCount(used),
        detail: setText(fit.rows.train.length, fit.rows.validation.length),
      },
      {
        label: 'Rows dropped',
        value: formatCount(data.dropped.length),
        detail: data.dropped.length > 0 ? 'listed below' : 'none',
      },
      {
        label: 'Rows repaired',
        value: formatCount(data.repaired.length),
        detail: data.repaired.length > 0 ? 'listed below' : 'none',
      },
      { label: 'Missing losses', value: formatCount(data.missingLosses), detail: 'cells left out of the fit' },
    ]),
    el(
      'div',
      { class: 'grid' },
      tableCard('columns', 'Columns', 'What every column is taken for, and why.', columnsTable(model)),
      coverage.element,
      grid
        ? tableCard('scales', 'Scales measured', 'Number of rows at each model size and number of tokens.', grid)
        : plainCard('Scales measured', 'The results say neither model size nor number of tokens.'),
      ...(data.dropped.length > 0
        ? [tableCard('dropped', 'Rows dropped', '', rowNotes(data.dropped, data.files, 'Rows dropped'))]
        : []),
      ...(data.repaired.length > 0
        ? [tableCard('repaired', 'Rows repaired', '', rowNotes(data.repaired, data.files, 'Rows repaired'))]
        : []),
      filesCard(model),
    ),
  );
  let drawn = false;
  return {
    element,
    update() {
      if (!drawn && observations.count >= 0) coverage.update();
      drawn = true;
    },
    dispose: () => coverage.dispose(),
  };
}

const fileText = (model: PanelModel): string => model.session.document.data.files.map((file) => file.name).join(' + ');

const setText = (train: number, validation: number): string =>
  validation > 0
    ? `${formatCount(train)} fitted on, ${formatCount(validation)} held out (${formatPercent(validation / (train + validation), 0)})`
    : `${countText(train, 'row')} fitted on, none held out`;

function filesCard(model: PanelModel): HTMLElement {
  return tableCard('files', 'Files', '', {
    caption: 'Files read',
    rows: model.session.document.data.files,
    columns: [
      { header: 'File', text: (file) => file.name },
      { header: 'Format', text: (file) => file.format },
      { header: 'Bytes', align: 'number', text: (file) => formatCount(file.bytes), value: (file) => file.bytes },
      {
        header: 'SHA-256',
        text: (file) => file.sha256,
        content: (file) => el('code', { class: 'clip', title: file.sha256 }, file.sha256.slice(0, 12)),
      },
    ],
  });
}
