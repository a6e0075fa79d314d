import { FitError, MixlawError } from '../core/errors';
import { withOneLaw } from '../core/fitfile/consensus';
import type { FitDocument } from '../core/fitfile/types';
import { launchers } from '../core/launch/launchers';
import { placeholders } from '../core/launch/launcher';
import { shellWords } from '../core/launch/shell-words';
import { configFormats, designFiles, runName, type DesignFile } from '../core/pipeline/designFiles';
import { nextRuns, usualScale, type NextRuns } from '../core/pipeline/nextRuns';
import {
  countedLossUnit,
  formatLoss,
  formatModelSize,
  formatNumber,
  formatPercent,
  formatTokens,
} from '../core/quantity';
import type { ColumnReading } from '../core/results/types';
import { UsageError, type Arguments } from './arguments';
import type { Command } from './command';
import { byName, decodeFit, type Scale } from './data';
import { didYouMean } from './suggest';
import { bootstrapEnsemble } from './ensemble';
import { printJson, type Io } from './io';
import { LIMIT_FLAGS, limitsOf } from './limits';
import { THREADS_FLAG } from './shard';
import { printable, table } from './table';

const CSV = 'csv';
const KINDS = ['decision', 'd-optimal', 'space-filling'] as const;
const BOOTSTRAP = 60;

export const designCommand: Command = {
  name: 'design',
  summary: 'Propose the proxy runs that make the recommendation surer, and write what starts them.',
  operands: 'FIT [FOLDER] --runs N',
  prints:
    '{kind, runs: [{run, mixture, modelSize, tokens, flops, reduction}], flops, regret: {before, after}, noise, seed, ' +
    'target: {modelSize, tokens}, files}; reduction is the share of the variance still open that a run removes.',
  flags: [
    { name: 'runs', value: 'N', help: 'How many (default: as many as --budget pays for).' },
    {
      name: 'kind',
      value: KINDS.join('|'),
      help: 'What they are to do (default decision: tell rival mixtures apart).',
    },
    { name: 'model-size', value: 'N', help: 'Parameters of the new runs, as 60M (default: what most runs have).' },
    { name: 'tokens', value: 'D', help: 'Tokens of the new runs, as 3B (default: what most runs have).' },
    { name: 'budget', value: 'FLOPS', help: 'Training FLOPs of all runs together, 6 N D each, as 1e21.' },
    { name: 'for-model-size', value: 'N', help: 'Parameters of the model to decide on (default: as in the fit).' },
    { name: 'for-tokens', value: 'D', help: 'Its training tokens.' },
    ...LIMIT_FLAGS,
    { name: 'law', value: 'LAW', help: 'Rest on one law of the fit.' },
    { name: 'export', value: 'FORMATS', help: `Configs to write into FOLDER: ${CSV}, ${configFormats().join(', ')}.` },
    { name: 'launcher', value: launchers.map(({ id }) => id).join('|'), help: 'Script to write into FOLDER.' },
    {
      name: 'command',
      value: '"python train.py --config {config}"',
      help: `What trains one run; ${placeholders.map((name) => `{${name}}`).join(', ')} stand for it.`,
    },
    { name: 'force', help: 'Replace files in FOLDER.' },
    { name: 'bootstrap', value: 'B', help: `Fits to runs drawn anew that stand for what is not known (${BOOTSTRAP}).` },
    { name: 'seed', value: 'N', help: 'Seed of candidates and resampling (default: that of the fit).' },
    THREADS_FLAG,
  ],

  async run(args, io) {
    const [path, folder, ...more] = args.positionals;
    if (path === undefined || more.length > 0) {
      throw new UsageError(
        `One fit document and at most one folder are needed; ${args.positionals.length} were given.`,
      );
    }
    const files = filesAsked(args, folder);
    const given = await decodeFit(path, io);
    const law = args.text('law');
    const document = law === undefined ? given : withOneLaw(given, law);
    const { fit, recommendation } = document;
    const target: Scale = {
      modelSize: args.modelSize('for-model-size') ?? recommendation.modelSize,
      tokens: args.tokens('for-tokens') ?? recommendation.tokens,
    };
    const usual = usualScale(document);
    const proxy: Scale = { modelSize: args.modelSize() ?? usual.modelSize, tokens: args.tokens() ?? usual.tokens };
    const runs = howMany(args, proxy);
    const options = await limitsOf(args, fit, target, io);
    const seed = options.seed ?? fit.options.seed;
    const count = args.number('bootstrap', { least: 2, whole: true }) ?? BOOTSTRAP;
    const ensemble = await bootstrapEnsemble(document, count, seed, args, io);
    if (ensemble.length < 2) {
      throw new FitError(
        'no-ensemble',
        'The law could not be fitted to resampled runs, so nothing tells what is uncertain.',
        'Use --kind space-filling on a fit of more runs, or another law.',
      );
    }
    const kind = args.oneOf('kind', KINDS) ?? 'decision';
    const design = nextRuns(document, options, ensemble, { kind, runs, ...proxy, seed });
    const written = files ? await write(document, design, files, args.has('force'), io) : [];
    if (args.has('json')) printJson(io, answer(document, design, target, seed, written));
    else io.out(report(document, design, target, written));
  },
};

