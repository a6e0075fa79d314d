/** How long fits and comparisons take, in seconds of processor time unless said otherwise. See run.mjs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { MixlawError } from '../../src/core/errors';
import { fitLaw } from '../../src/core/fit/fit';
import { completeOptions } from '../../src/core/fit/options';
import type { FitOptions } from '../../src/core/fit/types';
import { runUnits } from '../../src/core/judge/executor';
import { assembleTournament } from '../../src/core/judge/tournament';
import { planTournament } from '../../src/core/judge/units';
import { laws } from '../../src/core/laws/registry';
import { Random } from '../../src/core/random';
import { selectRuns, type Runs } from '../../src/core/results/runs';
import { processors, withThreads } from '../../src/worker/executor';
import { hasRealData, pile17, pile17Splits, regMix, slimPajama } from '../unit/support/realData';

/** Seconds of this process's own work: other programs on the machine count less. */
const clock = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function timed<Result>(work: () => Result): { readonly seconds: number; readonly result: Result } {
  const began = clock();
  const result = work();
  return { seconds: clock() - began, result };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

function heading(title: string, columns: readonly string[]): void {
  console.log(`\n${title}\n\n| ${columns.join(' | ')} |\n|${columns.map(() => '---|').join('')}`);
}
const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);

/** Runs of an exponential law with 0.3 % noise; every mixture has all domains. */
function syntheticRuns(count: number, domains: number): Runs {
  const random = new Random(11);
  const names = Array.from({ length: domains }, (_, k) => `domain_${k + 1}`);
  const mixtures = new Float64Array(count * domains);
  const losses = new Float64Array(count * domains);
  for (let run = 0; run < count; run++) {
    const mixture = random.simplex(domains);
    mixtures.set(mixture, run * domains);
    mixture.forEach((weight, k) => {
      const loss = 1.5 + (0.5 * k) / domains + 0.6 * Math.exp(-0.5 * domains * weight);
      losses[run * domains + k] = loss * (1 + 0.003 * random.normal());
    });
  }
  return {
    domains: names,
    targets: names,
    targetDomain: names.map((_, k) => k),
    mixtures,
    weightSums: new Float64Array(count).fill(1),
    losses,
    modelSizes: new Float64Array(count).fill(200),
    tokens: new Float64Array(count).fill(25),
    rows: Int32Array.from({ length: count }, (_, run) => run),
    runIds: Int32Array.from({ length: count }, (_, run) => run),
    lossKind: 'nats',
  };
}

const benches: Readonly<Record<string, () => void | Promise<void>>> = {
  fits() {
    const sets: [string, Runs][] = [['62 × 17 synthetic', syntheticRuns(62, 17)]];
    if (hasRealData) {
      const pile = pile17();
      sets.push(['Pile 43 × 17', selectRuns(pile, pile17Splits()[0]!.train)]);
      sets.push(['SlimPajama 1308 × 7', slimPajama()], ['RegMix 512 × 17', regMix()]);
    }
    for (const [name, runs] of sets) {
      heading(name, ['law', 'parameters', 'cold, 1 start', 'a start, warm', 'starts', 'all starts', 'converged']);
      for (const { id, title } of laws) {
        try {
          const starts = completeOptions({ law: id }).starts;
          const fit = (options: Partial<FitOptions>) => timed(() => fitLaw(runs, { law: id, ...options }));
          const cold = fit({ starts: 1 });
          const warm = median([2, 3, 4].map((seed) => fit({ starts: 1, seed }).seconds));
          const all = fit({});
          const { parameters, certificate } = all.result;
          const times = [cold.seconds, warm, all.seconds].map((seconds) => seconds.toFixed(3));
          row(id, parameters.length, times[0]!, times[1]!, starts, times[2]!, certificate.converged ? 'yes' : 'no');
        } catch (error) {
          if (!(error instanceof MixlawError)) throw error;
          row(id, '–', '–', '–', '–', '–', `${title} does not apply`);
        }
      }
    }
  },

  growth() {
    const ids = ['linear-regression', 'additive', 'bimix'];
    const measure = (runs: Runs, law: string) => {
      globalThis.gc?.();
      const before = process.memoryUsage();
      const { seconds, result } = timed(() => fitLaw(runs, { law, starts: 1, maxIterations: 30 }));
      const after = process.memoryUsage();
      const used = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
      const iterations = result.starts[0]!.iterations;
      return { seconds, iterations, each: (1000 * seconds) / iterations, megabytes: used / 1e6 };
    };
    const line = (law: string, size: number, runs: Runs, first: number): number => {
      const { seconds, iterations, each, megabytes } = measure(runs, law);
      const ratio = Number.isNaN(first) ? '1' : (each / first).toFixed(1);
      row(law, size, seconds.toFixed(3), iterations, each.toFixed(2), ratio, Math.max(0, megabytes).toFixed(0));
      return Number.isNaN(first) ? each : first;
    };
    const columns = ['seconds', 'iterations', 'ms an iteration', 'ratio', 'MB left after'];
    for (const law of ids) fitLaw(syntheticRuns(62, 17), { law, starts: 1 });
    heading('One start of at most 30 iterations against the number of runs, 17 domains', ['law', 'runs', ...columns]);
    for (const law of ids) {
      let first = NaN;
      for (const count of [62, 620, 2500, 10_000]) first = line(law, count, syntheticRuns(count, 17), first);
    }
    heading('Against the number of domains, 256 runs', ['law', 'domains', ...columns]);
    for (const law of ids) {
      let first = NaN;
      for (const domains of [4, 8, 16, 32, 64, 128]) first = line(law, domains, syntheticRuns(256, domains), first);
    }
  },

  async tournament() {
    const folder = mkdtempSync(join(tmpdir(), 'mixlaw-'));
    try {
      const entry = join(folder, 'worker.cjs');
      const options = { bundle: true, platform: 'node' as const, mainFields: ['module', 'main'] };
      await build({ entryPoints: ['src/worker/entry.ts'], outfile: entry, ...options });
      const runs = hasRealData ? pile17() : syntheticRuns(62, 17);
      const plan = planTournament(runs, {});
      heading(`All laws, 10 splits, 62 × 17: ${plan.units.length} fits`, [
        'threads',
        'seconds, wall',
        'processor',
        'put together',
      ]);
      for (const threads of new Set([processors(), 1])) {
        const [wall, work] = [performance.now(), clock()];
        const results = await withThreads(entry, (executor) => runUnits(executor, runs, plan, plan.units), { threads });
        const fitted = clock() - work;
        const { seconds, result } = timed(() => assembleTournament(runs, plan, results));
        row(threads, ((performance.now() - wall) / 1000).toFixed(1), (fitted + seconds).toFixed(1), seconds.toFixed(1));
        if (threads !== 1) continue;
        const share = new Map<string, number>();
        for (const one of results) {
          const name = `${one.unit.contender}${one.unit.fold < 0 ? '' : ' (folds of the stack)'}`;
          share.set(name, (share.get(name) ?? 0) + one.seconds);
        }
        heading('Where the time goes, one thread', ['fits', 'seconds']);
        for (const [name, sum] of [...share].sort((a, b) => b[1] - a[1]).slice(0, 10)) row(name, sum.toFixed(1));
        console.log(`\n${result.verdict.reason}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function main(): Promise<void> {
  for (const name of process.argv.slice(2)) await benches[name]?.();
}

void main();
