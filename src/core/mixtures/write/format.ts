/** One domain to write: its name, and its share as a decimal text. */
export interface Row {
  readonly name: string;
  readonly share: string;
}

/** How a framework writes a mixture down, for files that do not exist yet. */
export interface WritableFormat {
  /** As in `MixtureReading.format`. */
  readonly id: string;
  /** For menus. */
  readonly title: string;
  /** Suggested file name; its extension tells the language. */
  readonly fileName: string;
  /** Characters that a name cannot have there. */
  readonly forbidden?: RegExp;
  write(rows: readonly Row[]): string;
}

export const quoted = (text: string): string => JSON.stringify(text);
export const lines = (...parts: readonly (string | readonly string[])[]): string => `${parts.flat().join('\n')}\n`;
export const each = (rows: readonly Row[], line: (row: Row) => string | readonly string[]): string[] =>
  rows.flatMap(line);
export const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
export const names = (rows: readonly Row[]): string => list(rows.map(({ name }) => quoted(name)));
export const shares = (rows: readonly Row[]): string => list(rows.map(({ share }) => share));
export const json = (value: string): string => `${value}\n`;
export const jsonMap = (rows: readonly Row[], indent: string): string =>
  `{\n${rows.map(({ name, share }) => `${indent}  ${quoted(name)}: ${share}`).join(',\n')}\n${indent}}`;
export const jsonList = (rows: readonly Row[], item: (row: Row) => string): string =>
  `[\n${rows.map((row) => `  ${item(row)}`).join(',\n')}\n]`;

export const BLANKS = /[\s"'`\\$]/;
export const LIST_MARKS = /[\s"'`\\$,;[\]@]/;

export const prefixed = (prefix: string, name: string): string => (name.startsWith(prefix) ? name : prefix + name);
/** Megatron's tokenized data carry this ending; without it a bare name would not look like data. */
export const asData = (name: string): string =>
  name.includes('/') || /_document$/.test(name) ? name : `${name}_text_document`;
