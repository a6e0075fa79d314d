import type { Comparison, ComparisonRow } from '../../src/core/judge/comparison';
import type { Figure } from '../../src/core/judge/types';
import type { LawShape } from '../../src/core/laws/law';
import { laws } from '../../src/core/laws/registry';
import { formatCount, formatLoss, formatPercent } from '../../src/core/quantity';
import { plainCard, tableCard } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { button } from '../controls';
import { el } from '../dom';
import { alignedDecimals, MISSING } from '../format';
import { post } from '../host';
import { plural, t, translated } from '../l10n';

/** The laws side by side on held-out runs, with the verdict in words; or how to get there. */
export function leaderboard(
  comparison: Comparison | undefined,
  fitted: string,
  shape: LawShape,
): readonly HTMLElement[] {
  const again = button(
    comparison ? t('Compare again') : t('Compare laws'),
    () => post({ type: 'compare' }),
    comparison ? 'secondary' : 'primary',
    t('Fit every law to part of the runs and judge it on the rest'),
  );
  if (!comparison) {
    return [
      plainCard(
        t('Which law predicts best?'),
        '',
        el(
          'p',
          {},
          t(
            'One law was fitted. No law is best on all data: comparing them fits each to part of the runs and judges it on the rest, again and again, so that you see which to trust here. It takes longer than a fit.',
          ),
        ),
        again,
      ),
    ];
  }
  return [
    verdictCard(comparison, again),
    tableCard('leaderboard', t('Leaderboard'), subtitle(comparison), leaderboardTable(comparison, fitted, shape)),
  ];
}

function verdictCard(
  { verdict, method, stackWeights, noiseFloor, notes }: Comparison,
  again: HTMLElement,
): HTMLElement {
  const blended = [...stackWeights]
    .filter(({ weight }) => weight >= 0.005)
    .sort((one, other) => other.weight - one.weight)
    .map(({ law, weight }) => `${law} ${formatPercent(weight, 0)}`);
  const remarks = [
    ...(noiseFloor === null
      ? []
      : [t('Repeated runs of one mixture differ by {0}: no law can do better.', formatPercent(noiseFloor, 2))]),
    ...(blended.length === 0 ? [] : [t('The stack blends {0}.', blended.join(', '))]),
    ...notes,
  ];
  return plainCard(
    verdict.best === null ? t('No law beats the baseline') : t('Best: {0}', titleOf(verdict.best)),
    t('Judged by {0}.', method.description),
    el('p', { class: 'verdict' }, verdict.reason),
    ...remarks.map((remark) => el('p', { class: 'note' }, remark)),
    again,
  );
}

const titleOf = (id: string): string =>
  translated(laws.find((law) => law.id === id)?.title ?? '') || (id === 'stack' ? t('the stack of laws') : id);

const subtitle = ({ method, targets }: Comparison): string =>
  t(
    'Mean relative error (MRE), rank correlation of mixtures, loss given up by choosing by the law (regret) and root mean square error on held-out runs: mean ± standard deviation over {0}, over {1}; fitted to {2}.',
    plural(method.splitCount, '{0} split', '{0} splits'),
    plural(targets.length, '{0} target', '{0} targets'),
    method.mask === 'all' ? t('all losses') : t('losses of domains with a weight above 0'),
  );

function leaderboardTable(
  { rows, verdict, method }: Comparison,
  fitted: string,
  shape: LawShape,
): TableSpec<ComparisonRow> {
  const percent = (v: number): string => formatPercent(v, 2);
  const masksDiffer = rows.some(({ mre }) => mre.all !== mre.positive);
  const columns: Column<ComparisonRow>[] = [
    { header: t('Law'), text: (row) => translated(row.title) },
    { header: t('Standing'), text: (row) => standing(row, verdict, fitted) },
    {
      header: t('Fit'),
      text: () => '',
      content: (row) => refitButton(row, fitted, shape),
    },
    figure(masksDiffer ? t('MRE, all') : t('MRE'), percent, (row) => [row.mre.all, row.spread.mre.all]),
    ...(masksDiffer
      ? [figure(t('MRE, weight > 0'), percent, (row: ComparisonRow) => [row.mre.positive, row.spread.mre.positive])]
      : []),
    figure(
      t('Spearman ρ'),
      (v) => alignedDecimals(v, 3),
      (row) => [row.spearman, row.spread.spearman],
    ),
    figure(
      t('Regret'),
      (v) => formatLoss(v, 4),
      (row) => [row.regret, row.spread.regret],
    ),
    figure(
      t('RMSE'),
      (v) => formatLoss(v, 4),
      (row) => [row.rmse[method.mask], row.spread.rmse[method.mask]],
    ),
    {
      header: t('Parameters'),
      align: 'number',
      text: (row) => (row.kind === 'baseline' ? MISSING : formatCount(row.parameterCount)),
      value: (row) => row.parameterCount,
    },
    ...(rows.some(({ note }) => note !== undefined)
      ? [{ header: t('Note'), align: 'prose', text: (row: ComparisonRow) => row.note ?? '' } as const]
      : []),
  ];
  return { caption: t('Laws and baselines on held-out runs'), rows, columns };
}

/** In words: colour and order alone would not tell a tie. */
function standing(
  { law, kind, mre, converged }: ComparisonRow,
  { best, tiedWith }: Comparison['verdict'],
  fitted: string,
): string {
  const parts = [
    law === best ? t('best') : tiedWith.includes(law) ? t('tied with the best') : '',
    kind === 'baseline' ? t('baseline') : '',
    law === fitted ? t('this fit') : '',
    kind !== 'baseline' && mre.all === null ? t('not judged') : '',
    kind !== 'baseline' && mre.all !== null && !converged ? t('search stopped early') : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function figure(
  header: string,
  format: (value: number) => string,
  of: (row: ComparisonRow) => readonly [value: Figure, spread: Figure],
): Column<ComparisonRow> {
  return {
    header,
    align: 'number',
    text: (row) => {
      const [value, spread] = of(row);
      if (value === null) return MISSING;
      return spread === null ? format(value) : `${format(value)} ± ${format(spread)}`;
    },
    value: (row) => of(row)[0] ?? NaN,
  };
}

function refitButton({ law: id, kind, title }: ComparisonRow, fitted: string, shape: LawShape): Node {
  const law = laws.find((known) => known.id === id);
  if (kind !== 'law' || id === fitted || !law || law.unavailable(shape) !== undefined) return el('span', {}, '');
  return button(t('Fit'), () => post({ type: 'refit', law: id }), 'secondary', t('Fit {0} to the same data', title));
}
