import type { CompareOptions } from '../core/judge/types';
import { runUnits } from '../core/judge/executor';
import { inThisThread } from '../core/judge/inThisThread';
import { defaultCompareOptions } from '../core/judge/units';
import { settledOptions } from '../core/judge/prior';
import { laws } from '../core/laws/registry';
import { concludeTournament, planOf, prepareComparison, type CompareRequest } from '../core/pipeline/comparePlan';
import { hashesOf } from '../core/pipeline/fitResults';
import { baseName } from '../core/pipeline/files';
import { itemsOf, serializePart } from '../core/pipeline/parts';
import { comparisonOf } from '../core/judge/comparison';
import { readResults } from '../core/results/read';
import { UsageError, type Arguments } from './arguments';
import type { Command } from './command';
import { documentToKeepIn } from './compareInto';
import { compareReport } from './compareReport';
import { loadResults, resultsOptions, ROLE_FLAGS } from './data';
import { FIT_FLAGS, fitOptions } from './fitOptions';
import { printJson, type Io } from './io';
import { ProgressLine } from './progress';
import { readSplits } from './rows';
import { SHARD_FLAG, shardOf, THREADS_FLAG } from './shard';
import { didYouMean } from './suggest';

const STACK = 'stack';

export const compareCommand: Command = {
  name: 'compare',
  summary: 'Compare laws on held-out runs: errors, ranking, and which laws cannot be told apart.',
  operands: 'RESULTS… | FOLDER',
  prints:
    '{rows: [{law, parameterCount, mre: {all, positive}, mae, rmse, spearman, regret, seconds, converged, note, …}], ' +
    'verdict: {best, tiedWith, reason}, …}; MRE is a fraction, and so is every spread (standard deviation over splits).',
  flags: [
    { name: 'laws', value: 'LAWS', help: `Of ${[...laws.map(({ id }) => id), STACK].join(', ')} (default all).` },
    { name: 'repeats', value: 'R', help: 'Random splits (default 10).' },
    { name: 'train-fraction', value: 'F', help: 'Share of the runs to fit to in a random split (default 0.7).' },
    { name: 'folds', value: 'K', help: 'K-fold cross-validation instead of random splits.' },
    {
      name: 'scales',
      value: 'new|carried',
      help: 'Fit to smaller models, judge on larger: new mixtures, or the same.',
    },
    {
      name: 'rows',
      value: 'FILE',
      help: 'JSON {"train": […], "validation": […]} of data rows from 0, or {"splits": […]}.',
    },
    { name: 'group', value: 'run|row', help: 'What never stands on both sides: a run and its mixture, or a row.' },
    { name: 'targets', value: 'TARGETS', help: 'Judge and rank by these targets only.' },
    ...FIT_FLAGS,
    SHARD_FLAG,
    THREADS_FLAG,
    { name: 'out', value: 'FILE', help: 'Write the comparison (without times), or the part, there.' },
    { name: 'into', value: 'FIT', help: 'Compare as this fit document was fitted, and keep the comparison in it.' },
    { name: 'choosing', help: 'With --into: compare as fit --law auto does to choose a law.' },
    ...ROLE_FLAGS,
  ],

  async run(args, io) {
    if (args.positionals.length === 0) {
      throw new UsageError('Results are needed: a file, weights and losses, or a folder of runs; 0 files were given.');
    }
    const out = args.text('out');
    const shard = shardOf(args);
    const kept = await documentToKeepIn(args, io);
    const request = kept ? undefined : await requestOf(args, io);
    const options = resultsOptions(args);
    const { files } = await loadResults(args.positionals, options, io);
    const reading = readResults(files, options);
    const prepared = kept ? kept.prepare(reading) : prepareComparison(reading, request ?? {});
    const plan = planOf(prepared);
    const executor = io.executor?.(args.number('threads', { least: 1, whole: true })) ?? inThisThread;
    const units = shard ? itemsOf(plan.units, shard) : plan.units;
    const results = await new ProgressLine(io).during((step) => runUnits(executor, prepared.runs, plan, units, step));
    if (shard) {
      const places = new Map(plan.units.map((unit, at) => [unit, at]));
      const part = serializePart({
        head: {
          kind: 'comparison',
          files: files.map(({ name, bytes, sha256 }) => ({ name: baseName(name), bytes: bytes.length, sha256 })),
          prepared,
        },
        shard,
        results: results.map((result) => ({ ...result, at: places.get(result.unit)! })),
        replicates: [],
      });
      if (out === undefined) return io.out(part);
      await io.write(out, part);
      return io.err(`Wrote ${out}.\n`);
    }
    const tournament = concludeTournament(prepared, plan, results);
    const comparison = comparisonOf(tournament, hashesOf(files));
    const seconds = new Map(tournament.rows.map((row) => [row.law, row.seconds]));
    if (out !== undefined) {
      await io.write(out, compareReport.file(comparison));
      io.err(`Wrote ${out}.\n`);
    }
    await kept?.write(comparison);
    if (args.has('json')) printJson(io, compareReport.json(comparison, seconds));
    else io.out(compareReport.text(comparison, seconds));
  },
};

