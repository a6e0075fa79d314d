/** How long recommendations take, once the code is warm: processor time of this process, unless said otherwise. See run.mjs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { MixlawError } from '../../src/core/errors';
import { fitLaw } from '../../src/core/fit/fit';
import { predictorOf } from '../../src/core/fit/predictor';
import type { Predictor } from '../../src/core/fit/types';
import { resampledRows } from '../../src/core/judge/bootstrap';
import { inLanes } from '../../src/core/judge/executor';
import { knownFit, refit } from '../../src/core/judge/refit';
import { uncertaintyOf } from '../../src/core/judge/uncertainty';
import { laws } from '../../src/core/laws/registry';
import { ensembleOf } from '../../src/core/pipeline/advise';
import { Random } from '../../src/core/random';
import { confidenceOf } from '../../src/core/recommend/confidence';
import { recommend } from '../../src/core/recommend/recommend';
import { scaleDrift } from '../../src/core/recommend/scale-drift';
import { tradeOff } from '../../src/core/recommend/trade-off';
import { selectRuns } from '../../src/core/results/runs';
import { processors, withThreads } from '../../src/worker/executor';
import { fittedFloors, randomRuns, randomTheta, shapeOf, withLosses } from '../unit/laws/separableSupport';
import { predictorAt } from '../unit/recommend/support';
import { hasRealData, pile17, pile17Splits } from '../unit/support/realData';

const REPEATS = 15;

/** Milliseconds of this process's own work: other programs on the machine count less. */
const clock = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Mean over repeats, after as many that do not count. */
function milliseconds(work: () => unknown, repeats = REPEATS): string {
  for (let warm = 0; warm < repeats; warm++) work();
  const began = clock();
  for (let repeat = 0; repeat < repeats; repeat++) work();
  const each = (clock() - began) / repeats;
  return each.toFixed(each < 10 ? 2 : 0);
}

function heading(title: string, columns: readonly string[]): void {
  console.log(`\n${title}\n\n| ${columns.join(' | ')} |\n|${columns.map(() => '---|').join('')}`);
}
const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);

/** A law at random plausible parameters, for as many domains as are asked for. */
function randomLaw(id: string, K: number): Predictor {
  const random = new Random(K);
  const model = laws.find((law) => law.id === id)!.build(shapeOf(K, { N: true, D: true }), fittedFloors);
  return predictorAt(model, randomTheta(random, model));
}

/** 43 runs of 17 domains: the real ones, or some drawn from Eq. 3. */
const runs = hasRealData
  ? selectRuns(pile17(), pile17Splits()[0]!.train)
  : (() => {
      const random = new Random(17);
      const shape = shapeOf(17);
      const model = laws.find(({ id }) => id === 'linear-regression')!.build(shape, fittedFloors);
      return withLosses(model, randomTheta(random, model), randomRuns(random, shape, 43, true), 0.005, random);
    })();
const scale = { modelSize: 1000, tokens: 25 };
const name = hasRealData ? 'Pile 43 × 17' : '43 × 17 drawn from Eq. 3';

heading(`${name}: milliseconds, warm`, [
  'law',
  'optimum, default starts',
  'KKT residual',
  'from near the optimum',
  'trade-off, 11 points',
  'drift, 3 × 4 scales',
  'uncertainty, set up',
  'a gain',
  'all intervals',
]);
for (const { id, title } of laws) {
  try {
    const fit = fitLaw(runs, { law: id, starts: 1 });
    const predictor = predictorOf(fit);
    const best = recommend(predictor, scale);
    const near = best.mixture.map((h, j) => h * (j % 2 === 0 ? 1.1 : 0.9));
    const [one, other] = [0, 1].map((half) => fit.targets.map((_, i) => Number(i % 2 === half)));
    const uncertainty = uncertaintyOf(fit, runs);
    const mixture = Float64Array.from(best.mixture);
    const uniform = new Float64Array(17).fill(1 / 17);
    const weights = best.targetWeights;
    row(
      id,
      milliseconds(() => recommend(predictor, scale)),
      best.kktResidual.toExponential(0),
      milliseconds(() => recommend(predictor, { ...scale, startAt: near })),
      milliseconds(() => tradeOff(predictor, scale, one!, other!), 3),
      milliseconds(() => scaleDrift(predictor, scale, [300, 1000, 3000], [10, 30, 100, 300]), 3),
      milliseconds(() => uncertaintyOf(fit, runs), 1),
      milliseconds(() => uncertainty.gain(mixture, uniform, weights, 1000, 25, 0.9)),
      milliseconds(() => uncertainty.intervals(mixture, 1000, 25, 0.9)),
    );
  } catch (error) {
    if (!(error instanceof MixlawError)) throw error;
    row(id, `– ${title} does not apply`);
  }
}

heading('128 domains, laws at random parameters: milliseconds', ['law', 'optimum, default starts', 'KKT residual']);
for (const { id } of laws) {
  const predictor = randomLaw(id, 128);
  row(
    id,
    milliseconds(() => recommend(predictor, scale), 1),
    recommend(predictor, scale).kktResidual.toExponential(0),
  );
}

heading(`${name}: 200 bootstrap fits and their optima, seconds by the clock`, [
  'law',
  'threads',
  'processor',
  'fits',
  'optima and intervals',
  'in all',
]);
async function bootstraps(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mixlaw-bench-'));
  const worker = join(folder, 'worker.cjs');
  await build({
    entryPoints: ['src/worker/entry.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: worker,
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  for (const law of ['linear-regression', 'overlap']) {
    const fit = fitLaw(runs, { law });
    const from = knownFit(fit);
    const predictor = predictorOf(fit);
    const best = recommend(predictor, scale);
    const wanted = Array.from({ length: 200 }, (_, replicate) => replicate);
    for (const threads of [1, processors()]) {
      const [began, work] = [performance.now(), clock()];
      const replicates =
        threads === 1
          ? wanted.map((replicate) => ({
              replicate,
              ...refit(selectRuns(runs, resampledRows(runs, 1, replicate)), fit.options, from),
            }))
          : await withThreads(
              worker,
              (executor) =>
                inLanes(wanted, executor.lanes, (replicate) =>
                  executor.replicate({ runs, options: fit.options, seed: 1, replicate, from }),
                ),
              { threads },
            );
      const fitted = performance.now();
      const uniform = { label: 'uniform', mixture: new Array<number>(17).fill(1 / 17) };
      confidenceOf(best, predictor, ensembleOf(fit, replicates), [uniform], new Array<number>(17).fill(0.01), scale);
      const ended = performance.now();
      const seconds = (start: number, to: number): string => ((to - start) / 1000).toFixed(1);
      row(
        law,
        threads,
        ((clock() - work) / 1000).toFixed(1),
        seconds(began, fitted),
        seconds(fitted, ended),
        seconds(began, ended),
      );
    }
  }
  rmSync(folder, { recursive: true });
}

void bootstraps();
