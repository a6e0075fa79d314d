import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../../src/core/quantity';
import { plainCard } from '../components/card';
import { longTable } from '../components/longTable';
import { toTsv, type Column, type TableSpec } from '../components/table';
import { toolButton } from '../controls';
import { post } from '../host';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { rowLink } from './fitCharts';

/** Every row that was used, as the fit saw it: weights normalised, losses of the fit's targets. */
export function runsCard(model: PanelModel): HTMLElement | undefined {
  if (model.session.observations.count === 0) return undefined;
  const spec = runsSpec(model);
  const rows = longTable(spec);
  const copy = toolButton(t('Copy'), t('Copy the rows that are shown, tab-separated'), () =>
    post({ type: 'copy', text: toTsv({ ...spec, rows: rows.shown() }) }),
  );
  const card = plainCard(
    t('Rows as the fit sees them'),
    t('Weights in percent, after they were made to sum to 100 %; losses as in the file. The number opens the row.'),
    rows.element,
  );
  card.querySelector('.card-head')?.append(copy);
  return card;
}

function runsSpec({ session }: PanelModel): TableSpec<number> {
  const { observations, predictor, modelSizeRange, tokensRange } = session;
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
      ...predictor.domains.map((domain, k) =>
        number(t('{0}, weight', domain), (position) => observations.mixtures[position]?.[k] ?? NaN, formatPercent, 100),
      ),
      ...predictor.targets.map((target, i) =>
        number(t('{0}, loss', target), (position) => observations.losses[position]?.[i] ?? NaN, formatLoss),
      ),
    ],
  };
}