/** What is to be written, and where. */
interface FilesAsked {
  /** Without a slash at its end. */
  readonly folder: string;
  readonly formats: readonly string[];
  readonly launch?: { readonly launcher: string; readonly command: readonly string[] };
}

function filesAsked(args: Arguments, folder: string | undefined): FilesAsked | undefined {
  const launcher = args.oneOf(
    'launcher',
    launchers.map(({ id }) => id),
  );
  const command = args.text('command');
  const asked = args.list('export');
  const known = [CSV, ...configFormats()];
  const unknown = asked.find((format) => !known.includes(format));
  if (unknown !== undefined) {
    throw new UsageError(`--export takes ${known.join(', ')}; not “${unknown}”.${didYouMean(unknown, known)}`);
  }
  if ((launcher === undefined) !== (command === undefined)) {
    throw new UsageError('--launcher and --command go together: the script calls the command once for each run.');
  }
  if (folder === undefined) {
    if (asked.length === 0 && launcher === undefined) return undefined;
    throw new UsageError('A folder to write to is needed after the fit document: mixlaw design FIT FOLDER ….');
  }
  if (/[\u0000-\u001f\u007f]/.test(folder)) throw new UsageError('The folder has a control character in its name.');
  const formats = asked.filter((format) => format !== CSV);
  if (launcher !== undefined && formats.length === 0) {
    throw new UsageError('--launcher needs --export with the format of the configs that the command reads.');
  }
  const inPlace = folder.startsWith('-') ? `./${folder}` : folder;
  return {
    folder: inPlace.length > 1 ? inPlace.replace(/[\\/]+$/, '') : inPlace,
    formats: [...new Set(formats)],
    ...(launcher === undefined || command === undefined ? {} : { launch: { launcher, command: shellWords(command) } }),
  };
}

/** The number asked for, as far as the budget goes. */
function howMany(args: Arguments, { modelSize, tokens }: Scale): number {
  const asked = args.number('runs', { least: 1, whole: true });
  const budget = args.number('budget', { least: 0 });
  if (budget === undefined) {
    if (asked === undefined)
      throw new UsageError('--runs says how many runs to propose, or --budget what they may cost.');
    return asked;
  }
  const each = 6 * modelSize * 1e6 * tokens * 1e9;
  if (!(each > 0)) {
    throw new UsageError('--budget needs the scale of the new runs: give --model-size and --tokens.');
  }
  const affordable = Math.floor((budget / each) * (1 + 1e-12));
  if (affordable < 1) {
    throw new MixlawError(
      'budget-too-small',
      `One run of ${formatModelSize(modelSize)} parameters and ${formatTokens(tokens)} tokens costs ${flopsText(each)} FLOPs, more than the budget.`,
      'Raise --budget, or lower --model-size or --tokens.',
    );
  }
  return Math.min(asked ?? affordable, affordable);
}

