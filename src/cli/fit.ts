import { FitError, type MixlawError } from '../core/errors';
import type { FitOptions, FitProgress } from '../core/fit/types';
import { serializeFitDocument } from '../core/fitfile/document';
import { laws } from '../core/laws/registry';
import { baseName, loadFile } from '../core/pipeline/files';
import { fitResults, type FitInput } from '../core/pipeline/fitResults';
import { parseModelSize, parseTokens } from '../core/quantity';
import { positiveQuantity, UsageError, type Arguments } from './arguments';
import type { Command } from './command';
import { decodeText, loadResults, resultsOptions, ROLE_FLAGS } from './data';
import { fitReport } from './fitReport';
import { printJson, type Io } from './io';
import { relativeName } from './paths';
import { didYouMean } from './suggest';

export const fitCommand: Command = {
  name: 'fit',
  summary: 'Fit a data-mixing law to the results of proxy runs.',
  operands: 'RESULTS… | FOLDER',
  prints:
    '{law, parameterCount, parameters, objective, metrics, certificate, starts, seconds, dataset}; MRE is a fraction.',
  flags: [
    { name: 'law', value: 'LAW', help: `${laws.map((law) => law.id).join(', ')} (default linear-regression).` },
    { name: 'mask', value: 'all|positive', help: 'Fit all losses, or only those of domains with a weight above 0.' },
    { name: 'rows', value: 'FILE', help: 'JSON {"train": […], "validation": […]} of data rows, the first being 0.' },
    { name: 'set', value: 'NAME=VALUE', help: 'Model size or tokens of every row: model-size=200,tokens=2500.' },
    { name: 'seed', value: 'N', help: 'Seed of every random choice (default 1).' },
    { name: 'starts', value: 'N', help: 'Starting points of the search.' },
    { name: 'loss', value: 'squared|huber', help: 'What is minimised (default huber, on relative residuals).' },
    { name: 'prior', value: 'W', help: 'Weight of the weak prior; 0 switches it off.' },
    {
      name: 'min-allocation',
      value: 'X',
      help: 'H, the least capacity of a domain, in millions of parameters, or “fitted”.',
    },
    { name: 'min-weight', value: 'X', help: 'Least weight of a domain a law is evaluated at, or “fitted”.' },
    { name: 'engine', value: 'ENGINE', help: 'Least-squares engine: mixlaw, ml-levenberg-marquardt.' },
    { name: 'out', value: 'FILE', help: 'Write the fit document (results.mixlaw.json) there.' },
    ...ROLE_FLAGS,
  ],

  async run(args, io) {
    const [given] = args.positionals;
    if (given === undefined) {
      throw new UsageError('Results are needed: a file, weights and losses, or a folder of runs; 0 files were given.');
    }
    const out = args.text('out');
    const options = fitOptions(args);
    const results = resultsOptions(args);
    const split = await readSplit(args.text('rows'), io);
    const { paths, files } = await loadResults(args.positionals, results, io);
    const input: FitInput = {
      files,
      documentNames: paths.map((path) => relativeName(path, out ?? given)),
      results,
      options,
      ...(split ? { split } : {}),
    };
    const progress = new ProgressLine(io);
    let outcome;
    try {
      outcome = fitResults(input, (step) => progress.show(step));
    } finally {
      progress.clear();
    }
    const { document, seconds } = outcome;
    if (out !== undefined) {
      await io.write(out, serializeFitDocument(document));
      io.err(`Wrote ${out}.\n`);
    }
    if (args.has('json')) printJson(io, fitReport.json(document, seconds));
    else io.out(fitReport.text(document, seconds));
  },
};

function fitOptions(args: Arguments): Partial<FitOptions> {
  const entries: { [Name in keyof FitOptions]?: FitOptions[Name] | undefined } = {
    law: args.oneOf(
      'law',
      laws.map((law) => law.id),
    ),
    mask: args.oneOf('mask', ['all', 'positive']),
    engine: args.oneOf('engine', ['mixlaw', 'ml-levenberg-marquardt']),
    loss: args.oneOf('loss', ['squared', 'huber']),
    seed: args.number('seed', { whole: true }),
    starts: args.number('starts', { least: 1, whole: true }),
    prior: args.number('prior', { least: 0 }),
    minAllocation: args.text('min-allocation') === 'fitted' ? 'fitted' : args.number('min-allocation', { least: 0 }),
    minWeight: args.text('min-weight') === 'fitted' ? 'fitted' : args.number('min-weight', { least: 0 }),
    ...scaleOfRows(args),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** `--set model-size=200,tokens=2500`: millions of parameters and billions of tokens, or with suffixes. */
function scaleOfRows(args: Arguments): Pick<Partial<FitOptions>, 'modelSize' | 'tokens'> {
  let scale: Pick<Partial<FitOptions>, 'modelSize' | 'tokens'> = {};
  for (const assignment of args.list('set')) {
    const [, name = assignment, value = ''] = /^([^=]*)=(.*)$/.exec(assignment) ?? [];
    if (name === 'model-size') {
      scale = {
        ...scale,
        modelSize: positiveQuantity('model-size', value, parseModelSize, '200M, or 200 for millions'),
      };
    } else if (name === 'tokens') {
      scale = { ...scale, tokens: positiveQuantity('tokens', value, parseTokens, '30B, or 30 for billions') };
    } else {
      const known = ['model-size', 'tokens'];
      throw new UsageError(`--set takes model-size=… and tokens=…, not “${assignment}”.${didYouMean(name, known)}`);
    }
  }
  return scale;
}

const MAX_SPLIT_BYTES = 50_000_000;

async function readSplit(path: string | undefined, io: Io): Promise<FitInput['split']> {
  if (path === undefined) return undefined;
  const { bytes } = await loadFile(io.disk, path, MAX_SPLIT_BYTES);
  const invalid = (what: string): MixlawError =>
    new FitError('bad-rows', `${baseName(path)} ${what}.`, 'Write {"train": [0, 1, 2], "validation": [3, 4]}.', {
      file: path,
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeText(bytes, path));
  } catch (error) {
    throw invalid(`is not JSON (${(error as Error).message})`);
  }
  if (typeof parsed !== 'object' || parsed === null || !('train' in parsed)) throw invalid('has no list “train”');
  const validation = 'validation' in parsed ? parsed.validation : [];
  if (!isRowList(parsed.train)) throw invalid('has a “train” that is not a list of row numbers');
  if (!isRowList(validation)) throw invalid('has a “validation” that is not a list of row numbers');
  const training = new Set(parsed.train);
  const both = validation.find((row) => training.has(row));
  if (both !== undefined) throw invalid(`has row ${both} in both “train” and “validation”`);
  return { train: parsed.train, validation };
}

const isRowList = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((row) => Number.isInteger(row) && row >= 0);

/** One line on the terminal that says how far the fit is. */
class ProgressLine {
  private shown = -Infinity;

  constructor(private readonly io: Io) {}

  show({ phase, done, total, best }: FitProgress): void {
    if (!this.io.interactive || performance.now() - this.shown < 50) return;
    this.shown = performance.now();
    this.io.err(
      `\r\u001b[K${phase} ${done}/${total}${best === undefined ? '' : `, best objective ${best.toPrecision(4)}`}`,
    );
  }

  clear(): void {
    if (this.shown > -Infinity) this.io.err('\r\u001b[K');
  }
}
