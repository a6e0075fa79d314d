/**
 * What Eq. 1, Eq. 3 and overlap reach on the real proxy runs beside the checkout, each figure beside the one to reach:
 * `npx tsx test/bench/laws.ts`. Seconds are of this process's own work (other programs on the machine count less).
 */
import { fitLaw } from '../../src/core/fit/fit';
import type { Fit, FitOptions } from '../../src/core/fit/types';
import { Random } from '../../src/core/random';
import { rowCount } from '../../src/core/results/runs';
import type { Runs } from '../../src/core/results/runs';
import { hasRealData, pile17, pile17Splits, regMix, slimPajama, slimPajamaSplit } from '../unit/support/realData';
import type { RowSplit } from '../unit/support/realData';

const clock = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const percent = (value: number): string => `${(100 * value).toFixed(3)} %`;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function line(what: string, found: string, asked: string): void {
  console.log(`| ${what.padEnd(64)} | ${found.padEnd(34)} | ${asked} |`);
}

function fitAll(
  runs: Runs,
  splits: readonly RowSplit[],
  options: Partial<FitOptions>,
): { fits: Fit[]; seconds: number } {
  const began = clock();
  const fits = splits.map((split) => fitLaw(runs, options, split));
  return { fits, seconds: clock() - began };
}

function errors(fits: readonly Fit[]): string {
  const of = (mask: 'all' | 'positive') => percent(mean(fits.map((fit) => fit.metrics.validation![mask].mre)));
  return `${of('all')} / ${of('positive')}`;
}

function randomSplits(runs: Runs, count: number, fraction: number): RowSplit[] {
  return Array.from({ length: count }, (_, k) => {
    const order = new Random(k).permutation(rowCount(runs)).map((position) => runs.rows[position]!);
    const size = Math.floor(fraction * order.length);
    return { name: `random ${k}`, train: order.slice(0, size), validation: order.slice(size) };
  });
}

function main(): void {
  if (!hasRealData) {
    console.log('Skipped: no real proxy runs beside the checkout.');
    return;
  }
  const pile = pile17();
  const splits = pile17Splits();
  const named = (name: string): RowSplit[] => splits.filter((split) => split.name === name);
  console.log(`| ${'what'.padEnd(64)} | ${'found'.padEnd(34)} | to reach |`);

  const reference: Partial<FitOptions> = {
    law: 'linear-regression',
    mask: 'positive',
    minAllocation: 0.3,
    modelSize: 200,
    tokens: 2500,
    loss: 'squared',
    prior: 0,
  };
  for (const minWeight of ['fitted', 1e-3] as const) {
    const { fits, seconds } = fitAll(pile, named('eq3_law2init_rng20'), { ...reference, minWeight });
    const floor = minWeight === 'fitted' ? 'floor fitted' : 'floor 0.001';
    line(
      `Eq. 3, squared, no prior, ${floor}: objective`,
      `${fits[0]!.objective.toFixed(5)} (${seconds.toFixed(2)} s)`,
      '0.03885, 1 s',
    );
  }
  for (const options of [{}, { loss: 'squared', prior: 0 }] as const) {
    const { fits } = fitAll(pile, named('eq1_law1_rng42'), { law: 'quantization', starts: 20, ...options });
    const { starts, metrics } = fits[0]!;
    const best = Math.min(...starts.map(({ objective }) => objective));
    const agreeing = starts.filter(({ objective }) => objective <= 1.01 * best).length;
    const found = `${percent(metrics.validation!.all.mre)}, ${agreeing} of ${starts.length}`;
    line(`Eq. 1 ${JSON.stringify(options)}: MRE all, starts that agree`, found, '2.10 %, 20 of 20');
  }
  const onRng20 = fitAll(pile, named('eq3_law2init_rng20'), { law: 'linear-regression', mask: 'positive' });
  line('Eq. 3, mask positive: MRE all / h > 0', errors(onRng20.fits), '– / 1.50 %');

  for (const mask of ['all', 'positive'] as const) {
    for (const [title, options] of [
      ['Eq. 1', { law: 'quantization' }],
      ['Eq. 3', { law: 'linear-regression' }],
      ['Eq. 3, squared, no prior', { law: 'linear-regression', loss: 'squared', prior: 0 }],
      ['overlap', { law: 'overlap' }],
    ] as const) {
      const { fits, seconds } = fitAll(pile, splits, { ...options, mask });
      const asked =
        title === 'overlap' && mask === 'all'
          ? '1.76 % / 1.24 %'
          : title === 'Eq. 3'
            ? 'below Eq. 1 and plain Eq. 3'
            : '';
      line(`${title}, 11 Pile splits, mask ${mask}`, `${errors(fits)} (${seconds.toFixed(1)} s)`, asked);
    }
  }

  const slim = slimPajama();
  for (const [modelSize, tokens] of [
    [122, 9.998],
    [122, 20],
    [310, 9.998],
    [310, 20],
  ] as const) {
    const split = [slimPajamaSplit(slim, modelSize, tokens)];
    const asked = tokens === 9.998 && modelSize === 122;
    line(
      `overlap, SlimPajama ${split[0]!.name}`,
      errors(fitAll(slim, split, { law: 'overlap' }).fits),
      asked ? '0.40 %' : '',
    );
    line(
      `Eq. 3, SlimPajama ${split[0]!.name}`,
      errors(fitAll(slim, split, { law: 'linear-regression' }).fits),
      asked ? '1.40 %' : '',
    );
  }
  const regmix = regMix();
  const reg = fitAll(regmix, randomSplits(regmix, 5, 0.7), { law: 'overlap' });
  line('overlap, RegMix, 5 random 70/30 splits', `${errors(reg.fits)} (${reg.seconds.toFixed(1)} s)`, '1.3 %');

  for (const [title, options, asked] of [
    ['Eq. 3, 43 × 17', { law: 'linear-regression', starts: 32 }, '60 ms a start, 1.5 s for 32'],
    ['overlap, 43 × 17', { law: 'overlap', starts: 8 }, '1 s a start'],
  ] as const) {
    const { seconds } = fitAll(pile, named('eq3_law2init_rng20'), options);
    line(
      `${title}: ${options.starts} starts`,
      `${seconds.toFixed(2)} s, ${((1e3 * seconds) / options.starts).toFixed(0)} ms a start`,
      asked,
    );
  }
}

main();
