import { ResultsError } from '../errors';
import { formatModelSize } from '../quantity';
import { assemble, type Assembled } from './assemble';
import { readTable } from './formats';
import { joinPair, single } from './join';
import { detectRoles, kindInWords, type RoleReading } from './roles';
import { rowCount } from './runs';
import { modelSizeInNames } from './scales';
import type { Table } from './table';
import { decodeText, refuseTooLarge } from './text';
import { listed, quoted } from '../words';
import type { FileBytes, ResultsOptions, ResultsReading } from './types';
import { type Warning, warningsAbout } from './warnings';

/**
 * Results files → runs: one file, or weights and losses as two files in either order. Says of every column what it was
 * taken for, and of every row that was dropped or changed why.
 * Throws `ResultsError` when no runs can be had from the files.
 */
export function readResults(files: readonly FileBytes[], options: ResultsOptions = {}): ResultsReading {
  if (files.length < 1 || files.length > 2)
    throw new ResultsError(
      'file-count',
      `${files.length} results files were given.`,
      'Give one results file, or two: one with weights and one with losses.',
    );
  for (const { name, bytes } of files) refuseTooLarge(name, bytes.length, options.maxBytes);
  const tables = files.map((file) => readTable(file.name, decodeText(file)));
  for (const table of tables) refuseNoRows(table);

  const roles = detectRoles(tables, options.roles);
  refuseMissingRoles(tables, roles);
  const [first, second] = tables as [Table, Table?];
  const idsOf = (file: number) =>
    roles.uses.filter((use) => use.file === file && use.role === 'id').map(({ column }) => column);
  const joined = second ? joinPair([first, second], [idsOf(0), idsOf(1)]) : single(first);

  const scale = scaleFromNames(files, roles, options);
  const assembled = assemble(tables, joined, roles, scale.options);
  const warnings = [
    ...joined.warnings,
    ...scale.warnings,
    ...unknownColumns(tables, options),
    ...warningsAbout(assembled.runs, roles, assembled.sums),
  ];
  if (rowCount(assembled.runs) === 0) throw allDropped(tables, assembled);
  return {
    files: tables.map((table, i) => ({
      name: table.fileName,
      format: table.format,
      bytes: files[i]?.bytes.length ?? 0,
      rows: table.rowCount,
    })),
    columns: roles.uses.map(({ file, column, role, subject, reason }) => ({
      file,
      name: column.name,
      role,
      subject,
      reason,
    })),
    runs: assembled.runs,
    totalRows: tables[joined.reference]?.rowCount ?? 0,
    dropped: assembled.dropped,
    repaired: assembled.repaired,
    missingLosses: assembled.missingLosses,
    warnings,
  };
}

function refuseNoRows(table: Table): void {
  if (table.rowCount > 0) return;
  throw new ResultsError(
    'no-rows',
    `${quoted(table.fileName)} has a header and no rows.`,
    'Add one row for each run or checkpoint.',
    { file: table.fileName },
  );
}

function refuseMissingRoles(tables: readonly Table[], roles: RoleReading): void {
  const names = tables.map(({ fileName }) => quoted(fileName)).join(' and ');
  const location = { file: tables[0]?.fileName ?? '' };
  const seen = `Columns seen: ${listed(roles.uses.map(({ column }) => column.name))}.`;
  const count = (role: string): number => roles.uses.filter((use) => use.role === role).length;
  if (roles.saidKinds.length > 1)
    throw new ResultsError(
      'mixed-loss-kinds',
      `The columns said to be losses are of different kinds: ${roles.saidKinds.map(kindInWords).join(', ')}.`,
      'Fit one kind at a time: say `ignored` for the columns of the other kinds.',
      location,
    );
  if (count('weight') === 0)
    throw new ResultsError(
      'no-weight-columns',
      `No mixture weights were found in ${names}. ${seen}`,
      'Name the weight columns with a prefix such as `weight_`, make each row sum to 1, or say which columns they are (setting mixlaw.columns.roles, flag --weights).',
      location,
    );
  if (count('weight') === 1)
    throw new ResultsError(
      'one-weight-column',
      `Only one weight column was found in ${names}: a mixture has two domains or more. ${seen}`,
      'Say which other columns are weights (setting mixlaw.columns.roles, flag --weights), and add the weight of the rest as a column of its own.',
      location,
    );
  if (count('loss') === 0) {
    const scores = roles.uses.filter((use) => use.reason.startsWith('higher is better')).length;
    const why = scores > 0 ? ` (${scores} columns are scores for which higher is better; laws describe losses)` : '';
    throw new ResultsError(
      'no-loss-columns',
      `No validation losses were found in ${names}${why}. ${seen}`,
      'Name the loss columns with the ending `_loss`, add the file with the losses, or say which columns they are (setting mixlaw.columns.roles, flag --losses).',
      location,
    );
  }
}

function allDropped(tables: readonly Table[], { dropped }: Assembled): ResultsError {
  const reasons = new Map<string, number>();
  for (const { code } of dropped) reasons.set(code, (reasons.get(code) ?? 0) + 1);
  const [commonest] = [...reasons].sort((a, b) => b[1] - a[1])[0] ?? [];
  const example = dropped.find(({ code }) => code === commonest);
  const file = tables[example?.file ?? 0]?.fileName ?? '';
  const detail = example ? ` Most often (${quoted(file)}, line ${example.line}): ${example.reason}.` : '';
  return new ResultsError(
    'all-rows-dropped',
    `None of the rows can be used.${detail}`,
    'Correct that in the file, or say what the columns are (setting mixlaw.columns.roles).',
    example ? { file, line: example.line } : { file },
  );
}

/** Model size that only the file names tell, as in the RegMix files. */
function scaleFromNames(
  files: readonly FileBytes[],
  roles: RoleReading,
  options: ResultsOptions,
): { readonly options: ResultsOptions; readonly warnings: readonly Warning[] } {
  const told = options.modelSize !== undefined || roles.uses.some(({ role }) => role === 'model-size');
  const modelSize = told ? undefined : modelSizeInNames(files.map(({ name }) => name));
  if (modelSize === undefined) return { options, warnings: [] };
  const size = formatModelSize(modelSize);
  const message = `No column tells the model size; ${size} was taken from the file name. Set the model size if that is wrong.`;
  return { options: { ...options, modelSize }, warnings: [{ code: 'model-size-from-name', message }] };
}

function unknownColumns(tables: readonly Table[], { roles }: ResultsOptions): Warning[] {
  const names = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)));
  const unknown = [...(roles?.keys() ?? [])].filter((name) => !names.has(name));
  if (unknown.length === 0) return [];
  return [{ code: 'unknown-columns', message: `Roles were given for columns that are not there: ${listed(unknown)}.` }];
}
