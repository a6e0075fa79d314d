import { MixlawError } from '../core/errors';
import { readMixtures } from '../core/mixtures/read';
import type { MixtureReading } from '../core/mixtures/types';
import { baseName, type LoadedFile } from '../core/pipeline/files';
import { formatCount, formatPercent } from '../core/quantity';
import { readResults } from '../core/results/read';
import type { ResultsOptions, ResultsReading } from '../core/results/types';
import { UsageError } from './arguments';
import type { Command } from './command';
import { loadResults, resultsOptions, ROLE_FLAGS } from './data';
import { printJson } from './io';
import { printable, table } from './table';

/** What a file, or a pair of results files, is taken for. */
type Finding =
  | { readonly kind: 'results'; readonly name: string; readonly reading: ResultsReading }
  | { readonly kind: 'config'; readonly name: string; readonly reading: MixtureReading }
  | { readonly kind: 'unknown'; readonly name: string; readonly error: MixlawError };

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Tell what is read in results files and training configs.',
  operands: 'FILE… | FOLDER',
  prints: '{kind, format, …, problems} of the file or pair; {files: […]} when they do not belong together.',
  flags: ROLE_FLAGS,

  async run(args, io) {
    if (args.positionals.length === 0) throw new UsageError('A file is needed.');
    const options = resultsOptions(args);
    const { paths, files } = await loadResults(args.positionals, options, io);
    const folder = paths.some((path) => !args.positionals.includes(path));
    const findings = inspect(files, options, folder);
    if (args.has('json')) {
      const reports = findings.map(report);
      printJson(io, reports.length === 1 ? reports[0]! : { files: reports });
    } else {
      io.out(`${findings.map(describe).join('\n\n')}\n`);
    }
  },
};

function inspect(files: readonly LoadedFile[], options: ResultsOptions, folder: boolean): Finding[] {
  // The files of a folder are one experiment, if they can be.
  const whole = folder ? tryResults(files, options) : undefined;
  if (whole?.kind === 'results') return [whole];
  const alone = files.map((file) => inspectOne(file, options));
  // Files of which none can be used alone may be weights and losses, or parts of runs.
  if (files.length >= 2 && alone.every((finding) => finding.kind === 'unknown')) {
    const together = tryResults(files, options);
    if (together.kind === 'results') return [together];
  }
  return alone;
}

/** A file that could hold a mixture is asked for one first; what holds none may be results. */
function inspectOne(file: LoadedFile, options: ResultsOptions): Finding {
  const reading = readMixtures(file.name, new TextDecoder().decode(file.bytes));
  if (reading.kind !== 'unknown') return { kind: 'config', name: file.name, reading };
  return tryResults([file], options);
}

function tryResults(files: readonly LoadedFile[], options: ResultsOptions): Finding {
  const name =
    files.length <= 2 ? files.map((file) => file.name).join(' + ') : `${files[0]!.name} and ${files.length - 1} more`;
  try {
    return { kind: 'results', name, reading: readResults(files, options) };
  } catch (error) {
    if (error instanceof MixlawError) return { kind: 'unknown', name, error };
    throw error;
  }
}

function report(finding: Finding): object {
  const { name } = finding;
  if (finding.kind === 'unknown') {
    return { file: name, kind: 'unknown', format: 'unknown', mixtures: [], problems: [finding.error.toJSON()] };
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
    problems: reading.warnings,
  };
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
    ...reading.mixtures.map(({ label, unit, sum, weights }) =>
      [
        `  ${printable(label)}: ${weights.length} domains, ${unit}, sum ${Number(sum.toPrecision(6))}`,
        table(
          [
            ['domain', 'written', 'share'],
            ...weights.map(({ domain, raw, fraction }) => [printable(domain), String(raw), formatPercent(fraction)]),
          ],
          '    ',
        ),
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