async function requestOf(args: Arguments, io: Io): Promise<CompareRequest> {
  const { seed, ...fit } = fitOptions(args);
  if (fit.prior === 'auto') {
    throw new UsageError('--prior auto is for fit; compare takes a number, or each law’s own without --prior.');
  }
  const rows = args.text('rows');
  const given = rows === undefined ? undefined : await readSplits(rows, io);
  const targets = args.list('targets');
  const splits = splitsOf(args);
  const grouping = args.oneOf('group', ['run', 'row']);
  return {
    ...lawsOf(args),
    fit: { ...defaultCompareOptions.fit, ...settledOptions(fit), ...(seed === undefined ? {} : { seed }) },
    ...(seed === undefined ? {} : { seed }),
    ...(splits ? { splits } : {}),
    ...(given ? { given } : {}),
    ...(grouping ? { grouping } : {}),
    ...(targets.length > 0 ? { targets } : {}),
  };
}

function lawsOf(args: Arguments): Pick<CompareRequest, 'laws' | 'stack'> {
  if (!args.has('laws')) return {};
  const named = [...new Set(args.list('laws'))];
  const known = [...laws.map(({ id }) => id), STACK];
  const unknown = named.find((law) => !known.includes(law));
  if (unknown !== undefined) {
    throw new UsageError(`--laws takes ${known.join(', ')}, not “${unknown}”.${didYouMean(unknown, known)}`);
  }
  const competing = named.filter((law) => law !== STACK);
  if (competing.length === 0) throw new UsageError('--laws needs a law.');
  if (named.includes(STACK) && competing.length < 2) throw new UsageError('A stack needs two laws or more.');
  return { laws: competing, stack: named.includes(STACK) };
}

function splitsOf(args: Arguments): Exclude<CompareOptions['splits'], { kind: 'given' }> | undefined {
  const ways = [
    args.has('repeats') || args.has('train-fraction') ? '--repeats' : '',
    ...['folds', 'scales', 'rows'].filter((flag) => args.has(flag)).map((flag) => `--${flag}`),
  ].filter((flag) => flag !== '');
  if (ways.length > 1)
    throw new UsageError(`${ways.join(' and ')} exclude each other: each is a way to split the runs.`);
  const folds = args.number('folds', { least: 2, whole: true });
  if (folds !== undefined) return { kind: 'folds', folds };
  const mixtures = args.oneOf('scales', ['new', 'carried']);
  if (mixtures !== undefined) return { kind: 'scales', mixtures, folds: 5 };
  const repeats = args.number('repeats', { least: 1, whole: true });
  const trainFraction = args.number('train-fraction', { least: 0 });
  if (trainFraction !== undefined && !(trainFraction > 0 && trainFraction < 1)) {
    throw new UsageError(`--train-fraction takes a number between 0 and 1, not “${trainFraction}”.`);
  }
  return { kind: 'random', repeats: repeats ?? 10, trainFraction: trainFraction ?? 0.7 };
}
