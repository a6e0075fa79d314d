import { t } from '../l10n';
import Papa from 'papaparse';
import { ResultsError } from '../errors';
import { isMissing, plainNumber } from './cells';
import { refuseDuplicateColumns, type Table, TableBuilder } from './table';
import { quoted } from '../words';

const NAMES: ReadonlyMap<string, string> = new Map([
  [',', 'CSV'],
  ['\t', 'TSV'],
  [';', 'CSV, semicolons'],
  ['|', 'CSV, bars'],
  [' ', 'columns by spaces'],
]);

/** Delimited text with a header line → Table. `text` has `\n` line ends. Throws `ResultsError`. */
export function readCsv(fileName: string, text: string): Table {
  const delimiter = findDelimiter(text);
  const sample = sampleOf(text, delimiter);
  const decimalComma = delimiter !== ',' && hasDecimalCommas(sample);
  const format = `${NAMES.get(delimiter) ?? 'CSV'}${decimalComma ? ', decimal comma' : ''}`;
  const builder = new TableBuilder(fileName, format, decimalComma);
  let header: string[] | undefined;
  let columns: string[] = [];
  eachRecord(text, delimiter, fileName, (cells, line) => {
    if (cells.every((cell) => cell.trim() === '') && !(header && columns.length === 1 && cells.length > 1)) return;
    if (!header) {
      header = cells.map((cell) => cell.trim());
      // Row names without a heading, as R writes them: every row has one cell more than the header.
      if (sample.length > 1 && sample.slice(1).every((row) => row.length === cells.length + 1)) header.unshift('');
      refuseNumbersForNames(header, fileName, line);
      refuseDuplicateColumns(header, fileName, line);
      columns = header.map((name, i) => builder.column(name || (i === 0 ? '' : `(column ${i + 1})`)));
      return;
    }
    builder.startRow(line);
    const surplus = cells.slice(columns.length).some((cell) => cell.trim() !== '');
    if (cells.length < columns.length || surplus) {
      builder.break('ragged-row', `${cells.length} cells where the header has ${columns.length}`);
      return;
    }
    columns.forEach((name, i) => builder.put(name, cells[i]));
  });
  return builder.build();
}

/** Calls back with the cells and the 1-based line on which each record starts. */
function eachRecord(
  text: string,
  delimiter: string,
  fileName: string,
  callback: (cells: readonly string[], line: number) => void,
): void {
  if (delimiter === ' ') {
    text.split('\n').forEach((record, i) => {
      callback(spacedCells(record), i + 1);
    });
    return;
  }
  let line = 1;
  let position = 0;
  Papa.parse<string[]>(text, {
    delimiter,
    newline: '\n',
    step: ({ data, errors, meta }) => {
      const [error] = errors;
      if (error) refuseQuotes(error, fileName, line);
      callback(data, line);
      for (let at = text.indexOf('\n', position); at !== -1 && at < meta.cursor; at = text.indexOf('\n', at + 1))
        line++;
      position = meta.cursor;
    },
  });
}

function refuseQuotes(error: Papa.ParseError, fileName: string, line: number): never {
  const what =
    error.code === 'MissingQuotes' ? 'a quote is opened and never closed' : 'a quoted cell is followed by more text';
  throw new ResultsError(
    'invalid-csv',
    t('{0}, line {1}: {2}.', quoted(fileName), line, what),
    t('Close the quote, or write a quote inside a quoted cell as two quotes ("").'),
    { file: fileName, line },
  );
}

const spacedCells = (line: string): string[] =>
  Array.from(line.matchAll(/"((?:[^"]|"")*)"|[^\s"]+/g), (match) => match[1]?.replaceAll('""', '"') ?? match[0]);

/** The first records, header included, read with a delimiter; blank ones left out. */
function sampleOf(text: string, delimiter: string): string[][] {
  const lines = 50;
  const start = text.slice(0, 4_000_000);
  const rows =
    delimiter === ' '
      ? start.split('\n', lines).map(spacedCells)
      : Papa.parse<string[]>(start, { delimiter, newline: '\n', preview: lines }).data;
  const filled = rows.filter((cells) => cells.some((cell) => cell.trim() !== ''));
  // The last record of a cut text may be cut too.
  return start.length < text.length && filled.length > 2 ? filled.slice(0, -1) : filled;
}

/** The delimiter that splits the header into several names and most rows into as many cells; the first of equals. */
function findDelimiter(text: string): string {
  let best = ',';
  let bestScore = 0;
  for (const delimiter of [',', '\t', ';', '|', ' ']) {
    const rows = sampleOf(text, delimiter);
    const width = rows[0]?.length ?? 0;
    if (width < 2) continue;
    const body = rows.slice(1);
    const fitting = body.filter((cells) => cells.length === width || cells.length === width + 1).length;
    // A header of one file in one convention: agreement of the rows counts most, then the number of names.
    const agreement = body.length === 0 ? 1 : fitting / body.length;
    const score = agreement * 1e6 + (delimiter === ' ' ? 0 : width);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/** Numbers such as `0,25` and none such as `0.25`: the decimal sign is a comma. */
function hasDecimalCommas(sample: readonly (readonly string[])[]): boolean {
  const cells = sample.slice(1).flat();
  const commas = cells.some((cell) => /^\s*[+-]?\d*,\d+(?:e[+-]?\d+)?\s*$/i.test(cell));
  return commas && !cells.some((cell) => /^\s*[+-]?\d*\.(?:\d{1,2}|\d{4,})(?:e[+-]?\d+)?\s*$/i.test(cell));
}

function refuseNumbersForNames(header: readonly string[], fileName: string, line: number): void {
  const names = header.filter((name) => !isMissing(name));
  if (names.length === 0 || names.some((name) => Number.isNaN(plainNumber(name, false)))) return;
  throw new ResultsError(
    'no-header',
    t('{0}, line {1}: the first line holds numbers only.', quoted(fileName), line),
    t('Add a header line that names the columns.'),
    { file: fileName, line },
  );
}
