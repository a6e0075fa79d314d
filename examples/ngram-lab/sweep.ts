import { parseArgs } from 'node:util';
import { parseQuantity } from '../../src/core/quantity';
import { Random } from '../../src/core/random';
import type { LabRun } from './lab';
import { domainNames } from './lab';
import { trainAll } from './pool';
import { appendResults, resultsRow } from './resultsFile';

/** 30 to 70 bytes a context, as the model sizes and tokens of real pre-training grow together. */
const PROXY_SCALES_TEXT = '3K:100K,3K:200K,6K:200K,6K:400K,12K:400K,12K:800K';

const USAGE = `Trains proxy runs: random mixtures, each at every scale.

  npx tsx examples/ngram-lab/sweep.ts RESULTS.csv [--mixtures 64] [--scales ${PROXY_SCALES_TEXT}] [--seed 1] [--threads 2]

A scale is a model size in stored contexts and a number of training bytes.`;

/** N: stored contexts. D: training bytes. */
export interface Scale {
  readonly modelSize: number;
  readonly tokens: number;
}

/**
 * The runs of a sweep. Mixtures are Dirichlet(1, …, 1), rounded to 4 decimals as the results file holds them; every run
 * draws its own text.
 */
export function sweepRuns(mixtures: number, scales: readonly Scale[], seed: number): LabRun[] {
  const random = new Random(seed);
  const runs: LabRun[] = [];
  for (let i = 0; i < mixtures; i++) {
    const mixture = roundedMixture(random.simplex(domainNames.length), 4);
    for (const scale of scales) runs.push({ mixture, ...scale, seed: seed * 1_000_000 + runs.length });
  }
  return runs;
}

/** `3K:100K,3K:200K` → model sizes and tokens. NaN where the text is no quantity. */
export function parseScales(text: string): Scale[] {
  return text.split(',').map((pair) => {
    const [modelSize = '', tokens = ''] = pair.split(':');
    return { modelSize: parseQuantity(modelSize), tokens: parseQuantity(tokens) };
  });
}

export const PROXY_SCALES: readonly Scale[] = parseScales(PROXY_SCALES_TEXT);

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
      scales: { type: 'string', default: PROXY_SCALES_TEXT },
      seed: { type: 'string', default: '1' },
      threads: { type: 'string' },
    },
  });
  const [file] = positionals;
  const scales = parseScales(values.scales);
  const mixtures = Number(values.mixtures);
  const seed = Number(values.seed);
  const sizes = scales.flatMap(({ modelSize, tokens }) => [modelSize, tokens]);
  if (!file || ![...sizes, mixtures, seed].every((n) => Number.isInteger(n) && n >= 1)) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const started = performance.now();
  const runs = sweepRuns(mixtures, scales, seed);
  const losses = await trainAll(runs, {
    ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
    onDone: (_run, _losses, done, total) => {
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
