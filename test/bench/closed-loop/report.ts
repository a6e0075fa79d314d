import type { SeedDecisions } from './decide';
import type { CaseResult } from './score';
import { coverage, mean, summarize } from './score';

const nats = (value: number): string => value.toFixed(4);
const percent = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;

export interface Benchmark {
  readonly results: readonly CaseResult[];
  readonly decisions: readonly SeedDecisions[];
  /** Standard deviation of the target-weighted loss of one run at h = w. */
  readonly noise: readonly { readonly scale: number; readonly weighting: string; readonly deviation: number }[];
  /** Draws of training text that each loss at the target scale is the mean of. */
  readonly draws: number;
  readonly machine: string;
}

/** The result of the benchmark as Markdown. */
export function report({ results, decisions, noise, draws, machine }: Benchmark): string {
  const lines = [`# Closed loop in the lab: ${results.length} cases`, '', machine, ''];
  lines.push(
    `Regret: loss above the best mixture known at the target scale, nats per byte; losses are means of ${draws} draw(s) of text.`,
    '',
  );
  lines.push(
    ...table(
      ['strategy', 'mean regret', 'worst', 'mean rank of 61', 'bias of prediction', 'RMS error'],
      summarize(results).map((s) => [
        s.strategy,
        nats(s.meanRegret),
        nats(s.worstRegret),
        s.meanRank.toFixed(1),
        s.bias === undefined ? '–' : nats(s.bias),
        s.rmsError === undefined ? '–' : nats(s.rmsError),
      ]),
    ),
  );
  lines.push('', 'Mean regret by kind of case:', '');
  const shown = [
    'recommended',
    'recommended, repetition not limited',
    'target weights, one epoch',
    'target weights',
    'uniform',
    'proportional',
    'best proxy',
  ];
  const kinds = [...new Set(results.map((r) => `${r.modelSize / 1000}K, ${r.weighting}`))];
  lines.push(
    ...table(
      ['scale, weighting', ...shown, 'noise of one run (sd)'],
      kinds.map((kind) => {
        const mine = results.filter((r) => `${r.modelSize / 1000}K, ${r.weighting}` === kind);
        const regret = (strategy: string): number =>
          mean(mine.map((r) => r.strategies.find((s) => s.strategy === strategy)!.regret));
        const sd = noise.find((n) => `${n.scale / 1000}K, ${n.weighting}` === kind);
        return [kind, ...shown.map((s) => nats(regret(s))), sd ? nats(sd.deviation) : '–'];
      }),
    ),
  );
  lines.push('', 'Gain of the recommendation, 90 % intervals:', '');
  const versus = results[0]!.gains.map((gain) => gain.versus);
  lines.push(
    ...table(
      [
        'versus',
        'mean predicted',
        'mean measured',
        'mean interval',
        'coverage',
        'claimed (interval above 0)',
        'of these measured above 0',
      ],
      versus.map((name) => {
        const gains = results.flatMap((r) => r.gains.filter((g) => g.versus === name));
        const claimed = gains.filter((g) => g.low > 0);
        return [
          name,
          nats(mean(gains.map((g) => g.predicted))),
          nats(mean(gains.map((g) => g.measured))),
          `${nats(mean(gains.map((g) => g.low)))} … ${nats(mean(gains.map((g) => g.high)))}`,
          percent(coverage(gains)),
          `${claimed.length} of ${gains.length}`,
          claimed.length === 0 ? '–' : percent(mean(claimed.map((g) => (g.measured > 0 ? 1 : 0)))),
        ];
      }),
    ),
  );
  const gains = results.flatMap((result) => result.gains);
  const flat = gains.filter(({ low }) => low <= 0);
  const gained = mean(gains.filter(({ low }) => low > 0).map(({ measured }) => (measured > 0 ? 1 : 0)));
  lines.push(
    '',
    `All ${gains.length} intervals together cover ${percent(coverage(gains))}. “Too flat to gain” is said of ${flat.length} of them, where ` +
      `${nats(mean(flat.map(({ measured }) => measured)))} nats were gained on the mean; of the other ${gains.length - flat.length} gains ${percent(gained)} were measured above 0.`,
  );
  const losses = results.flatMap((r) => r.losses);
  lines.push(
    '',
    `Predicted losses of the recommendation: 90 % intervals cover ${percent(coverage(losses))} of the measured ones; ` +
      `mean relative error ${(100 * mean(losses.map((l) => Math.abs(l.value / l.measured - 1)))).toFixed(1)} %.`,
    '',
    'Laws behind the recommendation, by cross-validation among the proxies:',
    '',
    ...decisions.map(
      ({ seed, consensus }) =>
        `- seed ${seed}: ${consensus.map(({ law, mre }) => `${law} (${(100 * mre).toFixed(2)} %)`).join(', ')}`,
    ),
    '',
  );
  return lines.join('\n');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}
