import { PredictionError } from '../core/errors';
import { matchDomains, type Aliases } from '../core/mixtures/names';
import { readMixtures } from '../core/mixtures/read';
import { matchMixture } from '../core/pipeline/currentMixture';
import { baseName, loadFile } from '../core/pipeline/files';
import { formatPercent } from '../core/quantity';
import { splitList, UsageError } from './arguments';
import { decodeText } from './data';
import type { Io } from './io';
import { didYouMean } from './suggest';
import { printable } from './table';

/** Fractions in the order of the fit's domains. Shape [K]. */
export async function readMixture(
  flag: string,
  given: string,
  domains: readonly string[],
  io: Io,
  aliases: Aliases = [],
): Promise<Float64Array> {
  if (!given.includes('=') || (await io.disk.stat(given))) return readMixtureFile(given, domains, io, aliases);
  return byDomain(pairs(flag, splitList(given)), domains, io, aliases);
}

/** `name=number` pairs. @throws UsageError naming the flag */
export function pairs(
  flag: string,
  assignments: readonly string[],
  parse: (text: string) => number = Number,
): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const assignment of assignments) {
    const at = assignment.lastIndexOf('=');
    const name = assignment.slice(0, at).trim();
    const text = assignment.slice(at + 1).trim();
    const value = text === '' ? NaN : parse(text);
    if (at < 1 || !Number.isFinite(value))
      throw new UsageError(`${flag} takes name=number pairs, not “${assignment}”.`);
    if (values.has(name)) throw new UsageError(`${flag} names “${name}” twice.`);
    values.set(name, value);
  }
  return values;
}

const MAX_CONFIG_BYTES = 10_000_000;

async function readMixtureFile(
  path: string,
  domains: readonly string[],
  io: Io,
  aliases: Aliases,
): Promise<Float64Array> {
  const text = decodeText((await loadFile(io.disk, path, MAX_CONFIG_BYTES)).bytes, path);
  const flat = flatNumbers(text);
  if (flat) return byDomain(flat, domains, io, aliases);
  for (const mixture of readMixtures(baseName(path), text, { domains }).mixtures) {
    const matched = matchMixture(mixture, domains, aliases);
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
export function flatNumbers(text: string): ReadonlyMap<string, number> | undefined {
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

function byDomain(
  weights: ReadonlyMap<string, number>,
  domains: readonly string[],
  io: Io,
  aliases: Aliases,
): Float64Array {
  const places = placesOf([...weights.keys()], domains, 'domain', aliases);
  const mixture = new Float64Array(domains.length);
  for (const [name, weight] of weights) {
    if (weight < 0) {
      throw new PredictionError('negative-weight', `The weight of “${name}” is ${weight}.`, 'Weights are 0 or more.');
    }
    mixture[places.get(name)!]! += weight;
  }
  const sum = mixture.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0) || sum === Infinity) {
    throw new PredictionError('empty-mixture', 'The weights sum to 0.', 'Give at least one domain a weight above 0.');
  }
  if (Math.abs(sum - 1) > 0.005) io.err(`The weights sum to ${Number(sum.toPrecision(6))}; they were scaled to 1.\n`);
  return mixture.map((weight) => weight / sum);
}

/** Position of each name among the fit's domains or targets. @throws PredictionError `unknown-domain`, `unknown-target` */
export function placesOf(
  names: readonly string[],
  known: readonly string[],
  kind: 'domain' | 'target',
  aliases: Aliases = [],
): ReadonlyMap<string, number> {
  const { matched, unmatched } = matchDomains(names, known, aliases);
  const [unknown] = unmatched;
  if (unknown !== undefined) {
    throw new PredictionError(
      `unknown-${kind}`,
      `The fit has no ${kind} “${unknown}”.${didYouMean(unknown, known)}`,
      `Its ${kind}s: ${known.join(', ')}.`,
    );
  }
  return new Map(names.map((name) => [name, known.indexOf(matched.get(name)!)]));
}
