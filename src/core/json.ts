import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';

/** 1-based line and column of an offset. */
export function locate(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', start)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

export interface JsonFault {
  readonly line: number;
  readonly column: number;
  /** In words: "comma expected". */
  readonly what: string;
}

/** Where a text that `JSON.parse` refuses stops being JSON. */
export function jsonFault(text: string): JsonFault {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  const what = first
    ? printParseErrorCode(first.error)
        .replace(/(?<=.)[A-Z]/g, ' $&')
        .toLowerCase()
    : 'unexpected text';
  return { ...locate(text, first?.offset ?? 0), what };
}
