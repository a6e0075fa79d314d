import { readCsv } from './csv';
import { readJson, readJsonLines } from './json';
import type { Table } from './table';

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
  { recognises: (name, text) => /\.json$/i.test(name) || /^\s*(?:\{|\[\s*[[{\]"])/.test(text), read: readJson },
  { recognises: () => true, read: readCsv },
];

/** The table in a results file, whatever its format; `text` has `\n` line ends. Throws `ResultsError`. */
export function readTable(fileName: string, text: string): Table {
  const format = formats.find(({ recognises }) => recognises(fileName, text)) as Format;
  return format.read(fileName, text);
}
