import { completeOptions } from '../fit/options';
import type { Fit } from '../fit/types';
import type { FitDocument } from '../fitfile/types';
import type { Comparison } from '../judge/comparison';
import { lawsAsGoodAsBest } from '../pipeline/consensus';
import { defaultFloor } from '../recommend/constraints';
import type { RecommendOptions } from '../recommend/types';
import type { ColumnRole } from '../results/types';
import { prose, text, type Block, type Section } from './blocks';
import type { Subject } from './advice';

export function reproduceSection({ document, request }: Subject): Section {
  const { fit, generator, whatIfs = [] } = document;
  const kept = whatIfs.length > 0 ? ' but for the what-if mixtures that a reader kept in it' : '';
  return {
    title: 'Options, versions and how to reproduce it',
    blocks: [
      optionsTable(fit, generator),
      {
        kind: 'commands',
        caption: 'From the folder of the fit document, with the files named above beside it:',
        lines: commandsOf(document, request),
      },
      {
        kind: 'text',
        text: `The same files, version and options give the same fit document${kept}, byte for byte; compare its SHA-256.`,
      },
    ],
  };
}

const FLAG_OF_ROLE: Readonly<Record<ColumnRole, string>> = {
  weight: 'weights',
  loss: 'losses',
  id: 'id',
  'model-size': 'model-size-column',
  tokens: 'tokens-column',
  ignored: 'ignore',
};

/** Command lines of a POSIX shell that make the fit, the recommendation and the report again. */
export function commandsOf(document: FitDocument, { fileName, options }: Subject['request']): string[] {
  const { data, fit, bootstrap, comparison, consensus } = document;
  const { train, validation } = fit.rows;
  const rows = validation.length > 0;
  const said = (role: ColumnRole): string[] =>
    data.columns.filter((column) => column.role === role && column.reason === 'you said so').map(({ name }) => name);
  const roles = (Object.keys(FLAG_OF_ROLE) as ColumnRole[]).flatMap((role) => {
    const names = [...new Set(said(role))];
    return names.length > 0 ? [`--${FLAG_OF_ROLE[role]} ${quote(names.join(','))}`] : [];
  });
  const choosing = comparison?.method.splits === 'folds';
  const chosen = consensus !== undefined || (choosing && isChoiceOf(comparison, fit));
  const results = data.files.map(({ name }) => quote(name)).join(' ');
  const lastOnly = data.dropped.some(({ code }) => code === 'earlier-checkpoint');
  const reading = [...roles, `--checkpoints ${lastOnly ? 'last' : 'all'}`];
  const fitLine = [
    `mixlaw fit ${results}`,
    ...(chosen ? autoFlags(fit) : fitFlags(fit)),
    ...reading,
    ...(rows ? ['--rows rows.json'] : []),
    ...(bootstrap ? [`--bootstrap ${bootstrap.replicates}`] : []),
    `--out ${quote(fileName)}`,
  ];
  const limits = options ? recommendFlags(options, fit) : [];
  const wrapped = (parts: readonly string[]): string => parts.join(' \\\n  ');
  return [
    ...(rows ? [`cat > rows.json <<'END'\n${JSON.stringify({ train, validation })}\nEND`] : []),
    wrapped(fitLine),
    ...(comparison && !(chosen && choosing)
      ? [
          wrapped([
            `mixlaw compare ${results}`,
            ...reading,
            `--into ${quote(fileName)}`,
            ...(choosing ? ['--choosing'] : []),
          ]),
        ]
      : []),
    wrapped([`mixlaw recommend ${quote(fileName)}`, ...limits]),
    wrapped([`mixlaw report ${quote(fileName)}`, ...limits, '--out report.html']),
  ];
}

/** Whether choosing a law by this comparison gives this fit, and no other law with it. */
function isChoiceOf(comparison: Comparison, { law }: Fit): boolean {
  const best = lawsAsGoodAsBest(comparison);
  return best.length === 1 && best[0]?.law === law;
}

/** What the law has by default it has of itself; what else there is was asked for, of every law that was tried. */
function autoFlags(fit: Fit): string[] {
  const own = completeOptions({ law: fit.options.law });
  const { engine, seed, starts, minAllocation, minWeight, mask, loss } = fit.options;
  const flag = (name: string, value: string | number, usual: string | number): string[] =>
    value === usual ? [] : [`--${name} ${value}`];
  const asked = [
    ...flag('prior', priorOf(fit), own.prior),
    ...flag('min-allocation', minAllocation, own.minAllocation),
    ...flag('min-weight', minWeight, own.minWeight),
    ...flag('engine', engine, own.engine),
    ...flag('starts', starts, own.starts),
  ];
  return [`--law auto --mask ${mask} --loss ${loss} --seed ${seed}`, ...asked, ...scaleFlags(fit)];
}

