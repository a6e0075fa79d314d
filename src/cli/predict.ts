import { PredictionError } from '../core/errors';
import { predictorOf } from '../core/fit/predictor';
import { matchDomains } from '../core/mixtures/names';
import { readMixtures } from '../core/mixtures/read';
import { matchMixture } from '../core/pipeline/currentMixture';
import { baseName, loadFile } from '../core/pipeline/files';
import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
import { splitList, UsageError } from './arguments';
import type { Command } from './command';
import { byName, decodeText, readFit, SCALE_FLAGS, scaleOf } from './data';
import { printJson, type Io } from './io';
import { didYouMean } from './suggest';
import { printable, table } from './table';

export const predictCommand: Command = {
  name: 'predict',
  summary: 'Predict the losses of a mixture from a fit document.',
  operands: 'FIT --mixture FILE|a=0.5,b=0.5',
  prints: '{mixture, modelSize, tokens, losses, mean}.',
  flags: [
    {
      name: 'mixture',
      value: 'MIXTURE',
      help: 'Weights by domain (a=0.5,b=0.5), or a training config, or JSON {"a": 0.5}.',
    },
    ...SCALE_FLAGS,
  ],

  async run(args, io) {
    const given = args.text('mixture');
    if (given === undefined) throw new UsageError('--mixture is needed: weights such as a=0.5,b=0.5, or a file.');
    const document = await readFit(args, io);
    const { domains, targets } = document.fit;
    const { modelSize, tokens } = scaleOf(args, document);
    const mixture = await readMixture(given, domains, io);
    const losses = new Float64Array(targets.length);
    predictorOf(document.fit).predict(mixture, modelSize, tokens, losses);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    if (args.has('json')) {
      printJson(io, { mixture: byName(domains, mixture), modelSize, tokens, losses: byName(targets, losses), mean });
      return;
    }
    io.out(`At ${formatModelSize(modelSize)} parameters, ${formatTokens(tokens)} tokens:\n`);
    const weights = domains.map((domain, k) => [printable(domain), formatPercent(mixture[k]!)]);
    io.out(`${table([['domain', 'weight'], ...weights])}\n\n`);
    const rows = targets.map((target, i) => [printable(target), formatLoss(losses[i]!)]);
    io.out(`${table([['target', 'predicted loss'], ...rows, ['mean', formatLoss(mean)]])}\n`);
  },
};

/** Fractions in the order of the fit's domains. Shape [K]. */
async function readMixture(given: string, domains: readonly string[], io: Io): Promise<Float64Array> {
  if (!given.includes('=') || (await io.disk.stat(given))) return readMixtureFile(given, domains, io);
  const weights = new Map<string, number>();
  for (const assignment of splitList(given)) {
    const at = assignment.lastIndexOf('=');
    const name = assignment.slice(0, at).trim();
    const text = assignment.slice(at + 1).trim();
    const weight = text === '' ? NaN : Number(text);
    if (at < 1 || !Number.isFinite(weight))
      throw new UsageError(`--mixture takes name=number pairs, not “${assignment}”.`);
    if (weights.has(name)) throw new UsageError(`--mixture names “${name}” twice.`);
    weights.set(name, weight);
  }
  return byDomain(weights, domains, io);
}

const MAX_CONFIG_BYTES = 10_000_000;

async function readMixtureFile(path: string, domains: readonly string[], io: Io): Promise<Float64Array> {
  const text = decodeText((await loadFile(io.disk, path, MAX_CONFIG_BYTES)).bytes, path);
  const flat = flatWeights(text);
  if (flat) return byDomain(flat, domains, io);
  for (const mixture of readMixtures(baseName(path), text, { domains }).mixtures) {
    const matched = matchMixture(mixture, domains);
    if (!matched) continue;
    const { unmatched } = matched.match;
    if (unmatched.length > 0) {
      io.err(
        `Not in the fit, left out (${formatPercent(matched.unmatchedShare)}): ${printable(unmatched.join(', '))}.\n`,
      );
    }
    return matched.fractions;
  }
  throw new PredictionError(
    'no-mixture',
    `No mixture of this fit's domains was found in ${baseName(path)}.`,
    `Name the domains as the fit does: ${domains.join(', ')}. mixlaw inspect tells what is read in a file.`,
    { file: path },
  );
}

/** JSON `{"a": 0.5, "b": 0.5}` and nothing else. */
function flatWeights(text: string): ReadonlyMap<string, number> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const entries = Object.entries(parsed);
  const isNumber = (entry: [string, unknown]): entry is [string, number] => typeof entry[1] === 'number';
  return entries.length > 0 && entries.every(isNumber) ? new Map(entries.filter(isNumber)) : undefined;
}

function byDomain(weights: ReadonlyMap<string, number>, domains: readonly string[], io: Io): Float64Array {
  const { matched, unmatched } = matchDomains([...weights.keys()], domains);
  const [unknown] = unmatched;
  if (unknown !== undefined) {
    throw new PredictionError(
      'unknown-domain',
      `The fit has no domain “${unknown}”.${didYouMean(unknown, domains)}`,
      `Its domains: ${domains.join(', ')}.`,
    );
  }
  const mixture = new Float64Array(domains.length);
  for (const [name, weight] of weights) {
    if (weight < 0) {
      throw new PredictionError('negative-weight', `The weight of “${name}” is ${weight}.`, 'Weights are 0 or more.');
    }
    mixture[domains.indexOf(matched.get(name) as string)]! += weight;
  }
  const sum = mixture.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0) || sum === Infinity) {
    throw new PredictionError('empty-mixture', 'The weights sum to 0.', 'Give at least one domain a weight above 0.');
  }
  if (Math.abs(sum - 1) > 0.005) io.err(`The weights sum to ${Number(sum.toPrecision(6))}; they were scaled to 1.\n`);
  return mixture.map((weight) => weight / sum);
}
