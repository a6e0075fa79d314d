import type { FitDocument } from '../fitfile/types';
import { formatCount, formatModelSize, formatPercent, formatTokens } from '../quantity';
import type { RowNote } from '../results/types';
import { number, prose, text, type Block, type Section } from './blocks';

/** Rows listed one by one; of more, only the reasons are counted. */
const MOST_ROWS = 30;

export function dataSection(document: FitDocument): Section {
  const { data, fit } = document;
  const { train, validation } = fit.rows;
  const used = `${formatCount(train.length + validation.length)} of ${formatCount(data.totalRows)} rows were used`;
  const split =
    validation.length > 0
      ? `${formatCount(train.length)} to fit and ${formatCount(validation.length)} held out to judge`
      : 'all of them to fit, none held out';
  return {
    title: 'The data',
    blocks: [
      {
        kind: 'text',
        text:
          `${used}: ${split}. ${formatCount(data.dropped.length)} rows were dropped and ${formatCount(data.repaired.length)} ` +
          `repaired; ${formatCount(data.missingLosses)} losses are missing.`,
      },
      ...data.warnings.map(({ message }): Block => ({ kind: 'notice', severity: 'info', text: message })),
      {
        kind: 'table',
        caption: 'Files',
        columns: [text('File'), text('Format'), number('Bytes'), text('SHA-256')],
        rows: data.files.map(({ name, format, bytes, sha256 }) => [name, format, formatCount(bytes), sha256]),
      },
      {
        kind: 'table',
        caption: 'Columns and what they were taken for',
        columns: [text('Column'), text('Role'), text('of'), prose('because')],
        rows: data.columns.map(({ name, role, subject, reason }) => [name, role, subject, reason]),
      },
      coverageTable(document),
      ...scaleTable(document),
      ...rowNotes('Rows dropped', data.dropped),
      ...rowNotes('Rows repaired', data.repaired),
    ],
  };
}

/** Middle of the sorted values, or the mean of the two middle ones; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function coverageTable({ fit, observations }: FitDocument): Block {
  const percent = (value: number): string => formatPercent(value, 2);
  return {
    kind: 'table',
    caption: 'Weights of each domain in the rows used',
    columns: [text('Domain'), number('Least'), number('Median'), number('Greatest'), number('Rows above 0')],
    rows: fit.domains.map((domain, k) => {
      const weights = observations.mixtures.map((mixture) => mixture[k]!);
      const [low, high] = weights.reduce(([a, b], w) => [Math.min(a, w), Math.max(b, w)], [Infinity, -Infinity]);
      const positive = weights.filter((weight) => weight > 0).length;
      return [domain, percent(low), percent(median(weights)), percent(high), formatCount(positive)];
    }),
  };
}

/** Rows at each model size and number of tokens; nothing when the files say neither. */
function scaleTable({ observations }: FitDocument): Block[] {
  const known = [...observations.modelSizes, ...observations.tokens].some((value) => value !== null);
  if (!known) return [{ kind: 'text', text: 'The files say neither model size nor number of tokens.' }];
  const sorted = (values: readonly (number | null)[]): (number | null)[] =>
    [...new Set(values)].sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
  const sizes = sorted(observations.modelSizes);
  const tokens = sorted(observations.tokens);
  if (tokens.length > 24) {
    const numbers = tokens.filter((value) => value !== null);
    const range = `${formatTokens(numbers[0] ?? NaN)} to ${formatTokens(numbers.at(-1) ?? NaN)}`;
    return [
      {
        kind: 'table',
        caption: 'Rows at each model size',
        columns: [text('Model size'), number('Rows')],
        rows: sizes.map((size) => [
          formatModelSize(size ?? NaN),
          formatCount(observations.modelSizes.filter((value) => value === size).length),
        ]),
        note: `At ${tokens.length} numbers of tokens, ${range}.`,
      },
    ];
  }
  const counts = new Map<string, number>();
  observations.modelSizes.forEach((size, run) => {
    const key = `${size} ${observations.tokens[run] ?? null}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  return [
    {
      kind: 'table',
      caption: 'Rows at each model size and number of tokens',
      columns: [
        text('Model size'),
        ...tokens.map((count) => number(count === null ? 'tokens unknown' : formatTokens(count))),
      ],
      rows: sizes.map((size) => [
        size === null ? 'unknown' : formatModelSize(size),
        ...tokens.map((count) => formatCount(counts.get(`${size} ${count}`) ?? 0)),
      ]),
    },
  ];
}

function rowNotes(caption: string, notes: readonly RowNote[]): Block[] {
  if (notes.length === 0) return [];
  if (notes.length <= MOST_ROWS) {
    return [
      {
        kind: 'table',
        caption,
        columns: [number('Row'), number('Line'), prose('Reason')],
        rows: notes.map(({ row, line, reason }) => [String(row + 1), String(line), reason]),
      },
    ];
  }
  const byCode = new Map<string, RowNote[]>();
  for (const note of notes) {
    const group = byCode.get(note.code);
    if (group) group.push(note);
    else byCode.set(note.code, [note]);
  }
  return [
    {
      kind: 'table',
      caption,
      columns: [number('Rows'), number('First at line'), prose('Reason of the first')],
      rows: [...byCode.values()].map((group) => [formatCount(group.length), String(group[0]!.line), group[0]!.reason]),
    },
  ];
}