function fitFlags(fit: Fit): string[] {
  const { law, mask, loss, engine, seed, starts, minAllocation, minWeight } = fit.options;
  return [
    `--law ${law}`,
    `--mask ${mask} --loss ${loss} --prior ${priorOf(fit)}`,
    `--min-allocation ${minAllocation} --min-weight ${minWeight}`,
    `--engine ${engine} --starts ${starts} --seed ${seed}`,
    ...scaleFlags(fit),
  ];
}

/** As it was asked for: a weight, or that one be chosen. */
const priorOf = ({ options, certificate }: Fit): number | string =>
  certificate.notes.some(({ code }) => code === 'prior-chosen') ? 'auto' : options.prior;

function scaleFlags({ options: { modelSize, tokens } }: Fit): string[] {
  const scale = [
    ...(modelSize === undefined ? [] : [`model-size=${modelSize}M`]),
    ...(tokens === undefined ? [] : [`tokens=${tokens}B`]),
  ];
  return scale.length > 0 ? [`--set ${scale.join(',')}`] : [];
}

/** What `mixlaw recommend` takes for the options. Names with the flags' own separators cannot be written, so they are left out. */
export function recommendFlags(options: RecommendOptions, { domains, targets }: Fit): string[] {
  const flags = [`--model-size ${options.modelSize}M --tokens ${options.tokens}B`];
  const add = (
    flag: string,
    names: readonly string[],
    values: readonly number[] | undefined,
    leftOut: number,
  ): void => {
    const pairs = (values ?? []).flatMap((value, i) => (Object.is(value, leftOut) ? [] : [`${names[i]}=${value}`]));
    if (pairs.length > 0) flags.push(`--${flag} ${quote(pairs.join(','))}`);
  };
  const weights = options.targetWeights;
  if (weights?.some((weight) => weight !== weights[0])) add('targets', targets, weights, 0);
  add('min', domains, options.lower, defaultFloor(domains.length));
  add('max', domains, options.upper, 1);
  for (const { label, domains: members, min, max } of options.groups ?? []) {
    const sum = members.map((k) => domains[k]).join('+');
    if (max !== undefined) flags.push(`--group ${quote(`${label}:${sum}<=${max}`)}`);
    if (min !== undefined) flags.push(`--group ${quote(`${label}:${sum}>=${min}`)}`);
  }
  const stock = options.available?.flatMap((billions, k) =>
    Number.isFinite(billions) ? [`${domains[k]}=${billions}B`] : [],
  );
  if (stock && stock.length > 0) flags.push(`--available ${quote(stock.join(','))}`);
  if (options.maxEpochs !== undefined) flags.push(`--max-epochs ${options.maxEpochs}`);
  if (options.prior && options.kl !== undefined) {
    add('prior', domains, options.prior, 0);
    flags.push(`--kl ${options.kl}`);
  }
  add('current', domains, options.current, 0);
  if (options.maxChange !== undefined) flags.push(`--max-change ${options.maxChange}`);
  if (options.seed !== undefined) flags.push(`--seed ${options.seed}`);
  return flags;
}

/** One word of a POSIX shell, whatever is in it; a name that begins with a dash is kept from being a flag. */
export function quote(word: string): string {
  const safe = word.startsWith('-') ? `./${word}` : word;
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replace(/'/g, `'\\''`)}'`;
}

function optionsTable({ options, law }: Fit, generator: string): Block {
  const value = (of: unknown): string => (of === undefined ? 'as the files say' : String(of));
  return {
    kind: 'table',
    caption: 'Everything that decided the result',
    columns: [text('Option'), prose('Value')],
    rows: [
      ['Version', generator],
      ['Law', law],
      ['Losses that count', options.mask === 'all' ? 'all' : 'those of domains with a weight above 0'],
      [
        'Loss',
        options.loss === 'huber' ? `Huber on relative residuals, scale ${options.huberScale}` : 'squared residuals',
      ],
      ['Weight of the prior', String(options.prior)],
      [
        'Least allocation H',
        `${options.minAllocation}${options.minAllocation === 'fitted' ? '' : ' million parameters'}`,
      ],
      ['Floor on weights', String(options.minWeight)],
      ['Engine', options.engine],
      ['Starts, iterations at most', `${options.starts}, ${options.maxIterations}`],
      ['Seed', String(options.seed)],
      ['Model size of every row (millions)', value(options.modelSize)],
      ['Tokens of every row (billions)', value(options.tokens)],
    ],
  };
}
