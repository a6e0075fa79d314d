import { MixlawError } from '../core/errors';
import type { AssumedScale } from '../core/mixtures/family';
import { readMixtures } from '../core/mixtures/read';
import type { MixtureReading } from '../core/mixtures/types';
import { baseName, type LoadedFile } from '../core/pipeline/files';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
import { readResults } from '../core/results/read';
import type { ResultsOptions, ResultsReading } from '../core/results/types';
import { type Arguments, type Flag, UsageError } from './arguments';
import type { Command } from './command';
import { loadResults, resultsOptions, ROLE_FLAGS } from './data';
import { printJson } from './io';
import { printable, table } from './table';

/** What a file, or a pair of results files, is taken for. */
type Finding =
  | {
      readonly kind: 'results';
      readonly name: string;
      readonly reading: ResultsReading;
      readonly files: readonly LoadedFile[];
    }
  | { readonly kind: 'config'; readonly name: string; readonly reading: MixtureReading }
  | {
      readonly kind: 'unknown';
      readonly name: string;
      readonly error: MixlawError;
      readonly files: readonly LoadedFile[];
    };

/** The setting `mixlaw.assumedScale` of the editor. */
const ASSUMED_FLAGS: readonly Flag[] = [
  { name: 'model-size', value: 'N', help: 'Model parameters to assume for configs that do not say, as 1.3B.' },
  { name: 'tokens', value: 'D', help: 'Training tokens to assume for configs that do not say, as 30B.' },
  { name: 'data-parallel-size', value: 'R', help: 'Replicas to assume for configs that give the batch of one.' },
];

function assumedOf(args: Arguments): AssumedScale | undefined {
  const dataParallelSize = args.number('data-parallel-size', { least: 1, whole: true });
  const [modelSize, tokens] = [args.modelSize(), args.tokens()];
  const assumed: AssumedScale = {
    ...(dataParallelSize === undefined ? {} : { dataParallelSize }),
    ...(modelSize === undefined ? {} : { modelSize }),
    ...(tokens === undefined ? {} : { tokens }),
  };
  return Object.keys(assumed).length > 0 ? assumed : undefined;
}

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Tell what is read in results files and training configs.',
  operands: 'FILE… | FOLDER',
  prints:
    '{kind, format, mixtures, …, problems: [{code, message, range}]} of the file or pair; {files: […]} when they do not ' +
    'belong together.',
  flags: [...ROLE_FLAGS, ...ASSUMED_FLAGS],

  async run(args, io) {
    if (args.positionals.length === 0) throw new UsageError('A file is needed.');
    const options = resultsOptions(args);
    const { paths, files } = await loadResults(args.positionals, options, io);
    const folder = paths.some((path) => !args.positionals.includes(path));
    const findings = inspect(files, options, folder, assumedOf(args));
    if (args.has('json')) {
      const reports = findings.map(report);
      printJson(io, reports.length === 1 ? reports[0]! : { files: reports });
    } else {
      io.out(`${findings.map(describe).join('\n\n')}\n`);
    }
  },
};

function inspect(
  files: readonly LoadedFile[],
  options: ResultsOptions,
  folder: boolean,
  assumed: AssumedScale | undefined,
): Finding[] {
  // The files of a folder are one experiment, if they can be.
  const whole = folder ? tryResults(files, options) : undefined;
  if (whole?.kind === 'results') return [whole];
  const alone = files.map((file) => inspectOne(file, options, assumed));
  // Files of which none can be used alone may be weights and losses, or parts of runs.
  if (files.length >= 2 && alone.every((finding) => finding.kind === 'unknown')) {
    const together = tryResults(files, options);
    if (together.kind === 'results') return [together];
  }
  return alone;
}

/** A file that could hold a mixture is asked for one first; what holds none may be results. */
function inspectOne(file: LoadedFile, options: ResultsOptions, assumed: AssumedScale | undefined): Finding {
  const text = new TextDecoder().decode(file.bytes);
  const reading = readMixtures(file.name, text, assumed ? { assumed } : {});
  if (reading.kind !== 'unknown') return { kind: 'config', name: file.name, reading };
  return tryResults([file], options);
}

function tryResults(files: readonly LoadedFile[], options: ResultsOptions): Finding {
  const name =
    files.length <= 2 ? files.map((file) => file.name).join(' + ') : `${files[0]!.name} and ${files.length - 1} more`;
  try {
    return { kind: 'results', name, reading: readResults(files, options), files };
  } catch (error) {
    if (error instanceof MixlawError) return { kind: 'unknown', name, error, files };
    throw error;
  }
}

