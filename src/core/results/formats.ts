import { configInstead, isConfigName, readConfig } from './config';
import { readCsv } from './csv';
import { readJson, readJsonLines } from './json';
import { isLmEval, readLmEval } from './lm-eval';
import { fromLong } from './long';
import { isMixingLawsLog, readMixingLawsLog } from './mixinglaws';
import { isParquet, readParquet } from './parquet';
import type { Table } from './table';
import { decodeText } from './text';
import type { FileBytes } from './types';
import { fromWandbChart } from './wandb-chart';

/** One kind of results file. Adding a format is a reader and one line here. */
interface Format {
  readonly recognises: (fileName: string, text: string) => boolean;
  readonly read: (fileName: string, text: string) => Table;
}

/** A line that is a JSON object by itself, followed by another one. */
const JSON_LINES = /^\s*\{[^\n]*\}[ \t]*\n\s*\{/;

/** In the order asked; the last one takes everything. */
const formats: readonly Format[] = [
  { recognises: (name, text) => /\.(?:jsonl|ndjson)$/i.test(name) && /^\s*\{/.test(text), read: readJsonLines },
  { recognises: (_, text) => JSON_LINES.test(text), read: readJsonLines },
  { recognises: (_, text) => isLmEval(text), read: readLmEval },
  { recognises: (name, text) => /\.json$/i.test(name) || /^\s*(?:\{|\[\s*[[{\]"])/.test(text), read: readJsonOrConfig },
  { recognises: isConfigName, read: readConfig },
  { recognises: (_, text) => isMixingLawsLog(text), read: readMixingLawsLog },
  { recognises: () => true, read: readCsv },
];

/** Layouts other than a row for each run, whatever the format; each gives undefined for a table that is laid out otherwise. */
const layouts: readonly ((table: Table) => Table | undefined)[] = [fromWandbChart, fromLong];

/** The table in a results file, whatever its format; `text` has `\n` line ends. Throws `ResultsError`. */
export function readTable(fileName: string, text: string): Table {
  const format = formats.find(({ recognises }) => recognises(fileName, text)) as Format;
  return laidOut(format.read(fileName, text));
}

/** The table in a file as it came from disk. Throws `ResultsError`. */
export const tableOf = (file: FileBytes, maxBytes?: number): Table =>
  isParquet(file.bytes) ? laidOut(readParquet(file, maxBytes)) : readTable(file.name, decodeText(file));

function laidOut(table: Table): Table {
  for (const layout of layouts) {
    const found = layout(table);
    if (found) return found;
  }
  return table;
}

function readJsonOrConfig(fileName: string, text: string): Table {
  return configInstead(readJson(fileName, text), fileName, text);
}
