import { inEnglish, t } from '../l10n';
import { ResultsError } from '../errors';
import { formatModelSize } from '../quantity';
import { assemble, type Assembled } from './assemble';
import { checkpointsInWords, chooseCheckpoints } from './checkpoints';
import { tableOf } from './formats';
import { gather, type Part } from './gather';
import { type Joined, joinPair, single } from './join';
import { detectRoles, kindInWords, type RoleReading } from './roles';
import { rowCount } from './runs';
import { modelSizeInNames } from './scales';
import type { Table } from './table';
import { refuseTooLarge } from './text';
import { listed, quoted } from '../words';
import type { ColumnReading, FileBytes, ResultsOptions, ResultsReading, RowNote } from './types';
import { type Warning, warningsAbout } from './warnings';

/** More files than anyone has runs. */
const MAX_FILES = 20_000;

/**
 * Results files → runs: one file, weights and losses as two files in either order, or a file for each run (or its config
 * and its metrics). Says of every column what it was taken for, and of every row that was dropped or changed why.
 * Throws `ResultsError` when no runs can be had from the files.
 */
export function readResults(files: readonly FileBytes[], options: ResultsOptions = {}): ResultsReading {
  const { parts, formats, unreadable } = readParts(files, options);
  const tables = parts.map(({ table }) => table);
  for (const table of tables) refuseNoRows(table);

  const roles = detectRoles(tables, options.roles);
  refuseMissingRoles(tables, roles);
  const joined = join(tables, roles);

  const scale = scaleFromNames(files, roles, options);
  const assembled = assemble(tables, joined, roles, scale.options);
  if (rowCount(assembled.runs) === 0) throw allDropped(tables, assembled);
  const { runs, dropped, reading: checkpoints } = chooseCheckpoints(assembled, options.checkpoints);
  const said = checkpointsInWords(checkpoints);
  const warnings = [
    ...joined.warnings,
    ...scale.warnings,
    ...unknownColumns(tables, options),
    ...(said === undefined ? [] : [{ code: 'checkpoints', message: said }]),
    ...warningsAbout(runs, roles, assembled.sums),
  ];
  const inFiles = (notes: readonly RowNote[]): RowNote[] =>
    notes.map((note) => ({ ...note, file: fileOf(parts, note) })).sort((a, b) => a.file - b.file || a.row - b.row);
  return {
    files: files.map(({ name, bytes }, i) => ({ name, bytes: bytes.length, ...(formats[i] as FormatSeen) })),
    columns: columnReadings(parts, roles),
    runs,
    totalRows: tables[joined.reference]?.rowCount ?? 0,
    dropped: [...unreadable, ...inFiles([...assembled.dropped, ...dropped])],
    repaired: inFiles(assembled.repaired),
    checkpoints,
    missingLosses: runs.losses.filter((loss) => Number.isNaN(loss)).length,
    warnings,
  };
}

function join(tables: readonly Table[], { uses }: RoleReading): Joined {
  const [first, second] = tables as [Table, Table?];
  const idsOf = (file: number) => uses.filter((use) => use.file === file && use.role === 'id').map((use) => use.column);
  return second ? joinPair([first, second], [idsOf(0), idsOf(1)]) : single(first);
}

/**
 * Where a row of the whole stands: the file, as an index among those given, and the 1-based line in it. undefined when
 * there is no such row. Throws `ResultsError`.
 * @param row 0-based, as in `Runs.rows`
 */
export function placeOfRow(
  files: readonly FileBytes[],
  row: number,
  options: ResultsOptions = {},
): { readonly file: number; readonly line: number } | undefined {
  const { parts } = readParts(files, options);
  const tables = parts.map(({ table }) => table);
  const { reference } = join(tables, detectRoles(tables, options.roles));
  const { table, file } = parts[reference]!;
  const line = table.lines[row];
  return line === undefined ? undefined : { file: table.files?.[row] ?? file, line };
}

/** What each column is taken for, also where the files as a whole cannot be used. Throws `ResultsError`. */
export function readColumns(files: readonly FileBytes[], options: ResultsOptions = {}): readonly ColumnReading[] {
  const { parts } = readParts(files, options);
  const roles = detectRoles(
    parts.map(({ table }) => table),
    options.roles,
  );
  return columnReadings(parts, roles);
}

const columnReadings = (parts: readonly Part[], roles: RoleReading): ColumnReading[] =>
  roles.uses.map(({ file, column, role, subject, reason }) => {
    return { file: parts[file]?.file ?? 0, name: column.name, role, subject, reason };
  });

interface FormatSeen {
  readonly format: string;
  readonly rows: number;
}

