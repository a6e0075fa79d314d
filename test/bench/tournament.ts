/**
 * What each law reaches on the real proxy runs beside the checkout, with the defaults, against the figures to reach.
 * Run: npx tsx test/bench/tournament.ts [slimpajama] [pile] [regmix] [scales] [speed]
 */
import { compareLaws } from '../../src/core/judge/tournament';
import { fitLaw } from '../../src/core/fit/fit';
import { givenSplits, type Split } from '../../src/core/judge/splits';
import type { CompareOptions, Figure, Tournament } from '../../src/core/judge/types';
import { laws } from '../../src/core/laws/registry';
import { rowCount, selectRuns, type Runs } from '../../src/core/results/runs';
import { selectTargets } from '../../src/core/fit/data';
import { hasRealData, pile17, pile17Splits, regMix, slimPajama, slimPajamaSplit } from '../unit/support/realData';

/** Seconds of this process's own work: other programs on the machine do not count. */
const clock = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const show = (value: Figure, factor = 1, digits = 2): string =>
  value === null ? '–' : (factor * value).toFixed(digits);

function print(title: string, tournament: Tournament, goals: Readonly<Record<string, string>>): void {
  console.log(`\n${title}\n`);
  console.log('| law | MRE % all | MRE % h>0 | ± | ρ | regret@1 | parameters | seconds | to reach |');
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const row of tournament.rows) {
    const cells = [
      row.law,
      show(row.mre.all, 100),
      show(row.mre.positive, 100),
      show(row.spread.mre.all, 100),
      show(row.spearman, 1, 4),
      show(row.regret, 1, 4),
      row.parameterCount,
      row.seconds.toFixed(2),
      goals[row.law] ?? '',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log(`\n${tournament.verdict.reason}`);
  if (tournament.stackWeights.length > 0) {
    const weights = tournament.stackWeights.filter(({ weight }) => weight > 0.005);
    console.log(`stack: ${weights.map(({ law, weight }) => `${law} ${weight.toFixed(2)}`).join(', ')}`);
  }
  for (const note of tournament.notes) console.log(note);
}

const compare = (runs: Runs, options: Partial<CompareOptions>): Tournament =>
  compareLaws(runs, options, undefined, clock);

const given = (runs: Runs, splits: readonly { train: number[]; validation: number[] }[]): CompareOptions['splits'] => ({
  kind: 'given',
  splits: givenSplits(runs, splits, Math.max(...runs.rows) + 1),
});

const benches: Readonly<Record<string, () => void>> = {
  slimpajama() {
    const runs = slimPajama();
    const splits = given(runs, [slimPajamaSplit(runs, 122, 9.998)]);
    const goals = {
      overlap: '≤ .40',
      additive: '≤ .36',
      exponential: '≤ .50',
      'linear-regression': '≤ 1.40',
      bimix: '≤ 1.47',
    };
    print('SlimPajama 122M @ 9.998B, reference split', compare(runs, { splits }), goals);
  },
  pile() {
    const runs = pile17();
    const goals = { stack: '≤ 1.70 / 1.15', overlap: '≤ 1.76 / 1.24', additive: '≤ 1.99 / 1.26' };
    print('62 Pile runs, 11 splits, mask all', compare(runs, { splits: given(runs, pile17Splits()) }), goals);
    const rng20 = pile17Splits().slice(0, 1);
    print(
      '62 Pile runs, rng(20), mask positive',
      compare(runs, { splits: given(runs, rng20), fit: { mask: 'positive' } }),
      { bimix: '≤ 1.42', quantization: '≤ 1.42', 'linear-regression': '≤ 1.50' },
    );
  },
  regmix() {
    const runs = regMix();
    const targetWeights = runs.targets.map((target) => (target === 'pile_cc' ? 1 : 0));
    const goals = { additive: 'ρ ≥ .985', overlap: 'ρ ≥ .97, MRE ≤ 1.3', exponential: 'ρ ≥ .95' };
    print(
      'RegMix 1M, 10 splits of 512 runs, ranked by Pile-CC',
      compare(runs, { targetWeights, stack: false, fit: { starts: 1 } }),
      goals,
    );
  },
  scales() {
    const runs = slimPajama();
    const positions = Array.from({ length: rowCount(runs) }, (_, row) => row);
    const small = positions.filter((row) => runs.modelSizes[row]! < 200);
    const judged = positions.filter((row) => runs.modelSizes[row]! > 200 && runs.tokens[row] === 20);
    const split: Split = {
      name: '122M ≥ 4B → 310M @ 20B',
      train: small.filter((row) => runs.tokens[row]! > 3.9),
      validation: judged,
      carried: small,
    };
    print(
      'SlimPajama, fit on 122M ≥ 4B tokens, judged on 310M @ 20B',
      compare(runs, { splits: { kind: 'given', splits: [split] }, stack: false, fit: { starts: 2 } }),
      { additive: '< carried-over' },
    );
    const scales = { kind: 'scales', mixtures: 'new', folds: 5 } as const;
    print(
      'SlimPajama, 122M → 310M @ 20B, mixtures not seen at 122M',
      compare(runs, { laws: ['additive', 'joint', 'bimix', 'own-power'], splits: scales, stack: false }),
      {},
    );
  },
  speed() {
    const pile = pile17();
    const training = selectRuns(pile, pile17Splits()[0]!.train);
    const slim = slimPajama();
    const sets = [
      ['Pile 43 × 17', training],
      ['SlimPajama 1308 × 7', slim],
      ['SlimPajama 1308 × 7, domain targets', selectTargets(slim, [0, 1, 2, 3, 4, 5, 6])],
    ] as const;
    console.log('\n| data | law | starts | seconds | converged |\n|---|---|---|---|---|');
    for (const [name, runs] of sets)
      for (const { id } of laws.filter((law) => law.separable)) {
        try {
          const began = clock();
          const fit = fitLaw(runs, { law: id, starts: 8 });
          console.log(`| ${name} | ${id} | 8 | ${(clock() - began).toFixed(2)} | ${fit.certificate.converged} |`);
        } catch {
          console.log(`| ${name} | ${id} | – | – | does not apply |`);
        }
      }
  },
};

if (hasRealData) {
  const asked = process.argv.slice(2);
  for (const [name, bench] of Object.entries(benches)) if (asked.length === 0 || asked.includes(name)) bench();
} else console.log('No real proxy runs beside the checkout: nothing to measure.');
