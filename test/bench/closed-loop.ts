import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { domainNames, labCorpus } from '../../examples/ngram-lab/lab';
import { inThreads } from '../../examples/ngram-lab/pool';
import { resultsHeader, resultsRow } from '../../examples/ngram-lab/resultsFile';
import { PROXY_SCALES, sweepRuns } from '../../examples/ngram-lab/sweep';
import type { SeedDecisions, SeedTask } from './closed-loop/decide';
import { picture } from './closed-loop/picture';
import { report } from './closed-loop/report';
import type { CaseResult } from './closed-loop/score';
import { deviation, scoreCase } from './closed-loop/score';
import type { Measured } from './closed-loop/search';
import { directSearch, normalized, randomMixtures, Trials } from './closed-loop/search';
import {
  drawSeeds,
  FIRST_DRAW,
  PROXY_MIXTURES,
  proxySeeds,
  REPEATS,
  targetScales,
  weightedLoss,
  weightings,
} from './closed-loop/setting';
import { MeasuredRuns } from './closed-loop/truth';

const USAGE = `Closes the loop in the lab: small proxies → fit → recommendation for 20 and 53 times the compute → train it there,
and everything it competes with. Prints a table; writes closed-loop.md, .json and .svg into the output folder.

  npx tsx test/bench/closed-loop.ts [--seeds 11,12,13,14,15] [--draws 2] [--first-draw 9100001] [--threads 2]
      [--output out/closed-loop] [--keep-decisions]

Measured runs are remembered in the output folder: what was interrupted goes on where it was. --keep-decisions does not fit
again either.`;

const RANDOM_SEED = 5;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: proxySeeds.join(',') },
      draws: { type: 'string', default: '2' },
      'first-draw': { type: 'string', default: String(FIRST_DRAW) },
      threads: { type: 'string', default: String(availableParallelism()) },
      output: { type: 'string', default: path.join('out', 'closed-loop') },
      'keep-decisions': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const seeds = values.seeds.split(',').map(Number);
  const draws = Number(values.draws);
  const firstDraw = Number(values['first-draw']);
  const threads = Number(values.threads);
  if (values.help || ![...seeds, draws, firstDraw, threads].every((n) => Number.isInteger(n) && n > 0)) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  mkdirSync(values.output, { recursive: true });
  const runs = new MeasuredRuns(values.output, threads);
  const decided = path.join(values.output, `decisions-${seeds.join('-')}.json`);
  const decisions =
    values['keep-decisions'] && existsSync(decided)
      ? (JSON.parse(readFileSync(decided, 'utf8')) as SeedDecisions[])
      : await decideAll(runs, seeds, threads);
  writeFileSync(decided, JSON.stringify(decisions));
  const results: CaseResult[] = [];
  const noise: { scale: number; weighting: string; deviation: number }[] = [];
  for (const scale of targetScales) {
    const trials = new Trials(runs, scale, drawSeeds(draws, firstDraw));
    const basic = [
      ...['uniform', 'proportional'].map((name) => fixedMixture(name)),
      ...weightings.map((w) => w.weights),
    ];
    const known = await trials.measure([...basic, ...randomMixtures(RANDOM_SEED)], 'random mixtures');
    const random = known.slice(basic.length);
    const cases = decisions.flatMap((decision) => decision.cases).filter((c) => c.scale.modelSize === scale.modelSize);
    // All at once: a pool of threads takes longer to start than to train a few models.
    const measured = await trials.measure(
      cases.flatMap(({ choices }) => choices.map(({ mixture }) => mixture)),
      'choices',
    );
    let taken = 0;
    const chosen = cases.map(({ choices }): Measured[] => measured.slice(taken, (taken += choices.length)));
    const everything = [...known, ...measured];
    for (const weighting of weightings) {
      everything.push(...(await directSearch(trials, weighting, known)));
    }
    cases.forEach((decided, i) => {
      const { weights } = weightings.find(({ name }) => name === decided.weighting)!;
      results.push(scoreCase(decided, weights, everything, random, chosen[i]!));
    });
    for (const weighting of weightings) {
      const repeated = await runs.measure(
        drawSeeds(REPEATS, firstDraw).map((seed) => ({ mixture: weighting.weights, ...scale, seed })),
        'repeated runs',
      );
      const deviationOfRun = deviation(repeated.map((losses) => weightedLoss(losses, weighting.weights)));
      noise.push({ scale: scale.modelSize, weighting: weighting.name, deviation: deviationOfRun });
    }
  }
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} threads, Node ${process.version}`;
  const text = report({ results, decisions, noise, draws, machine });
  process.stdout.write(text);
  const write = (name: string, content: string): void => writeFileSync(path.join(values.output, name), content);
  write('closed-loop.md', text);
  write('closed-loop.json', `${JSON.stringify({ machine, noise, decisions, results }, null, 1)}\n`);
  write('closed-loop.svg', picture(results));
}

/** Fits the laws to each seed's proxies and chooses mixtures, a seed a thread. */
async function decideAll(runs: MeasuredRuns, seeds: readonly number[], threads: number): Promise<SeedDecisions[]> {
  const tasks: SeedTask[] = [];
  for (const seed of seeds) {
    const sweep = sweepRuns(PROXY_MIXTURES, PROXY_SCALES, seed);
    const losses = await runs.measure(sweep, `proxies, seed ${seed}`);
    const rows = sweep.map((run, i) => resultsRow(`s${seed}-${i}`, run, losses[i]!));
    const csv = `${[resultsHeader, ...rows].join('\n')}\n`;
    tasks.push({
      seed,
      csv,
      proportional: fixedMixture('proportional'),
      available: labCorpus().map(({ train }) => train.bytes.length),
    });
  }
  return inThreads<SeedTask, SeedDecisions>(new URL('./closed-loop/decideWorker.ts', import.meta.url), tasks, {
    threads,
    onDone: (_task, { seed }) => process.stderr.write(`seed ${seed} decided\n`),
  });
}

const fixedMixture = (name: string): number[] =>
  name === 'uniform'
    ? domainNames.map(() => 1 / domainNames.length)
    : normalized(labCorpus().map(({ train }) => train.bytes.length));

let finished = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    process.stderr.write(`\nEnded by ${signal}; run it again to go on.\n`);
    process.exit(1);
  });
}
// A loop that lost its threads would end quietly, as if there were nothing left to do.
process.once('exit', () => {
  if (!finished) {
    process.stderr.write('The benchmark ended before it was done; run it again to go on.\n');
    process.exitCode = 1;
  }
});
main().then(
  () => (finished = true),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);
