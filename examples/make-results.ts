/**
 * Makes `results.csv`, the synthetic proxy runs of this example: losses from a known Eq. 3 with measurement noise.
 * `npx tsx examples/make-results.ts` writes the same bytes every time.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { linearRegression } from '../src/core/laws/linear-regression';
import { Random } from '../src/core/random';

/** The truth: c, b, A, a and E of Eq. 3 for each domain, at model sizes in millions and tokens in billions. */
const TRUTH = {
  web: { c: 1.62, b: 0.17, A: 1.05, a: 0.3, E: 1.35 },
  wikipedia: { c: 1.45, b: 0.2, A: 0.36, a: 0.31, E: 1.15 },
  books: { c: 1.38, b: 0.15, A: 0.74, a: 0.24, E: 1.4 },
  code: { c: 1.1, b: 0.31, A: 0.17, a: 0.42, E: 0.6 },
  papers: { c: 1.24, b: 0.22, A: 0.29, a: 0.33, E: 1.02 },
  forums: { c: 1.55, b: 0.18, A: 0.6, a: 0.28, E: 1.3 },
} as const;
/** H of Eq. 3, in millions of parameters. */
const MIN_ALLOCATION = 0.4;

const SEED = 7;
const MIXTURES = 24;
const MODEL_SIZES = ['60M', '150M'];
const TOKENS = ['2B', '5B', '10B'];
/** Standard deviation of the relative error of a measured loss. */
const NOISE = 0.003;
/** One evaluation that crashed, as they do. */
const MISSING = { run: 17, domain: 'code' };

const domains = Object.keys(TRUTH) as (keyof typeof TRUTH)[];
const model = linearRegression.build(
  {
    domains,
    targets: domains,
    targetDomain: domains.map((_, index) => index),
    modelSizeVaries: true,
    tokensVary: true,
  },
  { minAllocation: MIN_ALLOCATION, minWeight: 1e-3 },
);
const theta = Float64Array.from(model.parameters, ({ name, symbol, domain, target }) => {
  const subject = TRUTH[(domain ?? target) as keyof typeof TRUTH];
  const value = subject[symbol as keyof typeof subject];
  if (value === undefined) throw new Error(`The truth has no ${name}.`);
  return value;
});

const random = new Random(SEED);

/** Weights in thousandths that sum to exactly 1: flat draws are pulled half-way to uniform so that every domain is seen. */
function drawMixture(): Float64Array {
  const draw = random.simplex(domains.length);
  const mixture = draw.map((weight) => Math.round(1000 * (0.8 * weight + 0.2 / domains.length)) / 1000);
  const largest = mixture.indexOf(Math.max(...mixture));
  const others = mixture.reduce((sum, weight, index) => (index === largest ? sum : sum + weight), 0);
  mixture[largest] = 1 - others;
  return mixture;
}

const header = [
  'run',
  'model_size',
  'tokens',
  ...domains.map((domain) => `weight_${domain}`),
  ...domains.map((domain) => `loss_${domain}`),
];
const lines = [header.join(',')];
const losses = new Float64Array(domains.length);
for (let index = 0; index < MIXTURES; index++) {
  const mixture = drawMixture();
  for (const [size, modelSize] of MODEL_SIZES.entries()) {
    const run = index * MODEL_SIZES.length + size + 1;
    const tokens = TOKENS[(index + size) % TOKENS.length] ?? '';
    model.predict(theta, mixture, Number.parseFloat(modelSize), Number.parseFloat(tokens), losses);
    const measured = domains.map((domain, target) => {
      const loss = (losses[target] ?? Number.NaN) * Math.exp(NOISE * random.normal());
      return run === MISSING.run && domain === MISSING.domain ? '' : loss.toFixed(4);
    });
    lines.push([run, modelSize, tokens, ...Array.from(mixture, (weight) => weight.toFixed(3)), ...measured].join(','));
  }
}
writeFileSync(path.join(__dirname, 'results.csv'), `${lines.join('\n')}\n`);
