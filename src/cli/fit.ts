import { serializeFitDocument } from '../core/fitfile/document';
import { inThisThread } from '../core/judge/inThisThread';
import { AUTO } from '../core/judge/comparison';
import { laws } from '../core/laws/registry';
import { bootstrapReplicates, withBootstrap } from '../core/pipeline/bootstrap';
import { fitResults, type FitInput } from '../core/pipeline/fitResults';
import { itemsOf, serializePart } from '../core/pipeline/parts';
import { UsageError } from './arguments';
import type { Command } from './command';
import { loadResults, resultsOptions, ROLE_FLAGS } from './data';
import { FIT_FLAGS, fitOptions } from './fitOptions';
import { fitReport } from './fitReport';
import { printJson } from './io';
import { relativeName } from './paths';
import { ProgressLine } from './progress';
import { readSplit } from './rows';
import { SHARD_FLAG, shardOf, THREADS_FLAG } from './shard';

export const fitCommand: Command = {
  name: 'fit',
  summary: 'Fit a data-mixing law to the results of proxy runs.',
  operands: 'RESULTS… | FOLDER',
  prints:
    '{law, parameterCount, parameters, objective, metrics, certificate, starts, seconds, dataset}; MRE is a fraction.',
  flags: [
    {
      name: 'law',
      value: 'LAW',
      help: `${laws.map((law) => law.id).join(', ')} (default linear-regression); auto: by cross-validation the best and those as good, whose mean is minimised.`,
    },
    { name: 'rows', value: 'FILE', help: 'JSON {"train": […], "validation": […]} of data rows, the first being 0.' },
    ...FIT_FLAGS,
    { name: 'bootstrap', value: 'B', help: 'Fit B times more to runs drawn anew, for the spread of the parameters.' },
    SHARD_FLAG,
    THREADS_FLAG,
    { name: 'out', value: 'FILE', help: 'Write the fit document (results.mixlaw.json), or the part, there.' },
    ...ROLE_FLAGS,
  ],

  async run(args, io) {
    const [given] = args.positionals;
    if (given === undefined) {
      throw new UsageError('Results are needed: a file, weights and losses, or a folder of runs; 0 files were given.');
    }
    const out = args.text('out');
    const law = args.oneOf('law', [...laws.map(({ id }) => id), AUTO]);
    const options = { ...fitOptions(args), ...(law === undefined ? {} : { law }) };
    const bootstrap = args.number('bootstrap', { least: 1, whole: true });
    const shard = shardOf(args);
    if (shard && bootstrap === undefined) throw new UsageError('--shard needs --bootstrap: a single fit has no parts.');
    const results = resultsOptions(args);
    const rows = args.text('rows');
    const split = rows === undefined ? undefined : await readSplit(rows, io);
    const { paths, files } = await loadResults(args.positionals, results, io);
    const input: FitInput = {
      files,
      // The parts of one fit must be alike wherever each is written: their document belongs beside the results.
      documentNames: paths.map((path) => relativeName(path, shard ? given : (out ?? given))),
      results,
      options,
      ...(split ? { split } : {}),
    };
    const executor = io.executor?.(args.number('threads', { least: 1, whole: true })) ?? inThisThread;
    const progress = new ProgressLine(io);
    const { document: fitted, seconds } = await progress.during((step) => fitResults(executor, input, step));
    let document = fitted;
    if (bootstrap !== undefined) {
      const { seed } = fitted.fit.options;
      const all = Array.from({ length: bootstrap }, (_, replicate) => replicate);
      const wanted = shard ? itemsOf(all, shard) : all;
      const replicates = await progress.during((step) => bootstrapReplicates(executor, fitted, seed, wanted, step));
      if (shard) {
        const files = fitted.data.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
        const head = { kind: 'bootstrap', files, document: serializeFitDocument(fitted), seed } as const;
        const part = { head: { ...head, replicates: bootstrap }, shard, results: [], replicates };
        if (out === undefined) return io.out(serializePart(part));
        await io.write(out, serializePart(part));
        return io.err(`Wrote ${out}.\n`);
      }
      document = withBootstrap(fitted, seed, replicates);
    }
    if (out !== undefined) {
      await io.write(out, serializeFitDocument(document));
      io.err(`Wrote ${out}.\n`);
    }
    if (args.has('json')) printJson(io, fitReport.json(document, seconds));
    else io.out(fitReport.text(document, seconds));
  },
};
