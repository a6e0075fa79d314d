import { t } from '../l10n';
import { ResultsError } from '../errors';
import { jsonFault } from '../json';
import { type RawCell, type Table, TableBuilder } from './table';
import { quoted } from '../words';

export type Json = RawCell | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Python writes NaN and Infinity, which are no JSON: blanked in place, so that offsets stay true. */
const withoutPythonNumbers = (text: string): string =>
  text.replace(/"(?:[^"\\\n]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : '""'.padEnd(token.length),
  );

/** JSON value of a text; throws `invalid-json` with line and column (`firstLine` is the line the text starts on). */
export function parseJson(fileName: string, text: string, firstLine = 1): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Slower, but it knows where the fault is.
  }
  const cleaned = withoutPythonNumbers(text);
  try {
    return JSON.parse(cleaned) as Json;
  } catch {
    const { line, column, what } = jsonFault(cleaned);
    const where = { line: line + firstLine - 1, column };
    throw new ResultsError(
      'invalid-json',
      t('{0} is not valid JSON: line {1}, column {2} ({3}).', quoted(fileName), where.line, where.column, what),
      t('Correct the file there; a file cut off while it was written has to be written again.'),
      { file: fileName, ...where },
    );
  }
}

/**
 * JSON → Table: an array of records, an object of columns (arrays, or objects by row name), `{columns, data}` rows, or
 * an object that wraps one array of records. Nested objects become columns with dotted names. Throws `ResultsError`.
 */
export function readJson(fileName: string, text: string): Table {
  return tableOfValue(new TableBuilder(fileName, 'JSON'), parseJson(fileName, text), fileName);
}

/** Parts of one run's record, as trainers write them: such an object is one run, not runs by name. */
const RUN_PART =
  /^(?:(?:train_?|data_?|eval_?|val(?:id(?:ation)?)?_?|test_?)?(?:weights?|mix(?:ture|ing)?|proportions?|ratios?|loss(?:es)?|metrics?|results?)|config|args|params|hparams|summary|eval|model|training)$/i;

/** The table in a value that JSON, or YAML, can hold. Throws `no-records`. */
export function tableOfValue(builder: TableBuilder, value: Json, fileName: string): Table {
  if (isArray(value)) return fromRecords(builder, value, fileName);
  if (isObject(value)) {
    const { columns, data } = value;
    if (isArray(columns) && isArray(data)) return fromRows(builder, columns.map(String), data);
    const entries = Object.entries(value);
    const lists = entries.filter(([, list]) => isArray(list) && list.length > 0 && list.every(isObject));
    if (lists.length === 1) return fromRecords(builder, (lists[0] as [string, readonly Json[]])[1], fileName);
    if (entries.length > 0 && entries.every(([, column]) => isArray(column))) {
      return fromColumns(builder, entries as [string, readonly Json[]][], fileName);
    }
    const keyed = entries.filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
    const oneRun = entries.some(([key]) => RUN_PART.test(key));
    if (keyed.length === entries.length && entries.length > 0 && !oneRun)
      return haveRowNumbers(keyed) ? fromKeyedColumns(builder, keyed) : fromKeyedRecords(builder, keyed);
    if (entries.length > 0) return fromRecords(builder, [value], fileName);
  }
  throw noRecords(fileName);
}

/** One JSON record a line → Table; blank lines count for nothing, a broken line is a broken row. Throws `ResultsError`. */
export function readJsonLines(fileName: string, text: string): Table {
  const builder = new TableBuilder(fileName, 'JSONL');
  let firstFault: unknown;
  let records = 0;
  text.split('\n').forEach((record, i) => {
    if (record.trim() === '') return;
    builder.startRow(i + 1);
    try {
      const value = parseJson(fileName, record, i + 1);
      if (isObject(value)) {
        putRecord(builder, value);
        records++;
      } else builder.break('not-a-record', 'the line is no JSON object');
    } catch (error) {
      if (!(error instanceof ResultsError) || error.code !== 'invalid-json') throw error;
      firstFault ??= error;
      builder.break('invalid-json', `not valid JSON from column ${error.location.column ?? 1} on`);
    }
  });
  if (records === 0) throw firstFault ?? noRecords(fileName);
  return builder.build();
}

