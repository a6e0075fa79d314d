import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { plainCard } from '../components/card';
import type { LongTable } from '../components/longTable';
import { longTable } from '../components/longTable';
import { toTsv, type Column, type TableSpec } from '../components/table';
import { aimedLoss } from '../compute/curves';
import { choose, toolButton } from '../controls';
import { el, fill } from '../dom';
import { post } from '../host';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { rowLink } from './fitCharts';

type Shown = 'all' | 'weights' | 'losses';

/** Every row that was used, as the fit saw it: weights normalised, losses of the fit's targets. */
export function runsCard(model: PanelModel): HTMLElement | undefined {
  if (model.session.observations.count === 0) return undefined;
  const holder = el('div');
  const said = el('p', { class: 'note', attributes: { role: 'status' } });
  let spec: TableSpec<number>;
  let rows: LongTable<number>;
  const pin = (row: number): void => {
    const chosen = model.pinnedRow === row ? undefined : row;
    model.pin(chosen);
    rows.refresh();
    said.textContent =
      chosen === undefined
        ? ''
        : t('Recommend and Explore now compare with row {0}: what its mixture is predicted to give.', chosen + 1);
  };
  const show = (shown: Shown): void => {
    spec = runsSpec(model, shown, pin);
    rows = longTable(spec);
    fill(holder, rows.element);
  };
  const copy = toolButton(t('Copy'), t('Copy the rows that are shown, tab-separated'), () =>
    post({ type: 'copy', text: toTsv({ ...spec, rows: rows.shown() }) }),
  );
  const columns = choose(
    t('Columns shown'),
    [
      { value: 'all', label: t('Weights and losses') },
      { value: 'weights', label: t('Weights') },
      { value: 'losses', label: t('Losses') },
    ],
    'all',
    (value) => show(value === 'weights' || value === 'losses' ? value : 'all'),
  );
  show('all');
  const card = plainCard(
    t('Rows as the fit sees them'),
    t(
      'Weights in percent, after they were made to sum to 100 %; losses as in the file. A header sorts, a number opens the row, “compare” sets it against the recommendation.',
    ),
    el('div', { class: 'card-controls' }, columns.element),
    holder,
    said,
  );
  card.querySelector('.card-head')?.append(copy);
  return card;
}

function runsSpec(model: PanelModel, shown: Shown, pin: (row: number) => void): TableSpec<number> {
  const { observations, predictor, modelSizeRange, tokensRange } = model.session;
  const row = (position: number): number => observations.rows[position] as number;
  /** `raw` in the fit's units (millions, billions, fractions), `factor` of them make the unit that is shown. */
  const number = (
    header: string,
    raw: (position: number) => number,
    format: (raw: number) => string,
    factor = 1,
  ): Column<number> => ({
    header,
    align: 'number',
    text: (position) => format(raw(position)),
    value: (position) => factor * raw(position),
  });
  const mean = (position: number): number =>
    aimedLoss(observations.losses[position] as Float64Array, { weights: model.targetWeights });
  return {
    caption: t('Rows as the fit sees them'),
    rows: observations.rows.map((_, position) => position),
    columns: [
      {
        header: t('Row'),
        align: 'number',
        text: (position) => String(row(position) + 1),
        value: (position) => row(position) + 1,
        content: (position) => rowLink(row(position)),
      },
      {
        header: t('Compare'),
        text: (position) => (model.pinnedRow === row(position) ? t('compared') : ''),
        content: (position) => pinButton(row(position), model.pinnedRow === row(position), pin),
      },
      ...(observations.validation.some(Boolean)
        ? [
            {
              header: t('Set'),
              text: (position: number) => (observations.validation[position] ? t('held out') : t('fitted on')),
            },
          ]
        : []),
      ...(modelSizeRange
        ? [number(t('Model size'), (position) => observations.modelSizes[position] as number, formatModelSize, 1e6)]
        : []),
      ...(tokensRange
        ? [number(t('Tokens'), (position) => observations.tokens[position] as number, formatTokens, 1e9)]
        : []),
      ...(predictor.targets.length > 1 ? [number(t('Mean loss'), mean, formatLoss)] : []),
      ...(shown === 'losses' ? [] : predictor.domains).map((domain, k) =>
        number(t('{0}, weight', domain), (position) => observations.mixtures[position]?.[k] ?? NaN, formatPercent, 100),
      ),
      ...(shown === 'weights' ? [] : predictor.targets).map((target, i) =>
        number(t('{0}, loss', target), (position) => observations.losses[position]?.[i] ?? NaN, formatLoss),
      ),
    ],
  };
}

const pinButton = (row: number, pinned: boolean, pin: (row: number) => void): HTMLElement =>
  el(
    'button',
    {
      class: 'link',
      title: t('Compare the recommendation with row {0}', row + 1),
      attributes: {
        type: 'button',
        'aria-pressed': String(pinned),
        'aria-label': t('Compare the recommendation with row {0}', row + 1),
      },
      on: { click: () => pin(row) },
    },
    pinned ? t('compared') : t('compare'),
  );
