import type { Fit } from '../core/fit/types';
import { parseTokens } from '../core/quantity';
import type { GroupLimit, RecommendOptions } from '../core/recommend/types';
import { splitList, UsageError, type Arguments, type Flag } from './arguments';
import { loadFile } from '../core/pipeline/files';
import type { Aliases } from '../core/mixtures/names';
import { ALIAS_FLAG, aliasesOf, decodeText, type Scale } from './data';
import type { Io } from './io';
import { flatNumbers, pairs, placesOf, readMixture } from './mixture';

/** What to minimise and within which limits. */
export const LIMIT_FLAGS: readonly Flag[] = [
  ALIAS_FLAG,
  {
    name: 'targets',
    value: 'a=1,b=2|FILE',
    help: 'How much each loss counts (default all alike); others count nothing.',
  },
  { name: 'min', value: 'a=.01|.01', help: 'Least weight of some domains, or of all.' },
  { name: 'max', value: 'a=.3|.3', help: 'Greatest weight of some domains, or of all.' },
  { name: 'fix', value: 'a=.1', help: 'Weight that a domain is held at.' },
  { name: 'group', value: '"web:a+b<=0.5"', help: 'Limit on a sum of weights (<= or >=); may be repeated.' },
  {
    name: 'available',
    value: 'a=12B,b=3B',
    help: 'Tokens that exist of a domain; caps its weight at the target tokens.',
  },
  { name: 'max-epochs', value: 'E', help: 'How often available tokens may be repeated (default 4).' },
  { name: 'prior', value: 'MIXTURE', help: 'Mixture to stay near: weights or a training config; needs --kl.' },
  { name: 'kl', value: 'W', help: 'Nats that one nat of divergence from the prior costs.' },
  { name: 'current', value: 'MIXTURE', help: 'The mixture trained on now, to compare with.' },
  { name: 'max-change', value: 'F', help: 'No weight moves further than this from the current one.' },
];

/** @throws UsageError, PredictionError for names the fit does not have */
export async function limitsOf(args: Arguments, fit: Fit, scale: Scale, io: Io): Promise<RecommendOptions> {
  const { domains } = fit;
  const aliases = aliasesOf(args);
  const K = domains.length;
  const number = (flag: string): number | undefined => args.number(flag, { least: 0 });
  const mixture = async (flag: string): Promise<number[] | undefined> => {
    const given = args.text(flag);
    return given === undefined ? undefined : [...(await readMixture(`--${flag}`, given, domains, io, aliases))];
  };
  const bounds = (flag: string, otherwise: number): number[] | undefined => {
    const given = args.list(flag);
    if (given.length === 0) return undefined;
    const [only] = given;
    if (given.length === 1 && only !== undefined && !only.includes('=')) {
      return new Array<number>(K).fill(fraction(`--${flag}`, only));
    }
    return spread(
      pairs(`--${flag}`, given, (text) => fraction(`--${flag}`, text)),
      domains,
      otherwise,
      aliases,
    );
  };
  const fixed = args.list('fix');
  const available = args.list('available');
  const [prior, kl, current, maxChange] = [
    await mixture('prior'),
    number('kl'),
    await mixture('current'),
    number('max-change'),
  ];
  if ((prior === undefined) !== (kl === undefined)) throw new UsageError('--prior and --kl go together.');
  if (maxChange !== undefined && current === undefined) throw new UsageError('--max-change needs --current.');
  return defined({
    ...scale,
    seed: args.number('seed', { whole: true }) ?? fit.options.seed,
    targetWeights: await targetWeightsOf(args, fit, io),
    lower: bounds('min', NaN),
    upper: bounds('max', 1),
    fixed:
      fixed.length === 0
        ? undefined
        : spread(
            pairs('--fix', fixed, (text) => fraction('--fix', text)),
            domains,
            NaN,
            aliases,
          ),
    groups: args.all('group').map((text) => groupOf(text, domains, aliases)),
    available:
      available.length === 0 ? undefined : spread(pairs('--available', available, parseTokens), domains, NaN, aliases),
    maxEpochs: number('max-epochs'),
    prior,
    kl,
    current,
    maxChange,
  });
}

const MAX_TARGETS_BYTES = 1_000_000;

async function targetWeightsOf(args: Arguments, fit: Fit, io: Io): Promise<number[] | undefined> {
  const given = args.text('targets');
  if (given === undefined) return undefined;
  if (given.includes('=') && !(await io.disk.stat(given))) {
    return spread(pairs('--targets', splitList(given)), fit.targets, 0, [], 'target');
  }
  const weights = flatNumbers(decodeText((await loadFile(io.disk, given, MAX_TARGETS_BYTES)).bytes, given));
  if (!weights)
    throw new UsageError(`--targets takes name=number pairs or a JSON file of them; “${given}” is neither.`);
  return spread(weights, fit.targets, 0, [], 'target');
}

/** `web:a+b<=0.5`; the label may be left out. */
function groupOf(text: string, domains: readonly string[], aliases: Aliases): GroupLimit {
  const [, label, sum, sign, bound] = /^(?:([^:]*):)?(.+?)(<=|>=)(.+)$/.exec(text) ?? [];
  if (sum === undefined || bound === undefined) {
    throw new UsageError(`--group takes a sum and a limit such as web:a+b<=0.5, not “${text}”.`);
  }
  const names = sum.split('+').map((name) => name.trim());
  const places = placesOf(names, domains, 'domain', aliases);
  const limit = fraction('--group', bound.trim());
  return {
    label: label?.trim() || names.join(' + '),
    domains: names.map((name) => places.get(name)!),
    ...(sign === '<=' ? { max: limit } : { min: limit }),
  };
}

function fraction(flag: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new UsageError(`${flag} takes fractions from 0 to 1, not “${text}”.`);
}

function spread(
  values: ReadonlyMap<string, number>,
  names: readonly string[],
  otherwise: number,
  aliases: Aliases,
  kind: 'domain' | 'target' = 'domain',
): number[] {
  const places = placesOf([...values.keys()], names, kind, aliases);
  const all = new Array<number>(names.length).fill(otherwise);
  for (const [name, value] of values) all[places.get(name)!] = value;
  return all;
}

type Optional<T> = { [Name in keyof T]: T[Name] | undefined };

/** Without the entries that are undefined. */
function defined(options: Optional<Required<RecommendOptions>> | Optional<RecommendOptions>): RecommendOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as RecommendOptions;
}