/** One table, or two that belong together, and what was seen of each file. Of many files some may be unreadable. */
function readParts(
  files: readonly FileBytes[],
  { maxBytes, roles }: ResultsOptions,
): { readonly parts: readonly Part[]; readonly formats: readonly FormatSeen[]; readonly unreadable: RowNote[] } {
  if (files.length < 1 || files.length > MAX_FILES)
    throw new ResultsError(
      'file-count',
      t('{0} results files were given.', files.length),
      t('Give one results file, two (one with weights and one with losses), or one file for each run.'),
    );
  for (const { name, bytes } of files) refuseTooLarge(name, bytes.length, maxBytes);
  const all = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (files.length > 1) refuseTooLarge(`all ${files.length} files`, all / 2, maxBytes);
  const parts: Part[] = [];
  const formats: FormatSeen[] = [];
  const unreadable: RowNote[] = [];
  let firstError: unknown;
  files.forEach((file, i) => {
    try {
      // Of many files one may be left out with a reason, which the fit document keeps.
      const table = files.length > 2 ? inEnglish(() => tableOf(file, maxBytes)) : tableOf(file, maxBytes);
      parts.push({ file: i, table });
      formats.push({ format: table.format, rows: table.rowCount });
    } catch (error) {
      if (!(error instanceof ResultsError) || files.length <= 2) throw error;
      firstError ??= error;
      const { message, location } = error;
      formats.push({ format: 'unreadable', rows: 0 });
      unreadable.push({ file: i, row: 0, line: location.line ?? 1, code: 'unreadable-file', reason: message });
    }
  });
  if (parts.length === 0) throw firstError;
  return { parts: gather(parts, roles), formats, unreadable };
}

/** The file a note is about: its table's, or where the table is made of several that of the row. */
const fileOf = (parts: readonly Part[], { file, row }: RowNote): number =>
  parts[file]?.table.files?.[row] ?? parts[file]?.file ?? 0;

function refuseNoRows(table: Table): void {
  if (table.rowCount > 0) return;
  throw new ResultsError(
    'no-rows',
    t('{0} has a header and no rows.', quoted(table.fileName)),
    t('Add one row for each run or checkpoint.'),
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
      t('The columns said to be losses are of different kinds: {0}.', roles.saidKinds.map(kindInWords).join(', ')),
      t('Fit one kind at a time: say `ignored` for the columns of the other kinds.'),
      location,
    );
  const [score] = roles.saidScores;
  if (score !== undefined)
    throw new ResultsError(
      'score-as-loss',
      t('{0} is said to be a loss, and by its name it is a score for which higher is better.', quoted(score)),
      t(
        'Laws describe losses, and the best mixture is the one with the lowest: leave scores out. If lower is better here, rename the column so that it ends in `_loss`.',
      ),
      { ...location, columnName: score },
    );
  if (count('weight') === 0)
    throw new ResultsError(
      'no-weight-columns',
      t('No mixture weights were found in {0}. {1}', names, seen),
      t(
        'Name the weight columns with a prefix such as `weight_`, make each row sum to 1, or say which columns they are (setting mixlaw.columns.roles, flag --weights).',
      ),
      location,
    );
  if (count('weight') === 1)
    throw new ResultsError(
      'one-weight-column',
      t('Only one weight column was found in {0}: a mixture has two domains or more. {1}', names, seen),
      t(
        'Say which other columns are weights (setting mixlaw.columns.roles, flag --weights), and add the weight of the rest as a column of its own.',
      ),
      location,
    );
  if (count('loss') === 0) {
    const scores = roles.uses.filter((use) => use.reason.startsWith('higher is better')).length;
    const why = scores > 0 ? ` (${scores} columns are scores for which higher is better; laws describe losses)` : '';
    throw new ResultsError(
      'no-loss-columns',
      t('No validation losses were found in {0}{1}. {2}', names, why, seen),
      t(
        'Name the loss columns with the ending `_loss`, add the file with the losses, or say which columns they are (setting mixlaw.columns.roles, flag --losses).',
      ),
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
    t('None of the rows can be used.{0}', detail),
    t('Correct that in the file, or say what the columns are (setting mixlaw.columns.roles).'),
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

function unknownColumns(tables: readonly Table[], { roles, rolesForOtherFilesToo }: ResultsOptions): Warning[] {
  if (rolesForOtherFilesToo) return [];
  const names = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)));
  const unknown = [...(roles?.keys() ?? [])].filter((name) => !names.has(name));
  if (unknown.length === 0) return [];
  return [{ code: 'unknown-columns', message: `Roles were given for columns that are not there: ${listed(unknown)}.` }];
}
