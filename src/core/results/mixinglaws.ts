import { t } from '../l10n';
import { ResultsError } from '../errors';
import { parseQuantity } from '../quantity';
import { type Table, TableBuilder } from './table';
import { quoted } from '../words';

/**
 * Evaluation logs of “Data Mixing Laws” (Ye et al. 2024): no header, three cells a line, and the mixture in the path:
 * `…/70M_3-0.125-0-0-0.125-0.75/13000 ⇥ ….valid.Github.bin ⇥ 1.87`, that is size, run number, weights, step, target, loss.
 */
interface LogLine {
  readonly run: string;
  readonly modelSize: string;
  /** All numbers after the model size: the weights, with or without a run number before them. */
  readonly numbers: readonly number[];
  readonly step: number;
  readonly target: string;
  readonly loss: string;
}

export const isMixingLawsLog = (text: string): boolean => {
  const line = text.slice(0, 4000).trimStart().split('\n', 1)[0] ?? '';
  return parseLine(line) !== undefined;
};

function parseLine(line: string): LogLine | undefined {
  const [path = '', file = '', loss, ...more] = line.split('\t').map((cell) => cell.trim());
  if (loss === undefined || more.some((cell) => cell !== '')) return undefined;
  const [run = '', step = ''] = path
    .split(/[/\\]/)
    .filter((part) => part !== '')
    .slice(-2);
  const under = run.lastIndexOf('_');
  const modelSize = run.slice(0, under);
  const numbers = dashedNumbers(run.slice(under + 1));
  if (under < 1 || !numbers || !/^\d+$/.test(step) || !(parseQuantity(modelSize) > 0) || /^\d+$/.test(modelSize))
    return undefined;
  return { run, modelSize, numbers, step: Number(step), target: targetOf(file), loss };
}

/** `1e-05-0.25-0.75`: the dash of an exponent separates nothing. */
function dashedNumbers(text: string): number[] | undefined {
  const numbers: number[] = [];
  const next = /(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)(?:-|$)/iy;
  while (next.lastIndex < text.length) {
    const match = next.exec(text);
    if (!match) return undefined;
    numbers.push(Number(match[1]));
  }
  return numbers.length < 2 || text.endsWith('-') ? undefined : numbers;
}

/** `data/pile/the_pile.valid.Github.bin` → `Github`. */
function targetOf(file: string): string {
  const name = file
    .slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
    .replace(/\.(?:bin|jsonl?|npy|txt)$/i, '');
  return /(?:^|[._-])valid(?:ation)?[._-](.+)$/i.exec(name)?.[1] ?? name;
}

const SUMS_TO_ONE = 0.02;
const sumsToOne = (numbers: readonly number[]): boolean =>
  Math.abs(numbers.reduce((sum, value) => sum + value, 0) - 1) <= SUMS_TO_ONE;

/** The log → Table with one row for each run and step. `text` has `\n` line ends. Throws `no-mixture-in-path`. */
export function readMixingLawsLog(fileName: string, text: string): Table {
  const lines = text.split('\n').map((line, i) => ({ line, number: i + 1, parsed: parseLine(line) }));
  const readable = lines.flatMap(({ parsed }) => (parsed ? [parsed] : []));
  const weightsOf = numberedRuns(readable) ? (all: readonly number[]) => all.slice(1) : (all: readonly number[]) => all;
  const K = weightsOf(readable[0]?.numbers ?? []).length;
  if (K < 2)
    throw new ResultsError(
      'no-mixture-in-path',
      t('{0}: the paths hold fewer than two weights.', quoted(fileName)),
      t('Write the mixture into the name of the run’s folder, as in 70M_0-0.25-0.75/13000.'),
      { file: fileName },
    );
  const builder = new TableBuilder(fileName, 'Mixing Laws log');
  const inPath = 'the mixture in the path';
  builder.knownColumn('run', 'id', 'the folder in the path');
  builder.knownColumn('model_size', 'model-size', 'the model in the path');
  builder.column('step');
  for (let k = 1; k <= K; k++) builder.knownColumn(`w${k}`, 'weight', inPath, `w${k}`);
  const rows = new Map<string, { line: number; entry: LogLine; losses: Map<string, string>; repeats: string[] }>();
  const unreadable: number[] = [];
  for (const { line, number, parsed } of lines) {
    if (line.trim() === '') continue;
    if (!parsed || weightsOf(parsed.numbers).length !== K) {
      unreadable.push(number);
      continue;
    }
    const key = `${parsed.run}/${parsed.step}`;
    const row = rows.get(key) ?? { line: number, entry: parsed, losses: new Map<string, string>(), repeats: [] };
    rows.set(key, row);
    if (row.losses.has(parsed.target)) row.repeats.push(parsed.target);
    else row.losses.set(parsed.target, parsed.loss);
  }
  for (const { line, entry, losses, repeats } of rows.values()) {
    builder.startRow(line);
    builder.put('run', entry.run);
    builder.put('model_size', entry.modelSize);
    builder.put('step', entry.step);
    weightsOf(entry.numbers).forEach((weight, k) => builder.put(`w${k + 1}`, weight));
    for (const [target, loss] of losses)
      builder.put(builder.knownColumn(`${target}_loss`, 'loss', 'the validation file', target), loss);
    for (const target of repeats)
      builder.repair('repeated-value', `the loss of ${quoted(target)} is there twice; the first was taken`);
  }
  for (const line of unreadable) {
    builder.startRow(line);
    builder.break('not-a-record', `the line is no path with ${K} weights, file and loss, separated by tabs`);
  }
  return builder.build();
}

/** The first number is the run's: without it the rest sum to 1, more often than all of them do. */
function numberedRuns(lines: readonly LogLine[]): boolean {
  let numbered = 0;
  for (const { numbers } of lines) {
    if (sumsToOne(numbers.slice(1)) && numbers.length > 2) numbered++;
    if (sumsToOne(numbers)) numbered--;
  }
  return numbered > 0;
}
