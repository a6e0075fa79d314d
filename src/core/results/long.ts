import {
  isAverageName,
  isHigherBetterName,
  isIdName,
  isSpreadName,
  isStepsName,
  isTrainingLossName,
  lossKindOf,
  mayBeModelSize,
  modelSizeRank,
  tokensRank,
} from './column-names';
import type { LossKind } from './runs';
import { type Column, keyOf, type Table, TableBuilder } from './table';
import { quoted } from '../words';

const DOMAIN =
  /^(?:(?:eval(?:uation)?|val(?:id(?:ation)?)?|test)_?)?(?:domain|target|subset|data_?set|corpus|task|source|set)(?:_?(?:name|id))?$/i;
const METRIC_NAME = /^(?:variable|metric|key|tag)(?:_?name)?$/i;
const WEIGHT = /^(?:weights?|ratio|proportion|share|fraction|prob(?:ability)?|mixture(?:_weight)?|domain_weight)$/i;
const VALUE = /^value$/i;

/** More targets than any evaluation has: a column with so many different texts holds something else. */
const MAX_DOMAINS = 2000;

/** What a loss column of a domain is called, so that its kind is still in its name. */
const SUFFIX: Readonly<Record<LossKind, string>> = { nats: 'loss', 'bits-per-byte': 'bpb', perplexity: 'perplexity' };

/** A long table: a row for each run and domain (or metric). */
interface LongForm {
  /** The column that names the domain, or the metric. */
  readonly subject: Column;
  readonly loss?: Column;
  readonly weight?: Column;
  /** Cells are named by the metric alone: `variable, value`. */
  readonly value?: Column;
  /** The columns that tell the runs and their checkpoints apart. */
  readonly key: readonly Column[];
  /** Wide row of each row of the table. Length n. */
  readonly rowOf: Int32Array;
  readonly rowCount: number;
}

/**
 * `index, domain, loss`, one row for each run and domain, as a table with one row for each run; also with a column of
 * weights (`run, domain, weight, loss`) and with metrics by name (`run, metric, value`). Undefined for any other table.
 */
export function fromLong(table: Table): Table | undefined {
  const form = longFormOf(table);
  if (!form) return undefined;
  const builder = new TableBuilder(table.fileName, `${table.format}, long`);
  const firsts: number[] = [];
  const members: number[][] = Array.from({ length: form.rowCount }, () => []);
  form.rowOf.forEach((wide, row) => {
    if (wide < 0) return;
    firsts[wide] ??= row;
    members[wide]?.push(row);
  });
  const measured = new Set([form.subject, form.loss, form.weight, form.value]);
  const beside = table.columns.filter((column) => !measured.has(column));
  const constant = new Set(
    beside.filter((column) =>
      members.every((rows) => rows.every((row) => keyOf(column, row) === keyOf(column, rows[0] as number))),
    ),
  );
  for (const column of beside) {
    if (constant.has(column) || form.key.includes(column)) builder.column(column.name);
    else builder.knownColumn(column.name, 'ignored', `differs between the rows of one run`);
  }
  members.forEach((rows, wide) => {
    const first = firsts[wide] as number;
    builder.startRow(table.lines[first] as number);
    for (const column of beside) if (constant.has(column)) builder.put(column.name, cell(column, first));
    const seen = new Set<string>();
    for (const row of rows) {
      const subject = keyOf(form.subject, row) as string;
      if (seen.has(subject))
        builder.repair(
          'repeated-value',
          `${quoted(subject)} is there twice for this run; the first was taken (again in line ${table.lines[row] as number})`,
        );
      else putMeasures(builder, form, subject, row);
      seen.add(subject);
    }
  });
  const broken = new Map(table.broken.map((remark) => [remark.row, remark]));
  form.rowOf.forEach((wide, row) => {
    if (wide >= 0) return;
    builder.startRow(table.lines[row] as number);
    const { code, reason } = broken.get(row) ?? {
      code: 'missing-id',
      reason: `${[form.subject, ...form.key].map(({ name }) => quoted(name)).join(' or ')} is missing`,
    };
    builder.break(code, reason);
  });
  return builder.build();
}