function noRecords(fileName: string): ResultsError {
  return new ResultsError(
    'no-records',
    t('{0} holds JSON, but no table of runs.', quoted(fileName)),
    t(
      'Use an array of records, [{"weight_a": 0.5, …, "a_loss": 3.1}, …], one record a line (JSONL), or an object of columns.',
    ),
    { file: fileName },
  );
}

function fromRecords(builder: TableBuilder, records: readonly Json[], fileName: string): Table {
  if (!records.some(isObject)) throw noRecords(fileName);
  records.forEach((record, i) => {
    builder.startRow(i + 1);
    if (isObject(record)) putRecord(builder, record);
    else builder.break('not-a-record', `record ${i + 1} is no JSON object`);
  });
  return builder.build();
}

function fromRows(builder: TableBuilder, names: readonly string[], rows: readonly Json[]): Table {
  names.forEach((name) => builder.column(name));
  rows.forEach((row, i) => {
    builder.startRow(i + 1);
    if (!isArray(row)) builder.break('not-a-record', `row ${i + 1} is no array`);
    else if (row.length !== names.length)
      builder.break('ragged-row', `${row.length} cells where there are ${names.length} columns`);
    else names.forEach((name, k) => putCell(builder, name, row[k], 1));
  });
  return builder.build();
}

function fromColumns(builder: TableBuilder, columns: readonly [string, readonly Json[]][], fileName: string): Table {
  const rowCount = columns[0]?.[1].length ?? 0;
  const odd = columns.find(([, column]) => column.length !== rowCount);
  if (odd)
    throw new ResultsError(
      'ragged-columns',
      t(
        '{0}: column {1} has {2} cells, {3} has {4}.',
        quoted(fileName),
        quoted(odd[0]),
        odd[1].length,
        quoted(columns[0]?.[0] ?? ''),
        rowCount,
      ),
      t('Give every column the same number of cells.'),
      { file: fileName, columnName: odd[0] },
    );
  for (let i = 0; i < rowCount; i++) {
    builder.startRow(i + 1);
    for (const [name, column] of columns) putCell(builder, name, column[i], 1);
  }
  return builder.build();
}

/** Objects by column hold rows by number; objects by run hold columns by name. */
const haveRowNumbers = (objects: readonly [string, JsonObject][]): boolean =>
  objects.every(([, object]) => Object.keys(object).every((key) => /^\d+$/.test(key)));

/** `{"run-1": {"a": 1, "b": 2}, …}`: records by run. */
function fromKeyedRecords(builder: TableBuilder, records: readonly [string, JsonObject][]): Table {
  records.forEach(([runName, record], i) => {
    builder.startRow(i + 1);
    builder.put('', runName);
    putRecord(builder, record);
  });
  return builder.build();
}

/** `{"a": {"0": 1, "1": 2}, …}`, as pandas writes a frame by default: rows in the order in which their names appear. */
function fromKeyedColumns(builder: TableBuilder, columns: readonly [string, JsonObject][]): Table {
  const cells = columns.map(([name, column]) => [name, new Map(Object.entries(column))] as const);
  const rowNames = new Set(cells.flatMap(([, column]) => [...column.keys()]));
  let record = 0;
  for (const rowName of rowNames) {
    builder.startRow(++record);
    builder.put('', rowName);
    for (const [name, column] of cells) putCell(builder, name, column.get(rowName), 1);
  }
  return builder.build();
}

function putRecord(builder: TableBuilder, record: JsonObject): void {
  for (const [key, value] of Object.entries(record)) putCell(builder, key, value, 1);
}

/** Deeper nesting than any log has; what lies below is not data. */
const MAX_DEPTH = 8;

/** Weights & Biases writes each setting as `{desc: null, value: …}`. */
function wrapped(value: JsonObject): Json | undefined {
  const keys = Object.keys(value);
  return keys.length === 2 && keys.includes('desc') ? value['value'] : undefined;
}

/** Puts a value into the row started last; what is nested becomes columns with dotted names. */
export function putCell(builder: TableBuilder, name: string, value: Json, depth = 1): void {
  if (isArray(value)) {
    if (depth < MAX_DEPTH) value.forEach((cell, i) => putCell(builder, `${name}.${i}`, cell, depth + 1));
  } else if (isObject(value)) {
    const inner = wrapped(value);
    if (inner !== undefined) putCell(builder, name, inner, depth + 1);
    else if (depth < MAX_DEPTH)
      for (const [key, cell] of Object.entries(value)) putCell(builder, `${name}.${key}`, cell, depth + 1);
  } else builder.put(name, value);
}
