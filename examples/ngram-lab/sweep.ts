import { parseArgs } from 'node:util';
import { parseQuantity } from '../../src/core/quantity';
import { Random } from '../../src/core/random';
import type { LabRun } from './lab';
import { domainNames } from './lab';
import { trainAll } from './pool';
import { appendResults, resultsRow } from './resultsFile';

const USAGE = `Trains proxy runs: random mixtures, each at every model size and every number of tokens.

  npx tsx examples/ngram-lab/sweep.ts RESULTS.csv [--mixtures 64] [--model-sizes 2K,6K,18K] [--tokens 200K,600K] [--seed 1] [--threads 2]

Model sizes count stored contexts, tokens training bytes.`;

/** The runs of a sweep. Mixtures are Dirichlet(1, …, 1), rounded to 4 decimals as the results file holds them; every run draws its own text. */
export function sweepRuns(options: {
  readonly mixtures: number;
  readonly modelSizes: readonly number[];
  readonly tokens: readonly number[];
  readonly seed: number;
}): LabRun[] {
  const random = new Random(options.seed);
  const runs: LabRun[] = [];
  for (let i = 0; i < options.mixtures; i++) {
    const mixture = roundedMixture(random.simplex(domainNames.length), 4);
    for (const tokens of options.tokens) {
      for (const modelSize of options.modelSizes) {
        runs.push({ mixture, modelSize, tokens, seed: options.seed * 1_000_000 + runs.length });
      }
    }
  }
  return runs;
}

/** Rounds to `decimals` and gives what is lost or gained to the largest weight, so that the sum stays 1. */
export function roundedMixture(mixture: ArrayLike<number>, decimals: number): number[] {
  const unit = 10 ** decimals;
  const counts = Array.from(mixture, (weight) => Math.round(weight * unit));
  const largest = counts.indexOf(Math.max(...counts));
  counts[largest]! += unit - counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => count / unit);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      mixtures: { type: 'string', default: '64' },
      'model-sizes': { type: 'string', default: '2K,6K,18K' },
      tokens: { type: 'string', default: '200K,600K' },
      seed: { type: 'string', default: '1' },
      threads: { type: 'string' },
    },
  });
  const [file] = positionals;
  const quantities = (text: string): number[] => text.split(',').map(parseQuantity);
  const modelSizes = quantities(values['model-sizes']);
  const tokens = quantities(values.tokens);
  const mixtures = Number(values.mixtures);
  const seed = Number(values.seed);
  if (!file || ![...modelSizes, ...tokens, mixtures].every((n) => n >= 1) || !Number.isInteger(seed)) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const started = performance.now();
  const runs = sweepRuns({ mixtures, modelSizes, tokens, seed });
  const losses = await trainAll(runs, {
    ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
    onDone: (done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} runs`);
    },
  });
  appendResults(
    file,
    runs.map((run, i) => resultsRow(`s${seed}-${i}`, run, losses[i]!)),
  );
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`\n${runs.length} runs in ${seconds.toFixed(1)} s → ${file}\n`);
}

if (process.argv[1]?.endsWith('sweep.ts')) void main();