const cell = (column: Column, row: number): string | number => column.texts.get(row) ?? (column.numbers[row] as number);

function putMeasures(builder: TableBuilder, form: LongForm, subject: string, row: number): void {
  const { loss, weight, value } = form;
  if (value) builder.put(subject, cell(value, row));
  if (weight) {
    const reason = `${quoted(weight.name)} by ${quoted(form.subject.name)}`;
    builder.put(builder.knownColumn(`weight_${subject}`, 'weight', reason, subject), cell(weight, row));
  }
  if (loss) {
    const reason = `${quoted(loss.name)} by ${quoted(form.subject.name)}`;
    const name = `${subject}_${SUFFIX[lossKindOf(loss.name)]}`;
    builder.put(builder.knownColumn(name, 'loss', reason, subject), cell(loss, row));
  }
}

function longFormOf(table: Table): LongForm | undefined {
  const named = (pattern: RegExp): Column | undefined => table.columns.find(({ name }) => pattern.test(name));
  const value = named(VALUE);
  const subject = named(DOMAIN) ?? (value ? named(METRIC_NAME) : undefined);
  if (!subject) return undefined;
  const losses = table.columns.filter(
    ({ name }) => isAverageName(name) && !isTrainingLossName(name) && !isHigherBetterName(name) && !isSpreadName(name),
  );
  const loss = losses.length === 1 ? losses[0] : undefined;
  const weight = named(WEIGHT);
  const byName = value && METRIC_NAME.test(subject.name) ? value : undefined;
  if (!loss && !weight && !byName) return undefined;
  const measures = new Set([subject, loss, weight, byName]);
  const others = table.columns.filter(
    (column) => !measures.has(column) && (column.texts.size > 0 || column.numbers.some((cell) => !Number.isNaN(cell))),
  );
  // An id of its own in every row counts the rows of the file and tells no runs apart.
  const tells = (column: Column): boolean => !isRowCounter(column, table.rowCount);
  const ids = others.filter((column) => isKeyName(column.name) && tells(column));
  const key =
    ids.length > 0 ? ids : others.filter((column) => !isSpreadName(column.name) && !isHigherBetterName(column.name));
  const broken = new Set(table.broken.map(({ row }) => row));
  const wideRows = new Map<string, number>();
  const pairs = new Set<string>();
  const subjects = new Set<string>();
  const rowOf = new Int32Array(table.rowCount).fill(-1);
  let usable = 0;
  for (let row = 0; row < table.rowCount; row++) {
    const name = keyOf(subject, row);
    const parts = key.map((column) => keyOf(column, row));
    // A scale that is missing is as good as any; a run without any id is nobody's.
    if (broken.has(row) || name === undefined || (ids.length > 0 && parts.every((part) => part === undefined)))
      continue;
    const text = JSON.stringify(parts);
    const wide = wideRows.get(text) ?? wideRows.size;
    wideRows.set(text, wide);
    rowOf[row] = wide;
    subjects.add(name);
    pairs.add(`${wide} ${name}`);
    usable++;
  }
  const long = subjects.size >= 2 && subjects.size <= MAX_DOMAINS && wideRows.size < usable;
  // Most pairs of run and domain are there once, or the column is something else.
  if (!long || pairs.size < 0.8 * usable) return undefined;
  return {
    subject,
    ...(loss && !byName ? { loss } : {}),
    ...(weight && !byName ? { weight } : {}),
    ...(byName ? { value: byName } : {}),
    key,
    rowOf,
    rowCount: wideRows.size,
  };
}

const isKeyName = (name: string): boolean =>
  isIdName(name) || isStepsName(name) || tokensRank(name) >= 0 || modelSizeRank(name) >= 0 || mayBeModelSize(name);

function isRowCounter({ numbers, texts }: Column, rowCount: number): boolean {
  const cells: (string | number)[] =
    texts.size > 0 ? [...texts.values()] : [...numbers].filter((cell) => !Number.isNaN(cell));
  const whole = texts.size > 0 || cells.every((cell) => Number.isInteger(cell));
  return whole && rowCount > 1 && 2 * cells.length > rowCount && new Set(cells).size === cells.length;
}
