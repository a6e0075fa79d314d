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
  const copy = toolButton(t('Copy'), t('Copy the rows, tab-separated'), () =>
    post({ type: 'copy', text: toTsv(spec) }),
  );
  const card = plainCard(
    t('Rows as the fit sees them'),
    t('Weights in percent, after they were made to sum to 100 %; losses as in the file. The number opens the row.'),
    longTable(spec),
  );
  card.querySelector('.card-head')?.append(copy);
  return card;
}

function runsSpec({ session }: PanelModel): TableSpec<number> {
  const { observations, predictor, modelSizeRange, tokensRange } = session;
  const row = (position: number): number => observations.rows[position] as number;
  const number = (header: string, text: (position: number) => string): Column<number> => ({
    header,
    align: 'number',
    text,
  });
  return {
    caption: t('Rows as the fit sees them'),
    rows: observations.rows.map((_, position) => position),
    columns: [
      {
        header: t('Row'),
        align: 'number',
        text: (position) => String(row(position) + 1),
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
        ? [number(t('Model size'), (position) => formatModelSize(observations.modelSizes[position] as number))]
        : []),
      ...(tokensRange
        ? [number(t('Tokens'), (position) => formatTokens(observations.tokens[position] as number))]
        : []),
      ...predictor.domains.map((domain, k) =>
        number(t('{0}, weight', domain), (position) => formatPercent(observations.mixtures[position]?.[k] ?? NaN, 1)),
      ),
      ...predictor.targets.map((target, i) =>
        number(t('{0}, loss', target), (position) => formatLoss(observations.losses[position]?.[i] ?? NaN)),
      ),
    ],
  };
}
