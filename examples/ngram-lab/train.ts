import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MixlawError } from '../../src/core/errors';
import { matchDomains } from '../../src/core/mixtures/names';
import { readMixtures } from '../../src/core/mixtures/read';
import { parseQuantity } from '../../src/core/quantity';
import { domainNames, trainAndMeasure } from './lab';
import { appendResults, resultsRow } from './resultsFile';

const USAGE = `Trains one model on the mixture of a config and appends its losses to a results file.

  npx tsx examples/ngram-lab/train.ts CONFIG [--model-size 16K] [--tokens 1M] [--seed 1] [--results my-results.csv]

CONFIG is any mixture config that Mixlaw recognises, for example ../configs/train_megatron.sh.
The model size counts stored contexts, tokens count training bytes.`;

/** The lab's mixture [K] in a config's text. Domains it does not name get 0. */
export function labMixture(fileName: string, text: string): number[] {
  const reading = readMixtures(fileName, text);
  const [mixture] = reading.mixtures;
  if (reading.kind !== 'mixture' || !mixture) {
    throw new MixlawError('no-mixture', `${fileName} holds no mixture.`, 'See mixtures/ for examples.', {
      file: fileName,
    });
  }
  const weights = new Array<number>(domainNames.length).fill(0);
  const { matched } = matchDomains(
    mixture.weights.map(({ domain }) => domain),
    domainNames,
  );
  for (const { domain, fraction } of mixture.weights) {
    const position = domainNames.indexOf(matched.get(domain) ?? '');
    if (position < 0) {
      throw new MixlawError(
        'unknown-domain',
        `${fileName} names a domain ‘${domain}’ that the lab does not have.`,
        `The domains are ${domainNames.join(', ')}.`,
        { file: fileName },
      );
    }
    weights[position]! += fraction;
  }
  return weights;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'model-size': { type: 'string', default: '16K' },
      tokens: { type: 'string', default: '1M' },
      seed: { type: 'string', default: '1' },
      results: { type: 'string', default: 'my-results.csv' },
    },
  });
  const [config] = positionals;
  const modelSize = parseQuantity(values['model-size']);
  const tokens = parseQuantity(values.tokens);
  const seed = Number(values.seed);
  if (!config || !(modelSize >= 1) || !(tokens >= 1) || !Number.isInteger(seed)) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const name = path.basename(config);
  const mixture = labMixture(name, readFileSync(config, 'utf8'));
  const run = { mixture, modelSize: Math.round(modelSize), tokens: Math.round(tokens), seed };
  const losses = trainAndMeasure(run);
  appendResults(values.results, [resultsRow(name.replace(/[,"\s]/g, '-'), run, losses)]);
  domainNames.forEach((domain, i) => {
    process.stdout.write(`${domain.padEnd(14)} ${losses[i]!.toFixed(4)} nats per byte\n`);
  });
}

if (process.argv[1]?.endsWith('train.ts')) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof MixlawError)) throw error;
    process.stderr.write(`${error.message} ${error.hint}\n`);
    process.exitCode = 1;
  }
}
