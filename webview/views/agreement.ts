import { laws } from '../../src/core/laws/registry';
import { formatLoss, formatPercent } from '../../src/core/quantity';
import { agreementOf, type DomainAgreement, type Opinion } from '../../src/core/recommend/consensus';
import type { FittedConsensus } from '../../src/core/fitfile/types';
import { linearAxis, namedRows } from '../charts/axes';
import { spans } from '../charts/backdrop';
import type { Drawing } from '../charts/chart';
import type { ChartCardSpec } from '../components/card';
import type { TableSpec } from '../components/table';
import { MISSING } from '../format';
import { t, translated } from '../l10n';
import type { PanelModel } from '../model';
import { DOTS, dots, rowsHeight } from './dots';
import { number } from './fitCharts';

interface AgreementRow {
  readonly name: string;
  /** Each law's own best weight of the domain. */
  readonly weights: readonly number[];
  readonly range: DomainAgreement;
}

export const titleOfLaw = (id: string): string => translated(laws.find((law) => law.id === id)?.title ?? id);

/** "Additive (53 %), Joint (47 %)": what a recommendation by several laws rests on. */
export const sharesText = ({ members }: FittedConsensus): string =>
  members.map(({ law, weight }) => `${titleOfLaw(law)} (${formatPercent(weight, 0)})`).join(', ');

/** What each law of the consensus would recommend alone, domain by domain: where they part, no run has decided. */
export function agreementSpec(model: PanelModel, { members }: FittedConsensus): ChartCardSpec<AgreementRow> {
  const { domains } = model.session.predictor;
  let rows: readonly AgreementRow[] = [];
  const opinions = (): readonly Pick<Opinion, 'mixture'>[] =>
    model.evidence.opinions(model.recommendation, model.madeWith) ?? members;
  const compute = (): AgreementRow[] => {
    const said = opinions();
    const ranges = agreementOf(said);
    return domains
      .map((name, k) => ({
        name,
        weights: said.map(({ mixture }) => mixture[k] ?? NaN),
        range: ranges[k] ?? { low: NaN, high: NaN, agree: true },
      }))
      .sort((a, b) => b.range.high - b.range.low - (a.range.high - a.range.low));
  };
  const apart = (row: AgreementRow): string => formatPercent(row.range.high - row.range.low);
  return {
    id: 'agreement',
    title: t('Do the laws agree?'),
    subtitle: () =>
      t(
        'The recommendation minimises the mean of laws that predict held-out runs equally well. Here is what each would recommend alone.',
      ),
    legend: () =>
      members.map(({ law, weight }, m) => ({
        mark: (DOTS[m % DOTS.length] ?? DOTS[0]).mark,
        series: (m % 3) as 0 | 1 | 2,
        label: t('{0}, share {1}', titleOfLaw(law), formatPercent(weight, 0)),
      })),
    draw(theme): Drawing {
      rows = compute();
      const bands = rows.map(({ range }, y) => ({ low: range.low * 100, high: range.high * 100, y }));
      return {
        kind: 'scatter',
        datasets: members.map((_, m) =>
          dots(
            rows.map(({ weights }) => (weights[m] ?? NaN) * 100),
            m,
            theme,
            m === 0 ? 5 : 4.5,
          ),
        ),
        x: linearAxis(theme, { title: t('share of tokens, %'), min: 0 }),
        y: namedRows(
          theme,
          rows.map(({ name }) => name),
        ),
        height: rowsHeight(rows.length),
        backdrops: [spans(bands, { color: theme.muted, thickness: 1.25 })],
        tooltip(_set, index) {
          const row = rows[index];
          if (!row) return [];
          return [
            row.name,
            ...members.map(({ law }, m) => `${titleOfLaw(law)}: ${formatPercent(row.weights[m] ?? NaN)}`),
            row.range.agree ? t('they agree') : t('{0} apart', apart(row)),
          ];
        },
      };
    },
    note() {
      const differing = rows.filter(({ range }) => !range.agree);
      return differing.length === 0
        ? t('They agree on every domain, within 3 points.')
        : t(
            'They part on {0}: there the choice of the law decides, not the data. Runs that vary these weights would settle it.',
            differing
              .slice(0, 4)
              .map(({ name, range }) => `${name} (${formatPercent(range.low)} – ${formatPercent(range.high)})`)
              .join(', '),
          );
    },
    table: () => ({
      caption: t('What each law would recommend alone'),
      rows: compute(),
      columns: [
        { header: t('Domain'), text: (row) => row.name },
        ...members.map(({ law }, m) =>
          number(
            titleOfLaw(law),
            (row: AgreementRow) => row.weights[m] ?? NaN,
            (v) => formatPercent(v, 2),
          ),
        ),
        number(
          t('Apart, points'),
          (row) => row.range.high - row.range.low,
          (v) => (Number.isFinite(v) ? (v * 100).toFixed(2) : MISSING),
        ),
      ],
    }),
  };
}

/** The laws of the consensus with their shares and errors, as the document keeps them. */
export const consensusTable = ({ members }: FittedConsensus): TableSpec<FittedConsensus['members'][number]> => ({
  caption: t('Laws the recommendation rests on'),
  rows: members,
  columns: [
    { header: t('Law'), text: ({ law }) => titleOfLaw(law) },
    number(
      t('Share'),
      ({ weight }) => weight,
      (v) => formatPercent(v, 0),
    ),
    number(
      t('Error on held-out runs'),
      ({ error }) => error,
      (v) => formatPercent(v, 2),
    ),
    number(
      t('Regret of the common mixture'),
      ({ regret }) => regret,
      (v) => formatLoss(v, 4),
    ),
  ],
});
