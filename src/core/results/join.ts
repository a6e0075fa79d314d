import { t } from '../l10n';
import { ResultsError } from '../errors';
import { type Column, keyOf, type Table } from './table';
import { listed, quoted } from '../words';
import type { RowNote } from './types';

/** Which row of each file makes up each row of the whole. */
export interface Joined {
  /** For each file the row it contributes, shape [files][n]. */
  readonly rowsOf: readonly Int32Array[];
  /** The file whose rows number the whole. */
  readonly reference: number;
  readonly dropped: readonly RowNote[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** One file as it is. */
export function single(table: Table): Joined {
  return {
    rowsOf: [Int32Array.from({ length: table.rowCount }, (_, row) => row)],
    reference: 0,
    dropped: [],
    warnings: [],
  };
}

/** First row of each id, and the rows that repeat one. */
function indexBy(column: Column, rowCount: number): { rows: Map<string, number>; repeats: number; missing: number } {
  const rows = new Map<string, number>();
  let repeats = 0;
  let missing = 0;
  for (let row = 0; row < rowCount; row++) {
    const key = keyOf(column, row);
    if (key === undefined) missing++;
    else if (rows.has(key)) repeats++;
    else rows.set(key, row);
  }
  return { rows, repeats, missing };
}

interface Link {
  readonly columns: readonly [Column, Column];
  /** Added to an id of the first file to find its row in the second. */
  readonly offset: number;
  /** Ids found in both files. */
  readonly shared: number;
  /** The file that numbers the rows: the first, unless one of its rows serves several of the second. */
  readonly reference: 0 | 1;
}

/**
 * Joins two tables on the id they share, whatever the order of rows and of files. Ids that only match when shifted by
 * one (one file counts from 0, the other from 1) are shifted, and that is said. Without any id column the rows are
 * joined in order, if there are equally many. Throws `no-join-column`.
 */
export function joinPair(
  tables: readonly [Table, Table],
  ids: readonly [readonly Column[], readonly Column[]],
): Joined {
  const [first, second] = tables;
  if (ids[0].length === 0 && ids[1].length === 0 && first.rowCount === second.rowCount) {
    const message = `Neither file has an id column: row 1 of ${quoted(first.fileName)} was joined with row 1 of ${quoted(second.fileName)}, and so on.`;
    const rows = single(first).rowsOf[0] as Int32Array;
    return { rowsOf: [rows, rows], reference: 0, dropped: [], warnings: [{ code: 'joined-by-order', message }] };
  }
  const link = bestLink(tables, ids);
  if (!link) {
    const has = (file: 0 | 1): string =>
      ids[file].length === 0
        ? `${quoted(tables[file].fileName)} has no id column`
        : `${quoted(tables[file].fileName)} has ${listed(ids[file].map(({ name }) => name))}`;
    throw new ResultsError(
      'no-join-column',
      t('The rows of the two files cannot be joined: {0}, {1}, and no id appears in both.', has(0), has(1)),
      t('Give both files a column with the same run ids, such as `index` or `run_id`.'),
      { file: second.fileName },
    );
  }
  return joinOn(tables, link);
}

/** The index that pandas writes: it counts rows, and two files count the same whatever is in their rows. */
const isRowNumber = ({ name }: Column): boolean => /^(?:|unnamed: ?\d+|level_\d+|__index_level_\d+__)$/i.test(name);

/** The best link by named ids; by row numbers only where there is none. */
function bestLink(
  tables: readonly [Table, Table],
  ids: readonly [readonly Column[], readonly Column[]],
): Link | undefined {
  const named = ids.map((columns) => columns.filter((column) => !isRowNumber(column)));
  return bestLinkOf(tables, named as [Column[], Column[]]) ?? bestLinkOf(tables, ids);
}

function bestLinkOf(
  tables: readonly [Table, Table],
  ids: readonly [readonly Column[], readonly Column[]],
): Link | undefined {
  let best: Link | undefined;
  let bestScore = 0;
  for (const a of ids[0]) {
    for (const b of ids[1]) {
      const link = linkOf(tables, a, b);
      if (!link || link.shared === 0) continue;
      const sameName = a.name.toLowerCase() === b.name.toLowerCase();
      const score = link.shared + (sameName ? 0.5 : 0) - (link.offset === 0 ? 0 : 0.25);
      if (score > bestScore) [best, bestScore] = [link, score];
    }
  }
  return best;
}

function linkOf([first, second]: readonly [Table, Table], a: Column, b: Column): Link | undefined {
  const ofA = indexBy(a, first.rowCount);
  const ofB = indexBy(b, second.rowCount);
  if (ofA.repeats > 0 && ofB.repeats > 0) return undefined;
  const sharedAt = (offset: number): number => {
    let shared = 0;
    for (const key of ofA.rows.keys()) if (ofB.rows.has(shifted(key, offset))) shared++;
    return shared;
  };
  const atZero = sharedAt(0);
  const smaller = Math.min(ofA.rows.size, ofB.rows.size);
  // Shifted only where ids are left over in both files and the shift leaves none over in one of them.
  const offset = atZero < smaller ? [-1, 1].find((each) => sharedAt(each) === smaller) : undefined;
  return {
    columns: [a, b],
    offset: offset ?? 0,
    shared: offset === undefined ? atZero : smaller,
    reference: ofB.repeats > 0 ? 1 : 0,
  };
}

const shifted = (key: string, offset: number): string => {
  const value = Number(key);
  return offset !== 0 && Number.isInteger(value) ? String(value + offset) : key;
};

function joinOn(tables: readonly [Table, Table], link: Link): Joined {
  const { reference, columns } = link;
  const other = reference === 0 ? 1 : 0;
  const offset = reference === 0 ? link.offset : -link.offset;
  const otherRows = indexBy(columns[other], tables[other].rowCount).rows;
  const rows: readonly [number[], number[]] = [[], []];
  const used = new Set<number>();
  const dropped: RowNote[] = [];
  const drop = (file: 0 | 1, row: number): void => {
    const key = keyOf(columns[file], row);
    const there = quoted(tables[file === 0 ? 1 : 0].fileName);
    const reason = key === undefined ? 'the row has no id' : `id ${quoted(key)} is not in ${there}`;
    dropped.push({ file, row, line: tables[file].lines[row] as number, code: 'unmatched-id', reason });
  };
  for (let row = 0; row < tables[reference].rowCount; row++) {
    const key = keyOf(columns[reference], row);
    const match = key === undefined ? undefined : otherRows.get(shifted(key, offset));
    if (match === undefined) {
      drop(reference, row);
      continue;
    }
    rows[reference].push(row);
    rows[other].push(match);
    used.add(match);
  }
  for (let row = 0; row < tables[other].rowCount; row++) if (!used.has(row)) drop(other, row);
  return { rowsOf: rows.map((each) => Int32Array.from(each)), reference, dropped, warnings: warningsOf(tables, link) };
}

function warningsOf(
  [first, second]: readonly [Table, Table],
  { columns, offset, reference }: Link,
): Joined['warnings'] {
  const names = [quoted(first.fileName), quoted(second.fileName)] as const;
  const warnings: { code: string; message: string }[] = [];
  if (offset !== 0) {
    const shift = offset > 0 ? 'n + 1' : 'n − 1';
    const message = `The ids of ${names[0]} and ${names[1]} match only when shifted by one (one file counts from 0, the other from 1): id n of the first was joined with id ${shift} of the second.`;
    warnings.push({ code: 'id-offset', message });
  }
  if (columns[0].name.toLowerCase() !== columns[1].name.toLowerCase()) {
    const message = `The files were joined on ${quoted(columns[0].name)} and ${quoted(columns[1].name)}, which hold the same ids.`;
    warnings.push({ code: 'joined-on', message });
  }
  if (reference === 1) {
    const message = `Several rows of ${names[1]} belong to one row of ${names[0]}: row numbers are those of ${names[1]}.`;
    warnings.push({ code: 'rows-of-second-file', message });
  }
  return warnings;
}
