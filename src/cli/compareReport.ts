import { timeless, type Comparison, type ComparisonRow } from '../core/judge/comparison';
import type { Figure } from '../core/judge/types';
import { formatLoss, formatPercent } from '../core/quantity';
import { printable, table } from './table';

/** Seconds a contender took in a split, by its id; nothing for a comparison put together from parts. */
type Seconds = ReadonlyMap<string, number>;

/** What `mixlaw compare` says. MAE and RMSE at the top of a row count the losses that were compared (`--mask`). */
export const compareReport = {
  json(comparison: Comparison, seconds: Seconds = new Map()): object {
    const { rows, verdict, method, ...rest } = comparison;
    const { mask } = method;
    return {
      rows: rows.map((row) => ({
        law: row.law,
        title: row.title,
        kind: row.kind,
        parameterCount: row.parameterCount,
        mre: row.mre,
        mae: row.mae[mask],
        rmse: row.rmse[mask],
        spearman: row.spearman,
        regret: row.regret,
        seconds: seconds.get(row.law) ?? null,
        converged: row.converged,
        note: row.note ?? '',
        errors: timeless(row),
        spread: row.spread,
      })),
      verdict,
      method,
      ...rest,
    };
  },

  /** The comparison as it is kept: no times, so that equal comparisons give equal bytes. */
  file: (comparison: Comparison): string =>
    `${JSON.stringify({ format: 'mixlaw-comparison', version: 1, ...comparison }, null, 2)}\n`,

  text(comparison: Comparison, seconds: Seconds = new Map()): string {
    const { method, rows, verdict, targets, stackWeights, noiseFloor, notes } = comparison;
    const shownMask = method.mask === 'all' ? 'all losses' : 'losses of domains with a weight above 0';
    const sections = [
      `${method.description}; fitted to ${shownMask}, judged on ${targets.length} ${targets.length === 1 ? 'target' : 'targets'} (± standard deviation over splits):`,
      table([
        ['', 'law', 'parameters', 'MRE all', '±', 'MRE h > 0', '±', 'MAE', 'RMSE', 'Spearman ρ', '±', 'regret', 's'],
        ...rows.map((row) => cells(row, comparison, seconds.get(row.law))),
      ]),
      `Verdict: ${printable(verdict.reason)}`,
      noiseFloor === null
        ? ''
        : `Repeated runs of one mixture differ by ${formatPercent(noiseFloor, 2)}: no law can do better.`,
      stackWeights.length === 0
        ? ''
        : `The stack blends ${[...stackWeights]
            .sort((one, other) => other.weight - one.weight)
            .filter(({ weight }) => weight >= 0.005)
            .map(({ law, weight }) => `${law} ${formatPercent(weight, 0)}`)
            .join(', ')}.`,
      ...rows.filter((row) => row.note !== undefined).map((row) => `${row.law}: ${printable(row.note ?? '')}`),
      ...notes.map((note) => `Note: ${printable(note)}`),
    ];
    return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  },
};

function cells(row: ComparisonRow, { verdict, method }: Comparison, seconds: number | undefined): string[] {
  const percent = (figure: Figure): string => (figure === null ? '–' : formatPercent(figure, 2));
  const loss = (figure: Figure): string => (figure === null ? '–' : formatLoss(figure, 4));
  const fixed = (figure: Figure, decimals: number): string => (figure === null ? '–' : figure.toFixed(decimals));
  return [
    place(row, verdict),
    row.kind === 'baseline' ? `${row.law} (baseline)` : row.law,
    row.kind === 'baseline' ? '' : String(row.parameterCount),
    percent(row.mre.all),
    percent(row.spread.mre.all),
    percent(row.mre.positive),
    percent(row.spread.mre.positive),
    loss(row.mae[method.mask]),
    loss(row.rmse[method.mask]),
    fixed(row.spearman, 3),
    fixed(row.spread.spearman, 3),
    loss(row.regret),
    seconds === undefined ? '' : seconds.toFixed(2),
  ];
}

/** In words, not by place alone: ties are told. */
function place(row: ComparisonRow, { best, tiedWith }: Comparison['verdict']): string {
  if (row.law === best) return 'best';
  if (tiedWith.includes(row.law)) return 'tie';
  return row.kind !== 'baseline' && !row.converged && row.mre.all !== null ? 'not converged' : '';
}