/** The columns of a table of one file, or of several with the same columns; not those that tell the files apart. */
const ownColumns = (columns: readonly ColumnReading[]): readonly ColumnReading[] =>
  columns.every(({ file }) => file === columns[0]!.file)
    ? columns.filter(({ name }) => !/ \(file name\)$/.test(name))
    : [];

/** All files, or none when one of them is there and not to be replaced. */
async function write(
  { fit, data }: FitDocument,
  { runs }: NextRuns,
  { folder, formats, launch }: FilesAsked,
  force: boolean,
  io: Io,
): Promise<string[]> {
  const files: DesignFile[] = designFiles({
    domains: fit.domains,
    targets: fit.targets,
    runs,
    columns: ownColumns(data.columns),
    formats,
    ...(launch ? { launch: { ...launch, folder } } : {}),
  }).map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
  for (const { path } of force ? [] : files) {
    if (!(await io.disk.stat(path))) continue;
    throw new MixlawError(
      'file-exists',
      `${path} is there already; nothing was written.`,
      'Name another folder, or use --force.',
      {
        file: path,
      },
    );
  }
  for (const { path, text } of files) await io.write(path, text);
  io.err(`Wrote ${files.length} files to ${printable(folder)}.\n`);
  return files.map(({ path }) => path);
}

function answer(
  { fit }: FitDocument,
  { kind, runs, flops, regret, noise }: NextRuns,
  target: Scale,
  seed: number,
  files: readonly string[],
): object {
  return {
    kind,
    runs: runs.map(({ mixture, reduction, ...run }, i) => ({
      run: runName(i, runs.length),
      mixture: byName(fit.domains, mixture),
      modelSize: run.modelSize,
      tokens: run.tokens,
      flops: run.flops,
      reduction: reduction ?? null,
    })),
    flops,
    regret,
    noise,
    seed,
    target,
    files,
  };
}

const flopsText = (flops: number): string => flops.toExponential(2).replace('e+', 'e');

function report(
  { fit, data }: FitDocument,
  { runs, flops, regret, kind }: NextRuns,
  target: Scale,
  files: readonly string[],
): string {
  const [first] = runs;
  const isKnown = Number.isFinite(flops);
  const scale = isKnown
    ? ` of ${formatModelSize(first!.modelSize)} parameters and ${formatTokens(first!.tokens)} tokens`
    : '';
  const goal = `${formatModelSize(target.modelSize)} parameters, ${formatTokens(target.tokens)} tokens`;
  const unit = ` ${countedLossUnit(data.lossKind)}`;
  const parts = [
    `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}${scale}, for the decision at ${goal} (${kind}):`,
    table([
      ['domain', ...runs.map((_, i) => runName(i, runs.length))],
      ...fit.domains.map((domain, k) => [printable(domain), ...runs.map(({ mixture }) => formatPercent(mixture[k]!))]),
      ...(kind === 'space-filling'
        ? []
        : [['(removes of what is open)', ...runs.map(({ reduction }) => formatPercent(reduction ?? NaN, 0))]]),
    ]),
    `Expected regret of the recommendation: ${formatLoss(regret.before, 5)}${unit} now, ${formatLoss(regret.after, 5)}${unit} with these runs` +
      (regret.before > 0 ? ` (${formatNumber((100 * regret.after) / regret.before, 2)} % of it is left).` : '.'),
    isKnown ? `Compute: ${flopsText(first!.flops)} FLOPs each (6 N D), ${flopsText(flops)} in all.` : '',
    ...(files.length > 0
      ? [`Fill in the losses in ${printable(files[0]!)}, and fit: mixlaw fit RESULTS ${printable(files[0]!)}.`]
      : []),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