function report(finding: Finding): object {
  const { name } = finding;
  if (finding.kind === 'unknown') {
    const { error, files } = finding;
    const { file, line, columnName } = error.location;
    const at = files.find((each) => each.name === file) ?? files[0];
    const problem = { ...error.toJSON(), range: at ? rangeOf(at, line, columnName) : NOWHERE };
    return { file: name, kind: 'unknown', format: 'unknown', mixtures: [], problems: [problem] };
  }
  if (finding.kind === 'config') return { file: name, ...finding.reading };
  const { reading } = finding;
  return {
    file: name,
    kind: 'results',
    format: [...new Set(reading.files.map((file) => file.format))].join(' + '),
    files: reading.files,
    columns: reading.columns,
    domains: reading.runs.domains,
    targets: reading.runs.targets,
    lossKind: reading.runs.lossKind,
    totalRows: reading.totalRows,
    usedRows: reading.runs.rows.length,
    runs: new Set(reading.runs.runIds).size,
    missingLosses: reading.missingLosses,
    checkpoints: reading.checkpoints,
    dropped: reading.dropped,
    repaired: reading.repaired,
    mixtures: [],
    problems: problemsOf(finding),
  };
}

const NOWHERE = { start: 0, end: 0 };

/** What is worth knowing about results, and each row that was left out or changed, with its place in the file. */
function problemsOf({ reading, files }: Extract<Finding, { kind: 'results' }>): object[] {
  const [first] = files;
  // What is said of the file as a whole is said at its header.
  const header = first ? rangeOf(first, 1) : NOWHERE;
  const rows = [...reading.dropped, ...reading.repaired].map(({ file, line, code, reason }) => {
    const at = files[file];
    return { code, message: reason, range: at ? rangeOf(at, line) : NOWHERE };
  });
  return [...reading.warnings.map((warning) => ({ ...warning, range: header })), ...rows];
}

/** UTF-16 offsets of a 1-based line without its end, or of a column's name in it; of formats without lines the whole. */
function rangeOf(
  { bytes }: LoadedFile,
  line = 1,
  columnName?: string,
): { readonly start: number; readonly end: number } {
  const text = new TextDecoder().decode(bytes);
  let start = 0;
  for (let at = 1; at < line; at++) {
    const stop = text.indexOf('\n', start);
    if (stop < 0) return { start: 0, end: text.length };
    start = stop + 1;
  }
  const stop = text.indexOf('\n', start);
  const end = start + text.slice(start, stop < 0 ? undefined : stop).trimEnd().length;
  const column = columnName === undefined || columnName === '' ? -1 : text.slice(start, end).indexOf(columnName);
  return column < 0 ? { start, end } : { start: start + column, end: start + column + columnName!.length };
}

function describe(finding: Finding): string {
  const name = printable(baseName(finding.name));
  if (finding.kind === 'unknown') {
    const { message, hint } = finding.error;
    return `${name}: neither results nor a known mixture.\n  ${printable(message)}\n  ${printable(hint)}`;
  }
  return finding.kind === 'config' ? describeConfig(name, finding.reading) : describeResults(name, finding.reading);
}

function describeConfig(name: string, reading: MixtureReading): string {
  const what = reading.kind === 'mixture' ? 'mixture' : 'weights that are no mixture';
  return [
    `${name}: ${what} (${reading.format})`,
    ...reading.mixtures.map(({ label, unit, sum, weights, modelSize, tokens, scale }) =>
      [
        `  ${printable(label)}: ${weights.length} domains, ${unit}, sum ${Number(sum.toPrecision(6))}`,
        table(
          [
            ['domain', 'written', 'share'],
            ...weights.map(({ domain, raw, fraction }) => [printable(domain), String(raw), formatPercent(fraction)]),
          ],
          '    ',
        ),
        ...(modelSize === undefined ? [] : [`    Model size: ${formatModelSize(modelSize)} parameters`]),
        ...(tokens === undefined ? [] : [`    Tokens: ${formatTokens(tokens)}`]),
        ...(scale?.notes ?? []).map((note) => `    ${printable(note)}`),
      ].join('\n'),
    ),
    ...reading.problems.map(({ message }) => `  Note: ${printable(message)}`),
  ].join('\n');
}

function describeResults(name: string, reading: ResultsReading): string {
  const { runs, totalRows, columns, dropped, repaired, missingLosses, warnings } = reading;
  const format = [...new Set(reading.files.map((file) => file.format))].join(' + ');
  return [
    `${name}: results (${format}), ${formatCount(runs.rows.length)} of ${formatCount(totalRows)} rows, ${runs.domains.length} domains, ${runs.targets.length} targets`,
    table([
      ['column', 'role', 'of', 'because'],
      ...columns.map((column) => [column.name, column.role, column.subject, column.reason].map(printable)),
    ]),
    ...(missingLosses > 0 ? [`  ${missingLosses} losses are missing.`] : []),
    ...dropped.map((note) => `  Dropped line ${note.line}: ${printable(note.reason)}`),
    ...repaired.map((note) => `  Repaired line ${note.line}: ${printable(note.reason)}`),
    ...warnings.map(({ message }) => `  Note: ${printable(message)}`),
  ].join('\n');
}
