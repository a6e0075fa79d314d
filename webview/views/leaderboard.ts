import type { Comparison, ComparisonRow } from '../../src/core/judge/comparison';
import type { Figure } from '../../src/core/judge/types';
import type { LawShape } from '../../src/core/laws/law';
import { laws } from '../../src/core/laws/registry';
import { formatCount, formatLoss, formatPercent } from '../../src/core/quantity';
import { plainCard, tableCard } from '../components/card';
import type { Column, TableSpec } from '../components/table';
import { button } from '../controls';
import { el } from '../dom';
import { countText, MISSING } from '../format';
import { post } from '../host';

/** The laws side by side on held-out runs, with the verdict in words; or how to get there. */
export function leaderboard(
  comparison: Comparison | undefined,
  fitted: string,
  shape: LawShape,
): readonly HTMLElement[] {
  const again = button(
    comparison ? 'Compare again' : 'Compare laws',
    () => post({ type: 'compare' }),
    comparison ? 'secondary' : 'primary',
    'Fit every law to part of the runs and judge it on the rest',
  );
  if (!comparison) {
    return [
      plainCard(
        'Which law predicts best?',
        '',
        el(
          'p',
          {},
          'One law was fitted. No law is best on all data: comparing them fits each to part of the runs and judges it ' +
            'on the rest, again and again, so that you see which to trust here. It takes longer than a fit.',
        ),
        again,
      ),
    ];
  }
  return [
    verdictCard(comparison, again),
    tableCard('leaderboard', 'Leaderboard', subtitle(comparison), leaderboardTable(comparison, fitted, shape)),
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
      : [`Repeated runs of one mixture differ by ${formatPercent(noiseFloor, 2)}: no law can do better.`]),
    ...(blended.length === 0 ? [] : [`The stack blends ${blended.join(', ')}.`]),
    ...notes,
  ];
  return plainCard(
    verdict.best === null ? 'No law beats the baseline' : `Best: ${titleOf(verdict.best)}`,
    `Judged by ${method.description}.`,
    el('p', { class: 'verdict' }, verdict.reason),
    ...remarks.map((remark) => el('p', { class: 'note' }, remark)),
    again,
  );
}

const titleOf = (id: string): string =>
  laws.find((law) => law.id === id)?.title ?? (id === 'stack' ? 'the stack of laws' : id);

const subtitle = ({ method, targets }: Comparison): string =>
  `Errors on held-out runs, mean ± standard deviation over ${countText(method.splitCount, 'split')}, ` +
  `over ${countText(targets.length, 'target')}; fitted to ${method.mask === 'all' ? 'all losses' : 'losses of domains with a weight above 0'}.`;

function leaderboardTable(
  { rows, verdict, method }: Comparison,
  fitted: string,
  shape: LawShape,
): TableSpec<ComparisonRow> {
  const percent = (v: number): string => formatPercent(v, 2);
  const columns: Column<ComparisonRow>[] = [
    { header: 'Law', text: (row) => row.title },
    { header: 'Standing', text: (row) => standing(row, verdict, fitted) },
    {
      header: 'Fit',
      text: () => '',
      content: (row) => refitButton(row, fitted, shape),
    },
    figure('MRE, all', percent, (row) => [row.mre.all, row.spread.mre.all]),
    figure('MRE, h > 0', percent, (row) => [row.mre.positive, row.spread.mre.positive]),
    figure(
      'Spearman ρ',
      (v) => v.toFixed(3),
      (row) => [row.spearman, row.spread.spearman],
    ),
    figure(
      'Regret',
      (v) => formatLoss(v, 4),
      (row) => [row.regret, row.spread.regret],
    ),
    figure(
      'RMSE',
      (v) => formatLoss(v, 4),
      (row) => [row.rmse[method.mask], row.spread.rmse[method.mask]],
    ),
    {
      header: 'Parameters',
      align: 'number',
      text: (row) => (row.kind === 'baseline' ? MISSING : formatCount(row.parameterCount)),
      value: (row) => row.parameterCount,
    },
    { header: 'Note', align: 'prose', text: (row) => row.note ?? '' },
  ];
  return { caption: 'Laws and baselines on held-out runs', rows, columns };
}

/** In words: colour and order alone would not tell a tie. */
function standing(
  { law, kind, mre, converged }: ComparisonRow,
  { best, tiedWith }: Comparison['verdict'],
  fitted: string,
): string {
  const parts = [
    law === best ? 'best' : tiedWith.includes(law) ? 'tied with the best' : '',
    kind === 'baseline' ? 'baseline' : '',
    law === fitted ? 'this fit' : '',
    kind !== 'baseline' && mre.all === null ? 'not judged' : '',
    kind !== 'baseline' && mre.all !== null && !converged ? 'search stopped early' : '',
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
  return button('Fit', () => post({ type: 'refit', law: id }), 'secondary', `Fit ${title} to the same data`);
}
