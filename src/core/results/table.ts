import { t } from '../l10n';
import { ResultsError } from '../errors';
import { isLongInteger, isMissing, plainNumber } from './cells';
import { listed, quoted } from '../words';
import type { ColumnRole } from './types';

/**
 * One column of a file. A cell that is a number is in `numbers`; one that is text is in `texts` by row (and NaN in
 * `numbers`); a missing one is NaN and nowhere else.
 */
export interface Column {
  readonly name: string;
  readonly numbers: Float64Array;
  readonly texts: ReadonlyMap<number, string>;
  /** What the file's format says the column is, whatever its name. */
  readonly known?: KnownColumn;
}

export interface KnownColumn {
  readonly role: ColumnRole;
  /** Domain or target; empty for other roles. */
  readonly subject: string;
  readonly reason: string;
}

/** Something about a data row: that it cannot be read, or what was changed, with the reason. */
export interface RowRemark {
  readonly row: number;
  readonly code: string;
  readonly reason: string;
}

/** A results file of any format as columns. n data rows. */
export interface Table {
  readonly fileName: string;
  readonly format: string;
  readonly columns: readonly Column[];
  readonly rowCount: number;
  /** 1-based line (or record, where the format has no lines) of each data row. Length n. */
  readonly lines: Int32Array;
  /** Rows that cannot be used. */
  readonly broken: readonly RowRemark[];
  /** Rows that were changed while they were read. */
  readonly repairs: readonly RowRemark[];
  /** For tables made of several files: the file that each data row is from, as an index among the files given. Length n. */
  readonly files?: Int32Array;
}

/** A cell that tells rows apart: equal numbers are equal however they are written (`1`, `1.0`, `001`). Undefined when missing. */
export function keyOf(column: Column, row: number): string | undefined {
  const value = column.numbers[row] as number;
  return Number.isNaN(value) ? column.texts.get(row) : String(value);
}

/** What a cell of a file can hold before it is read. */
export type RawCell = string | number | boolean | null | undefined;

/** More columns than any results file has: a file with so many is something else. */
const MAX_COLUMNS = 10_000;

/** Collects the rows of a table; every reader ends here. */
export class TableBuilder {
  private readonly columns = new Map<string, { readonly numbers: number[]; readonly texts: Map<number, string> }>();
  private readonly order: string[] = [];
  private readonly lines: number[] = [];
  private readonly files: number[] = [];
  private readonly broken: RowRemark[] = [];
  private readonly repairs: RowRemark[] = [];
  private readonly known = new Map<string, KnownColumn>();

  constructor(
    private readonly fileName: string,
    private readonly format: string,
    private readonly decimalComma = false,
  ) {}

  /** Adds a column, or finds it. */
  column(name: string): string {
    if (this.columns.has(name)) return name;
    if (this.order.length === MAX_COLUMNS)
      throw new ResultsError(
        'too-many-columns',
        t('{0} has more than {1} columns.', quoted(this.fileName), MAX_COLUMNS),
        t('Choose a results file: one row per run or checkpoint, one column per weight and per loss.'),
        { file: this.fileName },
      );
    this.columns.set(name, { numbers: [], texts: new Map() });
    this.order.push(name);
    return name;
  }

  /** Adds a column, or finds it, of which the format says what it is. */
  knownColumn(name: string, role: ColumnRole, reason: string, subject = ''): string {
    this.known.set(this.column(name), { role, subject, reason });
    return name;
  }

  /** `file` is the file the row is from, in a table made of several. */
  startRow(line: number, file?: number): void {
    this.lines.push(line);
    if (file !== undefined) this.files.push(file);
  }

  /** Puts a cell into the row started last; columns not put stay missing. */
  put(name: string, cell: RawCell): void {
    const column = this.columns.get(this.column(name));
    const row = this.lines.length - 1;
    if (!column || cell === null || cell === undefined) return;
    if (typeof cell === 'number') {
      if (Number.isFinite(cell)) setNumber(column.numbers, row, cell);
      return;
    }
    const text = String(cell);
    const value = isLongInteger(text) ? NaN : plainNumber(text, this.decimalComma);
    if (!Number.isNaN(value)) setNumber(column.numbers, row, value);
    else if (!isMissing(text)) column.texts.set(row, text.trim());
  }

  /** Declares the row started last unreadable. */
  break(code: string, reason: string): void {
    this.broken.push({ row: this.lines.length - 1, code, reason });
  }

  /** Says what was changed in the row started last. */
  repair(code: string, reason: string): void {
    this.repairs.push({ row: this.lines.length - 1, code, reason });
  }

  build(): Table {
    const rowCount = this.lines.length;
    return {
      fileName: this.fileName,
      format: this.format,
      columns: this.order.map((name) => {
        const column = this.columns.get(name);
        const numbers = new Float64Array(rowCount).fill(NaN);
        if (column) numbers.set(column.numbers);
        const known = this.known.get(name);
        const texts = column?.texts ?? new Map<number, string>();
        return { name, numbers, texts, ...(known ? { known } : {}) };
      }),
      rowCount,
      lines: Int32Array.from(this.lines),
      broken: this.broken,
      repairs: this.repairs,
      ...(this.files.length > 0 ? { files: Int32Array.from(this.files) } : {}),
    };
  }
}

/** Keeps the array dense, so that it stays an array of doubles. */
function setNumber(numbers: number[], row: number, value: number): void {
  while (numbers.length < row) numbers.push(NaN);
  numbers[row] = value;
}

/** Two columns of one name cannot be told apart by a reader or in the settings. Throws `duplicate-columns`. */
export function refuseDuplicateColumns(names: readonly string[], fileName: string, line: number): void {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of names) {
    if (name !== '' && seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  const [first] = repeated;
  if (first === undefined) return;
  throw new ResultsError(
    'duplicate-columns',
    t('{0} has more than one column named {1}.', quoted(fileName), listed([...repeated])),
    t('Rename or remove the columns that repeat a name.'),
    { file: fileName, line, columnName: first },
  );
}
